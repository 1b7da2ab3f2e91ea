import math

import numpy as np
import pytest

from mlcore.evaluation import metrics
from mlcore.evaluation.metrics import Answers
from mlcore.recognition import bundle


def rows(*shares):
    """Probabilities (n, 11): each share on one class, the rest spread evenly over the others."""
    table = np.zeros((len(shares), 11), np.float32)
    for row, (label, share) in zip(table, shares, strict=True):
        row[:] = (1 - share) / 10
        row[label] = share
    return table


def test_the_log_likelihood_of_an_even_guess_is_log_11():
    even = np.full((4, 11), 1 / 11, np.float32)
    labels = np.array([0, 3, 9, 10])
    got = metrics.negative_log_likelihood(even, labels)
    assert got == pytest.approx(math.log(11), rel=1e-5)


def test_answers_at_75_percent_with_one_of_four_wrong_are_calibrated():
    sure = np.full(4, 0.75)
    right = np.array([True, True, True, False])
    assert metrics.expected_calibration_error(sure, right) == pytest.approx(0, abs=1e-6)
    assert metrics.expected_calibration_error(sure, right | True) == pytest.approx(0.25)


def test_the_figures_of_four_answers():
    # right; wrong; a refused digit; a refused non-digit
    got = Answers(
        rows((7, 0.9), (1, 0.9), (10, 0.8), (10, 0.9)), np.array([7, 2, 3, 10]), np.full(4, 0.5)
    )
    figures = metrics.full(got)
    assert (figures["n"], figures["correct"], figures["accuracy"]) == (4, 2, 0.5)
    assert [figures["per_digit"][digit] for digit in (7, 2, 3, 5)] == [1.0, 0.0, 0.0, None]
    assert figures["confusion"][2][1] == 1
    assert figures["confusion"][3][10] == 1
    # Confidences, including refusals: 0.9 right once and wrong once, 0.8 wrong, 0.9 right.
    expected = 3 / 4 * abs(2 / 3 - 0.9) + 1 / 4 * 0.8
    assert figures["expected_calibration_error"] == pytest.approx(expected, rel=1e-4)
    # Two of 15 bins are used: 0.8 is in the 13th, the three of 0.9 are in the 14th.
    assert figures["reliability"] == [
        {"confidence": 0.8, "accuracy": 0.0, "n": 1},
        {"confidence": 0.9, "accuracy": 0.66667, "n": 3},
    ]
    assert figures["selective"] == {"coverage": 0.95, "accuracy": 0.5}  # 3.8 of 4 rounds to 4
    assert figures["digits_refused"] == pytest.approx(1 / 3)
    assert figures["negatives_refused"] == 1.0


def test_selective_accuracy_of_twenty_answers_ignores_the_least_confident():
    confidence = np.linspace(0.5, 1, 20)
    right = np.ones(20, bool)
    right[[0, 7]] = False
    assert metrics.selective_accuracy(confidence, right) == pytest.approx(18 / 19)
    assert metrics.selective_accuracy(confidence[::-1], right) == pytest.approx(17 / 19)


@pytest.mark.parametrize(
    ("of_digits", "of_others", "area"),
    [
        ([0.1, 0.2], [0.8, 0.9], 1.0),
        ([0.8, 0.9], [0.1, 0.2], 0.0),
        ([0.5, 0.5], [0.5], 0.5),
        # Six pairs: 0.3 wins one, each 0.5 wins one and ties with one.
        ([0.2, 0.5], [0.3, 0.5, 0.5], (1 + 1.5 + 1.5) / 6),
        # Of four, 0.4 wins two and ties with one; 0.1 ties with one.
        ([0.1, 0.2, 0.4, 0.9], [0.4, 0.1], (2.5 + 0.5) / 8),
    ],
)
def test_the_area_under_the_roc_curve_counts_ties_half(of_digits, of_others, area):
    found = metrics.auroc(np.array(of_digits), np.array(of_others))
    assert found == pytest.approx(area)


def test_blank_images_are_refused_and_no_digit_is_likely():
    blank = np.zeros((1, 28, 28), np.uint8)
    got = metrics.answers(bundle.shipped(), blank, np.array([0]))
    assert got.probabilities.tolist() == [[0.0] * 10 + [1.0]]
    assert (got.said.tolist(), got.digits.tolist()) == ([10], [10])
