"""Why a page cannot be read, and what to do about it."""

from collections.abc import Callable, Sequence

import numpy as np

from mlcore import codes
from mlcore.errors import InvalidInk
from mlcore.pages.cells import is_figure
from mlcore.pages.layout import WORKING_HEIGHT, Ink, Layout

# How sure a number in a crop of ink is, 0 to 1; 0 if there is none.
Certainty = Callable[[Ink], float]

# Figures of a page: a full sheet has a thousand. Memory and time grow with their square.
MOST_FIGURES = 5_000
LEAST_HEIGHT = 9  # of writing in pixels of the picture
# Below this mean certainty, some of the writing is read again in the other three turns, unless
# there are only FEW numbers.
READ, SAMPLE, FEW = 0.8, 12, 3
# Another turn is right if the sample is read with at least this mean certainty, and so much more.
SURE, CLEARLY = 0.75, 0.2
# The reason is the blur if the ink is so soft.
SOFT = 6.0
# The picture is refused if more than this part of the figures is within EDGE pixels of its edge.
CUT_OFF, EDGE = 0.03, 1.5


def refuse_small(height: float) -> None:
    """Raise InvalidInk if writing of this height, in pixels of the picture, is too small."""
    if height < LEAST_HEIGHT:
        raise InvalidInk(codes.PAGE_TOO_SMALL(height=height, least=LEAST_HEIGHT))


def refuse_crowded(layout: Layout) -> None:
    """Raise InvalidInk if the page has more than MOST_FIGURES figures."""
    count = int(is_figure(layout.pieces, WORKING_HEIGHT).sum())
    if count > MOST_FIGURES:
        raise InvalidInk(codes.PAGE_CROWDED(count=count, most=MOST_FIGURES))


def refuse_unread(
    crops: Sequence[Ink], certain: Sequence[float], certainty: Certainty, softness: float
) -> None:
    """Raise InvalidInk if too little of the writing was read, with the reason.

    crops: the ink of each number. certain: the certainty of each. softness: of a layout.
    """
    if not crops:
        raise InvalidInk(codes.NO_NUMBERS_ON_PAGE())
    if np.mean(certain) < READ:
        if softness >= SOFT:
            raise InvalidInk(codes.PAGE_BLURRED())
        if turns := _turns(crops, certain, certainty):
            raise InvalidInk(codes.PAGE_TURNED(degrees=360 - 90 * turns))
    if not any(certain):
        raise InvalidInk(codes.NO_NUMBERS_ON_PAGE())


def refuse_cut_off(layout: Layout, shape: tuple[int, ...]) -> None:
    """Raise InvalidInk if figures reach the edges of the picture, whose height and width are given.

    layout: of the picture.
    """
    pieces = layout.pieces
    figures = np.flatnonzero(is_figure(pieces, WORKING_HEIGHT))
    boxes = np.array([layout.in_picture(pieces.box(i)) for i in figures]).reshape(-1, 4)
    at_edge = (boxes[:, :2] <= EDGE) | (boxes[:, 2:] >= np.array(shape[::-1]) - EDGE)
    if at_edge.any(axis=1).sum() > CUT_OFF * len(figures):
        raise InvalidInk(codes.PAGE_CUT_OFF())


def _turns(crops: Sequence[Ink], certain: Sequence[float], certainty: Certainty) -> int:
    """Return by how many quarters, counterclockwise, the page is read best; 0 unless clearly."""
    if len(crops) <= FEW:
        return 0
    chosen = np.unique(np.linspace(0, len(crops) - 1, SAMPLE).astype(int)).tolist()
    sums = [
        sum(
            certainty(np.ascontiguousarray(np.rot90(crops[i], turns))) if turns else certain[i]
            for i in chosen
        )
        for turns in range(4)
    ]
    best = int(np.argmax(sums))
    sure = sums[best] >= SURE * len(chosen) and sums[best] - sums[0] >= CLEARLY * len(chosen)
    return best if sure else 0
