"""Two digits as strokes, undisturbed pictures of them, and the error of an image."""

import itertools

import cv2
import numpy as np

from mlcore.ink.strokes import parse, rasterize
from mlcore.pictures.preprocessing import image_from_picture
from tests.mlcore.picture_kinds.cameras import encoded

SEVEN = [[[60, 60], [160, 60], [90, 230]], [[80, 150], [150, 150]]]
FIVE = [
    [[80, 60], [75, 130], [120, 125], [150, 160], [140, 210], [90, 225], [60, 205]],
    [[92, 52], [165, 48]],  # the bar does not touch the body
]


def drawn(strokes, *, pen=6, size=300, paper=255, ink=0):
    """Draw strokes on a canvas of 300 x 300 as a picture, (size, size) uint8."""
    fine = np.full((size * 4, size * 4), paper, np.uint8)
    for stroke in strokes:
        points = np.round(np.array(stroke) * (4 * size / 300)).astype(np.int32)
        cv2.polylines(fine, [points], False, ink, max(1, round(pen * 4 * size / 300)))
    return cv2.resize(fine, (size, size), interpolation=cv2.INTER_AREA)


def image_of(picture):
    return image_from_picture(encoded(np.clip(picture, 0, 255).astype(np.uint8)))


def difference(image, strokes):
    assert image is not None
    return apart(image, rasterize(parse(strokes))[..., 0])


def apart(image, other):
    """Return the mean absolute difference at the best of nine moves by at most a pixel.

    The center of mass is moved to a whole pixel, so a trace of ink decides where an image lies
    whose center is halfway between two pixels.
    """
    moves = itertools.product((-1, 0, 1), repeat=2)
    return min(np.abs(np.roll(image, move, (0, 1)) - other).mean() for move in moves)


def noise(sigma, shape=(300, 300), seed=3):
    return np.random.default_rng(seed).normal(0, sigma, shape)
