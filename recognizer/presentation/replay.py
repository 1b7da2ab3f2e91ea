"""Strokes with the moment at which each point is drawn, for pages that play them."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from recognizer.presentation.thumbnails import SIDE, fit

LONGEST_REST = 1000.0  # ms; nobody wants to watch somebody think
EVEN_SPEED = SIDE / 800  # of the box a millisecond, where no times were kept
EVEN_LIFT = 250.0  # ms between two strokes then


@dataclass(frozen=True)
class Replay:
    """strokes: points as {x, y, t, p}; x and y as `thumbnails.ink_path` has them, t in ms from 0,
    p, the pressure, only where it was kept. is_timed: whether t is as it was drawn."""

    strokes: list[list[dict[str, float]]]
    duration: int  # ms
    is_timed: bool


def replay(strokes: Sequence[Sequence[dict[str, Any]]] | None) -> Replay | None:
    """None where there is nothing to play: an upload, or a single dot."""
    kept = [list(stroke) for stroke in strokes or [] if stroke]
    points = [point for stroke in kept for point in stroke]
    if len(points) < 2:
        return None
    placed = fit([[(point["x"], point["y"]) for point in stroke] for stroke in kept])
    rests = timed_rests(points)
    moments = [0.0]
    for rest in rests or even_rests(placed):
        moments.append(moments[-1] + rest)
    return Replay(played(kept, placed, moments), math.ceil(moments[-1]), bool(rests))


def timed_rests(points: Sequence[dict[str, Any]]) -> list[float]:
    """Milliseconds from each point to the next; empty where not every point has a time of its own
    clock, or all have the same. A clock that goes back stands still."""
    if not all("t" in point for point in points):
        return []
    gaps = [after["t"] - before["t"] for before, after in pairwise(points)]
    rests = [min(max(gap, 0.0), LONGEST_REST) for gap in gaps]
    return rests if any(rests) else []


def even_rests(placed: Sequence[Sequence[tuple[float, float]]]) -> list[float]:
    """The same for a pen that is always equally fast."""
    rests: list[float] = []
    for number, stroke in enumerate(placed):
        rests += [EVEN_LIFT] if number else []
        rests += [math.dist(*pair) / EVEN_SPEED for pair in pairwise(stroke)]
    return rests


def played(
    kept: Sequence[Sequence[dict[str, Any]]],
    placed: Sequence[Sequence[tuple[float, float]]],
    moments: Sequence[float],
) -> list[list[dict[str, float]]]:
    when = iter(moments)
    return [
        [
            {"x": round(x, 2), "y": round(y, 2), "t": round(next(when), 1)}
            | ({"p": point["p"]} if "p" in point else {})
            for point, (x, y) in zip(stroke, places, strict=True)
        ]
        for stroke, places in zip(kept, placed, strict=True)
    ]
