"""Expected p-values are those of scipy.stats: chi2_contingency without correction, fisher_exact."""

import math

import numpy as np
import pytest

from mlcore.evaluation.drift import difference, stability_index


@pytest.mark.parametrize(
    ("now", "before", "p"),
    [
        ([48, 52, 50], [480, 520, 500], 1.0),
        ([30, 12, 58], [50, 40, 30], 0.0000011),
        ([300, 250, 450], [330, 280, 390], 0.02457),
        ([5200, 4800], [5000, 5000], 0.00466),
        ([3, 17, 0], [1, 99, 0], 0.01447),
    ],
)
def test_the_probability_by_chance(now: list[int], before: list[int], p: float) -> None:
    found = difference(now, before)
    assert found.p == pytest.approx(p, rel=0.1, abs=0.005)
    assert found.is_chance == (p > 0.001)


def test_rare_classes_are_judged_too() -> None:
    """Thirty of fifty are of a class that ten thousand before hardly had."""
    assert not difference([20, 30], [9_990, 10]).is_chance
    assert difference([50, 50, 1, 0], [5_000, 5_000, 0, 1]).is_chance


def test_a_difference_may_be_small_but_more_than_chance() -> None:
    found = difference([52_000, 48_000], [50_000, 50_000])
    assert not found.is_chance
    assert found.is_small
    assert not difference([30, 20, 50], [50, 40, 30]).is_small


@pytest.mark.parametrize(("now", "before"), [([19], [19]), ([0, 0], [0, 0]), ([9, 9], [500, 500])])
def test_of_few_answers_nothing_is_said(now: list[int], before: list[int]) -> None:
    found = difference(now, before)
    assert (found.p, found.psi) == (None, None)
    assert found.is_chance


def test_one_class_never_differs() -> None:
    found = difference([60, 0], [80, 0])
    assert (found.p, found.psi) == (1, 0)


def test_the_stability_index() -> None:
    expected = 0.2 * math.log(0.6 / 0.4) + (-0.2) * math.log(0.4 / 0.6)
    assert stability_index(np.array([60, 40]), np.array([40, 60])) == pytest.approx(expected)
    assert stability_index(np.array([100, 0]), np.array([50, 50])) > 1
