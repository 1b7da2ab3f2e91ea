"""Choose the connected components that are the drawing: no specks, frames or bits at the edge."""

from dataclasses import dataclass
from functools import cached_property

import cv2
import numpy as np
from numpy.typing import NDArray

from mlcore.pictures.contrast import Contrast

Floats = NDArray[np.floating]
Ints = NDArray[np.integer]
Mask = NDArray[np.bool_]

# Ink shorter than this part of the picture's longest side is dust.
DUST = 0.025
# The contrast at the edge of ink falls by half within this part of the picture's longest side.
EDGE_REACH = 0.04
# Ink closer to the picture's edge than this part of its longest side runs off the picture.
EDGE = 0.02
# A table or a shadow at the side has at least the part CUT_OFF of its outline along the picture's
# edge. One all around covers at least the part ALL_AROUND of that edge.
CUT_OFF = 0.35
ALL_AROUND = 0.7

# A component is a frame if it fills its rectangle to the part RECTANGLE and contains another one
# that is at least the part INSIDE as long.
RECTANGLE = 0.88
INSIDE = 0.3
# Pieces belong to one line if their gap is at most PIECE_GAP line widths and their sizes differ by
# at most the factor PIECE_SIZES.
PIECE_GAP = 2.5
PIECE_SIZES = 3

# Only this many components are considered, because a sheet full of specks has thousands.
MAX_PARTS = 64
# A component belongs to the main ink if it has at least this part of its area ...
PART_AREA = 0.02
# ... and is not further away than this part of its longest side.
PART_GAP = 0.5


@dataclass(frozen=True, eq=False)
class Parts:
    """The connected components of a mask: labels (h, w), 0 outside; a box and an area per label."""

    labels: Ints
    boxes: Ints  # (n, 4): left, top, right, bottom
    areas: Ints  # (n,)

    @classmethod
    def of(cls, mask: Mask) -> "Parts":
        _, labels, stats, _ = cv2.connectedComponentsWithStats(mask.astype(np.uint8))
        boxes = np.hstack([stats[:, :2], stats[:, :2] + stats[:, 2:4]])
        return cls(labels, boxes, stats[:, cv2.CC_STAT_AREA])

    @cached_property
    def sizes(self) -> Ints:
        """(n,): the longest side of each component."""
        return (self.boxes[:, 2:] - self.boxes[:, :2]).max(axis=1)

    @cached_property
    def running_off(self) -> Mask:
        """(n,): whether a component comes close to the edge of the picture."""
        height, width = self.labels.shape
        margin = EDGE * max(height, width)
        inner = np.array([margin, margin, margin - width, margin - height])
        return np.any(self.boxes * [1, 1, -1, -1] < inner, axis=1)

    @property
    def longest(self) -> float:
        """The largest length of a component relative to that side of the picture."""
        sides = self.boxes[1:, 2:] - self.boxes[1:, :2]
        return float((sides / self.labels.shape[::-1]).max(initial=0))


def belonging(contrast: Contrast, level: float, parts: Parts) -> Mask | None:
    """Return a mask (h, w) of the components that make up the drawing; None if there is none."""
    # Ink has a sharp edge; a shadow fades out slowly.
    reach = max(5, round(EDGE_REACH * max(contrast.shape)))
    drop = contrast - cv2.erode(contrast, np.ones((reach, reach)))
    strong = np.flatnonzero(np.bincount(parts.labels[drop > level / 2], minlength=1))
    outlines, edges = _outlines(parts.labels, contrast)
    strong = strong[(strong > 0) & ~_is_cut_off(parts, outlines)[strong]]
    if not strong.size:
        return None
    strong = strong[np.argsort(-edges[strong])][:MAX_PARTS]
    rows = _rows_of_pieces(strong, parts)
    likeliest = sorted(set(rows), key=lambda row: -edges[strong[rows == row]].sum())
    main = next(
        (
            members
            for members in (strong[rows == row] for row in likeliest)
            if len(members) > 1 or not _is_frame(members[0], parts, strong)
        ),
        strong[:1],
    )
    ends = np.hstack([parts.boxes[main, :2].min(axis=0), parts.boxes[main, 2:].max(axis=0)])
    if (ends[2:] - ends[:2]).max() < DUST * max(contrast.shape):
        return None
    kept = np.zeros(len(parts.areas), np.bool_)
    kept[_with(main, strong, parts)] = True
    return kept[parts.labels]


def _rows_of_pieces(strong: Ints, parts: Parts) -> Ints:
    """Return group numbers (n,), the same for all pieces of one line.

    Such pieces have similar sizes and are close to each other relative to their width.
    """
    boxes, sizes = parts.boxes[strong], parts.sizes[strong]
    apart = np.maximum(boxes[:, None, :2], boxes[None, :, :2])
    apart = apart - np.minimum(boxes[:, None, 2:], boxes[None, :, 2:])
    gaps = np.hypot(*np.maximum(np.moveaxis(apart, -1, 0), 0))
    widths = parts.areas[strong] / sizes
    linked = (gaps <= PIECE_GAP * np.minimum.outer(widths, widths)) & (apart.max(axis=-1) >= 0)
    linked &= np.maximum.outer(sizes, sizes) <= PIECE_SIZES * np.minimum.outer(sizes, sizes)
    inside = ~parts.running_off[strong]
    linked &= inside[:, None] & inside
    linked |= np.eye(len(strong), dtype=bool)
    rows = np.arange(len(strong))
    for _ in range(len(strong)):
        joined = np.where(linked, rows, len(strong)).min(axis=1)
        if (joined == rows).all():
            break
        rows = joined
    return rows


def window(shape: tuple[int, ...]) -> Contrast:
    """Return weights (h, w) that favor the middle, because a subject is rarely at the edge."""
    rows, columns = (np.hanning(size + 2)[1:-1] for size in shape)
    return np.outer(rows, columns).astype(np.float32)


def _outlines(labels: Ints, contrast: Contrast) -> tuple[Ints, Floats]:
    """Return the length and the sum of contrast steps of each label's outline, both (n,).

    Only outlines inside the picture count. Steps in the middle have a higher weight.
    """
    weight = window(contrast.shape)
    count = int(labels.max()) + 1
    lengths, steps = np.zeros(count, np.intp), np.zeros(count)
    for one, other in ((np.s_[:-1], np.s_[1:]), (np.s_[:, :-1], np.s_[:, 1:])):
        at = labels[one] != labels[other]
        change = ((contrast[one] - contrast[other]) * weight[one])[at]
        for side, sign in ((labels[one][at], 1), (labels[other][at], -1)):
            lengths += np.bincount(side, minlength=count)
            steps += sign * np.bincount(side, change, count)
    return lengths, steps


def _is_cut_off(parts: Parts, outlines: Ints) -> Mask:
    """Return (n,), whether a component lies along the picture's edge and continues beyond it."""
    labels, count = parts.labels, len(outlines)
    rims = (labels[0], labels[-1], labels[:, 0], labels[:, -1])
    touching = np.stack([np.bincount(rim, minlength=count) for rim in rims])
    along = touching.sum(axis=0)
    partly = (touching > 0).sum(axis=0) < len(rims)  # a tight crop has ink at all four edges
    around = along > ALL_AROUND * sum(rim.size for rim in rims)
    return (partly & (along > CUT_OFF * (along + outlines))) | around


def _is_frame(one: int, parts: Parts, strong: Ints) -> bool:
    """Return whether a component is a box around another one."""
    others = strong[parts.sizes[strong] >= INSIDE * parts.sizes[one]]
    if not any(_encloses(parts.boxes[one], parts.boxes[other]) for other in others):
        return False
    left, top, right, bottom = parts.boxes[one]
    return is_rectangular(parts.labels[top:bottom, left:right] == one)


def is_rectangular(mask: Mask) -> bool:
    """Return whether the outer outline of a mask is an upright or turned rectangle."""
    outlines, _ = cv2.findContours(mask.astype(np.uint8), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    outline = max(outlines, key=cv2.contourArea)
    _, (width, height), _ = cv2.minAreaRect(outline)
    return bool(cv2.contourArea(outline) > RECTANGLE * max(width * height, 1))


def _with(main: Ints, strong: Ints, parts: Parts) -> list[int]:
    """Return the labels of the main ink and of strong components near it.

    Specks, lines and frames are left out.
    """
    boxes, areas, sizes = parts.boxes, parts.areas, parts.sizes
    whole = np.hstack([boxes[main, :2].min(axis=0), boxes[main, 2:].max(axis=0)])
    longest = (whole[2:] - whole[:2]).max()
    running_off = parts.running_off[main].any()
    kept = list(main)
    least = PART_AREA * areas[main].max()
    large = [one for one in strong if one not in main and areas[one] >= least]
    for part in sorted(large, key=lambda one: -areas[one]):
        if (parts.running_off[part] and not running_off) or _encloses(boxes[part], whole):
            continue
        gap = min(_gap(boxes[part], boxes[other]) for other in kept)
        beside = gap > 0 and sizes[part] > longest
        if gap <= PART_GAP * longest and not beside:
            kept.append(part)
    return kept


def _encloses(one: Ints, other: Ints) -> bool:
    return bool((one[:2] < other[:2]).all() and (one[2:] > other[2:]).all())


def _gap(one: Ints, other: Ints) -> float:
    apart = np.maximum(one[:2], other[:2]) - np.minimum(one[2:], other[2:])
    return float(np.linalg.norm(np.maximum(apart, 0)))
