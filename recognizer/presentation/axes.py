"""Axes of charts: they begin and end at round numbers, and have two to five marks."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

STEPS = (1, 2, 2.5, 5, 10)
INTERVALS = 4  # between marks, at most about so many


@dataclass(frozen=True)
class Axis:
    """low, high: its ends. marks: the values that are written on it, from low to high."""

    low: float
    high: float
    marks: tuple[float, ...]

    def share(self, value: float) -> float:
        """Return where the value is: 0 at the low end, 1 at the high end."""
        return (value - self.low) / (self.high - self.low)


def axis(
    values: Sequence[float],
    *,
    least: float | None = None,
    most: float | None = None,
    span: float = 0.0,
    whole: bool = False,
) -> Axis:
    """Return an axis for the values.

    least, most: the axis does not go beyond. span: it is at least this long, so that noise among
    nearly equal values does not fill the chart. whole: marks are whole numbers.
    """
    low, high = min(values, default=0.0), max(values, default=0.0)
    if high - low < span:
        low, high = middle_span(low, high, span, least, most)
    step = round_step((high - low) or abs(high) or 1.0)
    step = max(step, 1.0) if whole else step
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    last = max(last, first + 1)
    marks = [each * step for each in range(first, last + 1)]
    kept = [each for each in marks if within(each, least, most)]
    return Axis(kept[0], kept[-1], tuple(round(each, 10) for each in kept))


def middle_span(
    low: float, high: float, span: float, least: float | None, most: float | None
) -> tuple[float, float]:
    """Return a range of this length around another, moved to where it may be."""
    start = (low + high - span) / 2
    if most is not None:
        start = min(start, most - span)
    if least is not None:
        start = max(start, least)
    return start, start + span


def within(value: float, least: float | None, most: float | None) -> bool:
    return (least is None or value >= least - 1e-9) and (most is None or value <= most + 1e-9)


def round_step(length: float) -> float:
    """Return the smallest round step with which at most INTERVALS of them cover the length."""
    rough = length / INTERVALS
    power = 10.0 ** math.floor(math.log10(rough))
    return next(step * power for step in STEPS if step * power >= rough - 1e-12)
