"""Two versions' figures side by side, their difference, and which is better."""

from dataclasses import dataclass, replace

from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from mlcore.evaluation.significance import LEVEL, difference_interval, mcnemar
from recognizer.models import ModelVersion
from recognizer.pages.versions.compared_figures import MEASURES, Measure
from recognizer.presentation.numbers import localized, percent
from recognizer.templatetags.digits import DASH, compact, thousands

CHANCE, REAL, EXACT = "chance", "real", "exact"
COUNTED = ("count", "bytes")  # kinds of figures that are not measured on a sample
REPORTED = gettext_noop("for information, not a gate")
# The table's parts: name, its term, note and measures.
PARTS = [
    (gettext_noop("MNIST hold-out"), "hold-out", "", ["holdout_accuracy", "holdout_refused"]),
    (
        gettext_noop("MNIST hold-out with non-digits"),
        "hold-out",
        gettext_noop("after calibration"),
        ["likelihood", "calibration_error", "negatives_refused"],
    ),
    (
        gettext_noop("Pen hold-out"),
        "hold-out",
        gettext_noop("after calibration"),
        [
            *("pen_accuracy", "pen_refused", "pen_likelihood"),
            *("pen_calibration_error", "pen_negatives_refused"),
        ],
    ),
    (
        gettext_noop("Reference sets"),
        "reference sets",
        "",
        [
            "embedded",
            "pen",
            "forms",
            "numbers",
            "digit_errors",
            "gold",
            "non_digits_refused",
            "strokes_error",
            "pictures_error",
        ],
    ),
    (gettext_noop("MNIST test"), "", REPORTED, ["ten_way", "accuracy", "digits_refused"]),
    (
        gettext_noop("Cost"),
        "",
        gettext_noop("times: where each was trained"),
        ["parameters", "multiply_adds", "litert_bytes", "latency_ms"],
    ),
]


@dataclass(frozen=True)
class Difference:
    """A row: both figures and their difference as text.

    term: what the figure is, in `presentation.terms`, or empty.
    better: the number of the better version; None if they are equal or cannot be compared. note:
    why they cannot be compared. certainty: whether the difference may be CHANCE or is REAL, or the
    figure is EXACT; empty if that was not tested. interval: of the difference, 95 %, as text.
    """

    name: str
    before: str
    after: str
    difference: str
    better: int | None
    note: str = ""
    certainty: str = ""
    interval: str = ""
    term: str = ""


@dataclass(frozen=True)
class DifferencePart:
    name: str
    term: str
    note: str
    rows: list[Difference]


def differences(before: ModelVersion, after: ModelVersion) -> list[DifferencePart]:
    """Return the parts with the figures of either version. Takes versions of `with_sizes`."""
    parts = [
        DifferencePart(_(name), term, note and _(note), measured(keys, before, after))
        for name, term, note, keys in PARTS
    ]
    return [part for part in parts if part.rows]


def measured(keys: list[str], before: ModelVersion, after: ModelVersion) -> list[Difference]:
    """Return the rows of the measures that either version has."""
    found = [(MEASURES[key], difference(MEASURES[key], before, after)) for key in keys]
    return [replace(row, term=of.term) for of, row in found if row.before or row.after]


def difference(measure: Measure, before: ModelVersion, after: ModelVersion) -> Difference:
    name = _(measure.name)
    was, now = measure.of(before), measure.of(after)
    texts = text(measure.kind, was), text(measure.kind, now)
    if was is None or now is None:
        return Difference(name, *texts, difference="", better=None)
    n_before, n_after = measure.n(before), measure.n(after)
    if n_before != n_after:
        note = _("different sets: %(before)s and %(after)s inputs") % {
            "before": thousands(n_before) or DASH,
            "after": thousands(n_after) or DASH,
        }
        return Difference(name, *texts, difference="", better=None, note=note)
    if measure.pen(before) != measure.pen(after):
        return Difference(name, *texts, difference="", better=None, note=_("different pen digits"))
    gain = (now - was) * measure.better
    better = None if not gain else after.number if gain > 0 else before.number
    difference = signed(measure.kind, now - was)
    if measure.kind in COUNTED:
        return Difference(name, *texts, difference, better, certainty=EXACT)
    return Difference(name, *texts, difference, better, "", *tested(measure, before, after))


def tested(measure: Measure, before: ModelVersion, after: ModelVersion) -> tuple[str, str]:
    """Return `certainty` and `interval` of the row of a share; empty texts if it cannot be tested.

    Without the answer to every input the versions count as independent, which is cautious.
    """
    was, now = measure.counts(before), measure.counts(after)
    if was is None or now is None:
        return "", ""
    found = difference_interval(was, now)
    ends = {"low": points(found.low), "high": points(found.high)}
    interval = _("%(low)s to %(high)s") % ends
    pairs = list(zip(measure.hits(before), measure.hits(after), strict=False))
    if len(pairs) == was[1]:
        is_chance = mcnemar(pairs.count(("0", "1")), pairs.count(("1", "0"))) >= LEVEL
    else:
        is_chance = found.has_zero
    return CHANCE if is_chance else REAL, interval


def points(change: float) -> str:
    """Format a difference of shares: -0.0012 -> "-0.12", with a proper minus sign."""
    sign = "+" if change > 0 else "\N{MINUS SIGN}" if change < 0 else ""
    return sign + localized(f"{abs(change) * 100:.2f}")


def text(kind: str, value: float | None) -> str:
    """Format a figure; empty for None."""
    if value is None:
        return ""
    match kind:
        case "share":
            return percent(value, 2)
        case "bytes":
            return str(filesizeformat(value))
        case "count":
            return compact(value)
        case "ms":
            return f"{localized(f'{value:.2f}')} ms"
    return localized(f"{value:.4f}")


def signed(kind: str, change: float) -> str:
    """Format a difference: +0.0012 of a share -> "+0.12 points"."""
    if not change:
        return "0"
    if kind == "share":
        return _("%(number)s points") % {"number": points(change)}
    sign = "+" if change > 0 else "\N{MINUS SIGN}"
    return sign + text(kind, abs(change))
