import numpy as np
import pytest

from mlcore.evaluation.bootstrap import least_fall


def right(text):
    return np.array([hit == "1" for hit in text])


def test_equal_results_are_no_fall():
    assert least_fall(right("1101"), right("1101"), level=0.8) == 0


def test_a_rise_is_a_negative_fall():
    assert least_fall(right("0000"), right("1111"), level=0.8) == -1


def test_the_bound_of_a_single_drawing_is_its_fall():
    assert least_fall(right("1"), right("0"), level=0.99) == 1


@pytest.mark.parametrize(("level", "falls"), [(0.60, True), (0.67, False)])
def test_one_lost_drawing_of_many_shows_in_63_percent_of_resamples(level, falls):
    """The limit of 1 - (1 - 1/n)^n is 1 - 1/e."""
    before, after = right("1" * 200), right("0" + "1" * 199)
    assert (least_fall(before, after, level=level) > 0) is falls


@pytest.mark.parametrize(("level", "falls"), [(0.84, True), (0.89, False)])
def test_two_lost_drawings_show_in_86_percent_of_resamples(level, falls):
    """The limit of 1 - (1 - 2/n)^n is 1 - 1/e^2."""
    before, after = right("1" * 200), right("00" + "1" * 198)
    assert (least_fall(before, after, level=level) > 0) is falls


def test_the_bound_is_deterministic():
    before, after = right("110101" * 20), right("011101" * 20)
    assert least_fall(before, after, level=0.8) == least_fall(before, after, level=0.8)


def test_many_drawings_need_little_memory_and_give_the_normal_bound():
    """A fall by 2 percentage points of 5,000: sd = sqrt(0.02 * 0.98 / 5000) = 0.00198."""
    before, after = np.ones(5_000, bool), np.arange(5_000) >= 100
    bound = least_fall(before, after, level=0.975)
    assert bound == pytest.approx(0.02 - 1.96 * 0.00198, abs=0.0004)
