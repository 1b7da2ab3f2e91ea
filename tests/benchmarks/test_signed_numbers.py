"""Numbers that are composed of digits and signs of a development set."""

import json
from pathlib import Path

import numpy as np
import pytest

from benchmarks.signed_numbers import signed_numbers

SEVEN = [[[0, 0], [500, 0], [200, 1000]]]
MINUS = [[[0, 0], [1000, 30]]]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    def drawn(label: object, strokes: list) -> dict:
        return {"user": "a", "label": label, "strokes": strokes, "source": "formulas"}

    plus = [[[0, 500], [1000, 500]], [[500, 0], [500, 1000]]]
    (tmp_path / "pen_dev.json").write_text(json.dumps([drawn(7, SEVEN)] * 10))
    symbols = [drawn("-", MINUS), drawn("+", plus), drawn("x", SEVEN)]
    (tmp_path / "pen_symbols_dev.json").write_text(json.dumps(symbols))
    return tmp_path


def test_the_text_names_what_stands_from_left_to_right(folder: Path) -> None:
    numbers, texts = signed_numbers(folder, 40, np.random.default_rng(1))
    assert {text.replace("7", "0") for text in texts} >= {"-0", "0-0", "+00", "000"}
    for strokes, text in zip(numbers, texts, strict=True):
        assert len(strokes) == len(text) + text.count("+")
        lefts = [float(stroke[:, 0].min()) for stroke in strokes]
        starts = np.sort(lefts)[[0, -1]]
        assert starts[0] == 0
        if text.startswith("-"):
            first = strokes[int(np.argmin(lefts))]
            assert np.ptp(first[:, 1]) < 0.1 * np.ptp(first[:, 0])
            assert abs(first[:, 1].mean()) < 25  # halfway up digits that are 100 high


def test_without_the_sets_there_are_none(tmp_path: Path) -> None:
    assert signed_numbers(tmp_path, 5, np.random.default_rng(1)) == ([], [])
