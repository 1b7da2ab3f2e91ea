"""The network that separates ink from paper, through its LiteRT file."""

from functools import cache
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from mlcore.litert import LiteRtNetwork

Gray = NDArray[np.uint8]
Coverage = NDArray[np.float32]

SHIPPED = Path(__file__).parent.parent / "shipped"
WEIGHTS, LITERT = "ink.safetensors", "ink.tflite"  # the network's files in a version's folder
SIDE = 96
_SHAPE = (1, SIDE, SIDE, 1)


class InkNetwork:
    """A U-Net that tells how much of each pixel is covered by ink. It is thread-safe.

    model: a LiteRT file that takes gray values (1, SIDE, SIDE, 1) float32 in [0, 1] and returns the
    coverage in the same shape. See `mlcore.training.ink_network`. Raises UnusableBundle for another
    file.
    """

    def __init__(self, model: bytes) -> None:
        self._network = LiteRtNetwork(model, source=_SHAPE, sink=_SHAPE)

    def coverage(self, gray: Gray) -> Coverage:
        """Return the coverage by ink, (SIDE, SIDE) float32 in [0, 1], of gray (h, w) uint8.

        The picture is squeezed into the square. It may be a whole picture or a part of one; for
        ink that is small in its picture, look at it again from near.
        """
        small = squeezed(gray, (SIDE, SIDE))
        return self._network.run(np.divide(small, 255, dtype=np.float32)).reshape(SIDE, SIDE)


def squeezed(gray: Gray, shape: tuple[int, ...]) -> Gray:
    """Return a picture, (h, w) uint8, at another shape."""
    how = cv2.INTER_AREA if min(gray.shape) >= min(shape) else cv2.INTER_LINEAR
    return cv2.resize(gray, shape[::-1], interpolation=how)


@cache
def shipped() -> InkNetwork:
    """Return the network that is shipped with the program."""
    return InkNetwork((SHIPPED / LITERT).read_bytes())
