"""Synthetic writers with strong habits of their own, for benchmarks."""

import cv2
import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from mlcore.data import synthesis
from mlcore.data.datasets import Part
from mlcore.ink.strokes import Strokes, network_inputs
from mlcore.labels import DIGITS

SLANT, TURN, ASPECT = 0.45, 0.3, 0.25
BEND, KNOTS = 0.1, 4  # sd in heights of the figure, at KNOTS x KNOTS grid points

Drawing = tuple[Strokes, int]  # the strokes and the digit


class StrongWriter:
    """A writer of the synthesizer with strong habits.

    All drawings have the same slant, turn and aspect, and each digit has its own bend.
    """

    def __init__(self, seed: int) -> None:
        rng = np.random.default_rng([seed, 0])
        self.seed = seed
        self.writer = synthesis.Writer.sample(rng)
        sides = rng.choice([-1, 1], 3) * rng.uniform(0.5, 1, 3)
        turn, slant, aspect = np.array([TURN, SLANT, ASPECT]) * sides
        rotation = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
        self.matrix = rotation @ np.array([[np.exp(aspect), slant], [0, np.exp(-aspect)]])
        self.bends = rng.normal(0, BEND, (len(DIGITS), KNOTS, KNOTS, 2)).astype(np.float32)

    def drawings(self, each: int, purpose: int) -> list[Drawing]:
        """Draw every digit `each` times; another number as purpose gives other drawings."""
        rng = np.random.default_rng([self.seed, purpose])
        return [(self.draw(digit, rng), digit) for digit in DIGITS for _ in range(each)]

    def draw(self, digit: int, rng: Generator) -> Strokes:
        """Draw a digit: one (n, 4) array per stroke of x, y (pixels, >= 0), t (ms), p (0 to 1)."""
        drawn = synthesis.draw(digit, rng, writer=self.writer)
        points = np.concatenate(drawn)[:, :2]
        corner, size = points.min(axis=0), float(np.ptp(points, axis=0).max())
        moved = [self.moved((line[:, :2] - corner) / size, digit) * size for line in drawn]
        corner = np.concatenate(moved).min(axis=0)
        return [
            np.column_stack([new - corner, old[:, 2:]])
            for new, old in zip(moved, drawn, strict=True)
        ]

    def moved(self, points: NDArray[np.float64], digit: int) -> NDArray[np.float64]:
        """Apply the habits to points (n, 2) in heights of the figure."""
        places = (points * (KNOTS - 1)).astype(np.float32)[:, None]
        bends = cv2.remap(
            self.bends[digit], places, None, cv2.INTER_CUBIC, None, cv2.BORDER_REFLECT
        )
        return (points + bends[:, 0]) @ self.matrix.T


def as_part(drawings: list[Drawing]) -> Part:
    """Return the network inputs of the drawings, as a version receives them."""
    labels = [digit for _, digit in drawings]
    return Part.of(network_inputs([lines for lines, _ in drawings]), np.array(labels, np.uint8))
