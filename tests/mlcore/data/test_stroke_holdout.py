"""The hold-out of strokes that versions are calibrated by."""

from pathlib import Path

import numpy as np
import pytest

from mlcore.data import pen
from mlcore.data.training_pool import stroke_holdout
from mlcore.labels import NOT_A_DIGIT
from mlcore.recognition.confidence import are_strokes
from tests.mlcore.data.pen_files import FOUR, ONE, SEVEN, entries, save_json

HELD_OUT = 16  # a writer whose name's SHA-256 is divisible by five


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mlcore.data.training_pool.HOLDOUT_DRAWN", 20)
    monkeypatch.setattr("mlcore.data.training_pool.HOLDOUT_SIGNS", 10)


def people(folder: Path, *digits: tuple[int, int, object]) -> pen.PenDigits:
    found = pen.load(save_json(folder / "pen.json", entries(digits)))
    assert found is not None
    return found


def test_it_has_the_digits_of_held_out_writers_and_drawn_negatives(tmp_path: Path) -> None:
    part = stroke_holdout(people(tmp_path, (7, HELD_OUT, SEVEN), (4, HELD_OUT, FOUR), (1, 3, ONE)))
    assert sorted(part.labels) == [4, 7, *[NOT_A_DIGIT] * 10]
    assert are_strokes(part.inputs).mean() > 0.8  # a negative may be a tap


def test_without_held_out_writers_its_digits_are_drawn(tmp_path: Path) -> None:
    drawn = stroke_holdout(None)
    assert (drawn.labels != NOT_A_DIGIT).sum() == 20
    nobody_held_out = stroke_holdout(people(tmp_path, (7, 3, SEVEN)))
    assert np.array_equal(nobody_held_out.inputs, drawn.inputs)
