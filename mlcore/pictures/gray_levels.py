"""How much ink each pixel has, from its gray value and the grays of paper and ink nearby."""

import cv2
import numpy as np
from numpy.typing import NDArray

from mlcore.pictures.grayscale import Gray
from mlcore.pictures.ink_network import SIDE, Coverage, squeezed

Ink = NDArray[np.float32]
Floats = NDArray[np.float32]
Mask = NDArray[np.bool_]

# Coverage from here on may be ink; with a margin around it, all below is paper.
SOME = 0.1
MARGIN = np.ones((5, 5), np.uint8)  # of SIDE x SIDE pixels
# Lines and frames differ from the median of so many pixels around.
AROUND = 41
# The paper's gray is a mean with Gaussian weights of these standard deviations, in such pixels: a
# narrow one, and with the weight WIDELY a wide one, for places without paper nearby. The wide one
# is taken of squares of COARSE pixels, which is much quicker and gives nearly the same.
NARROW, WIDE, WIDELY = 3.0, 16.0, 0.02
COARSE = 4
# Full ink is darker than this part of the inked pixels, in noise of these parts of full ink. On
# noisy paper the darkest pixels are darker than the ink.
NOISES, FULL = (0.0, 0.01), (0.95, 0.5)
# Fainter contrast, of 255, is none.
FAINTEST = 2
# Within this many standard deviations of the noise is paper, at least and at most up to these parts
# of full ink.
ABOVE_NOISE, TRACE = 2.0, (0.003, 0.35)
# Soft edges reach beyond the coverage by this part of the side.
SKIRT = 0.04
# A dark component is ink as a whole if the part MOSTLY of it is, and no ink if less than HARDLY is.
MOSTLY, HARDLY = 0.4, 0.3


def ink_of(part: Gray, coverage: Coverage) -> Ink | None:
    """Return the ink, (h, w) float32 in [0, 1]; None if it does not differ from the paper.

    part: gray (h, w) uint8. coverage: of the same part, (SIDE, SIDE), 0 where no writing is.
    """
    size = (part.shape[1], part.shape[0])
    covered = cv2.resize(coverage, size, interpolation=cv2.INTER_LINEAR)
    core = covered >= min(0.5, float(covered.max()) / 2)
    small = squeezed(part, coverage.shape).astype(np.float32)
    free = _paper(small, coverage)
    paper = cv2.resize(_smooth(small, free), size, interpolation=cv2.INTER_LINEAR)
    contrast = paper - part
    if contrast[core].mean() < 0:
        contrast = -contrast
    inked = contrast[core]
    inked = inked[inked >= inked.mean()]  # a hairline is narrower than its coverage
    level = float(np.quantile(inked, FULL[-1]))
    if level <= FAINTEST:
        return None
    plain = cv2.resize(free.astype(np.uint8), size)
    noise = cv2.meanStdDev(contrast, mask=plain)[1].item() / level
    level = float(np.quantile(inked, np.interp(noise, NOISES, FULL)))
    ink: Ink = contrast / level
    near = _as_whole_lines(covered >= SOME, contrast > level / 2)
    near = cv2.dilate(near.astype(np.uint8), _square(SKIRT * max(size))) > 0
    near &= ink > float(np.clip(ABOVE_NOISE * noise, *TRACE))
    return np.where(near, np.minimum(ink, 1), 0)


def _paper(small: Floats, coverage: Coverage) -> Mask:
    """Return where paper is: not near ink, and not as dark as lines and frames are."""
    free = cv2.dilate(coverage, MARGIN) < SOME
    if not free.any():
        free = coverage <= np.quantile(coverage, 0.05)
    filled = np.where(free, small, np.median(small[free])).astype(np.uint8)
    # Mirrored, because the median would repeat the outermost pixels, which may be a line.
    mirrored = np.pad(filled, AROUND // 2, mode="reflect")
    usual = cv2.medianBlur(mirrored, AROUND)[
        AROUND // 2 : -(AROUND // 2), AROUND // 2 : -(AROUND // 2)
    ]
    away = np.abs(small - usual)
    plain = free & (away < np.median(away[coverage >= coverage.max() / 2]) / 2)
    return plain if plain.any() else free


def _smooth(small: Floats, free: Mask) -> Floats:
    """Return the gray of the paper, also under ink: a mean of the paper around."""
    weights = free.astype(np.float32)
    mean = float(small[free].mean())
    sums, totals = (
        cv2.GaussianBlur(values, (0, 0), NARROW) + WIDELY * _wide_mean(values)
        for values in ((small - mean) * weights, weights)
    )
    return mean + sums / (totals + 1e-6)


def _wide_mean(values: Floats) -> Floats:
    side = SIDE // COARSE
    small = cv2.resize(values, (side, side), interpolation=cv2.INTER_AREA)
    return cv2.resize(cv2.GaussianBlur(small, (0, 0), WIDE / COARSE), (SIDE, SIDE))


def _as_whole_lines(near: Mask, dark: Mask) -> Mask:
    """Correct where ink is by the dark components: most of them are ink as a whole, or not at all.

    The ends of a line that faded out in the coverage are added. Components that are hardly ink,
    like a frame of which a corner is, are taken away, and so are those that the edge cuts off, if
    it does not cut off the main one. The main one always stays.
    """
    count, labels = cv2.connectedComponents(dark.astype(np.uint8))
    # Counting only these pixels is much quicker than counting all, and paper has no share.
    inked = np.bincount(labels[near], minlength=count)
    shares = inked / np.maximum(np.bincount(labels[dark], minlength=count), 1)
    main = 1 + int(inked[1:].argmax()) if count > 1 else 0
    foreign, whole = shares < HARDLY, shares >= MOSTLY
    cut_off = np.unique(np.concatenate([labels[0], labels[-1], labels[:, 0], labels[:, -1]]))
    if main not in cut_off:
        foreign[cut_off] = True
        whole[cut_off] = False
    foreign[main] = False
    foreign[0] = whole[0] = False
    if foreign.any():
        away = foreign.take(labels).astype(np.uint8)
        near = near & (cv2.dilate(away, _square(SKIRT * max(dark.shape))) == 0)
    return near | whole.take(labels)


def _square(reach: float) -> NDArray[np.uint8]:
    side = 2 * max(1, round(reach)) + 1
    return np.ones((side, side), np.uint8)
