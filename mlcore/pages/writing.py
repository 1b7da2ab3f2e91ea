"""The pieces of writing on a page: connected components of its ink, and how high they are."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from mlcore.pages.flattening import Mask

Ints = NDArray[np.int32]

# Writing is up to this part of the page high and wide; larger only if that is not even the part
# SOME of the ink. Lines are wider for their height.
LARGEST, LARGER, SOME, WIDEST = 0.35, 0.85, 0.05, 5.0
# Grids have more holes. Joined digits, such as 88, may have as many, but only a grid with FEW holes
# or more is this part of a rectangle.
MOST_HOLES, FEW, RECTANGLE = 4, 3, 0.9
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
    written = (high >= LOWEST) & (wide <= WIDEST * high) & ~_is_grid(mask, pieces)
    for most in (LARGEST, LARGER):
        kept = written & (high <= most * mask.shape[0]) & (wide <= most * mask.shape[1])
        if pieces.area[kept].sum() > SOME * pieces.area[written].sum():
            order = np.argsort(high[kept])
            sums = np.cumsum(pieces.area[kept][order])
            return float(high[kept][order][np.searchsorted(sums, sums[-1] / 2)])
    return None


def _is_grid(mask: Mask, pieces: Pieces) -> Mask:
    """Return which pieces are grids, (n,), by their holes and their outlines."""
    contours, tree = cv2.findContours(
        mask.astype(np.uint8), cv2.RETR_CCOMP, cv2.CHAIN_APPROX_SIMPLE
    )
    grids = np.zeros(len(pieces) + 1, bool)
    if contours:
        parents = tree.reshape(-1, 4)[:, 3]
        holes = np.bincount(parents[parents >= 0], minlength=len(contours))
        for i in np.flatnonzero(holes >= FEW).tolist():
            left, top = contours[i][0, 0]
            grids[pieces.labels[top, left]] = (
                holes[i] > MOST_HOLES or _part_of_rectangle(contours[i]) >= RECTANGLE
            )
    return grids[1:]


def _part_of_rectangle(contour: cv2.typing.MatLike) -> float:
    """Return how much of the smallest rectangle around it, turned or not, an outline fills."""
    _, (width, height), _ = cv2.minAreaRect(contour)
    return cv2.contourArea(contour) / max(width * height, 1)
