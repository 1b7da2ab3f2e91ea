"""Calibration apart for strokes and pictures."""

import math

import numpy as np
import pytest

from mlcore.errors import UnusableBundle
from mlcore.recognition.confidence import Calibration, SourceCalibration, are_strokes
from tests.mlcore.recognition.cards import card

PLANES = 9


def inputs():
    """A picture, strokes, a tap (ink without directions), and a blank input."""
    planes = np.zeros((4, 28, 28, PLANES), np.uint8)
    planes[:3, 14, 14, 0] = 255
    planes[1, 14, 15, 8] = 1
    return planes


def test_inputs_with_any_direction_are_strokes():
    assert are_strokes(inputs()).tolist() == [False, True, False, False]
    assert are_strokes(inputs()[..., 0]).tolist() == [False] * 4
    assert are_strokes(inputs()[:0]).shape == (0,)


def test_every_input_has_the_values_of_its_source():
    calibration = Calibration(SourceCalibration(0.7, 0.2), SourceCalibration(1.4, 0.6))
    assert calibration.temperatures(inputs()).tolist() == [1.4, 0.7, 1.4, 1.4]
    assert calibration.thresholds(inputs()).tolist() == [0.6, 0.2, 0.6, 0.6]
    assert calibration.thresholds(inputs()[..., 0]).tolist() == [0.6] * 4


def test_a_card_keeps_all_four_values():
    written = card(strokes={"temperature": 0.7, "threshold": 0}, picture={"threshold": 1})
    calibration = Calibration.of(written)
    assert calibration.strokes == SourceCalibration(0.7, 0)
    assert calibration.picture == SourceCalibration(1.0, 1)
    assert calibration.as_card_entry == written["calibration"]


@pytest.mark.parametrize("source", ["strokes", "picture"])
@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("temperature", 0),
        ("temperature", -1.0),
        ("temperature", math.inf),
        ("temperature", math.nan),
        ("temperature", True),
        ("threshold", 1.5),
        ("threshold", -0.1),
        ("threshold", "0.5"),
        ("threshold", None),
    ],
)
def test_a_value_out_of_range_is_refused_by_name(source, name, value):
    with pytest.raises(UnusableBundle, match=f"calibration.{source}.{name} .*{value!r}"):
        Calibration.of(card(**{source: {name: value}}))


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ({}, "calibration.strokes.temperature"),
        ({"calibration": 5}, "calibration.strokes.temperature"),
        ({"temperature": 1.0, "threshold": 0.5}, "calibration.strokes.temperature"),
        ({"calibration": {"strokes": {"temperature": 1.0}}}, "calibration.strokes.threshold"),
        (
            {"calibration": {"strokes": card()["calibration"]["strokes"], "picture": [1]}},
            "calibration.picture.temperature",
        ),
    ],
)
def test_a_missing_value_is_refused_by_name(written, name):
    with pytest.raises(UnusableBundle, match=name):
        Calibration.of(written)
