"""Separate ink from its ground: polarity, uneven light, noise, specks and stray lines."""

import math

import cv2
import numpy as np
from numpy.typing import NDArray

from mlcore.ink.geometry import BOX, stroke_width
from mlcore.pictures.components import Mask, is_rectangular
from mlcore.pictures.contrast import Gray, shrunk
from mlcore.pictures.foreground import FADED, Edges, Finding, look

Ink = NDArray[np.float32]

# The drawing is searched on a copy of at most GLANCE_SIDE pixels a side, then on one of at most
# LOOK_SIDE if nothing was found. Then it is cut out with some paper around it and examined closely.
GLANCE_SIDE = 128
LOOK_SIDE = 288
AROUND = 0.5  # of the drawing's longest side

# Maximum width of ink, as parts of the longest side: for pen lines on a sheet, for a marker, for a
# tight crop. Shadows disturb the first least.
REACHES = (0.08, 0.16, 1 / 3)
# A shorter reach than this, in pixels, would cut off thick lines in a small picture.
SHORTEST_REACH = 10
# A wider reach finds real ink if it adds at least this part of the mask and explains at least the
# part MUCH_LESS of the edges that the narrower reach explains. The added part must be ...
ADDED = 0.03
MUCH_LESS = 0.85
# ... this dark relative to bordering ink (a shadow is less dark than ink in it) ...
AS_DARK = 0.85
# ... or, if it is separate, explain this many times the edges.
MUCH_MORE = 1.25
# Lines have less than this part of the drawing's longest side as their largest width. If they also
# explain at least the part MOST of all edges, the search stops.
STROKE = 0.25
MOST = 0.6

# The score of the more likely polarity is multiplied by this.
LIKELIER = 1.25
# A compact rectangle is probably a sheet of paper on a table, or the inside of a box. Its score is
# multiplied by SHEET.
COMPACT = 2.5
SHEET = 0.3

# Polarity is estimated on a copy of at most POLARITY_SIDE pixels a side, without FRAME pixels at
# its edges.
POLARITY_SIDE = 48
FRAME = 2
# Weight of the prior for polarity, against two votes of at most 1 each.
HABIT = 0.5


def separate_ink(gray: Gray) -> Ink | None:
    """Extract the ink of a gray picture, (h, w) uint8, as float32 in [0, 1]; None if blank.

    The ink is cut out with some paper around it and has at most LOOK_SIDE pixels a side.
    """
    sheet = shrunk(gray, LOOK_SIDE)
    likely = _is_light_on_dark(sheet)
    for small in (shrunk(sheet, GLANCE_SIDE), sheet):
        found = _glance(small, likely)
        closer = None if found is None else _look_closer(gray, found)
        if closer is not None:
            return _soft_ink(closer)
        if small is sheet:
            break
    return None


def _glance(small: Gray, likely: bool) -> Finding | None:
    """Find the drawing with the light and the polarity that explain the picture best."""
    edges = Edges(small)
    plain = look(small, light_on_dark=likely, reach=REACHES[-1])
    if plain and plain.thickness < STROKE and edges.explained(plain) > MOST * edges.total:
        return plain
    one, other = (_of_polarity(small, polarity, edges) for polarity in (likely, not likely))
    if one is None or other is None:
        return one or other
    return one if LIKELIER * _score(one, edges) > _score(other, edges) else other


def _of_polarity(small: Gray, light_on_dark: bool, edges: Edges) -> Finding | None:
    best: Finding | None = None
    wide_enough = [reach for reach in REACHES if reach * max(small.shape) >= SHORTEST_REACH]
    for reach in wide_enough or REACHES[-1:]:
        found = look(small, light_on_dark=light_on_dark, reach=reach)
        if found is None or edges.explained(found) <= 0:
            continue
        if best is None or _is_better(found, best, edges):
            best = found
    return best


def _is_better(coarse: Finding, fine: Finding, edges: Edges) -> bool:
    """Return whether the additional area of the coarse finding is ink and not shadow."""
    if edges.explained(coarse) < MUCH_LESS * edges.explained(fine):
        return False
    if coarse.thickness < STROKE:
        return True
    added = coarse.mask & (cv2.dilate(fine.mask.astype(np.uint8), np.ones((3, 3))) == 0)
    if added.sum() < ADDED * fine.mask.sum():
        return True
    bordering = fine.mask & (cv2.dilate(added.astype(np.uint8), np.ones((7, 7))) > 0)
    if not bordering.any():
        return edges.explained(coarse) > MUCH_MORE * edges.explained(fine)
    # Soft edges of ink are less dark than the ink. Edges of a shadow are hardly darker than the
    # shadow, so a high quantile separates the two.
    darkest = float(np.quantile(coarse.contrast[added], 0.8))
    return darkest > AS_DARK * float(np.median(coarse.contrast[bordering]))


def _score(found: Finding, edges: Edges) -> float:
    """Score a finding by the edges it explains; lower the score if it looks like a ground."""
    rim = np.ones(found.mask.shape, np.bool_)
    rim[1:-1, 1:-1] = False
    score = edges.explained(found) * (1 - float(found.mask[rim].mean())) * (1 - found.thickness)
    return SHEET * score if _is_sheet(found.mask) else score


def _is_sheet(mask: Mask) -> bool:
    _, sides, _ = cv2.minAreaRect(cv2.findNonZero(mask.astype(np.uint8)))
    return max(sides) < COMPACT * min(sides) and is_rectangular(mask)


def _look_closer(gray: Gray, found: Finding) -> Finding | None:
    """Find the same drawing in its part of the picture, (h, w) uint8, at a higher resolution."""
    scale = max(gray.shape) / max(found.mask.shape)
    top, bottom, left, right = (scale * side for side in found.box)
    around = AROUND * max(bottom - top, right - left) + scale
    rows = slice(max(0, math.floor(top - around)), math.ceil(bottom + around))
    columns = slice(max(0, math.floor(left - around)), math.ceil(right + around))
    part = shrunk(np.ascontiguousarray(gray[rows, columns]), LOOK_SIDE)
    if part.shape == found.mask.shape:
        return found
    near = max(gray[rows, columns].shape) / max(gray.shape)
    reach = min(found.reach / near, REACHES[-1])
    return look(part, light_on_dark=found.light_on_dark, reach=reach)


def _soft_ink(found: Finding) -> Ink:
    """Return ink with soft edges; they are softer in pictures hardly finer than the image."""
    top, bottom, left, right = found.box
    span = float(np.clip(0.4 * BOX / max(bottom - top, right - left), 0.1, 0.4))
    near = cv2.dilate(found.mask.astype(np.uint8), np.ones((3, 3))) > 0
    relative = found.contrast / _local_level(found)
    ink = np.clip((relative - 0.5 + span) / (2 * span), 0, 1)
    return np.where(near, ink, 0).astype(np.float32)


def _local_level(found: Finding) -> Ink:
    """Return the contrast of full ink at each pixel, because pencil lines vary in darkness."""
    reach = 2 * math.ceil(stroke_width(found.mask.astype(np.float32))) + 1
    highest = cv2.dilate(found.contrast, np.ones((reach, reach)))
    return np.clip(highest, FADED * found.level, found.level)


def _is_light_on_dark(gray: Gray) -> bool:
    """Return whether the ink is probably lighter than its ground.

    There are two votes, each from -1 (dark on light) to 1, and a prior. First, a median over a wide
    window is the ground, and the ink is on the side with the largest deviations from it; this is
    robust against shadows. Second, most of the picture's edge is ground; this is robust against
    broad lines that fill the picture. Prior: a light edge is paper, a dark edge a blackboard.
    """
    small = shrunk(gray, POLARITY_SIDE)
    depth = 1
    if small is not gray and min(small.shape) > 4 * FRAME:  # there is room for a frame
        small, depth = np.ascontiguousarray(small[FRAME:-FRAME, FRAME:-FRAME]), 3 * FRAME
    ground = cv2.medianBlur(small, max(small.shape) // 2 * 2 + 1)
    departure = (small.astype(np.float32) - ground) ** 3
    furthest = float(departure.sum() / max(np.abs(departure).sum(), 1))
    threshold, _ = cv2.threshold(small, 0, 255, cv2.THRESH_OTSU)
    edge = np.ones(small.shape, np.bool_)
    edge[depth:-depth, depth:-depth] = False
    most = 1 - 2 * float((small[edge] > threshold).mean())
    habit = HABIT if np.median(small[edge]) < 128 else -HABIT
    return furthest + most + habit > 0
