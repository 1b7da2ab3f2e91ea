"""SVG coordinates of charts. The templates draw them."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from recognizer.presentation.numbers import localized, percent

WIDTH, HEIGHT = 360, 140
LEFT, RIGHT, TOP, BOTTOM = 58, 10, 10, 22
SMALL, SLIVER = 32, 2  # heights of the bars beside an answer
SQUARE = 200  # side of a reliability diagram, with LEFT and TOP as above


Curve = Sequence[tuple[float, float]]


@dataclass(frozen=True)
class Chart:
    """`lines` are the points of polylines; `low` and `high` label the vertical axis."""

    lines: list[str]
    low: float
    high: float
    first: float
    last: float


@dataclass(frozen=True)
class LearningChart:
    """One figure over the course of a training. Values are text. curves: the name of each line."""

    name: str
    chart: Chart
    curves: list[str]
    low: str
    high: str
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
    chart = line_chart(trained, held)
    if chart is None or len(trained) < 2:
        return None
    values = (chart.low, chart.high, trained[0][1], trained[-1][1])
    if figure == "accuracy":
        low, high, first, last = (percent(value) for value in values)
    else:
        low, high, first, last = (localized(f"{value:.3f}") for value in values)
    curves = [_("in training"), _("hold-out")][: len(chart.lines)]
    return LearningChart(name, chart, curves, low, high, first, last)


def shares(curve: Curve) -> Curve:
    """Scale a curve's x values to 0..1, so that trainings of any length fit into one chart."""
    if len(curve) < 2:
        return curve
    first, last = curve[0][0], curve[-1][0]
    return [((step - first) / ((last - first) or 1), value) for step, value in curve]


def line_chart(*curves: Curve) -> Chart | None:
    """Draw curves of (x, value) pairs, ordered by x, on the same axes.

    Curves of fewer than two pairs are left out. Returns None if no curve is left.
    """
    drawn = [curve for curve in curves if len(curve) >= 2]
    if not drawn:
        return None
    steps = [step for curve in drawn for step, _ in curve]
    values = [value for curve in drawn for _, value in curve]
    first, last, low, high = min(steps), max(steps), min(values), max(values)
    across = (WIDTH - LEFT - RIGHT) / ((last - first) or 1)
    down = (HEIGHT - TOP - BOTTOM) / ((high - low) or 1)
    lines = [
        " ".join(
            f"{LEFT + (step - first) * across:.1f},{TOP + (high - value) * down:.1f}"
            for step, value in curve
        )
        for curve in drawn
    ]
    return Chart(lines, low, high, first, last)


@dataclass(frozen=True)
class Mark:
    """A circle of a reliability diagram. `ideal` is its y if the confidence were exact."""

    x: str
    y: str
    ideal: str
    radius: str


def reliability_marks(bins: Sequence[tuple[float, float, int]]) -> list[Mark]:
    """Make one mark per (mean confidence, accuracy, number of answers); shares are in 0..1.

    The radius grows with the logarithm of the number, because most answers are in the top bin.
    """
    return [
        Mark(
            x=f"{LEFT + confidence * SQUARE:.1f}",
            y=f"{TOP + (1 - accuracy) * SQUARE:.1f}",
            ideal=f"{TOP + (1 - confidence) * SQUARE:.1f}",
            radius=f"{2 + math.log10(n):.1f}",
        )
        for confidence, accuracy, n in bins
    ]


@dataclass(frozen=True)
class Bar:
    """A bar of a small bar chart, 10 wide and up to SMALL high. best: whether it is the highest."""

    x: int
    y: str
    height: str
    best: bool


def bars(probabilities: Sequence[float]) -> list[Bar]:
    """Make one bar per probability. The smallest bar stays visible, so that ten can be counted."""
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
    """highest: the share, 0 to 1, of the highest bar. width: of each bar."""

    pairs: list[Pair]
    highest: float
    width: str


def paired_bars(now: Sequence[float], before: Sequence[float]) -> PairedBars:
    """Draw the shares of classes lately, and beside each the one before, on the same axis."""
    highest = max(*now, *before) or 1.0
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
