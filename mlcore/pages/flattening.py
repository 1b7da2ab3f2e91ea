"""Flatten a picture of a page: even paper, dark writing, whatever the light was."""

import cv2
import numpy as np
from numpy.typing import NDArray

from mlcore.pictures.grayscale import WHITE, Gray

Mask = NDArray[np.bool_]

# The paper is looked at on a copy of at most this many pixels a side. Dark lines up to CLOSED
# pixels wide are writing there; what is wider is a shadow, or the table under the sheet.
PAPER_SIDE, CLOSED = 500, 15
# A sheet on a table covers at least this part of the picture. Its outline has four corners, found
# to within this part of its length, and at least the part FILLED of the area between them. The
# table is darker than this part of the sheet. The rim, so many pixels of the copy, is left out.
LEAST_SHEET, CORNER, FILLED, DARKER, RIM = 0.2, 0.03, 0.93, 0.75, 9
# Ink is told from paper at the pixels with at least this part of the strongest edges.
STRONG = 0.4
STRONGEST = 0.995  # quantile; single pixels may be anything
# Quantiles of a page are those of one in EVERY rows and columns.
EVERY = 3
# Ink is darker than the paper by this many standard deviations of its noise, and by this gray.
ABOVE_NOISE, FAINTEST = 4.0, 10


def flattened(gray: Gray) -> Gray:
    """Divide gray, (h, w) uint8, by the gray of its paper: 255 is paper, ink is darker.

    Writing that is brighter than its ground, as on a blackboard, becomes dark. What is around a
    sheet becomes paper.
    """
    gray = _dark_on_bright(gray)
    flat = cv2.divide(gray, np.maximum(_paper(gray), 1), scale=WHITE)
    sheet = _sheet(gray)
    return flat if sheet is None else np.where(sheet, flat, WHITE).astype(np.uint8)


def ink_mask(flat: Gray) -> Mask:
    """Return where ink is, writing and ruling, on a flattened page, (h, w).

    The threshold is Otsu's (1979), of the pixels at strong edges only: half of them are ink
    however little is written.
    """
    dark = WHITE - flat
    edges = cv2.morphologyEx(cv2.GaussianBlur(dark, (3, 3), 0), cv2.MORPH_GRADIENT, np.ones((3, 3)))
    strong = edges >= max(1, STRONG * float(np.quantile(edges[::EVERY, ::EVERY], STRONGEST)))
    threshold, _ = cv2.threshold(dark[strong], 0, WHITE, cv2.THRESH_OTSU)
    return np.asarray(dark > max(threshold, _noise_level(dark)))


def trace_mask(flat: Gray) -> Mask:
    """Return where a flattened page is not paper, (h, w): also faint ruling, and soft edges."""
    dark = WHITE - flat
    return np.asarray(dark > _noise_level(dark))


def _noise_level(dark: Gray) -> float:
    some = dark[::EVERY, ::EVERY].astype(np.float32)
    usual = float(np.median(some))
    noise = 1.4826 * float(np.median(np.abs(some - usual)))
    return max(usual + ABOVE_NOISE * noise, FAINTEST)


def _dark_on_bright(gray: Gray) -> Gray:
    """Invert the page if what differs most from its surroundings is brighter than them."""
    small = _small(gray).astype(np.float32)
    away = small - cv2.blur(small, (2 * CLOSED + 1, 2 * CLOSED + 1))
    return WHITE - gray if (away**3).sum() > 0 else gray


def _paper(gray: Gray) -> Gray:
    square = np.ones((CLOSED, CLOSED), np.uint8)
    closed = cv2.morphologyEx(_small(gray), cv2.MORPH_CLOSE, square)
    smooth = cv2.blur(closed, (5, 5))
    return cv2.resize(smooth, gray.shape[::-1], interpolation=cv2.INTER_LINEAR)


def _sheet(gray: Gray) -> Mask | None:
    """Return where a bright sheet on a darker table is, (h, w); None if it fills the picture.

    It is a quadrilateral that reaches at most one edge of the picture; a shadow reaches more.
    """
    small = cv2.morphologyEx(_small(gray), cv2.MORPH_CLOSE, np.ones((CLOSED, CLOSED), np.uint8))
    _, bright = cv2.threshold(small, 0, 1, cv2.THRESH_OTSU)
    outlines = cv2.findContours(bright, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)[0]
    outline = max(outlines, key=cv2.contourArea, default=None)
    if outline is None or cv2.contourArea(outline) < LEAST_SHEET * small.size:
        return None
    hull = cv2.convexHull(outline)
    corners = cv2.approxPolyDP(hull, CORNER * cv2.arcLength(hull, True), True)
    left, top, width, height = cv2.boundingRect(hull)
    edges = [left == 0, top == 0, left + width == small.shape[1], top + height == small.shape[0]]
    filled = cv2.contourArea(outline) / max(cv2.contourArea(corners), 1)
    if len(corners) != 4 or sum(edges) > 1 or abs(filled - 1) > 1 - FILLED:
        return None
    sheet = cv2.fillPoly(np.zeros_like(small), [corners.astype(np.int32)], 1)
    if small[sheet == 0].mean() > DARKER * small[sheet == 1].mean():
        return None
    inner = cv2.erode(sheet, np.ones((RIM, RIM), np.uint8), borderValue=0)
    return np.asarray(cv2.resize(inner, gray.shape[::-1], interpolation=cv2.INTER_NEAREST) > 0)


def _small(gray: Gray) -> Gray:
    scale = PAPER_SIDE / max(gray.shape)
    if scale >= 1:
        return gray
    return cv2.resize(gray, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
