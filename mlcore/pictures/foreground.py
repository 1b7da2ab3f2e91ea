"""One look at a picture: what in it is ink, for one polarity and one idea of the light."""

from dataclasses import dataclass
from functools import cached_property

import cv2
import numpy as np
from numpy.typing import NDArray

from mlcore.pictures.components import Mask, Parts, belonging, window
from mlcore.pictures.contrast import Contrast, Gray, contrast_of, light_on
from mlcore.pictures.ruled_lines import without_ruling

# Contrast is 0 for paper and 1 for black ink on white. The faintest pencil is well above this, the
# grain of paper and the rings of JPEG are below.
FAINTEST = 0.08
# Ink stands out from the noise of the paper by at least this many standard deviations.
ABOVE_NOISE = 5.0
# It is measured on a sample of at most about so many pixels a side.
SAMPLE = 96
# The same for stains, which are wider than a pixel and looked for everywhere.
ABOVE_STAINS = 8.0
# A line is followed down to this part of the contrast that full ink has, once it has reached half.
FADED = 0.35
# What is longer than this part of the picture may be a printed line.
ACROSS = 0.5
# Ink ends at an edge: within this part of the longest side, at least so much of its contrast is
# gone beside it. What fades out slowly is shadow.
SHARP_REACH = 0.03
SHARP = 0.6
# Of the steps so near to each other, in pixels, an outline follows but one.
EDGE_WIDTH = 5
# Smaller pictures have no grain that shows, and holes of a pixel are loops of a digit.
GRAINLESS = 64


@dataclass(frozen=True, eq=False)
class Finding:
    """What may be the drawing, in a picture of (h, w)."""

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
        """The width of the thickest place as a part of the drawing's longest side: at most 1."""
        depth = cv2.distanceTransform(np.pad(self.solid, 1), cv2.DIST_L2, cv2.DIST_MASK_3)
        top, bottom, left, right = self.box
        return min(1.0, (2 * float(depth.max()) - 1) / max(bottom - top, right - left))


def look(gray: Gray, *, light_on_dark: bool, reach: float) -> Finding | None:
    """The drawing in a gray picture, (h, w) uint8; None if nothing there can be ink."""
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
    """The steps in a picture's gray, (h, w) uint8, those in its middle counting for more."""

    def __init__(self, gray: Gray) -> None:
        values, weight = gray.astype(np.float32), window(gray.shape)
        self._down = np.diff(values, axis=0) * weight[1:]
        self._across = np.diff(values, axis=1) * weight[:, 1:]

    @property
    def total(self) -> float:
        """What drawings that follow every edge would explain: the steepest step of each."""
        return _steepest(self._down.T) + _steepest(self._across)

    def explained(self, found: Finding) -> float:
        """The steps along the outline of the drawing; less than 0 if they go the wrong way."""
        inside = found.solid.astype(np.float32)
        steps = np.vdot(np.diff(inside, axis=0), self._down)
        steps += np.vdot(np.diff(inside, axis=1), self._across)
        return float(steps if found.light_on_dark else -steps)


def _steepest(steps: Contrast) -> float:
    """The sum of those steps, along the rows, that none within EDGE_WIDTH exceeds."""
    sizes = np.abs(steps) + np.arange(steps.shape[1], dtype=np.float32) * 1e-3  # no two alike
    if not sizes.size:
        return 0.0
    return float(sizes[sizes == cv2.dilate(sizes, np.ones((1, EDGE_WIDTH)))].sum())


def _noise(contrast: Contrast) -> float:
    """Standard deviation of the paper's grain, from the differences of neighbors.

    Of |a - b| for two normal values the lower half has a mean of 0.459 sigma; it is still that of
    paper where a tight crop leaves little else than the edges of ink.
    """
    every = 1 + max(contrast.shape) // SAMPLE
    down = np.abs(np.diff(contrast, axis=0)[::every, ::every])
    across = np.abs(np.diff(contrast, axis=1)[::every, ::every])
    return min(_lower_half_mean(down), _lower_half_mean(across)) / 0.459


def _lower_half_mean(values: Contrast) -> float:
    return float(values[values <= np.median(values)].mean()) if values.size else 0.0


def _ink_level(contrast: Contrast, faintest: float) -> float:
    """The contrast that full ink has; `faintest` if nothing stands out."""
    candidates = contrast[contrast > faintest]
    return float(np.quantile(candidates, 0.9)) if candidates.size else faintest


def _dark(contrast: Contrast, faintest: float, level: float) -> Mask:
    """What is dark enough to be ink; nothing, if nothing stands out."""
    return contrast > max(faintest, FADED * level)


def _closed(mask: Mask) -> NDArray[np.uint8]:
    if max(mask.shape) < GRAINLESS:
        return mask.astype(np.uint8)
    return cv2.morphologyEx(mask.astype(np.uint8), cv2.MORPH_CLOSE, np.ones((3, 3)))


def _is_broad(mask: Mask, reach: float) -> bool:
    """Whether twice the area over the edges in the picture is more than lines of ink are wide."""
    solid = _closed(mask)
    edges = sum(int((np.diff(solid, axis=axis) != 0).sum()) for axis in (0, 1))
    return 2 * int(solid.sum()) > reach * max(mask.shape) * edges


def _ends_sharply(contrast: Contrast, mask: Mask) -> bool:
    """Whether the contrast falls where the ink ends, in the mean along its outline."""
    side = 2 * max(1, round(SHARP_REACH * max(mask.shape))) + 1
    ink, kernel = mask.astype(np.uint8), np.ones((side, side), np.uint8)
    inside = mask & (cv2.erode(ink, kernel) == 0)
    outside = ~mask & (cv2.dilate(ink, kernel) > 0)
    if not inside.any() or not outside.any():
        return True
    high = float(contrast[inside].mean())
    return high - float(contrast[outside].mean()) > SHARP * high


def _stands_out(contrast: Contrast, mask: Mask, dark: Mask) -> bool:
    """Whether the ink is clearly darker than stains of the paper, which are wider than grain."""
    ink = cv2.dilate(dark.astype(np.uint8), np.ones((5, 5)))
    paper = contrast[ink == 0]
    return not paper.size or float(contrast[mask].mean()) > ABOVE_STAINS * float(paper.std())
