"""Near-duplicate drawings: sent twice, photographed again, or traced over.

Two images are compared by their cosine similarity. Before that, each image is centered to a
fraction of a pixel, slightly blurred, and halved in size. This hides noise, JPEG blocks and a
center of mass that was rounded differently. It does not hide the line of another writer.
"""

from collections.abc import Iterator

import cv2
import numpy as np
from numpy.typing import NDArray

from mlcore.ink.geometry import CENTER, IMAGE_SIDE

# Measured on MNIST's training part, 2,000 images against the other 29,999 of 30,000: 0.2 % of all
# digits except ones are this similar to another image, and 76 % of the ones, because most ones are
# the same short line. Share of copies that are found: moved by one pixel 100 %, JPEG of quality 50
# 98 %, turned by two degrees 99.8 %, turned by five degrees 8 %
# (`python -m benchmarks.duplicates --data mnist.npz`).
NEARLY_SAME = 0.99
BLUR = 0.5  # sd in pixels of the image
SMALL = IMAGE_SIDE // 2
BLOCK = 1_024  # images compared at once; against 20,000 others this takes 80 MB


def near_duplicates(images: NDArray[np.uint8]) -> NDArray[np.int64]:
    """Return, for each image, the index of the first earlier near-duplicate, or -1.

    images: uint8 (n, 28, 28). Returns int64 (n,). An image without ink is no duplicate.
    """
    described = describe(images)
    found = np.full(len(images), -1, np.int64)
    for rows in _blocks(len(images)):
        near = described[rows] @ described[: rows.stop].T >= NEARLY_SAME
        near &= np.arange(rows.stop) < np.arange(rows.start, rows.stop)[:, None]
        found[rows] = _first(near)
    return found


def first_near(described: NDArray[np.float32], known: NDArray[np.float32]) -> NDArray[np.int64]:
    """Return, for each row, the index of the first near-duplicate in `known`, or -1.

    Both are features that `describe` returned.
    """
    found = np.full(len(described), -1, np.int64)
    if len(known):
        for rows in _blocks(len(described)):
            found[rows] = _first(described[rows] @ known.T >= NEARLY_SAME)
    return found


def describe(images: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Return features float32 (n, 196), whose dot product is the cosine similarity.

    Each row has length 1, or length 0 for an image without ink.
    """
    described = np.zeros((len(images), SMALL * SMALL), np.float32)
    for row, image in zip(described, images, strict=True):
        row[:] = _small(image).ravel()
    lengths = np.linalg.norm(described, axis=1, keepdims=True)
    described /= np.maximum(lengths, 1e-6)
    return described


def _small(image: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Return the image at (14, 14), its center of mass moved exactly to MNIST's."""
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
    """Return the first true column of each row, or -1."""
    return np.where(near.any(axis=1), near.argmax(axis=1), -1)
