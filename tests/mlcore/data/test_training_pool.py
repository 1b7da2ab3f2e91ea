"""The training data of an epoch, and the hold-outs."""

import numpy as np
import pytest

from mlcore.data import stroke_pool, synthesis, training_pool
from mlcore.data.datasets import Mnist, Part
from mlcore.data.pen import PenDigits, split_by_writer
from mlcore.data.training_pool import Holdouts, Pool, Sizes, make_pool, make_stock
from mlcore.labels import NOT_A_DIGIT
from mlcore.recipes import Recipe
from mlcore.recognition.confidence import are_strokes

RECIPE = Recipe(strokes=0.5, negatives=0.3, epochs=4)


@pytest.fixture(scope="module")
def mnist():
    return Part(*synthesis.digits(100, np.random.default_rng(0)))


@pytest.fixture(scope="module")
def pen():
    """Digits of forty writers, seven each; every writer has another pen movement."""
    drawn = synthesis.digit_strokes(280, np.random.default_rng(1))
    writers = np.repeat([f"w{i}" for i in range(40)], 7)
    return PenDigits(drawn.strokes, drawn.labels, writers)


@pytest.mark.parametrize(("with_pen", "people"), [(False, 0), (True, 25)])
def test_an_epoch_has_shares_of_the_mnist_digits(with_pen, people):
    sizes = Sizes.of(100, RECIPE, with_pen=with_pen)
    assert sizes == Sizes(mnist=100, people=people, drawn=50 - people, negatives=20, spoilt=10)
    assert sizes.total == 180


@pytest.mark.parametrize("recipe", [Recipe(strokes=0, negatives=0), Recipe(strokes=1, negatives=1)])
def test_the_sizes_add_up(recipe):
    for with_pen in (False, True):
        sizes = Sizes.of(101, recipe, with_pen=with_pen)
        assert sizes.total == 101 * (1 + recipe.strokes + recipe.negatives)


def digests(part):
    return sorted(
        each.tobytes() + bytes([label])
        for each, label in zip(part.inputs, part.labels, strict=True)
    )


def test_an_epoch_has_digits_drawings_and_negatives(mnist, pen):
    rng = np.random.default_rng(0)
    pool = make_pool(make_stock(mnist, pen, RECIPE, rng), RECIPE, 1, rng)
    assert (len(pool.pictures), len(pool.strokes)) == (110, 70)
    assert pool.pictures.directions is None
    assert pool.pictures.labels[:100].tolist() == mnist.labels.tolist()
    assert set(pool.pictures.labels[100:]) == {NOT_A_DIGIT}
    counts = np.bincount(pool.strokes.labels, minlength=11)
    assert counts[10] == 20
    assert counts[:10].min() >= 1
    assert 0 < are_strokes(pool.strokes.inputs).sum() < 70


@pytest.mark.parametrize("size", [1, 7, 64, 1_000])
def test_every_drawing_is_in_exactly_one_batch(size):
    rng = np.random.default_rng(5)
    pictures = Part(rng.integers(0, 256, (40, 28, 28)).astype(np.uint8), np.arange(40) % 11)
    planes = rng.integers(0, 256, (13, 28, 28, 9)).astype(np.uint8)
    strokes = Part.of(planes, np.arange(13) % 11)
    batches = list(Pool(pictures, strokes, rng.permutation(53)).batches(size))
    assert [len(batch) for batch in batches[:-1]] == [size] * (len(batches) - 1)
    assert sum(map(len, batches)) == 53
    every = Part.joined(batches)
    assert digests(every) == digests(Part.joined([pictures, strokes]))


def test_no_recipe_needs_strokes_or_negatives(mnist):
    recipe = Recipe(strokes=0, negatives=0, epochs=2, wear=0)
    rng = np.random.default_rng(0)
    pool = make_pool(make_stock(mnist, None, recipe, rng), recipe, 1, rng)
    assert sum(len(batch) for batch in pool.batches(32)) == 100


def test_pen_data_of_held_out_writers_alone_is_as_good_as_none(mnist, pen):
    nobody = pen.take(np.zeros(len(pen), np.bool_))
    rng = np.random.default_rng(0)
    stock = make_stock(mnist, nobody, RECIPE, rng)
    assert stock.sizes == Sizes.of(100, RECIPE, with_pen=False)
    assert len(make_pool(stock, RECIPE, 1, rng).strokes) == 70


def test_the_digits_of_mnist_are_warped_and_not_changed_in_place(mnist):
    before = mnist.images.copy()
    rng = np.random.default_rng(0)
    stock = make_stock(mnist, None, RECIPE, rng)
    first, last = (make_pool(stock, RECIPE, epoch, rng).pictures.images[:100] for epoch in (1, 4))
    assert np.array_equal(mnist.images, before)
    unwarped = [(each == before).all(axis=(1, 2)).mean() for each in (first, last)]
    assert unwarped[0] < unwarped[1]  # towards the end more digits stay as they are


def test_people_and_stock_are_used_equally_often(mnist, pen, monkeypatch):
    seen = []
    monkeypatch.setattr(
        stroke_pool,
        "augmented",
        lambda stock, rng, strength: seen.append(stock) or stroke_pool.as_canvas(stock),
    )
    rng = np.random.default_rng(0)
    few = pen.take(np.arange(10))
    make_pool(make_stock(mnist, few, RECIPE, rng), RECIPE, 1, rng)
    (stock,) = seen
    times = [sum(drawing is each for drawing in stock.drawings) for each in few.strokes]
    assert sum(times) == 25
    assert set(times) == {2, 3}


def test_pools_of_a_training_are_reproducible_and_differ_by_epoch(mnist):
    recipe = Recipe(strokes=0.1, negatives=0.1, epochs=2)

    def run(seed):
        return [digests(pool.pictures) for pool in training_pool.pools(mnist, None, recipe, seed)]

    first, again, other = run(1), run(1), run(2)
    assert first == again != other
    assert first[0] != first[1]


def test_writers_of_the_hold_out_are_not_trained_on(pen):
    training, held = split_by_writer(pen)
    assert len(held) > 0
    holdout = training_pool.stroke_holdout(pen)
    signs = (holdout.labels == NOT_A_DIGIT).sum()
    assert signs == training_pool.HOLDOUT_SIGNS
    assert len(holdout) == len(held) + signs
    assert sorted(holdout.labels[: len(held)]) == sorted(held.labels)
    assert are_strokes(holdout.inputs).mean() > 0.95

    rng = np.random.default_rng(0)
    learned = make_stock(Part(*synthesis.digits(20, rng)), training, RECIPE, rng).people.drawings
    known = {np.concatenate(drawing).tobytes() for drawing in learned}
    assert known.isdisjoint(np.concatenate(drawing).tobytes() for drawing in held.strokes)


def test_the_hold_out_of_strokes_is_always_the_same(monkeypatch):
    monkeypatch.setattr(training_pool, "HOLDOUT_DRAWN", 20)
    monkeypatch.setattr(training_pool, "HOLDOUT_SIGNS", 5)
    one, other = (training_pool.stroke_holdout(None) for _ in range(2))
    assert np.array_equal(one.inputs, other.inputs)
    assert np.bincount(one.labels, minlength=11).tolist() == [2] * 10 + [5]


def test_pictures_and_strokes_are_held_out_apart(mnist, pen, monkeypatch):
    monkeypatch.setattr(training_pool, "HOLDOUT_NEGATIVES", 30)
    held = Holdouts.of(Mnist(mnist, mnist.take(np.arange(9)), mnist, "0"), pen)
    assert len(held.pictures) == 39
    assert held.pictures.directions is None
    assert held.pictures.labels[9:].tolist() == [NOT_A_DIGIT] * 30
    assert held.strokes.directions is not None
    assert len(held.whole) == len(held.pictures) + len(held.strokes) + len(held.strangers)


def test_strangers_are_the_digits_of_the_hold_out_as_pictures(mnist, pen, monkeypatch):
    monkeypatch.setattr(training_pool, "HOLDOUT_NEGATIVES", 3)
    held = Holdouts.of(Mnist(mnist, mnist, mnist, "0"), pen)
    digits = held.strokes.labels != NOT_A_DIGIT
    assert held.strangers.directions is None
    assert held.strangers.labels.tolist() == held.strokes.labels[digits].tolist()
    # The same drawing with another pen: the ink of each lies on the ink of the other.
    for picture, strokes in zip(held.strangers.images, held.strokes.images[digits], strict=True):
        thin, wide = sorted([picture > 127, strokes > 127], key=np.sum)
        assert wide[thin].mean() > 0.6
