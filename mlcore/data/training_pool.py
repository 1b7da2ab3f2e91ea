"""What an epoch trains on: MNIST's digits, warped; drawn digits; and what is no digit."""

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
STOCK = 5  # drawings are made once, this many times what an epoch takes; each epoch takes others


def pool_size(part: Part, recipe: Recipe) -> int:
    """How many images an epoch trains on."""
    extra = round(recipe.drawn * len(part)) + round(recipe.negatives * len(part))
    return len(part) + extra


def pools(part: Part, recipe: Recipe, seed: int) -> Iterator[Part]:
    """One pool an epoch; the next is made in a thread while the network trains on this one."""
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
    """Drawn digits and negatives, STOCK times as many as an epoch takes: drawing is slow."""
    drawn, labels = synthesis.digits(STOCK * round(recipe.drawn * len(part)), rng)
    negatives = make_negatives(part, STOCK * round(recipe.negatives * len(part)), rng)
    refusals = np.full(len(negatives), NOT_A_DIGIT, np.uint8)
    return Part(np.concatenate([drawn, negatives]), np.concatenate([labels, refusals]))


def make_pool(part: Part, stock: Part, recipe: Recipe, epoch: int, rng: Generator) -> Part:
    """What one epoch trains on, shuffled; warps fade and clean digits grow towards the end."""
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
    """uint8 (count, 28, 28) of no digit: two thirds drawn, a third made of spoilt digits."""
    spoilt = spoil(part.take(rng.integers(0, len(part), count // 3)), rng)
    return np.concatenate([synthesis.negatives(count - len(spoilt), rng), spoilt])


def with_negatives(holdout: Part) -> Part:
    """The hold-out's digits and negatives made from them, always the same: what the site meets."""
    negatives = make_negatives(holdout, HOLDOUT_NEGATIVES, np.random.default_rng(HOLDOUT_SEED))
    labels = np.full(len(negatives), NOT_A_DIGIT, np.uint8)
    return Part(
        np.concatenate([holdout.images, negatives]), np.concatenate([holdout.labels, labels])
    )
