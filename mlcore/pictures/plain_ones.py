"""Find ones that the ink network took for printed lines.

A 1 that is a plain bar looks like a ruled line or the side of a frame, and the network sees only
parts of it. Beside other digits its size tells: it is about as high as they are, and ends where
they end.
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
PAPER = 0.1  # coverage of paper, some pixels around it included
FAINTEST = 8.0  # contrast of ink and paper, of 255, with which bars are looked for


def with_plain_ones(gray: Gray, coverage: Coverage) -> Coverage:
    """Return the coverage, (h, w) float32 in [0, 1], with the bars that it has in parts.

    gray: the same part of a picture at any size, uint8. Without a bar the coverage itself is
    returned.
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
    for number in np.flatnonzero(_like_ones(boxes, sure)):
        bar = labels == number
        if number and coverage[bar].max() >= SEEN and coverage[bar].mean() < MEAN:
            found = np.where(bar, np.maximum(found, ink), found)
    return found


def _like_ones(boxes: NDArray[np.int32], sure: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return which components are as high and narrow as a 1 beside the digits that are sure."""
    left, top, width, height = boxes[:, :4].T
    right, bottom = left + width, top + height
    _, tops, _, heights = cv2.connectedComponentsWithStats(sure.astype(np.uint8))[2][1:, :4].T
    high = float(heights.max())
    digits = heights >= HEIGHTS[0] * high  # not the parts of a bar
    first, last = tops[digits].min(), (tops + heights)[digits].max()
    is_high = (height >= HEIGHTS[0] * high) & (height <= HEIGHTS[1] * high)
    is_level = (top >= first - BEYOND * high) & (bottom <= last + BEYOND * high)
    is_whole = (np.minimum(left, top) > 0) & (right < sure.shape[1]) & (bottom < sure.shape[0])
    return is_high & is_level & is_whole & (width <= WIDTH * height)
