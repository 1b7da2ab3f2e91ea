"""SVG coordinates of charts. The templates draw them."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from mlcore.evaluation.significance import share_interval
from recognizer.presentation.axes import Axis, axis
from recognizer.presentation.numbers import localized, percent, shortest_percent

WIDTH, HEIGHT = 360, 140
LEFT, RIGHT, TOP, BOTTOM = 58, 10, 10, 22
SMALL, SLIVER = 32, 2  # heights of the bars beside an answer
NAMED = 24  # space right of the middle of a name below a bar
SQUARE = 200  # side of a reliability diagram, with LEFT and TOP as above
STRIP, STRIP_BOTTOM = 28, 244  # height and lower edge of the bars below it


Curve = Sequence[tuple[float, float]]


@dataclass(frozen=True)
class Chart:
    """`lines` are the points of polylines; `marks` the vertical axis: (y, value) pairs."""

    lines: list[str]
    marks: list[tuple[str, float]]
    first: float
    last: float


@dataclass(frozen=True)
class LearningChart:
    """One figure over the course of a training. curves: the name of each line.

    marks: (y, text) pairs. first, last: the trained figures at both ends, as text.
    """

    name: str
    chart: Chart
    curves: list[str]
    marks: list[tuple[str, str]]
    first: str
    last: str


def learning_curve(history: Sequence[dict[str, Any]], figure: str = "loss") -> Curve:
    """Return (epoch, value) pairs of one figure, from the rows that the trainer reported."""
    return [(row["epoch"], row[figure]) for row in history if row.get(figure) is not None]


def learning_charts(history: Sequence[dict[str, Any]]) -> list[LearningChart]:
    """Chart loss and accuracy, in training and, if reported, on the hold-out."""
    return [
        chart
        for name, figure in ((_("Loss"), "loss"), (_("Accuracy"), "accuracy"))
        if (chart := learning_chart(history, name, figure))
    ]


def learning_chart(
    history: Sequence[dict[str, Any]], name: str, figure: str
) -> LearningChart | None:
    trained = learning_curve(history, figure)
    held = learning_curve(history, f"holdout_{figure}")
    chart = line_chart(trained, held, most=1.0 if figure == "accuracy" else None)
    if chart is None or len(trained) < 2:
        return None
    first, last = trained[0][1], trained[-1][1]
    if figure == "accuracy":
        ends = percent(first), percent(last)
        marks = [(y, shortest_percent(value)) for y, value in chart.marks]
    else:
        ends = localized(f"{first:.3f}"), localized(f"{last:.3f}")
        marks = [(y, localized(f"{value:g}")) for y, value in chart.marks]
    curves = [_("in training"), _("hold-out")][: len(chart.lines)]
    return LearningChart(name, chart, curves, marks, *ends)


def shares(curve: Curve) -> Curve:
    """Scale a curve's x values to 0..1, so that trainings of any length fit into one chart."""
    if len(curve) < 2:
        return curve
    first, last = curve[0][0], curve[-1][0]
    return [((step - first) / ((last - first) or 1), value) for step, value in curve]


def line_chart(*curves: Curve, most: float | None = None) -> Chart | None:
    """Draw curves of (x, value) pairs, ordered by x, on the same axes.

    Values are 0 or more; without `most`, their upper limit, the axis begins at 0. Curves of fewer
    than two pairs are left out. Returns None if no curve is left.
    """
    drawn = [curve for curve in curves if len(curve) >= 2]
    if not drawn:
        return None
    steps = [step for curve in drawn for step, _ in curve]
    values = [value for curve in drawn for _, value in curve]
    vertical = axis([*values, *([0.0] if most is None else [])], least=0.0, most=most)
    first, last = min(steps), max(steps)
    across = (WIDTH - LEFT - RIGHT) / ((last - first) or 1)
    lines = [
        " ".join(
            f"{LEFT + (step - first) * across:.1f},{height(vertical, value)}"
            for step, value in curve
        )
        for curve in drawn
    ]
    return Chart(lines, marks_of(vertical), first, last)


def height(vertical: Axis, value: float) -> str:
    """Return the y of a value."""
    return f"{TOP + (1 - vertical.share(value)) * (HEIGHT - TOP - BOTTOM):.1f}"


def marks_of(vertical: Axis) -> list[tuple[str, float]]:
    return [(height(vertical, value), value) for value in vertical.marks]


@dataclass(frozen=True)
class Mark:
    """A bin of a reliability diagram: a circle with an error bar, and below it a bar for its count.

    low, high: the y of the ends of the interval of 95 %. bar_x, bar_y, bar_height: of the bar.
    """

    x: str
    y: str
    low: str
    high: str
    bar_x: str
    bar_y: str
    bar_height: str


def reliability_marks(bins: Sequence[tuple[float, float, int]], of: int) -> list[Mark]:
    """Make one mark per (mean confidence, accuracy, number of answers); shares are in 0..1.

    of: how many bins of equal width there are. The bars grow with the logarithm of the number,
    because most answers are in the top bin.
    """
    most = max((n for _, _, n in bins), default=0)
    marks = []
    for confidence, accuracy, n in bins:
        interval = share_interval(round(accuracy * n), n)
        bar = max(1.0, STRIP * math.log1p(n) / math.log1p(most))
        marks.append(
            Mark(
                x=f"{LEFT + confidence * SQUARE:.1f}",
                y=square_y(accuracy),
                low=square_y(interval.low),
                high=square_y(interval.high),
                bar_x=f"{LEFT + min(int(confidence * of), of - 1) * SQUARE / of + 0.5:.1f}",
                bar_y=f"{STRIP_BOTTOM - bar:.1f}",
                bar_height=f"{bar:.1f}",
            )
        )
    return marks


def square_y(share: float) -> str:
    return f"{TOP + (1 - share) * SQUARE:.1f}"


@dataclass(frozen=True)
class Bar:
    """A bar of a small bar chart, 10 wide and up to SMALL high. best: whether it is the highest."""

    x: int
    y: str
    height: str
    best: bool


def bars(probabilities: Sequence[float]) -> list[Bar]:
    """Make one bar per probability. The smallest bar stays visible, so that all can be counted."""
    highest = max(probabilities, default=0.0)
    heights = [max(p * SMALL, SLIVER) for p in probabilities]
    return [
        Bar(10 * i, f"{SMALL - height:.1f}", f"{height:.1f}", probabilities[i] == highest)
        for i, height in enumerate(heights)
    ]


@dataclass(frozen=True)
class Pair:
    """Two bars beside each other, with the middle below them."""

    middle: str
    x: tuple[str, str]
    y: tuple[str, str]
    height: tuple[str, str]


@dataclass(frozen=True)
class PairedBars:
    """highest: the share, 0 to 1, at the top of the axis. width: of each bar."""

    pairs: list[Pair]
    highest: float
    width: str


def paired_bars(now: Sequence[float], before: Sequence[float]) -> PairedBars:
    """Draw the shares of classes lately, and beside each the one before, on the same axis."""
    highest = axis([0.0, *now, *before], least=0.0, most=1.0, span=0.1).high
    down, step = HEIGHT - TOP - BOTTOM, (WIDTH - LEFT - RIGHT) / len(now)
    pairs = []
    for i, shares in enumerate(zip(now, before, strict=True)):
        heights = [share / highest * down for share in shares]
        middle = LEFT + (i + 0.5) * step
        pairs.append(
            Pair(
                f"{middle:.1f}",
                (f"{middle:.1f}", f"{middle - 0.4 * step:.1f}"),
                (f"{TOP + down - heights[0]:.1f}", f"{TOP + down - heights[1]:.1f}"),
                (f"{heights[0]:.1f}", f"{heights[1]:.1f}"),
            )
        )
    return PairedBars(pairs, highest, f"{0.4 * step:.1f}")


@dataclass(frozen=True)
class Column:
    """A bar of `columns`. name: what is written below it; empty for most if there are many."""

    x: str
    y: str
    height: str
    middle: str
    name: str
    value: float


@dataclass(frozen=True)
class Columns:
    """marks: the vertical axis, (y, value) pairs. width: of each bar."""

    bars: list[Column]
    marks: list[tuple[str, float]]
    width: str


def columns(values: Sequence[float], names: Sequence[str], *, most: float | None = None) -> Columns:
    """Draw one bar per value, 0 or more. most: of shares 1, of counts None."""
    vertical = axis([0.0, *values], least=0.0, most=most, whole=most is None)
    step = (WIDTH - LEFT - RIGHT) / max(1, len(values))
    bars = []
    for i, (value, name) in enumerate(zip(values, names, strict=True)):
        top, left = height(vertical, value), LEFT + (i + 0.1) * step
        bars.append(
            Column(
                f"{left:.1f}",
                top,
                f"{HEIGHT - BOTTOM - float(top):.1f}",
                f"{min(left + 0.4 * step, WIDTH - NAMED):.1f}",
                name,
                value,
            )
        )
    return Columns(bars, marks_of(vertical), f"{0.8 * step:.1f}")
