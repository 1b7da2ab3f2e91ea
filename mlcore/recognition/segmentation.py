"""Detect drawings of two or more digits side by side.

A network that reads one digit refuses most such drawings without saying why, and takes some for one
digit. Here the ink is split into connected components, these are grouped into pieces, and each
piece is read on its own.
"""

import cv2
import numpy as np
from numpy.typing import NDArray

from mlcore.ink.geometry import Ink, place, with_pen_width
from mlcore.recognition.inference import Answer, Recognizer

# Strokes are drawn with a pen this thin before they are split, in pixels of the image. MNIST's pen
# width would close the gap between small neighboring digits.
THIN = 1.0
# Components above each other are one digit if at least this part of the narrower one's width
# overlaps the other.
OVERLAP = 0.25
# A digit has at least this part of the highest piece's height; a bar, a dot or a comma has less.
HEIGHT = 0.5
# Every piece must be read with at least this confidence.
SURE = 0.8
MOST = 8  # pieces


def digits_side_by_side(ink: Ink, recognizer: Recognizer) -> list[Answer]:
    """Read the digits in ink, (h, w) float32 in [0, 1], from left to right.

    Returns an empty list unless the ink is clearly several digits. Pieces lower than HEIGHT of the
    highest are ignored, and each of the others must be a digit with a confidence of at least SURE.
    Digits that touch form one piece and are not separated.
    """
    pieces = pieces_of(ink)
    if not 2 <= len(pieces) <= MOST:
        return []
    answers = []
    for piece in pieces:
        image = place(with_pen_width(piece))
        answer = None if image is None else recognizer.recognize(image)
        if answer is None or not answer.is_digit or answer.confidence < SURE:
            return []
        answers.append(answer)
    return answers


def pieces_of(ink: Ink) -> list[Ink]:
    """Return the large pieces of ink from left to right, each alone on paper of (h, w)."""
    _, labels, stats, _ = cv2.connectedComponentsWithStats((ink > 0).astype(np.uint8))
    left, top, width, height, _ = stats[1:].T
    rows = _columns(left, left + width)
    groups = [np.flatnonzero(rows == row) for row in np.unique(rows)]
    highest = [int((top + height)[group].max() - top[group].min()) for group in groups]
    large = [
        group
        for group, high in zip(groups, highest, strict=True)
        if high >= HEIGHT * max(highest, default=0)
    ]
    large.sort(key=lambda group: left[group].min())
    return [np.where(np.isin(labels, group + 1), ink, 0).astype(np.float32) for group in large]


def _columns(left: NDArray[np.int32], right: NDArray[np.int32]) -> NDArray[np.intp]:
    """Return group numbers (n,), the same for components that lie above each other."""
    over = np.minimum.outer(right, right) - np.maximum.outer(left, left)
    linked = over > OVERLAP * np.minimum.outer(right - left, right - left)
    columns = np.arange(len(left))
    for _ in range(len(left)):
        joined = np.where(linked, columns, len(left)).min(axis=1, initial=len(left))
        if (joined == columns).all():
            break
        columns = joined
    return columns
