"""How much ink each pixel has, from its gray value and the grays of paper and ink nearby."""

import cv2
import numpy as np
from numpy.typing import NDArray

from mlcore.pictures.grayscale import Gray
from mlcore.pictures.ink_network import SIDE, Coverage

Ink = NDArray[np.float32]
Floats = NDArray[np.float32]
Mask = NDArray[np.bool_]

# Coverage from here on may be ink; with a margin around it, all below is paper.
SOME = 0.2
MARGIN = np.ones((5, 5), np.uint8)  # of SIDE x SIDE pixels
# The paper's gray is a mean with Gaussian weights of these standard deviations, in such pixels: a
# narrow one, and with the weight WIDELY a wide one, for places without paper nearby.
NARROW, WIDE, WIDELY = 3.0, 16.0, 0.02
# Full ink is darker than this part of the inked pixels, in noise of these parts of full ink. On noisy
# paper the darkest pixels are darker than the ink.
NOISES, FULL = (0.0, 0.01), (0.95, 0.7)
# Nearby, within this part of the side, full ink has at least the part FADED of that contrast.
NEARBY, FADED = 0.08, 0.5
# Fainter contrast, of 255, is none.
FAINTEST = 2
# Within this many standard deviations of the noise is paper, at least and at most up to these parts
# of full ink.
ABOVE_NOISE, TRACE = 2.0, (0.003, 0.35)
# Soft edges reach beyond the coverage by this part of the side.
SKIRT = 0.04
# A dark component is ink as a whole if this part of it is.
MOSTLY = 0.6


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
    level = float(np.quantile(contrast[core], FULL[-1]))
    if level <= FAINTEST:
        return None
    noise = _noise(contrast, cv2.resize(free.astype(np.uint8), size) > 0) / level
    level = float(np.quantile(contrast[core], np.interp(noise, NOISES, FULL)))
    ink = contrast / _full_ink_nearby(contrast, level)
    ink = np.where(ink > float(np.clip(ABOVE_NOISE * noise, *TRACE)), np.minimum(ink, 1), 0)
    near = _with_whole_lines((covered >= SOME).astype(np.uint8), contrast > level / 2)
    near = cv2.dilate(near, _square(SKIRT * max(size))) > 0
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
    sums, totals = (
        cv2.GaussianBlur(values, (0, 0), NARROW) + WIDELY * cv2.GaussianBlur(values, (0, 0), WIDE)
        for values in ((small - mean) * weights, weights)
    )
    return mean + sums / (totals + 1e-6)


def _full_ink_nearby(contrast: Floats, level: float) -> Floats:
    """Return the contrast of full ink at each pixel, because pencil lines vary in darkness."""
    highest = cv2.dilate(contrast, _square(NEARBY * max(contrast.shape)))
    return np.clip(highest, FADED * level, level)


def _with_whole_lines(near: NDArray[np.uint8], dark: Mask) -> NDArray[np.uint8]:
    """Add the dark components of which most is near ink already: the ends of lines that fade out."""
    count, labels = cv2.connectedComponents(dark.astype(np.uint8))
    sizes = np.maximum(np.bincount(labels.ravel(), minlength=count), 1)
    shares = np.bincount(labels.ravel(), near.ravel(), count) / sizes
    shares[0] = 0
    return np.maximum(near, (shares >= MOSTLY)[labels].astype(np.uint8))


def _noise(contrast: Floats, free: Mask) -> float:
    return float(contrast[free].std()) if free.any() else 0.0


def _square(reach: float) -> NDArray[np.uint8]:
    side = 2 * max(1, round(reach)) + 1
    return np.ones((side, side), np.uint8)
