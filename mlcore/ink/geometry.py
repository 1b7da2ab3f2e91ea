"""MNIST geometry: turn any ink into the 28x28 image that the networks read.

The bounding box of the ink is scaled until its longest side is 20 pixels long. Its aspect ratio is
kept, and area averaging softens its edges. Then the center of mass is moved to the center of the
image, as LeCun, Cortes and Burges describe for MNIST (http://yann.lecun.com/exdb/mnist/).
"""

import math

import cv2
import numpy as np
from numpy.typing import NDArray

Ink = NDArray[np.float32]

IMAGE_SIDE = 28
BOX = 20

# The center of mass is moved to the middle of pixel (14, 14), by whole pixels. In MNIST's training
# part its index is 14.01 +- 0.29 across and 14.00 +- 0.29 down, always within 13.48 to 14.50. This
# fits a move to index 14 that was rounded to whole pixels: the rounding error is uniform over one
# pixel (sd 1/sqrt(12) = 0.29).
CENTER = 14

# Width of a pen line in the image. The median width in MNIST's training part is 2.5, both by
# `stroke_width` (2.49 over the first 10,000 images) and by twice the ridge of the distance
# transform at half gray (2.45 over the first 3,000). Nine in ten of the 10,000 are between 1.7 and
# 3.9.
PEN_WIDTH = 2.5

# Line widths in the image that are not corrected in pictures. The middle half of the same 10,000
# images is between 2.1 and 2.9.
USUAL_WIDTHS = (2.0, 3.2)

# Ink is a blob without lines unless it is at least this many times longer than its line width.
BLOB = 3

# Lines are drawn on a raster this many times finer than the image and then averaged down.
SUPERSAMPLING = 8


def place(ink: Ink, *, finest: float = 0.0) -> Ink | None:
    """Place ink into the image in MNIST's geometry.

    ink: (h, w) float32 in [0, 1], white on black, at any scale; all values above 0 belong to the
    bounding box. finest: a pixel of the image averages at least `finest` pixels of the ink a side,
    so a dot drawn at a known scale stays a dot. Returns (28, 28) float32 in [0, 1], or None if
    there is no ink.
    """
    small = fitted(ink, finest=finest)
    return None if small is None else _center(small)


def quantized(image: Ink) -> Ink:
    """The image in the 256 grays that are kept of it, still float32 in [0, 1].

    Whatever makes an image to be read ends here, so that a network answers the same to the image
    that was kept: k / 255 comes back from the byte k bit for bit.
    """
    return np.divide(np.rint(image * 255).astype(np.uint8), 255, dtype=np.float32)


def fitted(ink: Ink, *, finest: float = 0.0) -> Ink | None:
    """Scale ink to the size that `place` needs: (h, w), at most BOX a side.

    Its longest side has BOX pixels, or fewer if `finest` requires it. None if there is no ink.
    """
    box = _crop(ink)
    if box is None:
        return None
    box = _enlarge(box)
    return _shrink(box, max(max(box.shape) / BOX, finest))


def stroke_width(ink: Ink) -> float:
    """Return the mean line width in pixels of ink, (h, w) float32 in [0, 1]; 0.0 without ink.

    A line of width w and length l covers the area l * w and has edges of the length 2 * l. So w is
    twice the area divided by the length of the edges. Both are computed from gray values: the
    length of the edges is the total variation (coarea formula), by Roberts' cross.
    """
    padded = np.pad(ink.astype(np.float32), 1)
    down = padded[1:, 1:] - padded[:-1, :-1]
    up = padded[:-1, 1:] - padded[1:, :-1]
    edges = float(np.sqrt((down**2 + up**2) / 2).sum())
    return 2 * float(ink.sum()) / edges if edges else 0.0


def _crop(ink: Ink) -> Ink | None:
    rows = np.flatnonzero((ink > 0).any(axis=1))
    columns = np.flatnonzero((ink > 0).any(axis=0))
    if not rows.size:
        return None
    return ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1].astype(np.float32)


def _enlarge(box: Ink) -> Ink:
    """Enlarge ink smaller than BOX smoothly; area averaging alone would leave blocks."""
    longest = max(box.shape)
    if longest >= BOX:
        return box
    factor = math.ceil(2 * BOX / longest)
    larger = cv2.resize(box, None, fx=factor, fy=factor, interpolation=cv2.INTER_CUBIC)
    return np.clip(larger, 0, 1).astype(np.float32)


def _shrink(box: Ink, step: float) -> Ink:
    """Average areas of step x step pixels; the aspect ratio is exact to a fraction of a pixel."""
    rows, columns = (_area_weights(size, step) for size in box.shape)
    return (rows @ box @ columns.T).astype(np.float32)


def _area_weights(size: int, step: float) -> Ink:
    """Return weights (n, size) that average `size` pixels to n of `step` each, n * step >= size."""
    count = max(1, math.ceil(size / step - 1e-6))
    edges = (size - count * step) / 2 + step * np.arange(count + 1)
    pixels = np.arange(size)
    reach = np.minimum(edges[1:, None], pixels + 1) - np.maximum(edges[:-1, None], pixels)
    return (np.clip(reach, 0, None) / step).astype(np.float32)


def _center(small: Ink) -> Ink:
    """Put `small` into the image, its center of mass at CENTER, without cutting it at the edge."""
    mass = float(small.sum())
    image = np.zeros((IMAGE_SIDE, IMAGE_SIDE), np.float32)
    top, left = (
        _offset(small.sum(axis=1 - axis), mass, small.shape[axis]) for axis in range(small.ndim)
    )
    height, width = small.shape
    image[top : top + height, left : left + width] = np.clip(small, 0, 1)
    return image


def _offset(profile: Ink, mass: float, size: int) -> int:
    mean = float(profile @ np.arange(size, dtype=np.float32)) / mass
    return min(max(round(CENTER - mean), 0), IMAGE_SIDE - size)


def with_pen_width(ink: Ink) -> Ink:
    """Grow or thin the lines of ink to PEN_WIDTH if they would be far from it in the image.

    ink and result are (h, w) float32 in [0, 1], not always of the same size. Ink with a line width
    in USUAL_WIDTHS is returned unchanged, and so are blobs. The outline moves by the same distance
    everywhere. Thinning stops before the thinnest lines break.
    """
    box = _crop(ink)
    if box is None:
        return ink
    width = stroke_width(box)
    longest = max(box.shape)
    if longest < BLOB * width or USUAL_WIDTHS[0] <= width * BOX / longest <= USUAL_WIDTHS[1]:
        return ink
    zoom = max(1.0, BOX * SUPERSAMPLING / longest)
    fine = cv2.resize(box, None, fx=zoom, fy=zoom, interpolation=cv2.INTER_CUBIC)
    # The path, without half a pen at either end, fills the rest of the box beside PEN_WIDTH.
    wanted = PEN_WIDTH * (longest - width) / (BOX - PEN_WIDTH)
    growth = zoom * (wanted - width) / 2
    margin = math.ceil(max(growth, 0)) + 1
    depth = _depth(np.pad(fine, margin))
    if growth < 0:
        growth = max(growth, -_thinnable(depth))
    return np.clip(depth + growth + 0.5, 0, 1)


def _depth(ink: Ink) -> Ink:
    """Return the distance to the outline in pixels, positive in the ink and negative outside."""
    inside = (ink >= 0.5).astype(np.uint8)
    to_paper = cv2.distanceTransform(inside, cv2.DIST_L2, cv2.DIST_MASK_PRECISE)
    to_ink = cv2.distanceTransform(1 - inside, cv2.DIST_L2, cv2.DIST_MASK_PRECISE)
    return to_paper - to_ink - np.where(inside, 0.5, -0.5).astype(np.float32)


def _thinnable(depth: Ink) -> float:
    """Return how far the outline may move in until a tenth of the lines has half its width."""
    ridge = depth[(depth > 0) & (depth == cv2.dilate(depth, np.ones((3, 3))))]
    return float(np.quantile(ridge, 0.1)) / 2 if ridge.size else 0.0
