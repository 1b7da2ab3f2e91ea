"""Contrast: how much darker a picture is than the light that falls on its paper."""

import cv2
import numpy as np
from numpy.typing import NDArray

Gray = NDArray[np.uint8]
Contrast = NDArray[np.float32]

# The light is estimated on a copy of at most this many pixels a side: it changes slowly.
LIGHT_SIDE = 160
# In dimmer light than this (of 255) noise would pass for ink.
DIMMEST = 64
# Shadow leaves at least this part of the full light; what is darker over a wide area is a blob.
DEEPEST_SHADOW = 0.4
BROAD = 0.3


def shrunk(gray: Gray, side: int) -> Gray:
    """The picture averaged down to at most `side` pixels a side; itself if it is no larger."""
    factor = side / max(gray.shape)
    if factor >= 1:
        return gray
    size = [max(1, round(length * factor)) for length in gray.shape[::-1]]
    return cv2.resize(gray, size, interpolation=cv2.INTER_AREA)


def light_on(gray: Gray, reach: float) -> Contrast:
    """What the picture would be without dark lines: (h, w) float32 of a copy of LIGHT_SIDE.

    reach, as a part of the longest side: what is dark and narrower than it is ink; what is dark
    over a wider area lies in the shade.
    """
    small = shrunk(gray, LIGHT_SIDE)
    side = max(3, round(max(small.shape) * reach))
    light = cv2.morphologyEx(cv2.medianBlur(small, 3), cv2.MORPH_CLOSE, np.ones((side, side)))
    # The median rounds corners, and a coarse copy is too bright beside the edge of a shadow.
    rim = 3 if small is gray else 5
    light = cv2.erode(light, np.ones((rim, rim)))
    # Over areas narrower than a shadow is, it may be as deep as it likes.
    deepest = DEEPEST_SHADOW * np.quantile(light, 0.9) if reach >= BROAD else 1
    return np.maximum(light, max(deepest, 1)).astype(np.float32)


def contrast_of(gray: Gray, light: Contrast) -> Contrast:
    """1 - gray / light, (h, w) float32: 0 is paper, 1 black ink, below 0 what is lighter."""
    full = cv2.resize(light, gray.shape[::-1], interpolation=cv2.INTER_LINEAR)
    return (full - gray) / np.maximum(full, DIMMEST)
