"""Smooth pen paths: cubic Bezier curves through control points.

A path is written as text: one "x,y" per control point, in hundredths of the figure's height, x to
the right and y down. The curve passes through every point; a "!" after a point makes it a corner.
"""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

Points = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Path:
    """Control points (n,2) in heights of the figure, and corners (n,) bool."""

    points: Points
    corners: NDArray[np.bool_]

    def reversed(self) -> "Path":
        """Return the same path drawn from its end."""
        return Path(self.points[::-1], self.corners[::-1])


def path(text: str) -> Path:
    """Parse a path from text; raise ValueError if a number is malformed."""
    marks = text.split()
    pairs = [mark.rstrip("!").split(",") for mark in marks]
    points = np.array([(float(x), float(y)) for x, y in pairs]) / 100
    return Path(points, np.array([mark.endswith("!") for mark in marks]))


@lru_cache(maxsize=64)
def _bernstein(samples: int) -> Points:
    """Return weights (samples,4) of a cubic's control points at `samples` steps over [0,1)."""
    t = (np.arange(samples) / samples)[:, None]
    return np.hstack([(1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t**2 * (1 - t), t**3])


def curve(points: Points, corners: NDArray[np.bool_], *, roundness: float, samples: int) -> Points:
    """Return points (m,2) along the curve through the control points.

    samples: points per segment. Tangents are those of a Catmull-Rom spline (Catmull and Rom 1974).
    They are limited to the shorter of the neighboring segments, because uneven spacing would make
    loops, and are zero at corners. roundness scales them: 1 is the spline itself, 0 a polygon.
    """
    if len(points) == 1:
        return points.copy()
    steps = np.diff(points, axis=0)
    lengths = np.hypot(steps[:, 0], steps[:, 1]) + 1e-9
    tangents = np.zeros_like(points)
    chords = points[2:] - points[:-2]
    directions = chords / (np.hypot(chords[:, 0], chords[:, 1]) + 1e-9)[:, None]
    tangents[1:-1] = directions * ~corners[1:-1, None]
    reach = (roundness / 3 * lengths)[:, None]
    tangents[0] = _end_tangent(steps[0] / lengths[0], tangents[1])
    tangents[-1] = _end_tangent(steps[-1] / lengths[-1], tangents[-2])
    controls = np.stack(
        [
            points[:-1],
            points[:-1] + tangents[:-1] * reach,
            points[1:] - tangents[1:] * reach,
            points[1:],
        ],
        axis=1,
    )
    along = np.einsum("tk,skd->std", _bernstein(samples), controls).reshape(-1, 2)
    return np.vstack([along, points[-1:]])


def _end_tangent(chord: Points, neighbor: Points) -> Points:
    """Return the end tangent that bends the segment evenly: its neighbor mirrored in the chord."""
    return 2 * np.dot(neighbor, chord) * chord - neighbor if neighbor.any() else chord


def distances(points: Points) -> Points:
    """Return distances (n,) from the start along the polygon through the points (n,2)."""
    along = np.zeros(len(points))
    steps = points[1:] - points[:-1]
    np.cumsum(np.sqrt((steps * steps).sum(axis=1)), out=along[1:])
    return along


def path_length(points: Points) -> float:
    """Return the length of the polygon through the points (n,2)."""
    return float(distances(points)[-1])
