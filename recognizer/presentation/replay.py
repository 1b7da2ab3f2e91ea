"""Strokes with a time for each point, for pages that replay a drawing."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from recognizer.presentation.thumbnails import SIDE, fit, pairs, view_side

LONGEST_PAUSE = 1000.0  # ms; longer pauses are shortened to this
EVEN_SPEED = SIDE / 800  # view box units per ms, if no times are stored
EVEN_LIFT = 250.0  # ms between two strokes, if no times are stored


@dataclass(frozen=True)
class Replay:
    """A drawing to replay.

    strokes: points {x, y, t, p}. x and y are placed as by the filter `ink`; t is in ms from 0;
    p is the pressure, present only if it was recorded. is_timed: whether t was recorded.
    """

    strokes: list[list[dict[str, float]]]
    duration: int  # ms
    is_timed: bool


def replay(strokes: Sequence[Sequence[dict[str, Any]]] | None) -> Replay | None:
    """Return None if there is nothing to replay: an upload, or a single dot."""
    kept = [list(stroke) for stroke in strokes or [] if stroke]
    points = [point for stroke in kept for point in stroke]
    if len(points) < 2:
        return None
    placed = fit(pairs(kept), view_side(kept))
    pauses = recorded_pauses(points)
    times = [0.0]
    for pause in pauses or even_pauses(placed):
        times.append(times[-1] + pause)
    return Replay(with_times(kept, placed, times), math.ceil(times[-1]), bool(pauses))


def recorded_pauses(points: Sequence[dict[str, Any]]) -> list[float]:
    """Return the milliseconds from each point to the next, from the recorded times.

    Empty if a point has no time, or if all times are equal. A negative difference counts as 0.
    """
    if not all("t" in point for point in points):
        return []
    gaps = [after["t"] - before["t"] for before, after in pairwise(points)]
    pauses = [min(max(gap, 0.0), LONGEST_PAUSE) for gap in gaps]
    return pauses if any(pauses) else []


def even_pauses(placed: Sequence[Sequence[tuple[float, float]]]) -> list[float]:
    """Return the milliseconds from each point to the next for a pen of constant speed."""
    pauses: list[float] = []
    for number, stroke in enumerate(placed):
        pauses += [EVEN_LIFT] if number else []
        pauses += [math.dist(*pair) / EVEN_SPEED for pair in pairwise(stroke)]
    return pauses


def with_times(
    kept: Sequence[Sequence[dict[str, Any]]],
    placed: Sequence[Sequence[tuple[float, float]]],
    times: Sequence[float],
) -> list[list[dict[str, float]]]:
    remaining = iter(times)
    return [
        [
            {"x": round(x, 2), "y": round(y, 2), "t": round(next(remaining), 1)}
            | ({"p": point["p"]} if "p" in point else {})
            for point, (x, y) in zip(stroke, positions, strict=True)
        ]
        for stroke, positions in zip(kept, placed, strict=True)
    ]
