"""The fits of temperature and refusal threshold."""

import numpy as np
import pytest

from mlcore.evaluation.calibration import fit_temperature, fit_threshold


def test_logits_three_times_too_large_get_a_temperature_of_three():
    rng = np.random.default_rng(0)
    logits = rng.normal(0, 2, (4000, 11))
    labels = np.array([rng.choice(11, p=np.exp(row) / np.exp(row).sum()) for row in logits])
    assert fit_temperature(3 * logits, labels) == pytest.approx(3, rel=0.1)


def test_the_threshold_refuses_no_more_digits_than_allowed():
    doubts = np.linspace(0, 1, 1001)
    threshold = fit_threshold(doubts, refused=0.01, lowest=0.1)
    assert threshold == pytest.approx(0.99)
    assert (doubts > threshold).mean() <= 0.01
    assert fit_threshold(doubts / 100, refused=0.01, lowest=0.1) == 0.1
