"""Expected p-values are those of scipy.stats: chi2.sf and chi2_contingency without correction."""

import math

import pytest

from mlcore.evaluation.drift import chi_squared_tail, difference, stability_index


@pytest.mark.parametrize(
    ("statistic", "freedom", "p"),
    [
        (3.841459, 1, 0.05),
        (10.827566, 1, 0.001),
        (5.991465, 2, 0.05),
        (7.814728, 3, 0.05),
        (18.307038, 10, 0.05),
        (29.588298, 10, 0.001),
        (9.341818, 10, 0.5),
    ],
)
def test_the_tail_of_chi_squared(statistic: float, freedom: int, p: float) -> None:
    assert chi_squared_tail(statistic, freedom) == pytest.approx(p, rel=0.2, abs=0.005)


def test_shares_that_differ_by_chance() -> None:
    found = difference([48, 52, 50], [480, 520, 500])
    assert found.p == pytest.approx(1, abs=0.005)
    assert found.psi == pytest.approx(0)
    assert found.is_chance
    assert found.is_small


def test_a_large_difference() -> None:
    found = difference([30, 20, 50], [50, 40, 30])
    assert found.p == pytest.approx(0.00056, abs=0.0002)
    assert not found.is_chance
    assert not found.is_small


def test_a_small_difference_of_many_is_more_than_chance() -> None:
    found = difference([5200, 4800], [5000, 5000])
    assert found.p == pytest.approx(0.00466, rel=0.01)
    found = difference([52_000, 48_000], [50_000, 50_000])
    assert not found.is_chance
    assert found.is_small


@pytest.mark.parametrize(
    ("now", "before"),
    [([49], [49]), ([0, 0], [0, 0]), ([20, 29], [500, 500]), ([60, 0], [80, 0]), ([], [])],
)
def test_of_few_answers_or_one_class_nothing_is_said(now: list[int], before: list[int]) -> None:
    found = difference(now, before)
    assert (found.p, found.psi) == (None, None)
    assert found.is_chance


def test_rare_classes_are_taken_together() -> None:
    """Alone, one answer of a class that was never seen would be far beyond chance."""
    found = difference([50, 50, 1, 0, 1], [5000, 5000, 0, 1, 0])
    assert found.p == pytest.approx(1, abs=0.2)


def test_the_stability_index() -> None:
    expected = 0.2 * math.log(0.6 / 0.4) + (-0.2) * math.log(0.4 / 0.6)
    assert stability_index([60, 40], [40, 60]) == pytest.approx(expected)
    assert stability_index([100, 0], [50, 50]) > 1
