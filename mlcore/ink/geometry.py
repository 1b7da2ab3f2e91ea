"""MNIST geometry: how any ink becomes the 28x28 image that the networks read.

The ink box is scaled so that its longest side takes 20 pixels, its aspect kept and its edges
softened by area averaging; the center of mass is then moved to the center of the image, as LeCun,
Cortes and Burges describe for MNIST (http://yann.lecun.com/exdb/mnist/). Its numbers stand here.
"""

import math

import cv2
import numpy as np
from numpy.typing import NDArray

Ink = NDArray[np.float32]

IMAGE_SIDE = 28
BOX = 20

# The center of mass goes to the middle of pixel (14, 14), by whole pixels. In MNIST's training part
# its index is 14.01 +- 0.29 across and 14.00 +- 0.29 down, all of it within 13.48 to 14.50: a move
# to index 14 rounded to whole pixels, its error spread evenly over one (sd 1/sqrt(12) = 0.29).
CENTER = 14

# Width of a pen line in the image. In MNIST's training part the width is 2.5 in the median, both by
# `stroke_width` (2.49 over the first 10,000 pictures) and by twice the ridge of the distance
# transform at half gray (2.45 over the first 3,000); nine in ten of the 10,000 lie between 1.7 and
# 3.9.
PEN_WIDTH = 2.5

# Widths in the image that are left as they are in pictures: the middle half of the same 10,000
# pictures lies between 2.1 and 2.9.
USUAL_WIDTHS = (2.0, 3.2)

# Ink not this many times longer than its lines are wide has no lines: it is a blob.
BLOB = 3

# Lines are drawn on a raster this many times finer than the image, then averaged down.
SUPERSAMPLING = 8


def place(ink: Ink, *, finest: float = 0.0) -> Ink | None:
    """Lay ink into the image in MNIST's geometry.

    ink is (h, w) float32 in [0, 1], white on black, at any scale; whatever is above 0 counts
    towards the ink box. A pixel of the image takes in at least `finest` pixels of the ink, so that
    a dot drawn at a known scale stays a dot. Returns (28, 28) float32 in [0, 1], or None without
    ink.
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
    """Ink as `place` takes it, scaled to the image but not yet in it: (h, w), at most BOX a side.

    Its longest side takes BOX pixels, or fewer where `finest` says so. None without ink.
    """
    box = _crop(ink)
    if box is None:
        return None
    box = _enlarge(box)
    return _shrink(box, max(max(box.shape) / BOX, finest))


def stroke_width(ink: Ink) -> float:
    """Mean width in pixels of the lines in ink, (h, w) float32 in [0, 1]; 0.0 without ink.

    A line of width w and length l covers l * w and has edges of 2 * l, so w is twice the area over
    the length of the edges. Both are taken from gray values: the length of the edges is the total
    variation (the coarea formula), by Roberts' cross.
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
    """Ink smaller than the box, made larger smoothly; averaging alone would leave it in blocks."""
    longest = max(box.shape)
    if longest >= BOX:
        return box
    factor = math.ceil(2 * BOX / longest)
    larger = cv2.resize(box, None, fx=factor, fy=factor, interpolation=cv2.INTER_CUBIC)
    return np.clip(larger, 0, 1).astype(np.float32)


def _shrink(box: Ink, step: float) -> Ink:
    """Average areas of step x step pixels, the aspect kept to a fraction of a pixel."""
    rows, columns = (_area_weights(size, step) for size in box.shape)
    return (rows @ box @ columns.T).astype(np.float32)


def _area_weights(size: int, step: float) -> Ink:
    """(n, size) weights that average `size` pixels to n of `step` each, n * step >= size."""
    count = max(1, math.ceil(size / step - 1e-6))
    edges = (size - count * step) / 2 + step * np.arange(count + 1)
    pixels = np.arange(size)
    reach = np.minimum(edges[1:, None], pixels + 1) - np.maximum(edges[:-1, None], pixels)
    return (np.clip(reach, 0, None) / step).astype(np.float32)


def _center(small: Ink) -> Ink:
    """The image with `small` in it, its center of mass at CENTRE, never cut at the image's edge."""
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
    """Ink with its lines grown or thinned to PEN_WIDTH, if in the image they would be far from it.

    ink and result are (h, w) float32 in [0, 1], not always of the same size. Ink whose width lies
    in USUAL_WIDTHS is returned as it is, and so are blobs, which have no lines. The outline moves
    by the same distance everywhere; thinning stops before the thinnest lines would break.
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
    # The path alone, without half a pen at either end, fills what PEN_WIDTH leaves of the box.
    wanted = PEN_WIDTH * (longest - width) / (BOX - PEN_WIDTH)
    growth = zoom * (wanted - width) / 2
    margin = math.ceil(max(growth, 0)) + 1
    depth = _depth(np.pad(fine, margin))
    if growth < 0:
        growth = max(growth, -_thinnable(depth))
    return np.clip(depth + growth + 0.5, 0, 1)


def _depth(ink: Ink) -> Ink:
    """Distance to the outline in pixels, positive in the ink and negative outside."""
    inside = (ink >= 0.5).astype(np.uint8)
    to_paper = cv2.distanceTransform(inside, cv2.DIST_L2, cv2.DIST_MASK_PRECISE)
    to_ink = cv2.distanceTransform(1 - inside, cv2.DIST_L2, cv2.DIST_MASK_PRECISE)
    return to_paper - to_ink - np.where(inside, 0.5, -0.5).astype(np.float32)


def _thinnable(depth: Ink) -> float:
    """How far the outline may move in before a tenth of the lines is less than half its width."""
    ridge = depth[(depth > 0) & (depth == cv2.dilate(depth, np.ones((3, 3))))]
    return float(np.quantile(ridge, 0.1)) / 2 if ridge.size else 0.0
