"""Figures of writing in any size and line width: digits of MNIST, pen strokes, drawn forms."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from mlcore.data import synthesis
from mlcore.data.synthesis.sampling import NEGATIVE_NAMES
from mlcore.ink.geometry import BOX
from mlcore.labels import DIGITS

Cover = NDArray[np.uint8]
Images = NDArray[np.uint8]
Points = NDArray[np.float64]
Drawing = Sequence[NDArray[np.floating]]

# Shares of the sources of a figure: MNIST, pen strokes (if there are any), forms that are drawn.
SCANNED, PENNED = 0.4, 0.3
NEGATIVE = 0.3  # of the drawn forms are letters, signs and scrawls

ZOOM = 4  # an image of MNIST is enlarged so much before its lines are widened or thinned
TURN, SLANT = math.radians(12), 0.2


@dataclass(frozen=True, eq=False)
class Figures:
    """The sources of figures. scanned: (n, 28, 28) uint8; penned: drawings as (m, 2) strokes."""

    scanned: Images
    penned: Sequence[Drawing] = ()

    def draw(self, canvas: Cover, rng: Generator, box: Sequence[float], pen: float) -> None:
        """Draw one figure on a canvas, (h, w) uint8, white on black.

        box: left, top, width and height in pixels, which the figure fills in one direction. It may
        reach beyond the canvas. pen: the line width as a part of the figure's longest side.
        """
        pick = rng.random()
        if pick < SCANNED:
            image = self.scanned[rng.integers(len(self.scanned))]
            _paste(canvas, _scanned(image, pen, rng), box)
        elif pick < SCANNED + PENNED and self.penned:
            _draw(canvas, self.penned[int(rng.integers(len(self.penned)))], box, pen, rng)
        else:
            _draw(canvas, synthesis.draw(_form(rng), rng), box, pen, rng)


def _form(rng: Generator) -> int | str:
    if rng.random() < NEGATIVE:
        return NEGATIVE_NAMES[rng.integers(len(NEGATIVE_NAMES))]
    return DIGITS[rng.integers(len(DIGITS))]


def _scanned(image: NDArray[np.uint8], pen: float, rng: Generator) -> Cover:
    """Return a digit of MNIST, cut to its box, with lines of about the wanted width."""
    large = cv2.resize(image, None, fx=ZOOM, fy=ZOOM, interpolation=cv2.INTER_CUBIC)
    sharp = cv2.convertScaleAbs(large, alpha=ZOOM / 2, beta=-127.5 * (ZOOM / 2 - 1))
    sharp[large < 255 / 4] = 0
    change = round((pen * BOX - 2.5) * ZOOM)  # MNIST's lines are about 2.5 of its pixels wide
    if change > 0:
        sharp = np.pad(sharp, change // 2)
        sharp = cv2.dilate(sharp, _disc(change + 1))
    elif change < -ZOOM:  # the thinnest lines would vanish
        sharp = cv2.erode(sharp, _disc(3 + int(rng.integers(3))))
    rows, columns = np.flatnonzero(sharp.any(1)), np.flatnonzero(sharp.any(0))
    if not rows.size:
        return image
    return sharp[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]


def _disc(size: int) -> Cover:
    return cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (size, size)).astype(np.uint8)


def _paste(canvas: Cover, cover: Cover, box: Sequence[float]) -> None:
    left, top, width, height = box
    scale = min(width / cover.shape[1], height / cover.shape[0])
    size = (max(1, round(cover.shape[1] * scale)), max(1, round(cover.shape[0] * scale)))
    how = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    scaled = cv2.resize(cover, size, interpolation=how)
    x, y = round(left + (width - size[0]) / 2), round(top + (height - size[1]) / 2)
    rows = slice(max(y, 0), min(y + size[1], canvas.shape[0]))
    columns = slice(max(x, 0), min(x + size[0], canvas.shape[1]))
    if rows.start >= rows.stop or columns.start >= columns.stop:
        return
    part = scaled[rows.start - y : rows.stop - y, columns.start - x : columns.stop - x]
    np.maximum(canvas[rows, columns], part, out=canvas[rows, columns])


def _draw(
    canvas: Cover, drawing: Drawing, box: Sequence[float], pen: float, rng: Generator
) -> None:
    left, top, width, height = box
    turn, slant = rng.uniform(-TURN, TURN), rng.uniform(-SLANT, SLANT)
    matrix = np.array([[1, -slant - math.sin(turn)], [math.sin(turn), 1]])
    paths = [stroke[:, :2] @ matrix.T for stroke in drawing if len(stroke)]
    points = np.concatenate(paths)
    low, extent = points.min(axis=0), np.maximum(np.ptp(points, axis=0), 1e-6)
    wide = pen * max(width, height)
    scale = min((width - wide) / extent[0], (height - wide) / extent[1], max(width, height) / 1e-3)
    scale = max(scale, 1e-3)
    start = np.array([left + width / 2, top + height / 2]) - scale * extent / 2
    for path in paths:
        corners = np.rint(((path - low) * scale + start) * 16).astype(np.int32)
        if len(corners) == 1:
            corners = np.repeat(corners, 2, axis=0)
        thickness = min(max(1, round(wide)), 255)
        cv2.polylines(canvas, [corners[:, None]], False, (255,), thickness, cv2.LINE_AA, shift=4)
