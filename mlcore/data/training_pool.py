"""The training images of an epoch: warped MNIST digits, drawn digits, and negatives."""

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from mlcore.data import synthesis
from mlcore.data.augmentation import augment, spoil
from mlcore.data.datasets import Part
from mlcore.labels import NOT_A_DIGIT
from mlcore.recipes import Recipe

HOLDOUT_NEGATIVES = 1_000
HOLDOUT_SEED = 20_260
# Drawings are made once, this many times as many as an epoch needs; each epoch takes a sample.
STOCK = 5


def pool_size(part: Part, recipe: Recipe) -> int:
    """Return the number of training images in an epoch."""
    extra = round(recipe.drawn * len(part)) + round(recipe.negatives * len(part))
    return len(part) + extra


def pools(part: Part, recipe: Recipe, seed: int) -> Iterator[Part]:
    """Yield one pool per epoch; a thread makes the next pool during training."""
    stock = draw_stock(part, recipe, np.random.default_rng([seed, 0]))
    with ThreadPoolExecutor(1) as executor:
        coming = _submit(executor, part, stock, recipe, seed, 1)
        for epoch in range(1, recipe.epochs + 1):
            pool = coming.result()
            if epoch < recipe.epochs:
                coming = _submit(executor, part, stock, recipe, seed, epoch + 1)
            yield pool


def _submit(
    executor: ThreadPoolExecutor, part: Part, stock: Part, recipe: Recipe, seed: int, epoch: int
) -> Future[Part]:
    rng = np.random.default_rng([seed, epoch])
    return executor.submit(make_pool, part, stock, recipe, epoch, rng)


def draw_stock(part: Part, recipe: Recipe, rng: Generator) -> Part:
    """Draw digits and negatives for all epochs, because drawing is slow."""
    drawn, labels = synthesis.digits(STOCK * round(recipe.drawn * len(part)), rng)
    negatives = make_negatives(part, STOCK * round(recipe.negatives * len(part)), rng)
    refusals = np.full(len(negatives), NOT_A_DIGIT, np.uint8)
    return Part(np.concatenate([drawn, negatives]), np.concatenate([labels, refusals]))


def make_pool(part: Part, stock: Part, recipe: Recipe, epoch: int, rng: Generator) -> Part:
    """Return the shuffled training images of one epoch.

    Towards the end, warps get weaker and more digits stay unwarped.
    """
    drawn = stock.take(rng.permutation(len(stock))[: len(stock) // STOCK])
    pool = Part(
        np.concatenate([part.images, drawn.images]), np.concatenate([part.labels, drawn.labels])
    )
    cooldown = max(1.0, recipe.cooldown * recipe.epochs)
    heat = min(1.0, (recipe.epochs - epoch) / cooldown)
    warped = rng.random(len(pool)) < (1 - recipe.clean) * (0.4 + 0.6 * heat)
    strength = recipe.augmentation * (0.5 + 0.5 * heat)
    pool.images[warped] = augment(pool.images[warped], rng, strength)
    return pool.take(rng.permutation(len(pool)))


def make_negatives(part: Part, count: int, rng: Generator) -> NDArray[np.uint8]:
    """Return non-digits uint8 (count, 28, 28): two thirds drawn, one third spoilt digits."""
    spoilt = spoil(part.take(rng.integers(0, len(part), count // 3)), rng)
    return np.concatenate([synthesis.negatives(count - len(spoilt), rng), spoilt])


def with_negatives(holdout: Part) -> Part:
    """Return the hold-out's digits with negatives, as the site meets both.

    The negatives are always the same.
    """
    negatives = make_negatives(holdout, HOLDOUT_NEGATIVES, np.random.default_rng(HOLDOUT_SEED))
    labels = np.full(len(negatives), NOT_A_DIGIT, np.uint8)
    return Part(
        np.concatenate([holdout.images, negatives]), np.concatenate([holdout.labels, labels])
    )
