"""Telling ink from what it lies on: polarity, uneven light, noise, specks and stray lines."""

import math

import cv2
import numpy as np
from numpy.typing import NDArray

from mlcore.geometry import BOX, stroke_width

Grey = NDArray[np.uint8]
Ink = NDArray[np.float32]
Ints = NDArray[np.integer]

# The light is estimated on a copy of at most this many pixels a side: it changes slowly.
LIGHT_SIDE = 96
# In dimmer light than this (of 255) noise would pass for ink.
DIMMEST = 64
# Polarity is judged on a copy of at most this many pixels a side, without so many at its edges.
POLARITY_SIDE = 48
FRAME = 2
# Weight of what is usual, against two votes of at most 1 each.
HABIT = 0.5
# Lines thinner than this part of the picture's longest side are ink and not a change of light.
LIGHT_REACH = 1 / 3
# Shadow leaves at least this part of the full light; what is darker over a wide area is a blob.
DEEPEST_SHADOW = 0.4

# Contrast is 0 for paper and 1 for black ink on white. The faintest pencil is well above this, the
# grain of paper and the rings of JPEG are below.
FAINTEST = 0.08
# Ink stands out from the noise of the paper by at least this many standard deviations.
ABOVE_NOISE = 5.0
# The same for stains, which are wider than a pixel and looked for everywhere.
ABOVE_STAINS = 8.0
# A line is followed down to this part of the contrast that full ink has, once it has reached half.
FADED = 0.35
# Ink shorter than this part of the picture's longest side is dust.
DUST = 0.025

# The contrast at the edge of ink falls by half within this part of the picture's longest side.
EDGE_REACH = 0.04
# Ink this near to the picture's edge, as a part of its longest side, runs off it.
EDGE = 0.02

# The largest other parts that are looked at; a sheet full of specks has thousands.
MAX_PARTS = 32
# A part belongs to the main ink if it is not smaller than this part of its area ...
PART_AREA = 0.02
# ... and not further off than this part of its longest side.
PART_GAP = 0.5


def separate_ink(grey: Grey) -> Ink | None:
    """The ink of a grey picture, (h, w) uint8, as (h, w) float32 in [0, 1]; None if it is blank."""
    contrast = _contrast(255 - grey if _is_light_on_dark(grey) else grey)
    faintest = max(FAINTEST, ABOVE_NOISE * _noise(contrast))
    contrast = np.maximum(contrast, 0)
    level = _ink_level(contrast, faintest)
    if level is None:
        return None
    faded = max(faintest, FADED * level)
    kept = _belonging(contrast, level, faded)
    if kept is None or _is_broad(kept) or not _stands_out(contrast, kept, faded):
        return None
    return _soften(contrast / _local_level(contrast, level, kept), kept)


def _is_light_on_dark(grey: Grey) -> bool:
    """Whether the ink is lighter than its ground.

    Two votes, each from -1 (dark on light) to 1. A median over a wide window is the ground, and the
    ink is on the side where the picture departs from it furthest; this sees past shadows. Most of
    the picture's edge is ground; this sees past broad lines that leave little else. Where they
    disagree, a light edge is paper and a dark one a blackboard.
    """
    small = _shrunk(grey, POLARITY_SIDE)
    depth = 1
    if small is not grey and min(small.shape) > 4 * FRAME:  # there is room for a frame
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


def _contrast(grey: Grey) -> Ink:
    """1 - grey / light, where light is what the picture would be without its dark lines.

    Below 0 where the picture is lighter than that.
    """
    small = _shrunk(grey, LIGHT_SIDE)
    reach = max(3, round(max(small.shape) * LIGHT_REACH))
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (reach, reach))
    smooth = cv2.medianBlur(small, 3).astype(np.float32)
    light = cv2.morphologyEx(smooth, cv2.MORPH_CLOSE, kernel)
    if small is not grey:  # a coarse copy is too bright beside the edge of a shadow
        light = cv2.erode(light, np.ones((5, 5)))
    light = np.maximum(light, DEEPEST_SHADOW * np.quantile(light, 0.9)).astype(np.float32)
    light = cv2.resize(light, grey.shape[::-1], interpolation=cv2.INTER_LINEAR)
    return (light - grey) / np.maximum(light, DIMMEST)


def _noise(contrast: Ink) -> float:
    """Standard deviation of the paper's grain, from the differences of neighbours.

    Of |a - b| for two normal values the lower half has a mean of 0.459 sigma; it is still that of
    paper where a tight crop leaves little else than the edges of ink.
    """
    return min(_lower_half_mean(np.abs(np.diff(contrast, axis=axis))) for axis in (0, 1)) / 0.459


def _lower_half_mean(values: Ink) -> float:
    return float(values[values <= np.median(values)].mean()) if values.size else 0.0


def _ink_level(contrast: Ink, faintest: float) -> float | None:
    """The contrast that full ink has, or None if nothing stands out."""
    candidates = contrast[contrast > faintest]
    if not candidates.size:
        return None
    return float(np.quantile(candidates, 0.9))


def _is_broad(kept: NDArray[np.bool_]) -> bool:
    """Whether twice the area over the edges in the picture is more than lines of ink are wide."""
    edges = sum(int(np.diff(kept, axis=axis).sum()) for axis in (0, 1))
    return 2 * int(kept.sum()) > LIGHT_REACH * max(kept.shape) * edges


def _stands_out(contrast: Ink, kept: NDArray[np.bool_], faded: float) -> bool:
    """Whether the ink is clearly darker than stains of the paper, which are wider than grain."""
    ink = cv2.dilate((contrast > faded).astype(np.uint8), np.ones((5, 5)))
    paper = contrast[ink == 0]
    return not paper.size or float(contrast[kept].mean()) > ABOVE_STAINS * float(paper.std())


def _local_level(contrast: Ink, level: float, kept: NDArray[np.bool_]) -> Ink:
    """The contrast of full ink at each place: pencil lines are darker here and fainter there."""
    reach = 2 * math.ceil(stroke_width(kept.astype(np.float32))) + 1
    highest = cv2.dilate(contrast, np.ones((reach, reach)))
    return np.clip(highest, FADED * level, level)


def _belonging(contrast: Ink, level: float, faded: float) -> NDArray[np.bool_] | None:
    """Mask of the ink that makes up the drawing."""
    count, labels, stats, _ = cv2.connectedComponentsWithStats((contrast > faded).astype(np.uint8))
    # Ink has an edge; what fades out slowly is shadow.
    reach = max(5, round(EDGE_REACH * max(contrast.shape)))
    drop = contrast - cv2.erode(contrast, np.ones((reach, reach)))
    strong = np.unique(labels[(contrast > faded) & (drop > level / 2)])
    strong = strong[strong > 0]
    if not strong.size:
        return None
    weights = _window(contrast.shape)
    mass = np.bincount(labels.ravel(), (contrast * weights).ravel(), minlength=count)
    main = strong[mass[strong].argmax()]
    boxes = stats[:, [cv2.CC_STAT_LEFT, cv2.CC_STAT_TOP]]
    boxes = np.hstack([boxes, boxes + stats[:, [cv2.CC_STAT_WIDTH, cv2.CC_STAT_HEIGHT]]])
    if (boxes[main, 2:] - boxes[main, :2]).max() < DUST * max(contrast.shape):
        return None
    kept = _parts(int(main), strong, boxes, stats[:, cv2.CC_STAT_AREA], contrast.shape)
    return np.isin(labels, kept)


def _parts(main: int, strong: Ints, boxes: Ints, areas: Ints, shape: tuple[int, ...]) -> list[int]:
    """The labels of what belongs to the main ink: strong parts near it, no specks, lines or frames.

    boxes are left, top, right, bottom a label.
    """
    margin = EDGE * max(shape)
    inner = np.array([margin, margin, margin - shape[1], margin - shape[0]])
    touching: NDArray[np.bool_] = np.any(boxes * [1, 1, -1, -1] < inner, axis=1)
    longest = (boxes[main, 2:] - boxes[main, :2]).max()
    kept = [main]
    large = strong[(areas[strong] >= PART_AREA * areas[main]) & (strong != main)]
    for part in large[np.argsort(-areas[large])][:MAX_PARTS]:
        if (touching[part] and not touching[main]) or _encloses(boxes[part], boxes[main]):
            continue
        gap = min(_gap(boxes[part], boxes[other]) for other in kept)
        if gap <= PART_GAP * longest:
            kept.append(part)
    return kept


def _encloses(one: Ints, other: Ints) -> bool:
    return bool((one[:2] < other[:2]).all() and (one[2:] > other[2:]).all())


def _gap(one: Ints, other: Ints) -> float:
    apart = np.maximum(one[:2], other[:2]) - np.minimum(one[2:], other[2:])
    return float(np.linalg.norm(np.maximum(apart, 0)))


def _window(shape: tuple[int, ...]) -> Ink:
    """Weights that favour the middle: what somebody takes a picture of is rarely at its edge."""
    rows, columns = (np.hanning(size + 2)[1:-1] for size in shape)
    return np.outer(rows, columns).astype(np.float32)


def _soften(relative: Ink, kept: NDArray[np.bool_]) -> Ink:
    """Ink with edges as soft as the picture has them where it is hardly finer than the field."""
    rows, columns = np.flatnonzero(kept.any(1)), np.flatnonzero(kept.any(0))
    longest = max(np.ptp(rows), np.ptp(columns)) + 1
    span = float(np.clip(0.4 * BOX / longest, 0.1, 0.4))
    near = cv2.dilate(kept.astype(np.uint8), np.ones((3, 3))) > 0
    ink = np.clip((relative - 0.5 + span) / (2 * span), 0, 1)
    return np.where(near, ink, 0).astype(np.float32)


def _shrunk(grey: Grey, side: int) -> Grey:
    factor = side / max(grey.shape)
    if factor >= 1:
        return grey
    size = [max(1, round(length * factor)) for length in grey.shape[::-1]]
    return cv2.resize(grey, size, interpolation=cv2.INTER_AREA)
