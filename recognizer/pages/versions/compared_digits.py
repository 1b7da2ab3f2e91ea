"""Two versions' accuracy by digit, as a chart: on the site's drawings, and on an evaluation set."""

from django.utils.translation import gettext as _

from mlcore.evaluation.significance import LEVEL, difference_interval, mcnemar
from recognizer.actions.versions.answer_changes import Changes
from recognizer.models import ModelVersion
from recognizer.pages.versions.confusions import tables_of
from recognizer.presentation.version_charts import Dumbbells, Pair, dumbbells
from recognizer.templatetags.digits import sign, thousands


def on_drawings(changes: Changes) -> Dumbbells | None:
    """Chart the labels of drawings that both versions answered. Chance: McNemar's exact test."""
    return dumbbells(
        [
            pair(each.label, each.n, each.right, mcnemar(each.fixed, each.broken) >= LEVEL)
            for each in changes.by_label
        ]
    )


def on_set(before: ModelVersion, after: ModelVersion, key: str) -> Dumbbells | None:
    """Chart the labels of an evaluation set that both versions were measured on."""
    rows = zip(tables_of(before)[key], tables_of(after)[key], strict=True)
    pairs = []
    for label, (was, now) in enumerate(rows):
        if sum(was) and sum(was) == sum(now):
            counts = (was[label], sum(was)), (now[label], sum(now))
            right = was[label], now[label]
            pairs.append(pair(label, sum(was), right, difference_interval(*counts).has_zero))
    return dumbbells(pairs)


def pair(label: int, n: int, right: tuple[int, int], is_chance: bool) -> Pair:
    numbers = {"before": right[0], "after": right[1], "n": n}
    counts = _("%(before)s → %(after)s of %(n)s") % {
        name: thousands(number) for name, number in numbers.items()
    }
    return Pair(sign(label), right[0] / n, right[1] / n, is_chance, counts)
