"""Find ones and dashes that the ink network took for printed lines.

A 1 that is a plain bar looks like a ruled line or the side of a frame, and so does a dash; the
network sees only parts of them. Beside digits their size tells: such a 1 is about as high as they
are and ends where they end, and a dash is shorter and halfway up.
"""

import cv2
import numpy as np
from numpy.typing import NDArray

from mlcore.pictures.grayscale import Gray
from mlcore.pictures.ink_network import Coverage, squeezed

SURE = 0.5  # coverage of what is ink
# Of a bar the network sees at least the one somewhere, and at most the other in the mean. A bar
# that it sees well needs no help.
SEEN, MEAN = 0.3, 0.65
# Bounds of a bar's height, and by how much it may stand out, in heights of the highest digit; and
# its largest width in its own heights.
HEIGHTS, BEYOND, WIDTH = (0.6, 1.25), 0.2, 0.45
# Of a dash: its width, in heights of the highest digit; the place of its middle, between the upper
# and the lower edge of the digits; and its largest height, in its own widths.
DASH_WIDTHS, DASH_MIDDLES, DASH_HEIGHT = (0.2, 0.9), (0.25, 0.75), 0.45
PAPER = 0.1  # coverage of paper, some pixels around it included
FAINTEST = 8.0  # contrast of ink and paper, of 255, with which bars are looked for


def with_plain_bars(gray: Gray, coverage: Coverage, *, dashes: bool = False) -> Coverage:
    """Return the coverage, (h, w) float32 in [0, 1], with the bars that it has in parts.

    gray: the same part of a picture at any size, uint8. dashes: find them too, not only ones.
    Without a bar the coverage itself is returned.
    """
    sure = coverage >= SURE
    paper = cv2.dilate(coverage, np.ones((5, 5), np.uint8)) < PAPER
    if not sure.any() or not paper.any():
        return coverage
    small = squeezed(gray, coverage.shape).astype(np.float32)
    light = float(np.median(small[paper]))
    contrast = float(np.median(small[sure])) - light
    if abs(contrast) < FAINTEST:
        return coverage
    ink = np.clip((small - light) / contrast, 0, 1)
    _, labels, boxes, _ = cv2.connectedComponentsWithStats((ink > 0.5).astype(np.uint8))
    found = coverage
    wanted = _like_ones(boxes, sure)
    if dashes:
        wanted |= _like_dashes(boxes, sure)
    for number in np.flatnonzero(wanted):
        bar = labels == number
        if number and coverage[bar].max() >= SEEN and coverage[bar].mean() < MEAN:
            found = np.where(bar, np.maximum(found, ink), found)
    return found


def _like_ones(boxes: NDArray[np.int32], sure: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return which components are as high and narrow as a 1 beside the digits that are sure."""
    _, top, width, height = boxes[:, :4].T
    high, first, last = _digits(sure)
    is_high = (height >= HEIGHTS[0] * high) & (height <= HEIGHTS[1] * high)
    is_level = (top >= first - BEYOND * high) & (top + height <= last + BEYOND * high)
    return is_high & is_level & _are_whole(boxes, sure) & (width <= WIDTH * height)


def _like_dashes(boxes: NDArray[np.int32], sure: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return which components are as flat and long as a dash halfway up the digits."""
    _, top, width, height = boxes[:, :4].T
    high, first, last = _digits(sure)
    is_long = (width >= DASH_WIDTHS[0] * high) & (width <= DASH_WIDTHS[1] * high)
    middle = (top + height / 2 - first) / (last - first)
    is_level = (middle >= DASH_MIDDLES[0]) & (middle <= DASH_MIDDLES[1])
    return is_long & is_level & _are_whole(boxes, sure) & (height <= DASH_HEIGHT * width)


def _digits(sure: NDArray[np.bool_]) -> tuple[float, int, int]:
    """Return the height of the highest component, and the rows in which high ones are."""
    _, tops, _, heights = cv2.connectedComponentsWithStats(sure.astype(np.uint8))[2][1:, :4].T
    high = float(heights.max())
    digits = heights >= HEIGHTS[0] * high  # not the parts of a bar
    return high, int(tops[digits].min()), int((tops + heights)[digits].max())


def _are_whole(boxes: NDArray[np.int32], sure: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return which components do not reach the edge."""
    left, top, width, height = boxes[:, :4].T
    inside = (left + width < sure.shape[1]) & (top + height < sure.shape[0])
    return (np.minimum(left, top) > 0) & inside
