"""Segment a picture into ink and ground, for one polarity and one estimate of the light."""

from dataclasses import dataclass
from functools import cached_property

import cv2
import numpy as np
from numpy.typing import NDArray

from mlcore.pictures.components import Mask, Parts, belonging, window
from mlcore.pictures.contrast import Contrast, Gray, contrast_of, light_on
from mlcore.pictures.ruled_lines import without_ruling

# Contrast is 0 for paper and 1 for black ink on white. The faintest pencil is well above this
# value, the grain of paper and JPEG ringing are below.
FAINTEST = 0.08
# Ink stands out from the noise of the paper by at least this many standard deviations.
ABOVE_NOISE = 5.0
# The noise is measured on a sample of at most about this many pixels a side.
SAMPLE = 96
# The same for stains, which are wider than a pixel and are searched in the whole picture.
ABOVE_STAINS = 8.0
# Ink includes pixels down to this part of the contrast of full ink.
FADED = 0.35
# Components longer than this part of the picture may be printed lines.
ACROSS = 0.5
# Ink has a sharp edge: within the part SHARP_REACH of the longest side, at least the part SHARP of
# its contrast is gone. A shadow fades out slowly.
SHARP_REACH = 0.03
SHARP = 0.6
# An outline follows only one of several steps within this distance in pixels.
EDGE_WIDTH = 5
# Smaller pictures have no visible grain, and their holes of one pixel are loops of a digit.
GRAINLESS = 64


@dataclass(frozen=True, eq=False)
class Finding:
    """A candidate for the drawing in a picture of (h, w)."""

    contrast: Contrast  # (h, w), without the lines of the paper
    mask: Mask  # (h, w): the drawing
    level: float  # the contrast that full ink has
    light_on_dark: bool
    reach: float  # how wide ink may be, as a part of the longest side

    @cached_property
    def box(self) -> tuple[int, int, int, int]:
        """The rows and columns of the drawing: top, bottom, left, right."""
        rows, columns = np.flatnonzero(self.mask.any(1)), np.flatnonzero(self.mask.any(0))
        return int(rows[0]), int(rows[-1]) + 1, int(columns[0]), int(columns[-1]) + 1

    @cached_property
    def solid(self) -> NDArray[np.uint8]:
        """The mask without the pinholes that noise makes."""
        return _closed(self.mask)

    @cached_property
    def thickness(self) -> float:
        """The largest line width as a part of the drawing's longest side, at most 1."""
        depth = cv2.distanceTransform(np.pad(self.solid, 1), cv2.DIST_L2, cv2.DIST_MASK_3)
        top, bottom, left, right = self.box
        return min(1.0, (2 * float(depth.max()) - 1) / max(bottom - top, right - left))


def look(gray: Gray, *, light_on_dark: bool, reach: float) -> Finding | None:
    """Find the drawing in a gray picture, (h, w) uint8; None if nothing there can be ink."""
    positive = 255 - gray if light_on_dark else gray
    contrast = contrast_of(positive, light_on(positive, reach))
    faintest = max(FAINTEST, ABOVE_NOISE * _noise(contrast))
    contrast = np.maximum(contrast, 0)
    level = _ink_level(contrast, faintest)
    dark = _dark(contrast, faintest, level)
    parts = Parts.of(dark)
    if parts.longest > ACROSS and not _is_broad(dark, reach):
        contrast = without_ruling(contrast, faintest, level)
        level = _ink_level(contrast, faintest)
        dark = _dark(contrast, faintest, level)
        parts = Parts.of(dark)
    mask = belonging(contrast, level, parts)
    if mask is None or _is_broad(mask, reach):
        return None
    if not _ends_sharply(contrast, mask) or not _stands_out(contrast, mask, dark):
        return None
    return Finding(contrast, mask, level, light_on_dark, reach)


class Edges:
    """The gray-level steps of a picture, (h, w) uint8; steps in the middle have a higher weight."""

    def __init__(self, gray: Gray) -> None:
        values, weight = gray.astype(np.float32), window(gray.shape)
        self._down = np.diff(values, axis=0) * weight[1:]
        self._across = np.diff(values, axis=1) * weight[:, 1:]

    @property
    def total(self) -> float:
        """The sum over all edges of the steepest step: the upper limit of `explained`."""
        return _steepest(self._down.T) + _steepest(self._across)

    def explained(self, found: Finding) -> float:
        """Sum the steps along the outline of the drawing; negative if the polarity is wrong."""
        inside = found.solid.astype(np.float32)
        steps = np.vdot(np.diff(inside, axis=0), self._down)
        steps += np.vdot(np.diff(inside, axis=1), self._across)
        return float(steps if found.light_on_dark else -steps)


def _steepest(steps: Contrast) -> float:
    """Sum the local maxima of the steps along the rows, within EDGE_WIDTH."""
    sizes = np.abs(steps) + np.arange(steps.shape[1], dtype=np.float32) * 1e-3  # break ties
    if not sizes.size:
        return 0.0
    return float(sizes[sizes == cv2.dilate(sizes, np.ones((1, EDGE_WIDTH)))].sum())


def _noise(contrast: Contrast) -> float:
    """Estimate the standard deviation of the paper's grain from differences of neighbors.

    For two normal values, the lower half of |a - b| has a mean of 0.459 sigma. The lower half still
    comes from paper in a tight crop, where edges of ink cover most of the rest.
    """
    every = 1 + max(contrast.shape) // SAMPLE
    down = np.abs(np.diff(contrast, axis=0)[::every, ::every])
    across = np.abs(np.diff(contrast, axis=1)[::every, ::every])
    return min(_lower_half_mean(down), _lower_half_mean(across)) / 0.459


def _lower_half_mean(values: Contrast) -> float:
    return float(values[values <= np.median(values)].mean()) if values.size else 0.0


def _ink_level(contrast: Contrast, faintest: float) -> float:
    """Estimate the contrast of full ink; return `faintest` if nothing stands out."""
    candidates = contrast[contrast > faintest]
    return float(np.quantile(candidates, 0.9)) if candidates.size else faintest


def _dark(contrast: Contrast, faintest: float, level: float) -> Mask:
    """Return a mask of the pixels that are dark enough to be ink."""
    return contrast > max(faintest, FADED * level)


def _closed(mask: Mask) -> NDArray[np.uint8]:
    if max(mask.shape) < GRAINLESS:
        return mask.astype(np.uint8)
    return cv2.morphologyEx(mask.astype(np.uint8), cv2.MORPH_CLOSE, np.ones((3, 3)))


def _is_broad(mask: Mask, reach: float) -> bool:
    """Return whether the mean width (twice the area divided by the edges) is too large for ink."""
    solid = _closed(mask)
    edges = sum(int((np.diff(solid, axis=axis) != 0).sum()) for axis in (0, 1))
    return 2 * int(solid.sum()) > reach * max(mask.shape) * edges


def _ends_sharply(contrast: Contrast, mask: Mask) -> bool:
    """Return whether the contrast falls sharply at the outline of the ink, on average."""
    side = 2 * max(1, round(SHARP_REACH * max(mask.shape))) + 1
    ink, kernel = mask.astype(np.uint8), np.ones((side, side), np.uint8)
    inside = mask & (cv2.erode(ink, kernel) == 0)
    outside = ~mask & (cv2.dilate(ink, kernel) > 0)
    if not inside.any() or not outside.any():
        return True
    high = float(contrast[inside].mean())
    return high - float(contrast[outside].mean()) > SHARP * high


def _stands_out(contrast: Contrast, mask: Mask, dark: Mask) -> bool:
    """Return whether the ink is clearly darker than stains of the paper, which exceed grain."""
    ink = cv2.dilate(dark.astype(np.uint8), np.ones((5, 5)))
    paper = contrast[ink == 0]
    return not paper.size or float(contrast[mask].mean()) > ABOVE_STAINS * float(paper.std())
