"""Charts as SVG coordinates; the templates draw them."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

WIDTH, HEIGHT = 360, 140
LEFT, RIGHT, TOP, BOTTOM = 46, 10, 10, 22
SQUARE = 200  # side of a reliability diagram, with LEFT and TOP as above


@dataclass(frozen=True)
class Chart:
    """`line` are the points of a polyline; `low` and `high` label the vertical axis."""

    line: str
    low: float
    high: float
    first: int
    last: int


def line_chart(points: Sequence[tuple[int, float]]) -> Chart | None:
    """(epoch, value) pairs in order; None for fewer than two, which make no line."""
    if len(points) < 2:
        return None
    steps, values = [step for step, _ in points], [value for _, value in points]
    low, high = min(values), max(values)
    across = (WIDTH - LEFT - RIGHT) / max(1, steps[-1] - steps[0])
    down = (HEIGHT - TOP - BOTTOM) / ((high - low) or 1)
    line = " ".join(
        f"{LEFT + (step - steps[0]) * across:.1f},{TOP + (high - value) * down:.1f}"
        for step, value in points
    )
    return Chart(line, low, high, steps[0], steps[-1])


@dataclass(frozen=True)
class Mark:
    """A circle of a reliability diagram; `ideal` is the height where its confidence were right."""

    x: str
    y: str
    ideal: str
    radius: str


def reliability_marks(bins: Sequence[tuple[float, float, int]]) -> list[Mark]:
    """One mark for every (mean confidence, share right, number of answers), all shares in 0..1.

    A circle's radius grows with the logarithm of the number: most answers are very sure ones.
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
