"""Lay a page out: straight, at the scale in which it is read, with its writing and its ruling."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from mlcore.pages.flattening import flattened, ink_mask, trace_mask
from mlcore.pages.rectification import Matrix, mapped, straightened, straightening
from mlcore.pages.ruling import Ruling, ruling_of, without_ruling
from mlcore.pages.writing import Pieces, pieces_of, writing_height
from mlcore.pictures.grayscale import WHITE, Gray

Ink = NDArray[np.float32]
Box = tuple[float, float, float, float]  # left, top, right, bottom

# Writing is read at this height, in pixels. Nothing is gained by a larger one.
WORKING_HEIGHT = 36.0
# Pages have at most so many pixels a side at the working scale.
LARGEST_SIDE = 3_000
# The height of the writing is looked at again without the ruling, and the page laid out again if it
# is more than so many times off.
OFF = 1.25
# Full ink is darker than this part of the writing's pixels. Less than TRACE of it is paper. Soft
# edges reach one pixel beyond the mask.
FULL, TRACE = 0.7, 0.1
# Edges are soft if even the steepest are; single pixels may be noise.
STEEPEST = 0.9
# Paper around an ink crop, in pixels.
MARGIN = 4


@dataclass(frozen=True, eq=False)
class Layout:
    """A straightened page in which writing is about WORKING_HEIGHT high, or lower if it is small.

    ink: (h, w) float32 in [0, 1], without ruling. pieces: of the writing. softness: over how many
    pixels the edges of the ink fade. matrix: the homography from here to the picture. scale: pixels
    here for one of the picture. writing: its height in the picture.
    """

    ink: Ink
    pieces: Pieces
    ruling: Ruling
    softness: float
    matrix: Matrix
    scale: float
    writing: float

    def crop(self, group: NDArray[np.intp]) -> tuple[Ink, Box]:
        """Return the ink of pieces alone with paper around them, and its box on the page."""
        left, top, right, bottom = self.pieces.box(group)
        left, top = max(left - MARGIN, 0), max(top - MARGIN, 0)
        here = slice(top, bottom + MARGIN), slice(left, right + MARGIN)
        labels = self.pieces.labels[here]
        own = np.isin(labels, group + 1)
        near = cv2.dilate(own.astype(np.uint8), np.ones((3, 3), np.uint8)) > 0
        ink = np.where(near & (own | (labels == 0)), self.ink[here], 0)
        return ink.astype(np.float32), (left, top, left + ink.shape[1], top + ink.shape[0])

    def in_picture(self, box: Box) -> Box:
        """Return the smallest box in the picture around a box of the page."""
        left, top, right, bottom = box
        corners = np.array([[left, top], [right, top], [right, bottom], [left, bottom]])
        seen = mapped(corners, self.matrix)
        return (*seen.min(axis=0).tolist(), *seen.max(axis=0).tolist())


def layout_of(gray: Gray) -> Layout | None:
    """Lay out a picture of a page, gray (h, w) uint8; None if nothing is written there."""
    flat = flattened(gray)
    writing = writing_height(ink_mask(flat))
    if writing is None:
        return None
    layout = _laid_out(flat, writing)
    found = writing_height(layout.pieces.labels > 0)
    if found is None:
        return None
    if max(found / WORKING_HEIGHT, WORKING_HEIGHT / found) <= OFF:
        return layout
    return _laid_out(flat, found / layout.scale)


def _laid_out(flat: Gray, writing: float) -> Layout:
    scale = min(WORKING_HEIGHT / writing, LARGEST_SIDE / max(flat.shape))
    how = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    sized = cv2.resize(flat, None, fx=scale, fy=scale, interpolation=how)
    matrix, size = straightening(sized, ink_mask(sized), WORKING_HEIGHT)
    page = straightened(sized, matrix, size)
    ruling = ruling_of(trace_mask(page), WORKING_HEIGHT)
    dark = WHITE - page
    mask = without_ruling(dark, ink_mask(page), ruling)
    down, across = (new / old for new, old in zip(sized.shape, flat.shape, strict=True))
    back = np.diag([1 / across, 1 / down, 1]) @ np.linalg.inv(matrix)
    ink = _inked(dark, mask)
    return Layout(ink, pieces_of(mask), ruling, _softness(dark, mask), back, scale, writing)


def _inked(dark: Gray, mask: NDArray[np.bool_]) -> Ink:
    """Return how much ink there is, (h, w) float32 in [0, 1], from how dark the page is."""
    if not mask.any():
        return np.zeros(dark.shape, np.float32)
    ink = np.minimum(dark / np.float32(np.quantile(dark[mask], FULL)), 1)
    near = cv2.dilate(mask.astype(np.uint8), np.ones((3, 3), np.uint8)) > 0
    return np.where(near & (ink >= TRACE), ink, 0).astype(np.float32)


def _softness(dark: Gray, mask: NDArray[np.bool_]) -> float:
    """Return over how many pixels the gray changes from paper to ink, where it does so soonest."""
    if not mask.any():
        return 0.0
    gray = dark.astype(np.float32)
    steep = cv2.magnitude(
        cv2.Sobel(gray, -1, 1, 0, scale=1 / 8), cv2.Sobel(gray, -1, 0, 1, scale=1 / 8)
    )
    return float(np.quantile(dark[mask], FULL) / max(np.quantile(steep[mask], STEEPEST), 1e-3))
