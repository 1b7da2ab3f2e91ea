"""Rehearsal: drawings that a network repeats while it learns corrections, to prevent forgetting.

The targets are the parent's own answers (Li and Hoiem 2016, "Learning without Forgetting"). So
rehearsal keeps the behavior of the parent, even on drawings that MNIST does not contain. Pictures
are MNIST's training digits or, if MNIST is not available, digits from the shipped decoder. Pen
drawings, with and without their directions, are people's, if pen data is available, and drawn by
the synthesizer. Negatives are added. The shares were chosen with `python -m benchmarks.retraining`.
"""

from dataclasses import dataclass

import numpy as np
from numpy.random import Generator

from mlcore.data import stroke_pool
from mlcore.data.augmentation import augment, spoil
from mlcore.data.datasets import Part
from mlcore.data.pen import PenDigits
from mlcore.labels import NOT_A_DIGIT
from mlcore.training import generator

STROKES = 0.3  # of the whole: digits drawn with a pen
SIGNS = 0.1  # non-digits drawn with a pen
SPOILT = 0.05  # non-digits made of the pictures
WARPED = 0.5  # share of the pictures that are warped
STRENGTH = 0.5  # of all warps


@dataclass(frozen=True)
class Rehearsal:
    """Drawings to rehearse with their labels, and the number from each source."""

    part: Part
    sources: dict[str, int]


def prepare(
    count: int, rng: Generator, *, mnist: Part | None, pen: PenDigits | None = None
) -> Rehearsal:
    """Make `count` shuffled drawings.

    mnist, pen: those that may be trained on, or None if they are not available.
    """
    strokes, signs, spoilt = (round(share * count) for share in (STROKES, SIGNS, SPOILT))
    people = round(stroke_pool.PEN * strokes) if pen else 0
    pictured = count - strokes - signs - spoilt
    if mnist is None:
        source, digits = "generated", generator.sample(pictured, rng)
    else:
        source = "mnist"
        digits = mnist.take(rng.choice(len(mnist), pictured, replace=pictured > len(mnist)))
    refused = spoil(digits.take(rng.integers(0, len(digits), spoilt)), rng)
    stock = stroke_pool.drawn_digits(strokes - people, rng) + stroke_pool.drawn_negatives(
        signs, rng
    )
    if pen:
        rows = rng.choice(len(pen), people, replace=people > len(pen))
        stock = stroke_pool.people_digits(pen.take(rows), rng) + stock
    part = Part.joined(
        [
            Part(_partly_warped(digits.images, rng), digits.labels),
            Part(refused, np.full(len(refused), NOT_A_DIGIT, np.uint8)),
            stroke_pool.augmented(stock, rng, STRENGTH),
        ]
    )
    sources = {
        source: len(digits),
        "people": people,
        "drawn": strokes - people,
        "negatives": signs + spoilt,
    }
    return Rehearsal(part.take(rng.permutation(len(part))), sources)


def _partly_warped(images: np.ndarray, rng: Generator) -> np.ndarray:
    warped = rng.random(len(images)) < WARPED
    mixed = images.copy()
    mixed[warped] = augment(images[warped], rng, STRENGTH)
    return mixed
