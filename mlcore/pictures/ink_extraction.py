"""Extract the ink of a picture: find it with the ink network, then take it from the gray values.

The network looks at the whole picture, then from near at the part where the writing is. It decides
what is ink. How dark the ink is comes from the gray values (`mlcore.pictures.gray_levels`), so soft
edges stay as they are.
"""

import math

import cv2
import numpy as np
from numpy.typing import NDArray

from mlcore.pictures.gray_levels import ink_of
from mlcore.pictures.grayscale import Gray, shrunk
from mlcore.pictures.ink_network import SIDE, Coverage, InkNetwork, shipped, squeezed
from mlcore.pictures.plain_bars import with_plain_bars

Ink = NDArray[np.float32]
Mask = NDArray[np.bool_]
Window = tuple[int, int, int, int]  # top, left, bottom, right in pixels of the picture

# A narrower picture, such as a 1 that was cut out, would be squeezed until its line is a block.
NARROW = 0.5  # of its height

# The ink is at most so many pixels high and wide; that is some pixels for one of the image.
INK_SIDE = 288

# A component of the coverage reaches down to SEEN. It has at least SURE somewhere, unless none has,
# as with thin lines seen from afar.
SEEN, SURE = 0.3, 0.5
# It belongs to the writing if it has at least this part of the largest one's ink.
PART = 0.03
# From near, the writing is this part of the window's side.
NEAR = 0.5
LOOKS = 3
# The next look is not worth while if its window shares this part of the area with the last one.
SAME = 0.7


def separate_ink(gray: Gray, network: InkNetwork | None = None) -> Ink | None:
    """Extract the ink of a gray picture, (h, w) uint8, as float32 in [0, 1]; None if blank.

    The ink is cut out with some paper around it and has at most INK_SIDE pixels a side.
    """
    network, gray = network or shipped(), _widened(gray)
    window, writing = (0, 0, *gray.shape), None
    for _ in range(LOOKS):
        top, left, bottom, right = window
        part = np.ascontiguousarray(gray[top:bottom, left:right])
        small = squeezed(part, (SIDE, SIDE))
        coverage = with_plain_bars(small, network.coverage(small))
        writing = _writing(coverage)
        if writing is None:
            return None
        closer = _window_around(writing, window, gray.shape)
        if _overlap(closer, window) >= SAME:
            break
        window = closer
    if writing is None or coverage[writing].max() < SURE:
        return None
    near = cv2.dilate(writing.astype(np.uint8), np.ones((5, 5))) > 0
    return ink_of(shrunk(part, INK_SIDE), np.where(near, coverage, 0))


def _widened(gray: Gray) -> Gray:
    """Return a picture that is narrower than NARROW of its height with paper at its sides."""
    missing = max(math.ceil(NARROW * gray.shape[0]) - gray.shape[1], 0)
    before = missing // 2
    if not missing:
        return gray
    paper = float(np.median(gray[:, [0, -1]]))
    sides = before, missing - before
    return cv2.copyMakeBorder(gray, 0, 0, *sides, cv2.BORDER_CONSTANT, value=paper)


def _writing(coverage: Coverage) -> Mask | None:
    """Return the components that are writing, (SIDE, SIDE); None if there are none."""
    seen = (coverage >= SEEN).astype(np.uint8)
    count, labels, stats, _ = cv2.connectedComponentsWithStats(seen)
    if count == 1:
        return None
    amounts = np.bincount(labels.ravel(), coverage.ravel(), count)
    amounts[0] = 0
    sure = np.bincount(labels[coverage >= SURE], minlength=count) > 0
    amounts[~sure & sure.any()] = 0
    kept = amounts > PART * amounts.max()
    cut_off = _reach_the_edge(stats)
    if not cut_off[amounts.argmax()]:
        kept &= ~cut_off
    return kept[labels]


def _reach_the_edge(stats: NDArray[np.int32]) -> Mask:
    left, top, width, height = stats[:, :4].T
    return (np.minimum(left, top) == 0) | (np.maximum(left + width, top + height) == SIDE)


def _window_around(writing: Mask, window: Window, shape: tuple[int, ...]) -> Window:
    """Return a square around the writing, as far as the picture reaches."""
    top, left, bottom, right = window
    rows, columns = np.flatnonzero(writing.any(axis=1)), np.flatnonzero(writing.any(axis=0))
    down, across = (bottom - top) / SIDE, (right - left) / SIDE
    ends = (
        (top + rows[0] * down, top + (rows[-1] + 1) * down),
        (left + columns[0] * across, left + (columns[-1] + 1) * across),
    )
    side = max(end - start for start, end in ends) / NEAR
    (first, last), (west, east) = (
        _span(start, end, side, length) for (start, end), length in zip(ends, shape, strict=True)
    )
    return first, west, last, east


def _span(start: float, end: float, side: float, length: int) -> tuple[int, int]:
    """Return the pixels from `side` around a middle, moved into the picture's `length`."""
    side = min(side, length)
    low = min(max((start + end - side) / 2, 0), length - side)
    return math.floor(low), min(math.ceil(low + side), length)


def _overlap(one: Window, other: Window) -> float:
    """Return the area that two windows share, as a part of the area that either covers."""
    inner = (*np.maximum(one[:2], other[:2]), *np.minimum(one[2:], other[2:]))
    shared = _area(inner)
    return shared / (_area(one) + _area(other) - shared)


def _area(window: Window) -> int:
    top, left, bottom, right = (int(edge) for edge in window)
    return max(bottom - top, 0) * max(right - left, 0)
