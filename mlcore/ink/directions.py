"""The pen's direction: eight images that say where the pen moved which way.

A 1 with a long flag and a 7 may look alike, but the pen draws the flag of the 1 upwards. Bai and
Huo 2005, "A study on the use of 8-directional features for online handwritten Chinese character
recognition" (ICDAR, pages 262 to 266), split every movement into the two nearest of eight
directions and keep an image of each; Graham 2013, "Sparse arrays of signatures for online character
recognition", gives such images to a convolutional network.
"""

import math
from collections.abc import Iterable
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from mlcore.ink.geometry import IMAGE_SIDE

# East, south-east, south and so on, clockwise, as y grows downwards.
DIRECTIONS = 8
PLANES = 1 + DIRECTIONS  # of a network input: the ink, then the directions

STEP = 0.5  # pixels between two points of a resampled path, at most ...
MOST_POINTS = 8_000  # ... unless a scribble of 4,000 pixels would need more points than these
# A direction is that from the point REACH steps before to the point REACH steps after. Shorter ones
# are noisy, as digitizers send whole numbers.
REACH = 2
SPREAD = 1.0  # pixels, standard deviation of the Gaussian that makes lines as wide as the pen's
_LINE = SPREAD * math.sqrt(2 * math.pi)  # makes the middle of a straight line 1


def as_planes(images: NDArray[Any]) -> NDArray[Any]:
    """Return network inputs (n, 28, 28, PLANES) of images (n, 28, 28), which have no directions.

    The dtype is kept. Inputs that already have their planes are returned as they are.
    """
    if images.ndim == 4:
        return images
    planes = np.zeros((*images.shape, PLANES), images.dtype)
    planes[..., 0] = images
    return planes


def direction_images(paths: Iterable[NDArray[np.float64]]) -> NDArray[np.float32]:
    """Return (28, 28, DIRECTIONS) float32 in [0, 1] of a pen's paths.

    paths: (n, 2) each, x and y in pixels of the image, the middle of its first pixel at (0, 0), in
    the order of the pen. Taps have no direction. Values above 1, where the pen went twice, are cut.
    """
    cells: list[NDArray[np.intp]] = []
    lengths: list[NDArray[np.float64]] = []
    measured = [(path, _along(path)) for path in paths]
    step = max(STEP, sum(float(along[-1]) for _, along in measured) / MOST_POINTS)
    for path, along in measured:
        points, length = _resampled(path, along, step)
        if length > 0:
            where, shares = _spread(points)
            cells.append(where.ravel())
            lengths.append(length * shares.ravel())
    if not cells:
        return np.zeros((IMAGE_SIDE, IMAGE_SIDE, DIRECTIONS), np.float32)
    count = IMAGE_SIDE * IMAGE_SIDE * DIRECTIONS
    sums = np.bincount(np.concatenate(cells), np.concatenate(lengths), minlength=count)
    images = sums.reshape(IMAGE_SIDE, IMAGE_SIDE, DIRECTIONS).astype(np.float32)
    blurred = cv2.GaussianBlur(images, (0, 0), SPREAD, borderType=cv2.BORDER_CONSTANT)
    return np.clip(blurred * np.float32(_LINE), 0, 1)


def _along(path: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return (n,), the length of the path up to each of its points."""
    along = np.zeros(len(path))
    np.cumsum(np.hypot(*np.diff(path, axis=0).T), out=along[1:])
    return along


def _resampled(
    path: NDArray[np.float64], along: NDArray[np.float64], step: float
) -> tuple[NDArray[np.float64], float]:
    """Return points (m, 2) along the path and the length between two of them, at most `step`."""
    count = math.ceil(along[-1] / step) + 1
    at = np.linspace(0, along[-1], count)
    points = np.stack([np.interp(at, along, axis) for axis in path.T], axis=1)
    return points, float(along[-1]) / max(count - 1, 1)


def _spread(points: NDArray[np.float64]) -> tuple[NDArray[np.intp], NDArray[np.float64]]:
    """Spread points (n, 2) over the four nearest pixels and the two nearest directions.

    Returns the cells (4, 2, n) of the flat images, and the shares of each point, which sum to 1.
    """
    index = np.arange(len(points))
    ahead, behind = np.minimum(index + REACH, index[-1]), np.maximum(index - REACH, 0)
    right, down = (points[ahead] - points[behind]).T
    turn = np.arctan2(down, right) / (2 * np.pi) * DIRECTIONS
    first = np.floor(turn).astype(np.intp)
    directions = np.stack([first, first + 1]) % DIRECTIONS
    of_directions = np.stack([1 - (turn - first), turn - first])
    inside = np.clip(points, 0, IMAGE_SIDE - 1 - 1e-6)
    corner = inside.astype(np.intp)
    x, y = (inside - corner).T
    pixel = corner[:, 1] * IMAGE_SIDE + corner[:, 0]
    pixels = np.stack([pixel, pixel + 1, pixel + IMAGE_SIDE, pixel + IMAGE_SIDE + 1])
    of_pixels = np.stack([(1 - x) * (1 - y), x * (1 - y), (1 - x) * y, x * y])
    cells = pixels[:, None] * DIRECTIONS + directions
    return cells, of_pixels[:, None] * of_directions
