"""Pen drawings to train on: a stock of strokes, from which every epoch makes other network inputs.

Digits are people's, if pen data is at hand (docs/data.md), and drawn by the synthesizer. A part of
the drawings becomes pictures: another pen, and no directions. So the network reads strokes, and
pictures of the same forms. A part is drawn backwards or in another order, as left-handed people may
draw; then only the ink can tell.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from mlcore.data import synthesis
from mlcore.data.datasets import Part
from mlcore.data.pen import PenDigits
from mlcore.data.stroke_augmentation import Path, as_picture, network_input, reordered, warped
from mlcore.ink.directions import PLANES
from mlcore.ink.geometry import IMAGE_SIDE
from mlcore.labels import NOT_A_DIGIT

AS_PICTURES = 0.4  # share of the drawings
REORDERED = 0.15
PEN = 0.5  # share of people's digits among the digits, if pen data is at hand


@dataclass(frozen=True)
class StrokeStock:
    """n drawings, each a list of strokes (m, 2 or more), and their labels uint8 (n,)."""

    drawings: list[Sequence[Path]]
    labels: NDArray[np.uint8]

    def __len__(self) -> int:
        return len(self.labels)

    def take(self, where: NDArray[np.intp]) -> "StrokeStock":
        return StrokeStock([self.drawings[i] for i in where], self.labels[where])

    def __add__(self, other: "StrokeStock") -> "StrokeStock":
        labels = np.concatenate([self.labels, other.labels])
        return StrokeStock(self.drawings + other.drawings, labels)


def drawn_digits(count: int, rng: Generator) -> StrokeStock:
    """Draw digits by synthetic writers."""
    return StrokeStock(*synthesis.digit_strokes(count, rng))


def drawn_negatives(count: int, rng: Generator) -> StrokeStock:
    """Draw non-digits by synthetic writers."""
    labels = np.full(count, NOT_A_DIGIT, np.uint8)
    return StrokeStock(synthesis.negative_strokes(count, rng), labels)


def people_digits(pen: PenDigits) -> StrokeStock:
    return StrokeStock(list(pen.strokes), pen.labels)


def as_canvas(stock: StrokeStock) -> Part:
    """Return the drawings as the canvas would make them, unchanged."""
    return _part([network_input(strokes) for strokes in stock.drawings], stock.labels)


def augmented(stock: StrokeStock, rng: Generator, strength: float) -> Part:
    """Return the drawings warped; some of them as pictures, some with another order of the pen."""
    pictures, others = (rng.random(len(stock)) < share for share in (AS_PICTURES, REORDERED))
    inputs = []
    for strokes, is_picture, is_other in zip(stock.drawings, pictures, others, strict=True):
        bent = warped(strokes, rng, strength)
        ordered = reordered(bent, rng) if is_other else bent
        inputs.append(as_picture(ordered, rng) if is_picture else network_input(ordered))
    return _part(inputs, stock.labels)


def _part(inputs: list[NDArray[np.uint8]], labels: NDArray[np.uint8]) -> Part:
    stacked = np.array(inputs, np.uint8).reshape(-1, IMAGE_SIDE, IMAGE_SIDE, PLANES)
    return Part.of(stacked, labels)
