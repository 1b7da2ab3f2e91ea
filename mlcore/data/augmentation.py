"""Data augmentation: random warps of 28x28 images, wear, and non-digits made from digits.

Strokes that are at hand are warped before they are drawn (`mlcore.data.stroke_augmentation`). Warps
follow Simard, Steinkraus and Platt, "Best Practices for Convolutional Neural Networks
Applied to Visual Document Analysis" (2003). Afterwards every image is laid out again by
`geometry.place`, like a drawing, so the training images match the images in use.
"""

import cv2
import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from mlcore.data.datasets import Part
from mlcore.ink.geometry import IMAGE_SIDE, place
from mlcore.ink.warps import linear_maps, warp

Images = NDArray[np.uint8]
Ink = NDArray[np.float32]

# At strength 1. These are limits of uniform distributions, or standard deviations if named so.
ROTATION = np.deg2rad(14)
SHEAR = 0.18
STRETCH = 0.15  # of height and width separately, as a logarithm; the layout normalizes the size
ELASTIC = 0.6  # pixels, standard deviation at the knots
KNOTS = 5  # a KNOTS x KNOTS grid of displacements, cubic in between
THICKNESS = 0.8  # blending share of a dilation or erosion by one pixel
GAMMA = 0.35  # as a logarithm
FADING = 0.3  # greatest loss of contrast
JITTER = 0.25  # share of images that are shifted by one pixel

# Of worn images: the longest side of a coarse digit in its own pixels; dots along the line, their
# radius in pixels and their distance in radii; a hidden square in pixels.
COARSE = (7, 13)
DOT, APART = (0.8, 1.4), (2.2, 2.9)
MOST_DOTS = 60
HIDDEN = (3, 6)

OVERLAP = -4  # smallest gap in pixels between two digits in one image; they may overlap
LOOPED = (0, 6, 8, 9)
SPECK = 0.02  # fainter values are interpolation artifacts, not ink


def augment(inputs: Images, rng: Generator, strength: float = 1.0) -> Images:
    """Return a warped copy of network inputs, uint8 (n, 28, 28) or (n, 28, 28, PLANES).

    The directions of the pen are moved with the ink but keep their names. Strength 0 returns a
    plain copy.
    """
    if strength <= 0:
        return inputs.copy()
    count = len(inputs)
    matrices = _matrices(count, rng, strength)
    knots = rng.normal(0, ELASTIC * strength, (count, KNOTS, KNOTS, 2)).astype(np.float32)
    thickness = rng.uniform(-THICKNESS, THICKNESS, count) * strength
    gamma = np.exp(rng.uniform(-GAMMA, GAMMA, count) * strength)
    contrast = 1 - rng.uniform(0, FADING, count) * strength
    moves = rng.integers(-1, 2, (count, 2)) * (rng.random((count, 1)) < JITTER * strength)
    warped = np.empty_like(inputs)
    for i, each in enumerate(inputs):
        planes = np.divide(warp(each, matrices[i], knots[i]), 255, dtype=np.float32)
        ink = planes if planes.ndim == 2 else planes[..., 0]
        ink[:] = _thicken(ink, thickness[i])
        placed = place(planes)
        if placed is None:
            warped[i] = each
            continue
        ink = placed if placed.ndim == 2 else placed[..., 0]
        ink[:] = ink ** gamma[i] * contrast[i]
        warped[i] = np.rint(np.roll(placed, moves[i], (0, 1)) * 255).astype(np.uint8)
    return warped


def worn(images: Images, rng: Generator) -> Images:
    """Return images, uint8 (n, 28, 28), as bad pictures show digits.

    Each is coarse (enlarged from a few pixels), dotted, or partly hidden.
    """
    result = images.copy()
    for i, image in enumerate(images):
        ink = np.divide(image, 255, dtype=np.float32)
        wear = (_coarse, _dotted, _hidden)[rng.integers(3)]
        placed = place(wear(ink, rng))
        if placed is not None:
            result[i] = np.rint(placed * 255).astype(np.uint8)
    return result


def _coarse(ink: Ink, rng: Generator) -> Ink:
    """Average the digit to few pixels and enlarge it smoothly again."""
    rows, columns = (np.flatnonzero(ink.any(axis=axis)) for axis in (1, 0))
    if not rows.size:
        return ink
    box = ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    factor = rng.uniform(*COARSE) / max(box.shape)
    size = [max(1, round(side * factor)) for side in box.shape[::-1]]
    small = cv2.resize(box, size, interpolation=cv2.INTER_AREA)
    how = cv2.INTER_CUBIC if rng.random() < 0.5 else cv2.INTER_LINEAR
    large = cv2.resize(np.pad(small, 1), None, fx=8, fy=8, interpolation=how)
    return np.where(large > SPECK, np.clip(large, 0, 1), 0).astype(np.float32)


def _dotted(ink: Ink, rng: Generator) -> Ink:
    """Put dots on the digit's ink, no two closer than a gap."""
    zoom = 4
    large = cv2.resize(ink, None, fx=zoom, fy=zoom, interpolation=cv2.INTER_LINEAR)
    radius = rng.uniform(*DOT) * zoom
    apart = rng.uniform(*APART) * radius
    # Dots lie in the middle of the line, so its edge does not count.
    free = (cv2.blur(large, (zoom, zoom)) > 0.6) & (large > 0.5)
    dots = np.zeros(large.shape, np.uint8)
    places = rng.permutation(np.argwhere(free))
    for _ in range(MOST_DOTS):
        if not len(places):
            break
        row, column = places[0]
        cv2.circle(dots, (int(column), int(row)), round(radius), 255, cv2.FILLED, cv2.LINE_AA)
        places = places[((places - places[0]) ** 2).sum(axis=1) > apart**2]
    return np.divide(dots, 255, dtype=np.float32)


def _hidden(ink: Ink, rng: Generator) -> Ink:
    """Hide a square around some ink."""
    rows, columns = np.nonzero(ink > 0.5)
    if not rows.size:
        return ink
    at, side = rng.integers(rows.size), int(rng.integers(HIDDEN[0], HIDDEN[1] + 1))
    top, left = (max(int(middle) - side // 2, 0) for middle in (rows[at], columns[at]))
    rest = ink.copy()
    rest[top : top + side, left : left + side] = 0
    return rest


def _matrices(count: int, rng: Generator, strength: float) -> NDArray[np.float32]:
    """Return random linear maps (n, 2, 2) close to the identity."""
    angle, shear, up, across = rng.uniform(-1, 1, (4, count)) * strength
    return linear_maps(ROTATION * angle, SHEAR * shear, STRETCH * up, STRETCH * across)


_CROSS = cv2.getStructuringElement(cv2.MORPH_CROSS, (3, 3))


def _thicken(ink: np.ndarray, share: float) -> np.ndarray:
    """Blend ink with its dilation (share > 0) or its erosion (share < 0)."""
    other = cv2.dilate(ink, _CROSS) if share > 0 else cv2.erode(ink, _CROSS)
    blended = cv2.addWeighted(ink, 1 - abs(share), other, abs(share), 0)
    return cv2.threshold(blended, SPECK, 0, cv2.THRESH_TOZERO)[1]


def spoil(part: Part, rng: Generator) -> Images:
    """Make non-digits, uint8 (n, 28, 28), from n digits: shuffled, turned, or two in one image."""
    spoilt = np.zeros_like(part.images)
    for i, (image, label) in enumerate(zip(part.images, part.labels, strict=True)):
        j = int(rng.integers(len(part)))
        other, other_label = part.images[j], part.labels[j]
        spoiler = (_shuffle, _lay_down, _crowd)[rng.integers(3)]
        if spoiler is _lay_down and label in LOOPED and other_label in LOOPED:
            spoiler = _crowd  # a 0 over a 0 is an 8
        ink = np.divide(spoiler(image, other, rng), 255, dtype=np.float32)
        placed = place(ink)
        if placed is not None:
            spoilt[i] = np.rint(placed * 255).astype(np.uint8)
    return spoilt


def _shuffle(image: Images, other: Images, rng: Generator) -> Images:
    """Put the four quarters into another order, one of them from the other digit."""
    half = IMAGE_SIDE // 2
    quarters = [image[:half, :half], image[:half, half:], image[half:, :half], other[half:, half:]]
    order = rng.permutation(4)
    while (order == np.arange(4)).sum() > 1:
        order = rng.permutation(4)
    a, b, c, d = (quarters[i] for i in order)
    return np.block([[a, b], [c, d]])


def _lay_down(image: Images, other: Images, rng: Generator) -> Images:
    """Lay both digits on their sides, one over the other; neither then looks like a 0 or 1."""
    return np.rot90(_side_by_side(image, other, OVERLAP), rng.choice([1, 3]))


def _crowd(image: Images, other: Images, rng: Generator) -> Images:
    """Put two digits side by side, as in a two-digit number."""
    return _side_by_side(image, other, int(rng.integers(OVERLAP, 4)))


def _side_by_side(left: Images, right: Images, gap: int) -> Images:
    """Put the ink of two images into one row, with `gap` pixels between their boxes.

    A negative gap is an overlap. It is at most a third of the narrower box, because two ones must
    not become one.
    """
    a, b = (image[:, _span(image)] for image in (left, right))
    gap = max(gap, -min(a.shape[1], b.shape[1]) // 3)
    row = np.zeros((IMAGE_SIDE, a.shape[1] + gap + b.shape[1]), np.uint8)
    row[:, : a.shape[1]] = a
    tail = row[:, row.shape[1] - b.shape[1] :]
    np.maximum(tail, b, out=tail)
    return row


def _span(image: Images) -> slice:
    """Return the columns from the first with ink to the last."""
    columns = np.flatnonzero(image.any(axis=0))
    return slice(columns[0], columns[-1] + 1) if columns.size else slice(0, 1)
