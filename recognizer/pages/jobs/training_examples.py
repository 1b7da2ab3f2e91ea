"""The next retraining's examples, the gold set's size, and withdrawn labels of a version."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import ngettext

from mlcore.labels import DIGITS
from recognizer.actions.tallies import training_examples
from recognizer.models import Correction, Drawing, ModelVersion, User
from recognizer.presentation.messages import words
from recognizer.presentation.numbers import listed

WITHDRAWN_SHOWN = 50


def examples() -> dict[str, Any]:
    """Return `counted_examples` in words, with the time of counting if a worker did it.

    Only "uncounted" if they are many and no worker has counted them yet.
    """
    found = training_examples()
    if found.figures is None:
        return {"uncounted": True}
    reasons = listed([words(reason) for reason in found.figures["reasons"]])
    gold = gold_summary(found.figures["gold"])
    return {**found.figures, "reasons": reasons, "gold": gold, "counted_at": found.at}


def gold_summary(counts: Sequence[int]) -> str:
    """Say how many drawings are gold, and which digits have none; empty without any.

    counts: `gold_counts`.
    """
    total = sum(counts)
    if not total:
        return ""
    text = ngettext("Gold set: %(count)d drawing", "Gold set: %(count)d drawings", total)
    text %= {"count": total}
    missing = [str(digit) for digit in DIGITS if not counts[digit]]
    if missing:
        lacks = ngettext("digit %(list)s has none", "digits %(list)s have none", len(missing))
        text += "; " + lacks % {"list": listed(missing)}
    return f"{text}."


def withdrawn(user: User, version: ModelVersion) -> dict[str, Any]:
    """Return the corrections that were withdrawn after the version was trained on them.

    count: of all. seen: the newest of those whose drawings the person may see.
    """
    rows = version.learned_from.filter(state=Correction.State.WITHDRAWN)
    seen = rows.filter(drawing__in=Drawing.objects.visible_to(user))
    return {
        "count": rows.count(),
        "seen": seen.prefetch_related("reviews__by")[:WITHDRAWN_SHOWN],
    }
