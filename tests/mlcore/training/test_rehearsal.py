"""What a retraining repeats: its shares and its sources."""

import numpy as np
import pytest

from mlcore.data import datasets, pen
from mlcore.labels import NOT_A_DIGIT
from mlcore.recognition.confidence import are_strokes

pytestmark = pytest.mark.slow

COUNT = 400


@pytest.fixture(scope="module")
def rehearse(small_mnist, small_pen):
    """`rehearse(mnist=True, pen=False)`: a rehearsal with what is at hand."""
    from mlcore.training import rehearsal

    learned = pen.split_by_writer(pen.load(small_pen))[0]
    digits = datasets.read(small_mnist).training

    def rehearse(*, mnist, pen, count=COUNT, seed=1):
        return rehearsal.prepare(
            count,
            np.random.default_rng(seed),
            mnist=digits if mnist else None,
            pen=learned if pen else None,
        )

    return rehearse


@pytest.mark.parametrize("mnist", [False, True])
@pytest.mark.parametrize("with_pen", [False, True])
def test_the_sources_are_those_at_hand(rehearse, mnist, with_pen):
    found = rehearse(mnist=mnist, pen=with_pen)
    people = 60 if with_pen else 0
    assert found.sources == {
        "mnist" if mnist else "generated": 220,
        "people": people,
        "drawn": 120 - people,
        "negatives": 60,
    }
    assert len(found.part) == COUNT
    assert (found.part.labels == NOT_A_DIGIT).sum() == 60
    assert np.bincount(found.part.labels)[:10].min() >= 15


def test_it_has_strokes_and_pictures_of_digits_and_of_what_is_none(rehearse):
    part = rehearse(mnist=True, pen=True).part
    strokes, none = are_strokes(part.inputs), part.labels == NOT_A_DIGIT
    # 160 drawings are made with a pen, and two in five of these are shown as pictures.
    assert strokes.sum() == pytest.approx(96, abs=25)
    for kind in (strokes, ~strokes):
        assert 0 < none[kind].sum() < kind.sum()
    halves = [strokes[: COUNT // 2].mean(), strokes[COUNT // 2 :].mean()]
    assert halves[0] == pytest.approx(halves[1], abs=0.15)  # they are mixed


def test_the_same_seed_rehearses_the_same(rehearse):
    first, again, other = (rehearse(mnist=False, pen=True, seed=seed).part for seed in (1, 1, 2))
    assert np.array_equal(first.inputs, again.inputs)
    assert np.array_equal(first.labels, again.labels)
    assert not np.array_equal(first.inputs, other.inputs)


def test_few_digits_are_repeated(rehearse):
    found = rehearse(mnist=True, pen=True, count=3_000)
    assert (found.sources["mnist"], found.sources["people"]) == (1_650, 450)
    assert len(found.part) == 3_000
