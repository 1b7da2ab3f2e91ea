"""Cameras and files: blur, few pixels, noise, compression, and ink lighter than its ground."""

import math

import cv2
import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Bytes = NDArray[np.uint8]

LIGHT_ON_DARK = 0.3
PEPPERED = 0.06


def taken(sheet: Floats, ink: Floats, contrast: float, rng: Generator) -> tuple[Bytes, Bytes]:
    """Take a picture of a sheet; return it and its ink, both (h, w) uint8, equally blurred.

    contrast: of the ink. Faint ink gets less noise, because nobody could see it otherwise.
    """
    sheet, ink = _blurred(sheet, ink, rng)
    sheet = _exposed(sheet, rng)
    side = len(sheet)
    few = rng.random() < 0.3
    if few:
        small = max(10, round(side / math.exp(rng.uniform(math.log(1.5), math.log(8)))))
        sheet = cv2.resize(sheet, (small, small), interpolation=cv2.INTER_AREA)
        ink = cv2.resize(ink, (small, small), interpolation=cv2.INTER_AREA)
    if rng.random() < 0.7:
        noise = rng.uniform(0, 4) if rng.random() < 0.6 else rng.uniform(4, 30)
        sheet = sheet + rng.standard_normal(sheet.shape, np.float32) * (
            noise / 255 * min(1, 2 * contrast)
        )
    if rng.random() < PEPPERED:
        grains = rng.random(sheet.shape) < rng.uniform(0, 0.04)
        sheet = np.where(grains, rng.integers(0, 2), sheet).astype(np.float32)
    if few:
        how = int(rng.choice([cv2.INTER_LINEAR, cv2.INTER_CUBIC, cv2.INTER_NEAREST]))
        sheet = cv2.resize(sheet, (side, side), interpolation=how)
        ink = cv2.resize(ink, (side, side), interpolation=how)
    picture, covered = _bytes(sheet), _bytes(ink)
    if rng.random() < 0.3:
        quality = [cv2.IMWRITE_JPEG_QUALITY, int(rng.integers(10, 90))]
        file = cv2.imencode(".jpg", picture, quality)[1]
        picture = np.asarray(cv2.imdecode(file, cv2.IMREAD_GRAYSCALE), np.uint8)
    return picture, covered


def _blurred(sheet: Floats, ink: Floats, rng: Generator) -> tuple[Floats, Floats]:
    pick = rng.random()
    if pick < 0.4:
        return sheet, ink
    if pick < 0.95:
        sigma = math.exp(rng.uniform(math.log(0.3), math.log(3)))
        return cv2.GaussianBlur(sheet, (0, 0), sigma), cv2.GaussianBlur(ink, (0, 0), sigma)
    length = int(rng.integers(2, 8))
    way = np.zeros((length, length), np.float32)
    turn = rng.uniform(0, math.pi)
    step = (length - 1) / 2 * np.array([math.cos(turn), math.sin(turn)])
    start, end = ((length - 1) / 2 - step, (length - 1) / 2 + step)
    ends = [(round(x), round(y)) for x, y in (start, end)]
    cv2.line(way, ends[0], ends[1], 1)
    way /= way.sum()
    return cv2.filter2D(sheet, -1, way), cv2.filter2D(ink, -1, way)


def _exposed(sheet: Floats, rng: Generator) -> Floats:
    """Map the sheet to grays: often plain, else darker, paler or inverted."""
    if rng.random() < 0.5:
        sheet = sheet / max(float(sheet.max()), 0.05) * rng.uniform(0.85, 1.02)
    else:
        black = rng.uniform(0, 0.3)
        sheet = black + (rng.uniform(0.3, 1) - black) * np.clip(sheet, 0, 1.1)
    return 1 - sheet if rng.random() < LIGHT_ON_DARK else sheet


def _bytes(values: Floats) -> Bytes:
    return np.rint(np.clip(values, 0, 1) * 255).astype(np.uint8)
