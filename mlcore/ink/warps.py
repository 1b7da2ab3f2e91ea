"""Linear warps of an image, like those from another writer or a turned sheet."""

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from mlcore.ink.geometry import IMAGE_SIDE

FINE = 2  # warps use a raster this many times finer, which keeps strokes sharp

_MIDDLE = (IMAGE_SIDE - 1) / 2
_RASTER = (np.arange(IMAGE_SIDE * FINE, dtype=np.float32) + 0.5) / FINE - 0.5 - _MIDDLE
_GRID = np.stack(np.meshgrid(_RASTER, _RASTER), axis=-1)


def linear_maps(
    angle: NDArray[np.floating],
    shear: NDArray[np.floating],
    up: NDArray[np.floating],
    across: NDArray[np.floating],
) -> NDArray[np.float32]:
    """Return (n, 2, 2) from n rotations in radians, shears, and log stretches.

    up, across: the log stretches of height and width.
    """
    cos, sin = np.cos(angle), np.sin(angle)
    rotation = np.stack([np.stack([cos, -sin], -1), np.stack([sin, cos], -1)], -2)
    skew = np.zeros((len(angle), 2, 2))
    skew[:, 0, 0], skew[:, 1, 1] = np.exp(across), np.exp(up)
    skew[:, 0, 1] = shear
    return (rotation @ skew).astype(np.float32)


def warp(
    image: NDArray[np.uint8] | NDArray[np.float32],
    matrix: NDArray[np.float32],
    displacement: NDArray[np.float32] | None = None,
) -> NDArray[Any]:
    """Warp an image, (28, 28) or (28, 28, planes), on a raster FINE times finer.

    The dtype and the range are kept.

    matrix: (2, 2), maps positions in the result to positions in the image, both relative to the
    middle. displacement: (k, k, 2), offsets of these positions in pixels, on a grid over the image.
    """
    sources = _GRID @ matrix.T + np.float32(_MIDDLE)
    if displacement is not None:
        sources += cv2.resize(displacement, _GRID.shape[:2], interpolation=cv2.INTER_CUBIC)
    return cv2.remap(image, sources, None, cv2.INTER_LINEAR, borderValue=0)
