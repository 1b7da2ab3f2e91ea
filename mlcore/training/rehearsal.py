"""Rehearsal: images that a network repeats while it learns corrections, to prevent forgetting.

The targets are the parent's own answers (Li and Hoiem 2016, "Learning without Forgetting"). So
rehearsal keeps the behavior of the parent, even on images that MNIST does not contain. The images
are MNIST's training digits or, if MNIST is not available, digits from the shipped decoder. Drawn
digits, for the forms that MNIST lacks, and negatives are added. The shares were chosen with
`python -m benchmarks.retraining`.
"""

from dataclasses import dataclass

import numpy as np
from numpy.random import Generator

from mlcore.data import synthesis
from mlcore.data.augmentation import augment
from mlcore.data.datasets import Part
from mlcore.data.training_pool import make_negatives
from mlcore.labels import NOT_A_DIGIT
from mlcore.training import generator

DRAWN = 0.10  # of the whole
NEGATIVES = 0.10
WARPED = 0.5  # share of the digits that are warped, at strength 0.5


@dataclass(frozen=True)
class Rehearsal:
    """Images to rehearse with their labels, and the number from each source."""

    part: Part
    sources: dict[str, int]


def prepare(count: int, rng: Generator, *, mnist: Part | None) -> Rehearsal:
    """Make `count` shuffled images: MNIST or generated digits, drawn digits, and negatives."""
    drawn_count, negative_count = round(DRAWN * count), round(NEGATIVES * count)
    digit_count = count - drawn_count - negative_count
    if mnist is None:
        source, digits = "generated", generator.sample(digit_count, rng)
    else:
        source = "mnist"
        digits = mnist.take(rng.choice(len(mnist), digit_count, replace=digit_count > len(mnist)))
    negatives = make_negatives(digits, negative_count, rng)
    drawn, drawn_labels = synthesis.digits(drawn_count, rng)
    part = Part(
        np.concatenate([_partly_warped(digits.images, rng), drawn, negatives]),
        np.concatenate(
            [digits.labels, drawn_labels, np.full(len(negatives), NOT_A_DIGIT, np.uint8)]
        ),
    )
    sources = {source: len(digits), "drawn": len(drawn), "negatives": len(negatives)}
    return Rehearsal(part.take(rng.permutation(len(part))), sources)


def _partly_warped(images: np.ndarray, rng: Generator) -> np.ndarray:
    warped = rng.random(len(images)) < WARPED
    mixed = images.copy()
    mixed[warped] = augment(images[warped], rng, 0.5)
    return mixed
