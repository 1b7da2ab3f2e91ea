"""The training data of an epoch: warped MNIST digits, pen drawings, and negatives."""

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from mlcore.data import stroke_pool, synthesis
from mlcore.data.augmentation import augment, spoil, worn
from mlcore.data.datasets import Mnist, Part
from mlcore.data.pen import PenDigits, split_by_writer
from mlcore.data.stroke_pool import StrokeStock
from mlcore.labels import NOT_A_DIGIT
from mlcore.recipes import Recipe

HOLDOUT_NEGATIVES = 1_000
HOLDOUT_SEED = 20_260
HOLDOUT_DRAWN, HOLDOUT_SIGNS = 1_000, 300  # drawings of the hold-out of strokes
# Drawings are made once, this many times as many as an epoch needs; each epoch takes a sample.
STOCK = 5
SPOILT = 1 / 3  # share of the negatives that are made of digits; the others are drawn


@dataclass(frozen=True)
class Sizes:
    """The number of drawings of each kind in an epoch; people: pen digits, drawn: synthetic ones,
    negatives: non-digits with strokes, spoilt: those made of MNIST's digits."""

    mnist: int
    people: int
    drawn: int
    negatives: int
    spoilt: int

    @classmethod
    def of(cls, mnist: int, recipe: Recipe, *, with_pen: bool) -> "Sizes":
        digits, negatives = round(recipe.strokes * mnist), round(recipe.negatives * mnist)
        people = round(stroke_pool.PEN * digits) if with_pen else 0
        spoilt = round(SPOILT * negatives)
        return cls(mnist, people, digits - people, negatives - spoilt, spoilt)

    @property
    def total(self) -> int:
        return self.mnist + self.people + self.drawn + self.negatives + self.spoilt


@dataclass(frozen=True)
class Stock:
    """What all epochs take their drawings from."""

    mnist: Part
    people: StrokeStock
    drawn: StrokeStock
    negatives: StrokeStock
    sizes: Sizes


@dataclass(frozen=True)
class Pool:
    """One epoch's drawings. Pictures are kept apart: directions take eight times their space."""

    pictures: Part
    strokes: Part
    order: NDArray[np.intp]

    def batches(self, size: int) -> Iterator[Part]:
        """Yield the drawings in random order, `size` at a time."""
        for start in range(0, len(self.order), size):
            rows = self.order[start : start + size]
            of_pictures = rows[rows < len(self.pictures)]
            of_strokes = rows[rows >= len(self.pictures)] - len(self.pictures)
            yield Part.joined([self.pictures.take(of_pictures), self.strokes.take(of_strokes)])


def pools(mnist: Part, pen: PenDigits | None, recipe: Recipe, seed: int) -> Iterator[Pool]:
    """Yield one pool per epoch; a thread makes the next pool during training.

    pen: digits of people that may be trained on; None, or none at all, if there are no such.
    """
    stock = make_stock(mnist, pen, recipe, np.random.default_rng([seed, 0]))
    with ThreadPoolExecutor(1) as executor:
        coming = _submit(executor, stock, recipe, seed, 1)
        for epoch in range(1, recipe.epochs + 1):
            pool = coming.result()
            if epoch < recipe.epochs:
                coming = _submit(executor, stock, recipe, seed, epoch + 1)
            yield pool


def _submit(
    executor: ThreadPoolExecutor, stock: Stock, recipe: Recipe, seed: int, epoch: int
) -> Future[Pool]:
    rng = np.random.default_rng([seed, epoch])
    return executor.submit(make_pool, stock, recipe, epoch, rng)


def make_stock(mnist: Part, pen: PenDigits | None, recipe: Recipe, rng: Generator) -> Stock:
    """Draw digits and negatives for all epochs, because drawing is slow."""
    sizes = Sizes.of(len(mnist), recipe, with_pen=bool(pen))
    return Stock(
        mnist,
        stroke_pool.people_digits(pen, rng) if pen else stroke_pool.EMPTY,
        stroke_pool.drawn_digits(STOCK * sizes.drawn, rng),
        stroke_pool.drawn_negatives(STOCK * sizes.negatives, rng),
        sizes,
    )


def make_pool(stock: Stock, recipe: Recipe, epoch: int, rng: Generator) -> Pool:
    """Return the training data of one epoch.

    Towards the end, warps get weaker and more digits stay unwarped.
    """
    cooldown = max(1.0, recipe.cooldown * recipe.epochs)
    heat = min(1.0, (recipe.epochs - epoch) / cooldown)
    strength = recipe.augmentation * (0.5 + 0.5 * heat)
    mnist, sizes = stock.mnist, stock.sizes
    spoilt = spoil(mnist.take(rng.integers(0, len(mnist), sizes.spoilt)), rng)
    pictures = Part(
        np.concatenate([mnist.images, spoilt]),
        np.concatenate([mnist.labels, np.full(len(spoilt), NOT_A_DIGIT, np.uint8)]),
    )
    warped = rng.random(len(pictures)) < (1 - recipe.clean) * (0.4 + 0.6 * heat)
    pictures.images[warped] = augment(pictures.images[warped], rng, strength)
    shabby = rng.random(len(pictures)) < recipe.wear * (0.4 + 0.6 * heat)
    pictures.images[shabby] = worn(pictures.images[shabby], rng)
    strokes = _sample(stock.people, sizes.people, rng) + _sample(stock.drawn, sizes.drawn, rng)
    strokes += _sample(stock.negatives, sizes.negatives, rng)
    drawn = stroke_pool.augmented(strokes, rng, strength)
    return Pool(pictures, drawn, rng.permutation(len(pictures) + len(drawn)))


def _sample(stock: StrokeStock, count: int, rng: Generator) -> StrokeStock:
    """Take `count` drawings, each as often as the others to within one."""
    if not count:
        return stock.take(np.zeros(0, np.intp))
    turns = -(-count // len(stock))
    rows = np.concatenate([rng.permutation(len(stock)) for _ in range(turns)])
    return stock.take(rows[:count])


def make_negatives(part: Part, count: int, rng: Generator) -> NDArray[np.uint8]:
    """Return non-digits uint8 (count, 28, 28): two thirds drawn, one third spoilt digits."""
    spoilt = spoil(part.take(rng.integers(0, len(part), count // 3)), rng)
    return np.concatenate([synthesis.negatives(count - len(spoilt), rng), spoilt])


@dataclass(frozen=True)
class Holdouts:
    """What versions are chosen and calibrated by.

    pictures: MNIST's hold-out with negatives. strokes: digits of held-out writers with negatives,
    from the canvas. strangers: the same digits as pictures. MNIST does not say who wrote what, so
    only these tell how sure a network may be of a hand that it never met.
    """

    pictures: Part
    strokes: Part
    strangers: Part

    @classmethod
    def of(cls, mnist: Mnist, pen: PenDigits | None) -> "Holdouts":
        strangers = _strangers(pen)
        pictures = stroke_pool.as_pictures(strangers)
        return cls(with_negatives(mnist.holdout), _with_signs(strangers), pictures)

    @property
    def whole(self) -> Part:
        return Part.joined([self.pictures, self.strokes, self.strangers])


def with_negatives(holdout: Part) -> Part:
    """Return the hold-out's digits with negatives, as the site meets both in pictures.

    The negatives are always the same.
    """
    negatives = make_negatives(holdout, HOLDOUT_NEGATIVES, np.random.default_rng(HOLDOUT_SEED))
    labels = np.full(len(negatives), NOT_A_DIGIT, np.uint8)
    return Part(
        np.concatenate([holdout.images, negatives]), np.concatenate([holdout.labels, labels])
    )


def stroke_holdout(pen: PenDigits | None) -> Part:
    """Return strokes to choose and calibrate by: digits of held-out writers, and negatives.

    Without held-out writers the digits are drawn. The drawings are always the same, and no training
    uses their writers.
    """
    return _with_signs(_strangers(pen))


def _with_signs(digits: StrokeStock) -> Part:
    signs = stroke_pool.drawn_negatives(HOLDOUT_SIGNS, np.random.default_rng(HOLDOUT_SEED + 1))
    return stroke_pool.as_canvas(digits + signs)


def _strangers(pen: PenDigits | None) -> StrokeStock:
    rng = np.random.default_rng(HOLDOUT_SEED + 2)
    held = split_by_writer(pen)[1] if pen is not None else None
    if held is not None and len(held):
        return stroke_pool.people_digits(held, rng)
    return stroke_pool.drawn_digits(HOLDOUT_DRAWN, rng)
