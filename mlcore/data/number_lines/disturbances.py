"""Disturbances of a composed line: what photographs and the separation of ink do to it."""

import cv2
import numpy as np
from numpy.random import Generator

from mlcore.data.number_lines.hands import Glyph
from mlcore.data.number_lines.pens import line


def disturbed(ink: Glyph, foreign: list[Glyph], rng: Generator) -> Glyph:
    """Return ink as it comes out of photographs: soft, faint in places, with foreign ink.

    foreign: glyphs of which parts stand at the upper and lower edge, as if of other lines.
    """
    ink = ink.copy()
    height, width = ink.shape
    if rng.random() < 0.1:  # a line below
        y = rng.uniform(0.78, 1) * height
        start, end = np.sort(rng.uniform(0, width, 2))
        line(ink, [(start, y), (end, y + rng.normal(0, 1))], rng.uniform(1, 2))
    for glyph in foreign:
        _put_part(ink, glyph, rng)
    if rng.random() < 0.2:  # specks
        for _ in range(rng.integers(1, 6)):
            x, y = rng.uniform(0, width), rng.uniform(0, height)
            line(ink, [(x, y), (x + rng.normal(0, 1.5), y + rng.normal(0, 1.5))], 1)
    if rng.random() < 0.35:  # a haze of what may be ink
        there = slice(*np.sort(rng.integers(0, width + 1, 2)))
        haze = cv2.GaussianBlur(rng.random((height, width)).astype(np.float32), (0, 0), 1.2)
        haze = rng.uniform(0.1, 0.4) * np.clip((haze - 0.45) * 6, 0, 1)
        ink[:, there] = np.maximum(ink[:, there], haze[:, there])
    if rng.random() < 0.3:  # thicker or thinner
        cross = cv2.getStructuringElement(cv2.MORPH_CROSS, (3, 3))
        other = cv2.dilate(ink, cross) if rng.random() < 0.6 else cv2.erode(ink, cross)
        share = rng.uniform(0, 0.8)
        ink = (1 - share) * ink + share * other
    if rng.random() < 0.1:  # ink that was not found
        for _ in range(rng.integers(1, 4)):
            x, y = int(rng.uniform(0, width)), int(rng.uniform(0.2, 0.8) * height)
            radius = int(rng.integers(1, 4))
            cv2.circle(ink, (x, y), radius, 0, cv2.FILLED)
    if rng.random() < 0.5:
        ink = cv2.GaussianBlur(ink, (0, 0), rng.uniform(0.3, 0.9))
    if rng.random() < 0.4:  # fainter in places
        knots = rng.uniform(rng.uniform(0.2, 0.9), 1, (2, max(2, width // 20)))
        field = cv2.resize(knots.astype(np.float32), (width, height))
        ink = ink * field
    if rng.random() < 0.3:
        ink = np.clip((ink - 0.5) * rng.uniform(1, 2.5) + 0.5, 0, 1) * (ink > 0.05)
    return ink.astype(np.float32)


def _put_part(ink: Glyph, glyph: Glyph, rng: Generator) -> None:
    """Put the lower or upper rows of a glyph at the upper or lower edge."""
    part = glyph[-int(rng.integers(1, 5)) :] if rng.random() < 0.5 else glyph[:3]
    top = 0 if rng.random() < 0.5 else ink.shape[0] - part.shape[0]
    left = int(rng.integers(0, ink.shape[1]))
    there = ink[top : top + part.shape[0], left : left + part.shape[1]]
    np.maximum(there, part[: there.shape[0], : there.shape[1]], out=there)
