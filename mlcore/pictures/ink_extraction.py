"""Telling ink from what it lies on: polarity, uneven light, noise, specks and stray lines."""

import math

import cv2
import numpy as np
from numpy.typing import NDArray

from mlcore.ink.geometry import BOX, stroke_width
from mlcore.pictures.components import Mask, is_rectangular
from mlcore.pictures.contrast import Gray, shrunk
from mlcore.pictures.foreground import FADED, Edges, Finding, look

Ink = NDArray[np.float32]

# The drawing is looked for on a copy of at most this many pixels a side, on a larger one if there
# is nothing to be seen, and then looked at from near, with some paper around it.
GLANCE_SIDE = 128
LOOK_SIDE = 288
AROUND = 0.5  # of the drawing's longest side

# How wide ink may be, as parts of the longest side: lines of a pen on a sheet, those of a marker, a
# tight crop. Shadows disturb the first least.
REACHES = (0.08, 0.16, 1 / 3)
# A narrower one than this, in pixels, would cut off thick lines in a small picture.
SHORTEST_REACH = 10
# More ink is to be seen with a wider reach if it adds at least this part ...
ADDED = 0.03
MUCH_LESS = 0.85
# ... as dark as what it borders on: shadow is less dark than ink in that shadow ...
AS_DARK = 0.85
# ... or, apart from it, so much more of the picture's edges.
MUCH_MORE = 1.25
# Lines are thinner than this part of the drawing's longest side at their thickest; if they follow
# so much of all edges, nobody need look on.
STROKE = 0.25
MOST = 0.6

# The polarity that seems likelier needs that much less of the picture's edges than the other.
LIKELIER = 1.25
# A compact rectangle is a sheet of paper on a table, or what a box surrounds, rather than ink.
COMPACT = 2.5
SHEET = 0.3

# Polarity is judged on a copy of at most this many pixels a side, without so many at its edges.
POLARITY_SIDE = 48
FRAME = 2
# Weight of what is usual, against two votes of at most 1 each.
HABIT = 0.5


def separate_ink(gray: Gray) -> Ink | None:
    """The ink of a gray picture, (h, w) uint8, as float32 in [0, 1]; None if it is blank.

    It is cut out with some paper around it and has at most LOOK_SIDE pixels a side.
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
    """The drawing in whatever light and of whatever polarity explains the picture best."""
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
    """Whether what only the coarse finding has, if anything, is ink and not shadow."""
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
    # The soft edges of ink are less dark than it, the edges of shadow hardly darker than it is.
    darkest = float(np.quantile(coarse.contrast[added], 0.8))
    return darkest > AS_DARK * float(np.median(coarse.contrast[bordering]))


def _score(found: Finding, edges: Edges) -> float:
    """How much speaks for a finding: the edges it explains, less so if it looks like a ground."""
    rim = np.ones(found.mask.shape, np.bool_)
    rim[1:-1, 1:-1] = False
    score = edges.explained(found) * (1 - float(found.mask[rim].mean())) * (1 - found.thickness)
    return SHEET * score if _is_sheet(found.mask) else score


def _is_sheet(mask: Mask) -> bool:
    _, sides, _ = cv2.minAreaRect(cv2.findNonZero(mask.astype(np.uint8)))
    return max(sides) < COMPACT * min(sides) and is_rectangular(mask)


def _look_closer(gray: Gray, found: Finding) -> Finding | None:
    """The same drawing in a part of the picture, (h, w) uint8, as large as it comes."""
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
    """Ink with edges as soft as the picture has them where it is hardly finer than the image."""
    top, bottom, left, right = found.box
    span = float(np.clip(0.4 * BOX / max(bottom - top, right - left), 0.1, 0.4))
    near = cv2.dilate(found.mask.astype(np.uint8), np.ones((3, 3))) > 0
    relative = found.contrast / _local_level(found)
    ink = np.clip((relative - 0.5 + span) / (2 * span), 0, 1)
    return np.where(near, ink, 0).astype(np.float32)


def _local_level(found: Finding) -> Ink:
    """The contrast of full ink at each place: pencil lines are darker here and fainter there."""
    reach = 2 * math.ceil(stroke_width(found.mask.astype(np.float32))) + 1
    highest = cv2.dilate(found.contrast, np.ones((reach, reach)))
    return np.clip(highest, FADED * found.level, found.level)


def _is_light_on_dark(gray: Gray) -> bool:
    """Whether the ink is probably lighter than its ground.

    Two votes, each from -1 (dark on light) to 1. A median over a wide window is the ground, and the
    ink is on the side where the picture departs from it furthest; this sees past shadows. Most of
    the picture's edge is ground; this sees past broad lines that leave little else. Where they
    disagree, a light edge is paper and a dark one a blackboard.
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
