"""The pieces of writing on a page: connected components of its ink, and how high they are."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from mlcore.pages.flattening import Mask

Ints = NDArray[np.int32]

# Writing is up to this part of the page high and wide; larger only if that is not even the part
# SOME of the ink. Lines are wider for their height, and grids have more holes.
LARGEST, LARGER, SOME, WIDEST, MOST_HOLES = 0.35, 0.85, 0.05, 5.0, 4
LOWEST = 4  # pixels; less is noise


@dataclass(frozen=True, eq=False)
class Pieces:
    """Connected components of ink.

    labels: (h, w), 0 is paper and piece i is i + 1. left, top, right, bottom: (n,) in pixels;
    right and bottom are exclusive. area: (n,) pixels.
    """

    labels: Ints
    left: Ints
    top: Ints
    right: Ints
    bottom: Ints
    area: Ints

    def box(self, which: NDArray[np.intp] | np.intp) -> tuple[int, int, int, int]:
        """Return left, top, right and bottom of one piece, or of several together."""
        return (
            int(self.left[which].min()),
            int(self.top[which].min()),
            int(self.right[which].max()),
            int(self.bottom[which].max()),
        )

    def __len__(self) -> int:
        return len(self.area)

    @property
    def height(self) -> Ints:
        return self.bottom - self.top

    @property
    def width(self) -> Ints:
        return self.right - self.left


def pieces_of(mask: Mask) -> Pieces:
    _, labels, stats, _ = cv2.connectedComponentsWithStats(mask.astype(np.uint8))
    left, top, width, height, area = stats[1:].T
    return Pieces(labels, left, top, left + width, top + height, area)


def writing_height(mask: Mask) -> float | None:
    """Return the usual height of a piece of writing, in pixels; None if there is none.

    It is the median over the ink, so that specks and dots do not count; ruling is left out.
    """
    pieces = pieces_of(mask)
    high, wide = pieces.height, pieces.width
    written = (high >= LOWEST) & (wide <= WIDEST * high) & (_holes(mask, pieces) <= MOST_HOLES)
    for most in (LARGEST, LARGER):
        kept = written & (high <= most * mask.shape[0]) & (wide <= most * mask.shape[1])
        if pieces.area[kept].sum() > SOME * pieces.area[written].sum():
            order = np.argsort(high[kept])
            sums = np.cumsum(pieces.area[kept][order])
            return float(high[kept][order][np.searchsorted(sums, sums[-1] / 2)])
    return None


def _holes(mask: Mask, pieces: Pieces) -> Ints:
    """Return how many holes each piece has, (n,)."""
    contours, tree = cv2.findContours(
        mask.astype(np.uint8), cv2.RETR_CCOMP, cv2.CHAIN_APPROX_SIMPLE
    )
    counts = np.zeros(len(pieces) + 1, np.int32)
    if contours:
        parents = tree.reshape(-1, 4)[:, 3]
        first = np.array([contours[i].reshape(-1, 2)[0] for i in parents[parents >= 0]], int)
        across, down = first.reshape(-1, 2).T
        np.add.at(counts, pieces.labels[down, across], 1)
    return counts[1:]
