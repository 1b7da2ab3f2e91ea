"""Contrast: how much darker a picture is than its illuminated paper."""

import cv2
import numpy as np
from numpy.typing import NDArray

Gray = NDArray[np.uint8]
Contrast = NDArray[np.float32]

# The light changes slowly, so it is estimated on a copy of at most this many pixels a side.
LIGHT_SIDE = 160
# In dimmer light than this (of 255), noise would be mistaken for ink.
DIMMEST = 64
# A shadow leaves at least this part of the full light; a darker wide area is a blob.
DEEPEST_SHADOW = 0.4
BROAD = 0.3


def shrunk(gray: Gray, side: int) -> Gray:
    """Average the picture down to at most `side` pixels a side; return it unchanged if smaller."""
    factor = side / max(gray.shape)
    if factor >= 1:
        return gray
    size = [max(1, round(length * factor)) for length in gray.shape[::-1]]
    return cv2.resize(gray, size, interpolation=cv2.INTER_AREA)


def light_on(gray: Gray, reach: float) -> Contrast:
    """Estimate the light: the picture without dark lines, (h, w) float32 of a copy of LIGHT_SIDE.

    reach: a width, as a part of the longest side. Narrower dark areas are ink, wider ones shadow.
    """
    small = shrunk(gray, LIGHT_SIDE)
    side = max(3, round(max(small.shape) * reach))
    light = cv2.morphologyEx(cv2.medianBlur(small, 3), cv2.MORPH_CLOSE, np.ones((side, side)))
    # Correct for rounded corners by the median, and for too bright shadow edges in a coarse copy.
    rim = 3 if small is gray else 5
    light = cv2.erode(light, np.ones((rim, rim)))
    # The limit on the depth of a shadow applies only to areas as wide as a shadow.
    deepest = DEEPEST_SHADOW * np.quantile(light, 0.9) if reach >= BROAD else 1
    return np.maximum(light, max(deepest, 1)).astype(np.float32)


def contrast_of(gray: Gray, light: Contrast) -> Contrast:
    """Return 1 - gray / light, (h, w) float32: 0 is paper, 1 black ink, below 0 lighter areas."""
    full = cv2.resize(light, gray.shape[::-1], interpolation=cv2.INTER_LINEAR)
    return (full - gray) / np.maximum(full, DIMMEST)
