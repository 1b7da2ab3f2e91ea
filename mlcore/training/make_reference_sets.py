"""Make the reference sets of `mlcore.data.reference_sets`.

    python -m mlcore freeze --data mnist.npz --out FOLDER

A reference set must not contain illegible drawings. The decoder sometimes blurs digits into each
other. So only a quarter of its digits is used: those whose nearest neighbors in MNIST's training
part all have the same label and are closest. Among the drawn forms, the few illegible ones were
removed by eye, on contact sheets of the whole set.
"""

from pathlib import Path

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from mlcore.data import reference_sets
from mlcore.data.datasets import Part
from mlcore.data.lines import Lines
from mlcore.data.number_lines import compose, drawn_hands
from mlcore.data.reference_sets import FORMS as FORMS_FILE
from mlcore.data.reference_sets import NEGATIVES as NEGATIVES_FILE
from mlcore.data.reference_sets import NUMBERS as NUMBERS_FILE
from mlcore.data.reference_sets import PEN as PEN_FILE
from mlcore.data.reference_sets import REFERENCE as REFERENCE_FILE
from mlcore.data.synthesis import Writer
from mlcore.data.synthesis.forms import forms_of
from mlcore.data.synthesis.sampling import digit_strokes, digits, draw_image
from mlcore.data.training_pool import make_negatives
from mlcore.labels import DIGITS, NOT_A_DIGIT
from mlcore.training import generator

SEED = 19_980_617  # used for these sets only
PER_DIGIT = 120  # drawings in the set of forms, spread evenly over a digit's forms
SPARE = 12  # additional drawings per digit, to replace illegible ones
PEN_PER_DIGIT, PEN_SEED = 120, 10  # drawings in the set of pen digits
NUMBERS, NUMBER_WRITERS, NUMBERS_SEED = 150, 75, 14
REFERENCE = 2_000
NEGATIVES = 500
NEIGHBORS = 15  # that must all have the label of a legible generated digit
GENERATED = 4  # this many times the needed digits are generated; the most legible are used

# Removed by eye: indices of the drawings of each digit, in drawing order.
UNREADABLE: dict[int, frozenset[int]] = {
    0: frozenset({12, 55}),  # lying down, in dots; like a 6
    1: frozenset({95, 103}),  # one blot; a flag that is joined to the foot like a 2
    3: frozenset({21}),
    4: frozenset({14, 80, 86, 87, 104}),  # no stem left; too few dots; like a plus
    6: frozenset({43, 93}),  # a triangle; no loop left
    7: frozenset({14, 26, 30, 66, 86, 122}),  # blots, and a foot like that of a 2 or a J
    8: frozenset({33, 47}),
    9: frozenset({7, 20, 46, 59, 72, 85, 98, 111}),  # a loop that looks open, like a 3
}


def freeze(folder: Path, mnist: Part) -> None:
    """Write the five files into the folder; create it if missing. mnist: the training part."""
    folder.mkdir(parents=True, exist_ok=True)
    rng = np.random.default_rng(SEED)
    for name, part in (
        (REFERENCE_FILE, make_reference(rng, mnist)),
        (NEGATIVES_FILE, make_refusals(rng)),
        (FORMS_FILE, make_forms()),
    ):
        np.savez_compressed(folder / name, images=part.images, labels=part.labels)
    freeze_pen(folder)
    freeze_numbers(folder)


def freeze_numbers(folder: Path) -> None:
    """Write the reference set of numbers: half of them with a third of the neighbors touching."""
    rng = np.random.default_rng([SEED, NUMBERS_SEED])
    hands = drawn_hands(NUMBER_WRITERS, rng)
    lines, texts = [], []
    for touching in (0.0, 0.3):
        some = compose(NUMBERS // 2, hands, rng, lengths=(2, 6), touching=touching, plain=True)
        lines += some[0]
        texts += some[1]
    reference_sets.write_numbers(folder / NUMBERS_FILE, Lines(lines, texts))


def freeze_pen(folder: Path) -> None:
    """Write the reference set of pen digits: every form of a digit equally often."""
    rng = np.random.default_rng([SEED, PEN_SEED])
    drawings, labels = [], []
    for digit in DIGITS:
        names = [form.name for form in forms_of(digit)]
        drawings += digit_strokes(PEN_PER_DIGIT, rng, forms=names).strokes
        labels += [digit] * PEN_PER_DIGIT
    reference_sets.write_pen(folder / PEN_FILE, drawings, np.array(labels, np.uint8))


def make_reference(rng: Generator, mnist: Part) -> Part:
    """Make the reference set: half drawn, half legible generated digits, labels balanced."""
    drawn, labels = digits(REFERENCE // 2, rng)
    pool = generator.sample(GENERATED * REFERENCE // 2, rng)
    legible = legibility(pool, mnist)
    each = REFERENCE // 2 // len(DIGITS)
    own = [np.flatnonzero(pool.labels == digit) for digit in DIGITS]
    rows = [places[np.argsort(-legible[places], kind="stable")[:each]] for places in own]
    chosen = pool.take(np.concatenate(rows))
    return Part(np.concatenate([drawn, chosen.images]), np.concatenate([labels, chosen.labels]))


def make_refusals(rng: Generator) -> Part:
    """Make non-digits in the same way as rehearsal without MNIST."""
    images = make_negatives(generator.sample(NEGATIVES, rng), NEGATIVES, rng)
    return Part(images, np.full(NEGATIVES, NOT_A_DIGIT, np.uint8))


def make_forms() -> Part:
    """Make PER_DIGIT legible drawings of every digit."""
    images, labels = [], []
    for digit in DIGITS:
        drawn = draw_forms(digit)
        kept = [i for i in range(len(drawn)) if i not in UNREADABLE.get(digit, ())][:PER_DIGIT]
        images.append(drawn[kept])
        labels.append(np.full(len(kept), digit, np.uint8))
    return Part(np.concatenate(images), np.concatenate(labels))


def draw_forms(digit: int) -> NDArray[np.uint8]:
    """Draw a digit's forms in turn, (PER_DIGIT + SPARE, 28, 28), each by a new writer."""
    rng = np.random.default_rng([SEED, digit])
    names = [form.name for form in forms_of(digit)]
    turns = [names[i % len(names)] for i in range(PER_DIGIT + SPARE)]
    return np.array([draw_image(name, Writer.sample(rng), rng) for name in turns])


def legibility(pool: Part, known: Part) -> NDArray[np.float32]:
    """Return (n,), the mean cosine to the NEIGHBORS nearest images of `known`.

    It is 0 unless all of them have the same label as the image.
    """
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
