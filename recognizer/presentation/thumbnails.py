"""Strokes as a smooth SVG path, for pages that show drawings without a canvas."""

import math
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any, TypedDict

SIDE = 100.0  # of the square view box, for ink that is not much wider than high
WIDE = 2.0  # times as wide as high; wider ink is small, and gets a larger view box
LARGEST = 3.0  # times SIDE
MARGIN = 14.0  # around the ink, so that round line caps stay inside
NEAREST = 0.7  # points closer than this do not change the shape at thumbnail size


class Point(TypedDict):
    x: float
    y: float


Pair = tuple[float, float]


def ink_path(strokes: Sequence[Sequence[Point]], side: float = SIDE) -> str:
    """Return the `d` of a path in a square view box, with the ink centered and scaled to fit.

    Each point is the control point of a quadratic curve between midpoints, as in the studio. A
    stroke of one point is a dot.
    """
    return "".join(curve(thin(stroke)) for stroke in fit(pairs(strokes), side))


def view_side(strokes: Sequence[Sequence[Mapping[str, Any]]]) -> float:
    """Return the side of the view box that shows the digits of a long number, SIDE or more.

    All view boxes are shown in the same size, with a pen of the same width: the larger, the finer.
    """
    points = [point for stroke in pairs(strokes) for point in stroke]
    if not points:
        return SIDE
    width, height = (max(places) - min(places) for places in zip(*points, strict=True))
    return round(SIDE * min(max(width / (WIDE * height), 1.0), LARGEST)) if height else SIDE


def pairs(strokes: Sequence[Sequence[Mapping[str, Any]]]) -> list[list[Pair]]:
    """Return the positions of all strokes that have any."""
    return [[(point["x"], point["y"]) for point in stroke] for stroke in strokes if stroke]


def fit(strokes: list[list[Pair]], side: float = SIDE) -> list[list[Pair]]:
    xs = [x for stroke in strokes for x, _ in stroke]
    ys = [y for stroke in strokes for _, y in stroke]
    if not xs:
        return []
    longest = max(max(xs) - min(xs), max(ys) - min(ys))
    scale = (side - 2 * MARGIN) / longest if longest else 0.0
    left, top = (min(xs) + max(xs)) / 2, (min(ys) + max(ys)) / 2
    return [
        [((x - left) * scale + side / 2, (y - top) * scale + side / 2) for x, y in stroke]
        for stroke in strokes
    ]


def thin(stroke: list[Pair]) -> list[Pair]:
    kept = stroke[:1]
    for point in stroke[1:-1]:
        if math.dist(point, kept[-1]) >= NEAREST:
            kept.append(point)
    return kept + stroke[1:][-1:]


def curve(points: list[Pair]) -> str:
    if len(points) == 1:
        return f"M{pair(points[0])}h.01"  # browsers draw round caps only on a line
    path = [f"M{pair(points[0])}"]
    for (x, y), (next_x, next_y) in pairwise(points[1:]):
        path.append(f"Q{pair((x, y))} {pair(((x + next_x) / 2, (y + next_y) / 2))}")
    path.append(f"L{pair(points[-1])}")
    return "".join(path)


def pair(point: Pair) -> str:
    return f"{point[0]:.1f} {point[1]:.1f}"
