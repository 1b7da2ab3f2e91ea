"""Makes the frozen sets of `mlcore.data.reference_sets`.

    python -m mlcore freeze --data mnist.npz --out FOLDER

A set to measure by must hold no drawing that people cannot read. Of the decoder's digits, which it
blurs into each other now and then, the quarter is taken whose nearest neighbors in MNIST's
training part all bear the label and are nearest; of the drawn forms those few were taken out by eye
that could not be read on sheets of the whole set.
"""

from pathlib import Path

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from mlcore.data.datasets import Part
from mlcore.data.reference_sets import FORMS as FORMS_FILE
from mlcore.data.reference_sets import NEGATIVES as NEGATIVES_FILE
from mlcore.data.reference_sets import REFERENCE as REFERENCE_FILE
from mlcore.data.synthesis import Writer
from mlcore.data.synthesis.forms import forms_of
from mlcore.data.synthesis.sampling import digits, draw_image
from mlcore.data.training_pool import make_negatives
from mlcore.labels import DIGITS, NOT_A_DIGIT
from mlcore.training import generator

SEED = 19_980_617  # of these sets only
PER_DIGIT = 120  # of the forms, as evenly over a digit's forms as can be
SPARE = 12  # more are drawn of every digit, in place of those taken out
REFERENCE = 2_000
NEGATIVES = 500
NEIGHBORS = 15  # of a readable digit of the decoder, which all have its label
GENERATED = 4  # times as many as are wanted; the most legible are taken

# Taken out by eye: places in the drawings of each digit, in the order in which they are drawn.
UNREADABLE: dict[int, frozenset[int]] = {
    0: frozenset({11, 41, 71}),  # a slash that fills the loop
    1: frozenset({55, 71, 82, 113}),  # too few dots; all foot; leaning over
    3: frozenset({102}),  # one blot
    6: frozenset({51, 86, 93, 126}),  # lying down; no loop left; too few dots
    7: frozenset({38}),
    9: frozenset({25}),
}


def freeze(folder: Path, mnist: Part) -> None:
    """Write the three files into the folder, made if need be. `mnist`: its training part."""
    folder.mkdir(parents=True, exist_ok=True)
    rng = np.random.default_rng(SEED)
    for name, part in (
        (REFERENCE_FILE, make_reference(rng, mnist)),
        (NEGATIVES_FILE, make_refusals(rng)),
        (FORMS_FILE, make_forms()),
    ):
        np.savez_compressed(folder / name, images=part.images, labels=part.labels)


def make_reference(rng: Generator, mnist: Part) -> Part:
    """Half of it drawn, half of it readable digits of the decoder; as many of each label."""
    drawn, labels = digits(REFERENCE // 2, rng)
    pool = generator.sample(GENERATED * REFERENCE // 2, rng)
    legible = legibility(pool, mnist)
    each = REFERENCE // 2 // len(DIGITS)
    own = [np.flatnonzero(pool.labels == digit) for digit in DIGITS]
    rows = [places[np.argsort(-legible[places], kind="stable")[:each]] for places in own]
    chosen = pool.take(np.concatenate(rows))
    return Part(np.concatenate([drawn, chosen.images]), np.concatenate([labels, chosen.labels]))


def make_refusals(rng: Generator) -> Part:
    """What is no digit, as rehearsal makes it where MNIST is not at hand."""
    images = make_negatives(generator.sample(NEGATIVES, rng), NEGATIVES, rng)
    return Part(images, np.full(NEGATIVES, NOT_A_DIGIT, np.uint8))


def make_forms() -> Part:
    """PER_DIGIT readable drawings of every digit."""
    images, labels = [], []
    for digit in DIGITS:
        drawn = draw_forms(digit)
        kept = [i for i in range(len(drawn)) if i not in UNREADABLE.get(digit, ())][:PER_DIGIT]
        images.append(drawn[kept])
        labels.append(np.full(len(kept), digit, np.uint8))
    return Part(np.concatenate(images), np.concatenate(labels))


def draw_forms(digit: int) -> NDArray[np.uint8]:
    """(PER_DIGIT + SPARE, 28, 28): the digit's forms in turn, each drawing by a new writer."""
    rng = np.random.default_rng([SEED, digit])
    names = [form.name for form in forms_of(digit)]
    turns = [names[i % len(names)] for i in range(PER_DIGIT + SPARE)]
    return np.array([draw_image(name, Writer.sample(rng), rng) for name in turns])


def legibility(pool: Part, known: Part) -> NDArray[np.float32]:
    """(n,) mean cosine to the NEIGHBOURS nearest of `known`; 0 unless all have its label."""
    library, questions = _directions(known.images), _directions(pool.images)
    found = np.zeros(len(pool), np.float32)
    for start in range(0, len(pool), 500):
        part = slice(start, start + 500)
        likeness = questions[part] @ library.T
        nearest = np.argpartition(-likeness, NEIGHBORS)[:, :NEIGHBORS]
        agreed = (known.labels[nearest] == pool.labels[part, None]).all(axis=1)
        found[part] = agreed * np.take_along_axis(likeness, nearest, axis=1).mean(axis=1)
    return found


def _directions(images: NDArray[np.uint8]) -> NDArray[np.float32]:
    flat = images.reshape(len(images), -1).astype(np.float32)
    return flat / np.linalg.norm(flat, axis=1, keepdims=True)
