"""Over-segment the ink of a line: connected components, and these cut where digits may touch.

Cuts are made where little ink is above each other, more often than digits touch. The digit network
then tells which pieces belong together. What is no two digits is left whole: a straight line, which
is a one, a slash or a dash, and a plus.
"""

import itertools
from dataclasses import dataclass

import cv2
import numpy as np

from mlcore.ink.geometry import Ink, place
from mlcore.pictures.line_ink import INK
from mlcore.recognition.signs import FLAT, leans_of, shows_plus

# In heights of the writing: a component wider than CUT_WIDTH may be cut, cuts are CUT_APART apart,
# and SMOOTH is the standard deviation that smooths the profile. Less ink than SPECK is a speck.
CUT_WIDTH, CUT_APART, SMOOTH = 0.5, 0.12, 0.03
SPECK = 0.004
DASH_HEIGHT = 0.35  # greatest height of a dash, in heights of the writing


@dataclass(frozen=True, eq=False)
class Piece:
    """A component of ink, or a part of one. box: left, top, right, bottom in pixels, and the ink in
    it. component: its number. cut: the ink along its left edge, in heights of the writing; 0 if it
    was not cut there."""

    box: tuple[int, int, int, int]
    ink: Ink
    component: int
    cut: float


def pieces_of(ink: Ink, height: float) -> list[Piece]:
    """Return the pieces of ink, (h, w) float32 in [0, 1], from left to right.

    height: of the writing, in pixels.
    """
    count, labels, stats, _ = cv2.connectedComponentsWithStats((ink >= INK).astype(np.uint8))
    amounts = np.bincount(labels.ravel(), ink.ravel(), count)
    pieces: list[Piece] = []
    for number in range(1, count):
        if amounts[number] < SPECK * height**2:
            continue
        left, top, width, high, _ = stats[number].tolist()
        here = slice(top, top + high), slice(left, left + width)
        own = np.where(labels[here] == number, ink[here], 0).astype(np.float32)
        edges = [0, *([] if _is_whole(own, height) else _cuts(own, height)), width]
        for start, stop in itertools.pairwise(edges):
            part = own[:, start:stop]
            rows = np.flatnonzero((part >= INK).any(axis=1))
            if not rows.size:
                continue
            first, last = int(rows[0]), int(rows[-1]) + 1
            box = (left + start, top + first, left + stop, top + last)
            cut = float(own[:, start].sum()) / height if start else 0.0
            pieces.append(Piece(box, part[first:last], number, cut))
    return sorted(pieces, key=lambda piece: piece.box[0] + piece.box[2])


def joined(pieces: list[Piece]) -> Ink:
    """Return the ink of several pieces together, cut to their box."""
    boxes = np.array([piece.box for piece in pieces])
    left, top = boxes[:, :2].min(axis=0)
    right, bottom = boxes[:, 2:].max(axis=0)
    ink = np.zeros((bottom - top, right - left), np.float32)
    for piece in pieces:
        x, y, to_x, to_y = piece.box
        here = ink[y - top : to_y - top, x - left : to_x - left]
        np.maximum(here, piece.ink, out=here)
    return ink


def _is_whole(own: Ink, height: float) -> bool:
    """Whether a wide component is a straight line, flat, upright or leaning, or a plus."""
    high, wide = own.shape
    if wide < CUT_WIDTH * height:
        return False
    if high <= min(FLAT * wide, DASH_HEIGHT * height):
        return True
    image = place(own)
    if image is None:
        return False
    return not np.isnan(leans_of(image[np.newaxis])[0]) or shows_plus(image)


def _cuts(own: Ink, height: float) -> list[int]:
    """Return the columns where a component may be cut: where little ink is above each other."""
    width = own.shape[1]
    if width < CUT_WIDTH * height:
        return []
    profile = (own >= INK).sum(axis=0).astype(np.float32)[None]
    smooth = cv2.GaussianBlur(profile, (0, 0), max(SMOOTH * height, 0.3))[0]
    reach = max(2, int(CUT_APART * height))
    cuts: list[int] = []
    for x in range(reach, width - reach):
        lowest = smooth[max(0, x - reach) : x + reach + 1].min()
        if smooth[x] == lowest and (not cuts or x - cuts[-1] >= reach):
            cuts.append(x)
    return cuts
