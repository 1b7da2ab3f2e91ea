"""What the comparison of two versions comes to, in one sentence each."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from mlcore.evaluation.significance import LEVEL
from recognizer.actions.versions.answer_changes import Changes
from recognizer.models import ModelVersion
from recognizer.pages.versions.differences import CHANCE, REAL, DifferencePart
from recognizer.templatetags.digits import thousands


def sentence(changes: Changes, before: ModelVersion, after: ModelVersion) -> str:
    """Compare the answers to labeled drawings; empty if there are none that both answered."""
    if not changes.both:
        return ""
    gain = changes.right[1] - changes.right[0]
    numbers = {
        "number": after.number,
        "other": before.number,
        "count": thousands(abs(gain)),
        "both": thousands(changes.both),
    }
    if gain > 0:
        words = _("Version %(number)s reads %(count)s more of %(both)s right")
    elif gain < 0:
        words = _("Version %(number)s reads %(count)s fewer of %(both)s right")
    else:
        words = _("Version %(number)s reads as many of %(both)s right as version %(other)s")
    return _("%(gain)s, %(broken)s; %(chance)s.") % {
        "gain": words % numbers,
        "broken": broken(changes),
        "chance": chance(changes),
    }


def broken(changes: Changes) -> str:
    if not changes.broken:
        return _("breaks none")
    numbers = {"fixed": thousands(changes.fixed), "broken": thousands(changes.broken)}
    return _("fixes %(fixed)s and breaks %(broken)s") % numbers


def chance(changes: Changes) -> str:
    return _("more than chance") if changes.p < LEVEL else _("within chance")


def sentence_on_figures(parts: Sequence[DifferencePart], after: ModelVersion) -> str:
    """Say how many shares on evaluation sets differ by more than chance; empty if none was tested.

    What is exact, such as the size of the files, is not counted.
    """
    tested = [row for part in parts for row in part.rows if row.certainty in (CHANCE, REAL)]
    if not tested:
        return ""
    real = [row.better == after.number for row in tested if row.certainty == REAL]
    if not real:
        return _("On the evaluation sets no share differs by more than chance.")
    words = _(
        "On the evaluation sets version %(number)s is better in %(better)s of %(count)s shares "
        "and worse in %(worse)s, by more than chance."
    )
    return words % {
        "number": after.number,
        "better": sum(real),
        "worse": len(real) - sum(real),
        "count": len(tested),
    }
