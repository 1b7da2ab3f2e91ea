"""Line charts as SVG coordinates; the template draws them."""

from collections.abc import Sequence
from dataclasses import dataclass

WIDTH, HEIGHT = 360, 140
LEFT, RIGHT, TOP, BOTTOM = 46, 10, 10, 22


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
