"""How much of full ink each pixel has, from its gray value and the grays of paper and ink nearby."""

import cv2
import numpy as np
from numpy.typing import NDArray

from mlcore.pictures.grayscale import Gray
from mlcore.pictures.ink_network import SIDE, Coverage

Ink = NDArray[np.float32]
Floats = NDArray[np.float32]
Mask = NDArray[np.bool_]

# Coverage from here on may be ink; with a margin around it, all below is paper.
SOME = 0.15
MARGIN = np.ones((5, 5), np.uint8)  # of SIDE x SIDE pixels
# The paper's gray is a mean with a Gaussian weight of this standard deviation, in such pixels.
SMOOTH = 8.0
# Full ink is darker than this part of the inked pixels.
FULL = 0.8
# Fainter contrast, of 255, is none.
FAINTEST = 2
# Within this many standard deviations of the noise is paper, at least and at most up to these parts
# of full ink.
ABOVE_NOISE, TRACE = 2.0, (0.01, 0.35)
# Soft edges reach beyond the coverage by this part of the side.
SKIRT = 0.04


def ink_of(part: Gray, coverage: Coverage) -> Ink | None:
    """Return the ink, (h, w) float32 in [0, 1]; None if it does not differ from the paper.

    part: gray (h, w) uint8. coverage: of the same part, (SIDE, SIDE), 0 where no writing is.
    """
    size = (part.shape[1], part.shape[0])
    covered = cv2.resize(coverage, size, interpolation=cv2.INTER_LINEAR)
    core = covered >= min(0.5, float(covered.max()) / 2)
    small = _squeezed(part)
    free = _paper(small, coverage)
    paper = cv2.resize(_smooth(small, free), size, interpolation=cv2.INTER_LINEAR)
    contrast = paper - part
    if np.median(contrast[core]) < 0:
        contrast = -contrast
    level = float(np.quantile(contrast[core], FULL))
    if level <= FAINTEST:
        return None
    noise = _noise(contrast, cv2.resize(free.astype(np.uint8), size) > 0) / level
    ink = contrast / level
    ink = np.where(ink > float(np.clip(ABOVE_NOISE * noise, *TRACE)), np.minimum(ink, 1), 0)
    near = cv2.dilate((covered >= SOME).astype(np.uint8), _square(SKIRT * max(size))) > 0
    return np.where(near, ink, 0).astype(np.float32)


def _squeezed(part: Gray) -> Floats:
    how = cv2.INTER_AREA if min(part.shape) >= SIDE else cv2.INTER_LINEAR
    return cv2.resize(part, (SIDE, SIDE), interpolation=how).astype(np.float32)


def _paper(small: Floats, coverage: Coverage) -> Mask:
    """Return where paper is: not near ink, and not as dark as lines and frames are."""
    free = cv2.dilate(coverage, MARGIN) < SOME
    if not free.any():
        free = coverage <= np.quantile(coverage, 0.05)
    middle, inked = np.median(small[free]), np.median(small[coverage >= coverage.max() / 2])
    plain = free & (np.abs(small - middle) < np.abs(inked - middle) / 2)
    return plain if plain.any() else free


def _smooth(small: Floats, free: Mask) -> Floats:
    """Return the gray of the paper, also under ink: a mean of the paper around."""
    weights = free.astype(np.float32)
    mean = float(small[free].mean())
    sums = cv2.GaussianBlur((small - mean) * weights, (0, 0), SMOOTH)
    return mean + sums / (cv2.GaussianBlur(weights, (0, 0), SMOOTH) + 1e-3)


def _noise(contrast: Floats, free: Mask) -> float:
    return float(contrast[free].std()) if free.any() else 0.0


def _square(reach: float) -> NDArray[np.uint8]:
    side = 2 * max(1, round(reach)) + 1
    return np.ones((side, side), np.uint8)
