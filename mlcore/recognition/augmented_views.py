"""Test-time augmentation: one image slightly turned, slanted and stretched.

The answers to all augmented views are averaged, as in Krizhevsky, Sutskever and Hinton, "ImageNet
Classification with Deep Convolutional Neural Networks", 2012, section 4.1. The augmented views are
fixed, so the answer is deterministic.
"""

import numpy as np
from numpy.typing import NDArray

from mlcore.ink.geometry import place
from mlcore.ink.warps import linear_maps, warp

# (rotation in degrees, shear, log stretch of the height, of the width); the first is the original.
AUGMENTED_VIEWS = np.array(
    [
        (0, 0, 0, 0),
        (-7, 0, 0, 0),
        (7, 0, 0, 0),
        (0, -0.1, 0, 0),
        (0, 0.1, 0, 0),
        (-4, 0.07, 0, 0),
        (4, -0.07, 0, 0),
        (0, 0, -0.1, 0),
        (0, 0, 0, -0.1),
    ]
)

_MAPS = linear_maps(
    np.deg2rad(AUGMENTED_VIEWS[:, 0]),
    AUGMENTED_VIEWS[:, 1],
    AUGMENTED_VIEWS[:, 2],
    AUGMENTED_VIEWS[:, 3],
)


def augmented_views(image: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return (len(AUGMENTED_VIEWS), 28, 28) float32 in [0, 1] of an image (28, 28).

    The first is the image itself.
    """
    warped = [place(np.clip(warp(image, matrix), 0, 1)) for matrix in _MAPS[1:]]
    return np.stack([image, *(image if each is None else each for each in warped)])
