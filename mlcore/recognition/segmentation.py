"""Whether a drawing is two digits or more, side by side.

A network that reads one digit refuses most such drawings, but cannot say why, and takes some for a
digit. Here the ink is cut where nothing holds it together, and every piece is read by itself.
"""

import cv2
import numpy as np
from numpy.typing import NDArray

from mlcore.ink.geometry import Ink, place, with_pen_width
from mlcore.recognition.inference import Answer, Recognizer

# Strokes are drawn this thin, in pixels of the image, to be cut: a pen as wide as MNIST's would
# close the gap between small neighbors.
THIN = 1.0
# Parts above each other are one digit: so much of the narrower one's width lies over the other.
OVERLAP = 0.25
# A digit is at least so high, as a part of the highest: a bar, a dot or a comma is no digit.
HEIGHT = 0.5
# Every piece must be read with at least this confidence.
SURE = 0.8
MOST = 8  # pieces that are looked at


def digits_side_by_side(ink: Ink, recognizer: Recognizer) -> list[Answer]:
    """What the digits are that ink, (h, w) float32 in [0, 1], consists of, from left to right.

    Empty where it is not clearly several: pieces that are lower than HEIGHT of the highest are
    passed over, and each of the others must be a digit read with SURE. Digits that touch are one
    piece, and not told apart.
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
    """The large pieces of ink that stand side by side, each (h, w) alone on its paper."""
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
    """(n,): one number for all parts that lie above each other."""
    over = np.minimum.outer(right, right) - np.maximum.outer(left, left)
    linked = over > OVERLAP * np.minimum.outer(right - left, right - left)
    columns = np.arange(len(left))
    for _ in range(len(left)):
        joined = np.where(linked, columns, len(left)).min(axis=1, initial=len(left))
        if (joined == columns).all():
            break
        columns = joined
    return columns
