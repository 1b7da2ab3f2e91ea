"""What matters of every version: as charts over versions, and as the figures of one version.

Figures that are measured on every version come first; MNIST and the pen hold-out follow where they
were measured.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from recognizer.models import ModelVersion
from recognizer.pages.versions.compared_figures import MEASURES, Measure
from recognizer.pages.versions.differences import text
from recognizer.presentation.numbers import percent
from recognizer.presentation.version_charts import Point, Series, Trend, trend
from recognizer.templatetags.digits import thousands

# The charts: name, what it means, whether the figures are shares, and the measures.
CHARTS = [
    (
        gettext_noop("Reference sets"),
        gettext_noop("Drawings that come with the program and never change."),
        True,
        ["embedded", "forms", "numbers"],
    ),
    (
        gettext_noop("Drawn with a pen"),
        gettext_noop("Strokes of the reference set, and of writers who were not learned from."),
        True,
        ["pen", "pen_accuracy"],
    ),
    (
        gettext_noop("Non-digits refused"),
        gettext_noop("Scribbles and letters that are rightly answered “not a digit”."),
        True,
        ["non_digits_refused"],
    ),
    (
        gettext_noop("Calibration error"),
        gettext_noop("How far confidences are from the shares that are right; lower is better."),
        False,
        ["strokes_error", "pictures_error"],
    ),
    (
        gettext_noop("MNIST"),
        gettext_noop(
            "70,000 handwritten digits that programs are often compared on; measured where they "
            "were at hand. The test part decides nothing."
        ),
        True,
        ["holdout_accuracy", "accuracy"],
    ),
]
ALWAYS = (
    *("embedded", "forms", "numbers", "pen", "non_digits_refused"),
    *("strokes_error", "pictures_error"),
)
WHERE_MEASURED = ("pen_accuracy", "holdout_accuracy", "accuracy")
NAMES = {
    "embedded": gettext_noop("Drawn reference set"),
    "forms": gettext_noop("Regional digit forms"),
    "numbers": gettext_noop("Drawn numbers"),
    "pen": gettext_noop("Drawn pen digits"),
    "non_digits_refused": gettext_noop("Non-digits refused"),
    "strokes_error": gettext_noop("Calibration error, strokes"),
    "pictures_error": gettext_noop("Calibration error, pictures"),
    "pen_accuracy": gettext_noop("Pen hold-out"),
    "holdout_accuracy": gettext_noop("MNIST hold-out"),
    "accuracy": gettext_noop("MNIST test"),
}
Own = dict[int, tuple[int, int]]  # (right, answered) of each version's id


@dataclass(frozen=True)
class OverVersions:
    """A chart. curves: the name of each line; none if there is one line."""

    name: str
    about: str
    chart: Trend
    curves: list[str]
    is_share: bool


@dataclass(frozen=True)
class Figure:
    """A figure of one version; empty if not measured. detail: how many drawings."""

    name: str
    value: str
    detail: str = ""


def over_versions(
    versions: Sequence[ModelVersion], own: Own, own_name: str, serving: int | None
) -> list[OverVersions]:
    """Return the charts that have a figure. versions: oldest first. serving: its number."""
    numbers = [version.number for version in versions]
    shown = [of_own(own, versions, own_name, numbers, serving)]
    for name, about, share, keys in CHARTS:
        lines = [(_(NAMES[key]), series(MEASURES[key], versions)) for key in keys]
        kept = [(each, line) for each, line in lines if any(line)]
        chart = trend([line for _name, line in kept], numbers, serving=serving, share=share)
        if chart:
            curves = [each for each, _line in kept] if len(keys) > 1 else []
            shown.append(OverVersions(_(name), _(about), chart, curves, share))
    return [each for each in shown if each]


def of_own(
    own: Own,
    versions: Sequence[ModelVersion],
    name: str,
    numbers: Sequence[int],
    serving: int | None,
) -> OverVersions | None:
    line = [
        counted_point(version, *own[version.pk]) if version.pk in own else None
        for version in versions
    ]
    chart = trend([line], numbers, serving=serving)
    about = _("Read right, of the newest with an approved label. A version may have learned some.")
    return OverVersions(name, about, chart, [], is_share=True) if chart else None


def series(measure: Measure, versions: Sequence[ModelVersion]) -> Series:
    return [point(measure, version) for version in versions]


def point(measure: Measure, version: ModelVersion) -> Point | None:
    counts, value = measure.counts(version), measure.of(version)
    if counts:
        return counted_point(version, *counts)
    if value is None:
        return None
    words = {"number": version.number, "figure": text(measure.kind, value)}
    return Point(value, value, value, _("Version %(number)s: %(figure)s") % words)


def counted_point(version: ModelVersion, right: int, n: int) -> Point:
    words = {"number": version.number, "share": percent(right / n, 2), "count": of_all(right, n)}
    told = _("Version %(number)s: %(share)s (%(count)s)") % words
    return Point.of_share(right, n, told)


def of_all(right: int, n: int) -> str:
    return _("%(done)s of %(total)s") % {"done": thousands(right), "total": thousands(n)}


def figures_of_one(version: ModelVersion, own: Own, own_name: str) -> list[Figure]:
    """Return the figures of a version in their order; those of WHERE_MEASURED only if measured."""
    right, n = own.get(version.pk, (0, 0))
    found = [Figure(own_name, percent(right / n, 1) if n else "", of_all(right, n) if n else "")]
    for key in (*ALWAYS, *WHERE_MEASURED):
        measure = MEASURES[key]
        value = text(measure.kind, measure.of(version))
        if value or key in ALWAYS:
            found.append(Figure(_(NAMES[key]), value))
    return found
