"""What a network rehearses while it learns corrections, so that it forgets nothing else.

The targets are the parent's own answers (Li and Hoiem 2016, "Learning without Forgetting"), so
rehearsal pulls towards what it already does, whatever the pictures are. Where MNIST is at hand they
are its training digits; where it is not, a shipped decoder's memory of them. Both come with drawn
digits, for the forms that MNIST lacks, and with what is no digit. Shares were chosen by
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
WARPED = 0.5  # share of the digits that are warped, half as strongly as in training


@dataclass(frozen=True)
class Rehearsal:
    """Images to rehearse with the labels they were made for, and how many of each source."""

    part: Part
    sources: dict[str, int]


def prepare(count: int, rng: Generator, *, mnist: Part | None) -> Rehearsal:
    """`count` images: MNIST's or the decoder's digits, drawn digits and negatives, shuffled."""
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
