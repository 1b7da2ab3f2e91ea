"""Pen drawings to train on: a stock of strokes, from which every epoch makes other network inputs.

Digits are people's, if pen data is at hand (docs/data.md), and drawn by the synthesizer. A part of
the drawings becomes pictures: another pen, and no directions. So the network reads strokes, and
pictures of the same forms. A part is drawn backwards or in another order, as left-handed people may
draw; then only the ink can tell.
"""

from dataclasses import dataclass

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from mlcore.data import synthesis
from mlcore.data.datasets import Part
from mlcore.data.pen import PenDigits
from mlcore.data.stroke_augmentation import reordered, warped
from mlcore.data.synthesis.legibility import legible_width
from mlcore.ink.directions import PLANES
from mlcore.ink.geometry import IMAGE_SIDE, PEN_WIDTH
from mlcore.ink.strokes import Strokes, network_inputs
from mlcore.labels import NOT_A_DIGIT

AS_PICTURES = 0.3  # share of the digits
NEGATIVES_AS_PICTURES = 0.6
REORDERED = 0.15
# Of the width of people's pens in pictures, relative to PEN_WIDTH: mean and standard deviation of
# the logarithm. One in twenty is then above 4.5 pixels of the image, if that leaves it legible.
PEN_MEAN, PEN_SPREAD = 0.1, 0.3
PEN = 0.5  # share of people's digits among the digits, if pen data is at hand


@dataclass(frozen=True)
class StrokeStock:
    """n drawings, each a list of strokes (m, 2 or more), and their labels uint8 (n,).

    pen_widths: of each drawing if it is shown as a picture, (n,) in pixels of the image.
    """

    drawings: list[Strokes]
    labels: NDArray[np.uint8]
    pen_widths: NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.labels)

    def take(self, where: NDArray[np.intp]) -> "StrokeStock":
        drawings = [self.drawings[i] for i in where]
        return StrokeStock(drawings, self.labels[where], self.pen_widths[where])

    def __add__(self, other: "StrokeStock") -> "StrokeStock":
        labels = np.concatenate([self.labels, other.labels])
        widths = np.concatenate([self.pen_widths, other.pen_widths])
        return StrokeStock(self.drawings + other.drawings, labels, widths)


EMPTY = StrokeStock([], np.zeros(0, np.uint8), np.zeros(0))


def drawn_digits(count: int, rng: Generator) -> StrokeStock:
    """Draw digits by synthetic writers."""
    return _stock_of(synthesis.digit_strokes(count, rng))


def drawn_negatives(count: int, rng: Generator) -> StrokeStock:
    """Draw non-digits by synthetic writers."""
    return _stock_of(synthesis.negative_strokes(count, rng))


def _stock_of(drawn: synthesis.Drawings) -> StrokeStock:
    return StrokeStock(drawn.strokes, drawn.labels, drawn.pen_widths)


def people_digits(pen: PenDigits, rng: Generator) -> StrokeStock:
    """Return people's digits, each with some pen that leaves it legible."""
    wanted = PEN_WIDTH * np.exp(rng.normal(PEN_MEAN, PEN_SPREAD, len(pen)))
    pairs = zip(pen.strokes, wanted.tolist(), strict=True)
    widths = [legible_width(strokes, width) for strokes, width in pairs]
    return StrokeStock(list(pen.strokes), pen.labels, np.array(widths))


def as_canvas(stock: StrokeStock) -> Part:
    """Return the drawings as the canvas would make them, unchanged."""
    return Part.of(network_inputs(stock.drawings), stock.labels)


def as_pictures(stock: StrokeStock) -> Part:
    """Return the drawings as pictures of them would be, unchanged: each with its own pen."""
    images = [
        network_inputs([strokes], pen_width=float(width))[0, ..., 0]
        for strokes, width in zip(stock.drawings, stock.pen_widths, strict=True)
    ]
    return Part(np.array(images, np.uint8).reshape(-1, IMAGE_SIDE, IMAGE_SIDE), stock.labels)


def augmented(stock: StrokeStock, rng: Generator, strength: float) -> Part:
    """Return the drawings warped; some of them as pictures, some with another order of the pen."""
    shares = np.where(stock.labels == NOT_A_DIGIT, NEGATIVES_AS_PICTURES, AS_PICTURES)
    pictures, others = (rng.random(len(stock)) < share for share in (shares, REORDERED))
    inputs = np.zeros((len(stock), IMAGE_SIDE, IMAGE_SIDE, PLANES), np.uint8)
    for i, strokes in enumerate(stock.drawings):
        bent = warped(strokes, rng, strength)
        ordered = reordered(bent, rng) if others[i] else bent
        width = float(stock.pen_widths[i]) if pictures[i] else PEN_WIDTH
        inputs[i] = network_inputs([ordered], pen_width=width)[0]
    inputs[pictures, ..., 1:] = 0
    return Part.of(inputs, stock.labels)
