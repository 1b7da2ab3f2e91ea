"""Drawings that are nearly the same: sent twice, photographed again, traced over.

Two images are compared by the cosine of the angle between them, once each is centered to a fraction
of a pixel, slightly blurred and halved: noise, a JPEG's blocks and a center of mass that was
rounded the other way hardly count then, another hand's line does.
"""

from collections.abc import Iterator

import cv2
import numpy as np
from numpy.typing import NDArray

from mlcore.ink.geometry import CENTER, IMAGE_SIDE

# In MNIST's training part, 2,000 images against the other 29,999 of 30,000: this much like another
# are 0.2 % of all digits but ones, and 76 % of the ones, which are the same short line mostly. Of
# copies are found: moved by a pixel 100 %, JPEG of quality 50 98 %, turned by two degrees 99.8 %,
# turned by five 8 % (`python -m benchmarks.duplicates --data mnist.npz`).
NEARLY_SAME = 0.99
BLUR = 0.5  # sd in pixels of the image
SMALL = IMAGE_SIDE // 2
BLOCK = 1_024  # images compared at once: with 20,000 others 80 MB


def near_duplicates(images: NDArray[np.uint8]) -> NDArray[np.int64]:
    """For each image the first of those before it that is nearly the same, or -1.

    images: uint8 (n, 28, 28). Returns int64 (n,). An image without ink is like no other.
    """
    described = describe(images)
    found = np.full(len(images), -1, np.int64)
    for rows in _blocks(len(images)):
        near = described[rows] @ described[: rows.stop].T >= NEARLY_SAME
        near &= np.arange(rows.stop) < np.arange(rows.start, rows.stop)[:, None]
        found[rows] = _first(near)
    return found


def near_any(images: NDArray[np.uint8], others: NDArray[np.uint8]) -> NDArray[np.int64]:
    """For each of `images` the first of `others` that is nearly the same, or -1; as above."""
    return first_near(describe(images), describe(others))


def first_near(described: NDArray[np.float32], known: NDArray[np.float32]) -> NDArray[np.int64]:
    """As `near_any`, of images that are described already."""
    found = np.full(len(described), -1, np.int64)
    if len(known):
        for rows in _blocks(len(described)):
            found[rows] = _first(described[rows] @ known.T >= NEARLY_SAME)
    return found


def describe(images: NDArray[np.uint8]) -> NDArray[np.float32]:
    """float32 (n, 196) of length 1, or 0 without ink; two are as alike as their product says."""
    described = np.zeros((len(images), SMALL * SMALL), np.float32)
    for row, image in zip(described, images, strict=True):
        row[:] = _small(image).ravel()
    lengths = np.linalg.norm(described, axis=1, keepdims=True)
    described /= np.maximum(lengths, 1e-6)
    return described


def _small(image: NDArray[np.uint8]) -> NDArray[np.float32]:
    """(14, 14), the center of mass moved to exactly where MNIST has it."""
    moments = cv2.moments(image)
    mass = moments["m00"]
    if not mass:
        return np.zeros((SMALL, SMALL), np.float32)
    across, down = (CENTER - moments[name] / mass for name in ("m10", "m01"))
    move = np.array([[1, 0, across], [0, 1, down]])
    centered = cv2.warpAffine(image.astype(np.float32), move, (IMAGE_SIDE, IMAGE_SIDE))
    blurred = cv2.GaussianBlur(centered, (0, 0), BLUR)
    return cv2.resize(blurred, (SMALL, SMALL), interpolation=cv2.INTER_AREA)


def _blocks(count: int) -> Iterator[slice]:
    for start in range(0, count, BLOCK):
        yield slice(start, min(start + BLOCK, count))


def _first(near: NDArray[np.bool_]) -> NDArray[np.int64]:
    """The first column of each row that is true, or -1."""
    return np.where(near.any(axis=1), near.argmax(axis=1), -1)
