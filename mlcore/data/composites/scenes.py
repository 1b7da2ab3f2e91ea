"""Scenes: where the writing lies on its paper, and what else is there."""

import math

import cv2
import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from mlcore.data.composites import cameras, disturbances, papers
from mlcore.data.composites.figures import Cover, Figures
from mlcore.pictures.ink_network import SIDE

Floats = NDArray[np.float32]

FINE = 4  # ink is drawn this many times finer and then averaged down

# A part has even paper without anything else on it, like a scan or a drawing program's file.
CLEAN = 0.15
# Shares of the layouts; the rest is several figures in rows.
BLANK, SINGLE = 0.06, 0.8
# A part is cropped around the writing and stretched to the square. Of a part, rows are missing.
CROPPED, BROKEN = 0.15, 0.04
# Sizes of a single figure, as parts of the side: from near, from afar, and cropped closely.
NEAR, AFAR, CLOSE = (0.4, 0.85), (0.06, 0.4), (0.85, 1.06)
PEN = (0.02, 0.4)  # the finest and the thickest pen, as parts of the figure's height
FAINTEST = 0.1  # contrast of the faintest ink


def composites(
    count: int, figures: Figures, rng: Generator
) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """Make pictures and the ink in them, both (count, SIDE, SIDE) uint8; 255 is full ink."""
    pairs = [composite(figures, rng) for _ in range(count)]
    return np.stack([picture for picture, _ in pairs]), np.stack([ink for _, ink in pairs])


def composite(figures: Figures, rng: Generator) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """Make a picture and the ink in it, both (SIDE, SIDE) uint8; 255 is full ink.

    The ink is the part of each pixel that it covers, as soft as the camera made it. Other writing
    that is cut off at the edge, frames and lines do not count as ink.
    """
    pen = math.exp(rng.uniform(*np.log(PEN))) if rng.random() < 0.5 else rng.uniform(0.05, 0.16)
    ink, box = _writing(figures, rng, pen)
    contrast = (
        rng.uniform(0.45, 1)
        if rng.random() < 0.6
        else math.exp(rng.uniform(math.log(FAINTEST), math.log(0.5)))
    )
    if rng.random() < CLEAN:
        return cameras.taken(1 - max(contrast, 0.4) * ink, ink, contrast, rng)
    sheet = papers.paper(SIDE, rng)
    sheet *= disturbances.around(SIDE, box, contrast, figures, pen, rng)
    sheet *= 1 - contrast * papers.uneven_ink(SIDE, rng) * ink
    sheet = disturbances.beyond_the_sheet(sheet, box, rng)
    sheet *= papers.light(SIDE, rng)
    return cameras.taken(sheet, ink, contrast, rng)


def _writing(figures: Figures, rng: Generator, pen: float) -> tuple[Floats, disturbances.Box]:
    """Return the writing, (SIDE, SIDE) in [0, 1], and its box: left, top, right, bottom."""
    canvas = np.zeros((SIDE * FINE, SIDE * FINE), np.uint8)
    pick = rng.random()
    if pick < BLANK:
        return np.zeros((SIDE, SIDE), np.float32), None
    layout = _single if pick < SINGLE else _rows
    layout(canvas, figures, rng, pen)
    if rng.random() < CROPPED:
        canvas = _cropped(canvas, rng)
    if rng.random() < BROKEN:
        _break(canvas, rng)
    ink = cv2.resize(canvas, (SIDE, SIDE), interpolation=cv2.INTER_AREA)
    rows, columns = np.flatnonzero(ink.any(1)), np.flatnonzero(ink.any(0))
    if not rows.size:
        return np.zeros((SIDE, SIDE), np.float32), None
    box = (int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1)
    return ink.astype(np.float32) / 255, box


def _single(canvas: Cover, figures: Figures, rng: Generator, pen: float) -> None:
    side = len(canvas)
    pick = rng.random()
    low, high = NEAR if pick < 0.5 else AFAR if pick < 0.85 else CLOSE
    size = math.exp(rng.uniform(math.log(low), math.log(high))) * side
    stretch = math.exp(rng.normal(0, 0.25))  # pictures are squeezed into a square
    height, width = size * min(1, stretch), size * min(1, 1 / stretch)
    free = np.array([side - width, side - height])
    where = free / 2 if size > 0.85 * side else free * rng.uniform(0, 1, 2)
    figures.draw(canvas, rng, (*where, width, height), pen)


def _rows(canvas: Cover, figures: Figures, rng: Generator, pen: float) -> None:
    """Draw two to eight figures side by side, in one row or in several."""
    side = len(canvas)
    count, rows = int(rng.integers(2, 9)), int(rng.choice([1, 1, 1, 2, 3, 4]))
    width = side / (count + rng.uniform(0.1, 1))
    height = min(side / (rows + 0.2), width * rng.uniform(1, 3))
    top = rng.uniform(0, side - rows * height)
    left = rng.uniform(0, side - count * width)
    for row in range(rows):
        for column in range(count):
            if rng.random() < 0.9:
                box = (left + column * width, top + row * height, width * 0.9, height * 0.85)
                figures.draw(canvas, rng, box, pen)


def _cropped(canvas: Cover, rng: Generator) -> Cover:
    """Cut the writing out with little paper around it and stretch it to the whole square."""
    rows, columns = np.flatnonzero(canvas.any(1)), np.flatnonzero(canvas.any(0))
    if not rows.size:
        return canvas
    box = canvas[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    most = max(4, round(0.25 * max(box.shape)))
    margins = rng.integers(0, most, (2, 2)) if rng.random() < 0.6 else [(1, 1), (1, 1)]
    return cv2.resize(np.pad(box, margins), canvas.shape, interpolation=cv2.INTER_AREA)


def _break(canvas: Cover, rng: Generator) -> None:
    """Leave out a few rows, as worn printers do."""
    side = len(canvas)
    for _ in range(rng.integers(1, 6)):
        top = rng.integers(0, side)
        canvas[top : top + int(rng.integers(1, max(2, side // 24)))] = 0
