"""Leave out points of strokes that make no visible difference."""

import cv2
import numpy as np
from numpy.typing import NDArray

from mlcore.ink.strokes import Strokes, extent

# Of the drawing's longest side: half a pixel on a screen that shows it 1,000 pixels large, and a
# hundredth of a pixel of the network input of a digit.
TOLERANCE = 0.0005


def simplified(strokes: Strokes, tolerance: float = TOLERANCE) -> Strokes:
    """Return the strokes without points that are about `tolerance` or less off the others' lines.

    strokes: as `mlcore.ink.strokes.parse` returns them. tolerance: of the drawing's longest side.
    The points that are left keep all their values; first and last points always are. Simplifying
    again changes nothing. Douglas and Peucker 1973.
    """
    while True:
        unit = extent(strokes)
        if not unit:
            return strokes
        fewer = [stroke[kept(stroke[:, :2] / unit, tolerance)] for stroke in strokes]
        if sum(map(len, fewer)) == sum(map(len, strokes)):
            return strokes
        strokes = fewer


def kept(path: NDArray[np.float64], tolerance: float) -> list[int]:
    """Return the indices of the points of a path, (n, 2), that are kept, in order."""
    last = len(path) - 1
    points = (path - path[0]).astype(np.float32)
    # OpenCV takes a path that ends where it began for a closed one, which has no first point.
    elsewhere = np.flatnonzero((points != points[0]).any(axis=1))
    if not len(elsewhere):
        return sorted({0, last})
    open_path = points[: elsewhere[-1] + 1]
    chosen = cv2.approxPolyDP(open_path[:, np.newaxis], tolerance, closed=False)[:, 0]
    indices = []
    index = 0
    for point in chosen[:-1]:
        while (open_path[index] != point).any():
            index += 1
        indices.append(index)
        index += 1
    return [*indices, *sorted({len(open_path) - 1, last})]
