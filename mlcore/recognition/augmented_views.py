"""Test-time augmentation: one network input slightly turned, slanted and stretched.

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


def augmented_views(network_input: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return (len(AUGMENTED_VIEWS), 28, 28, planes) float32 in [0, 1] of (28, 28, planes).

    The first is the network input itself. The pen's directions are moved with the ink but keep
    their names: a turn of seven degrees is a sixth of the way to the next direction.
    """
    warped = [place(np.clip(warp(network_input, matrix), 0, 1)) for matrix in _MAPS[1:]]
    views = [network_input if each is None else each for each in warped]
    return np.stack([network_input, *views])
