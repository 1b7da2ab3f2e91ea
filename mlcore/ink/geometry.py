"""MNIST geometry: turn any ink into the 28x28 image that the networks read.

The bounding box of the ink is scaled until its longest side is 20 pixels long. Its aspect ratio is
kept, and area averaging softens its edges. Then the center of mass is moved to the center of the
image, as LeCun, Cortes and Burges describe for MNIST (http://yann.lecun.com/exdb/mnist/).
"""

import math
from dataclasses import dataclass

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
# The center of mass of a symmetric drawing is often in the middle of two places. Processors add in
# other orders, so without this margin, in pixels, they would choose either.
TIE = 1e-4

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


@dataclass(frozen=True, eq=False)
class Placement:
    """Where ink lies in the image.

    box: float32 (h, w) or (h, w, planes), the ink at its size in the image. top, left: the place of
    its first pixel in the image. origin: the x and y of the box's corner in the ink, in pixels.
    step: pixels of the ink in one of the image.
    """

    box: Ink
    top: int
    left: int
    origin: tuple[float, float]
    step: float

    @property
    def image(self) -> Ink:
        """float32 in [0, 1], (28, 28) or (28, 28, planes)."""
        height, width = self.box.shape[:2]
        image = np.zeros((IMAGE_SIDE, IMAGE_SIDE, *self.box.shape[2:]), np.float32)
        rows, columns = slice(self.top, self.top + height), slice(self.left, self.left + width)
        image[rows, columns] = np.clip(self.box, 0, 1)
        return image

    def of(self, points: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return where points of the ink are in the image.

        points and result: (n, 2) of x and y in pixels, whose middles have whole numbers.
        """
        return (points + 0.5 - self.origin) / self.step + (self.left - 0.5, self.top - 0.5)


def place(ink: Ink, *, finest: float = 0.0) -> Ink | None:
    """Place ink into the image in MNIST's geometry.

    ink: (h, w) float32 in [0, 1], white on black, at any scale; all values above 0 belong to the
    bounding box. With planes, (h, w, planes), the first is the ink and the others follow it.
    finest: a pixel of the image averages at least `finest` pixels of the ink a side, so a dot drawn
    at a known scale stays a dot. Returns (28, 28) float32 in [0, 1], or (28, 28, planes), or None
    if there is no ink.
    """
    placement = placement_of(ink, finest=finest)
    return None if placement is None else placement.image


def placement_of(ink: Ink, *, finest: float = 0.0) -> Placement | None:
    """Return how `place` places ink; None if there is none.

    The longest side of its box has BOX pixels, or fewer if `finest` requires it. The center of mass
    is at CENTER, unless the box would be cut at the edge.
    """
    cropped = _crop(ink)
    if cropped is None:
        return None
    crop, top, left = cropped
    large = _enlarge(crop)
    zoom = large.shape[0] / crop.shape[0]
    step = max(max(large.shape[:2]) / BOX, finest)
    rows, columns = (_area_edges(size, step) for size in large.shape[:2])
    box = _averaged(large, rows, columns)
    mass = box if box.ndim == 2 else box[..., 0]
    total = float(mass.sum())
    down, across = (_offset(mass.sum(axis=1 - axis), total, mass.shape[axis]) for axis in (0, 1))
    origin = (left + columns[0] / zoom, top + rows[0] / zoom)
    return Placement(box, down, across, origin, step / zoom)


def quantized(image: Ink) -> Ink:
    """The image in the 256 grays that are kept of it, still float32 in [0, 1].

    Whatever makes an image to be read ends here, so that a network answers the same to the image
    that was kept: k / 255 comes back from the byte k bit for bit.
    """
    return np.divide(np.rint(image * 255).astype(np.uint8), 255, dtype=np.float32)


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


def _crop(ink: Ink) -> tuple[Ink, int, int] | None:
    """Return the ink's box with its first row and column; None if there is no ink."""
    there = (ink if ink.ndim == 2 else ink[..., 0]) > 0
    rows, columns = np.flatnonzero(there.any(axis=1)), np.flatnonzero(there.any(axis=0))
    if not rows.size:
        return None
    crop = ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    return crop.astype(np.float32), int(rows[0]), int(columns[0])


def _enlarge(box: Ink) -> Ink:
    """Enlarge ink smaller than BOX smoothly; area averaging alone would leave blocks."""
    longest = max(box.shape[:2])
    if longest >= BOX:
        return box
    factor = math.ceil(2 * BOX / longest)
    larger = cv2.resize(box, None, fx=factor, fy=factor, interpolation=cv2.INTER_CUBIC)
    return np.clip(larger, 0, 1).astype(np.float32)


def _averaged(box: Ink, rows: NDArray[np.float64], columns: NDArray[np.float64]) -> Ink:
    """Average the areas between these edges; the aspect ratio is exact to a part of a pixel."""
    down, across = (
        _area_weights(edges, size)
        for edges, size in zip((rows, columns), box.shape[:2], strict=True)
    )
    if box.ndim == 2:
        return (down @ box @ across.T).astype(np.float32)
    return np.einsum("rh,hwp,cw->rcp", down, box, across, optimize=True).astype(np.float32)


def _area_edges(size: int, step: float) -> NDArray[np.float64]:
    """Return n + 1 edges, `step` apart, of n areas around `size` pixels."""
    count = max(1, math.ceil(size / step - 1e-6))
    return (size - count * step) / 2 + step * np.arange(count + 1, dtype=np.float64)


def _area_weights(edges: NDArray[np.float64], size: int) -> Ink:
    """Return weights (n, size) that average `size` pixels to the n areas between the edges."""
    pixels = np.arange(size)
    reach = np.minimum(edges[1:, None], pixels + 1) - np.maximum(edges[:-1, None], pixels)
    return (np.clip(reach, 0, None) / (edges[1] - edges[0])).astype(np.float32)


def _offset(profile: Ink, mass: float, size: int) -> int:
    mean = float(profile @ np.arange(size, dtype=np.float32)) / mass
    return min(max(math.floor(CENTER - mean + 0.5 + TIE), 0), IMAGE_SIDE - size)


def with_pen_width(ink: Ink) -> Ink:
    """Grow or thin the lines of ink to PEN_WIDTH if they would be far from it in the image.

    ink and result are (h, w) float32 in [0, 1], not always of the same size. Ink with a line width
    in USUAL_WIDTHS is returned unchanged, and so are blobs. The outline moves by the same distance
    everywhere. Thinning stops before the thinnest lines break.
    """
    cropped = _crop(ink)
    if cropped is None:
        return ink
    box = cropped[0]
    width = stroke_width(box)
    longest = max(box.shape)
    if longest < BLOB * width or USUAL_WIDTHS[0] <= width * BOX / longest <= USUAL_WIDTHS[1]:
        return ink
    zoom = max(1.0, BOX * SUPERSAMPLING / longest)
    fine = cv2.resize(box, None, fx=zoom, fy=zoom, interpolation=cv2.INTER_CUBIC)
    growth = zoom * _missing_width(width, longest) / 2
    return _grown(np.pad(fine, math.ceil(max(growth, 0)) + 1), growth)


def line_with_pen_width(ink: Ink, height: float) -> Ink:
    """Grow or thin a line of digits as `with_pen_width` does a digit; the shape is kept.

    height: of the digits, in pixels of the ink.
    """
    width = stroke_width(ink)
    if not width or USUAL_WIDTHS[0] <= width * BOX / height <= USUAL_WIDTHS[1]:
        return ink
    return _grown(ink, _missing_width(width, height) / 2)


def _missing_width(width: float, longest: float) -> float:
    """Return how much wider lines must be, in pixels of ink whose longest side is `longest`."""
    # The path, without half a pen at either end, fills the rest of the box beside PEN_WIDTH.
    return PEN_WIDTH * (longest - width) / (BOX - PEN_WIDTH) - width


def _grown(ink: Ink, growth: float) -> Ink:
    """Move the outline of ink outwards by `growth` pixels, or inwards as far as lines allow."""
    depth = _depth(ink)
    if growth < 0:
        growth = max(growth, -_thinnable(depth))
    return np.clip(depth + growth + 0.5, 0, 1).astype(np.float32)


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
