"""Known digits as ink of any size: drawn by the synthesizer, or enlarged from MNIST."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from mlcore.data import synthesis
from mlcore.data.datasets import Part
from mlcore.labels import DIGITS

Ink = NDArray[np.float32]

# One plain form per digit. These are easy to read, so only the picture is tested.
PLAIN = (
    "zero",
    "one",
    "two",
    "three_round",
    "four_open",
    "five",
    "six_loop",
    "seven",
    "eight",
    "nine_straight",
)

FINE = 4  # strokes are drawn this many times finer and then averaged down


@dataclass(frozen=True, eq=False)
class Drawn:
    """A digit as pen strokes, (n, 2) each."""

    label: int
    strokes: Sequence[NDArray[np.float64]]

    def ink(self, height: int, pen: float) -> Ink:
        """(h, w) float32, 0 to 1; pen: the line width as a part of `height`, the longest side."""
        points = np.concatenate(self.strokes)
        low, (width, tall) = points.min(axis=0), np.ptp(points, axis=0)
        wide = pen * height
        scale = (height - wide) / max(tall, width)
        size = np.ceil(np.array([tall, width]) * scale + wide + 2).astype(int)
        canvas = np.zeros(size * FINE, np.uint8)
        for stroke in self.strokes:
            corners = ((stroke - low) * scale + wide / 2 + 1) * FINE
            line = np.round(corners).astype(np.int32)[:, None]
            cv2.polylines(canvas, [line], False, 255, max(1, round(wide * FINE)))
        averaged = cv2.resize(canvas, size[::-1].tolist(), interpolation=cv2.INTER_AREA)
        return averaged / np.float32(255)


@dataclass(frozen=True, eq=False)
class Scanned:
    """A digit of MNIST, (28, 28) uint8. Its line width is fixed, so `pen` is ignored."""

    label: int
    image: NDArray[np.uint8]

    def ink(self, height: int, pen: float) -> Ink:
        """(h, w) float32, 0 to 1; the longest side is about `height` pixels."""
        scale = height / 20  # MNIST's box
        smooth = cv2.resize(self.image, None, fx=scale, fy=scale, interpolation=cv2.INTER_CUBIC)
        # A pixel of the image is an average, so enlarged edges are softer than the original ones.
        ink = np.clip((smooth / np.float32(255) - 0.5) * max(1.0, scale / 2) + 0.5, 0, 1)
        rows, columns = (np.flatnonzero(ink.max(axis=axis) > 0) for axis in (1, 0))
        return ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]


Digit = Drawn | Scanned


def drawn_digits(count: int, seed: int) -> list[Digit]:
    """Draw the digits 0 to 9 in turn, each by a new writer in a plain form."""
    rng = np.random.default_rng(seed)
    digits: list[Digit] = []
    for i in range(count):
        # A writer without tremor, with a pen that leaves no dots.
        hand = replace(synthesis.Writer.sample(rng), tremor=0.005, thickness=1.2)
        label = DIGITS[i % len(DIGITS)]
        strokes = synthesis.draw(PLAIN[label], rng, writer=hand)
        digits.append(Drawn(label, [stroke[:, :2] for stroke in strokes]))
    return digits


def scanned_digits(part: Part, count: int, seed: int) -> list[Digit]:
    """`count` digits of a part of MNIST, 0 to 9 in turn."""
    rng = np.random.default_rng(seed)
    known = [rng.permutation(np.flatnonzero(part.labels == label)) for label in DIGITS]
    chosen = [known[i % len(DIGITS)][i // len(DIGITS)] for i in range(count)]
    return [Scanned(int(part.labels[i]), part.images[i]) for i in chosen]
