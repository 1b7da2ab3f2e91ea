"""The line network learns from corrected numbers and forgets little."""

from dataclasses import replace

import numpy as np
import pytest

from mlcore.data import reference_sets
from mlcore.data.lines import Lines
from mlcore.recognition import bundle
from mlcore.recognition.line_network import LITERT, WEIGHTS, LineNetwork, best_text
from mlcore.training import line_adaptation

pytestmark = pytest.mark.slow

FEW = 4


@pytest.fixture(scope="module")
def numbers() -> Lines:
    return reference_sets.numbers()


def read(litert: bytes, lines: Lines) -> np.ndarray:
    """Whether the network reads each line."""
    network = LineNetwork(litert)
    said = [best_text(network.log_probabilities(ink / np.float32(255))) for ink in lines.inks]
    return np.array([got == text for got, text in zip(said, lines.texts, strict=True)])


def chosen(lines: Lines, rows: np.ndarray) -> Lines:
    return Lines([lines.inks[i] for i in rows], [lines.texts[i] for i in rows])


def adapted(numbers: Lines, monkeypatch: pytest.MonkeyPatch) -> bytes:
    monkeypatch.setattr(line_adaptation, "COMPOSED", 200)
    monkeypatch.setattr(line_adaptation, "WRITERS", 10)
    made = line_adaptation.adapted(bundle.shipped(), numbers, np.random.default_rng(1))
    return made[LITERT]


def test_misread_lines_are_learned_and_others_stay_read(
    numbers: Lines, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = read(bundle.shipped().line_litert, numbers)
    misread, others = np.flatnonzero(~before)[:FEW], np.flatnonzero(before)
    assert len(misread) >= 2

    litert = adapted(chosen(numbers, misread), monkeypatch)

    assert read(litert, chosen(numbers, misread)).sum() > len(misread) / 2
    assert read(litert, chosen(numbers, others)).mean() >= 0.97


def test_without_numbers_the_files_stay_as_they_are() -> None:
    parent = bundle.shipped()
    made = line_adaptation.adapted(parent, Lines(), np.random.default_rng(1))
    assert made == {WEIGHTS: parent.line_weights, LITERT: parent.line_litert}


def test_a_network_of_other_layers_stays_as_it_is(numbers: Lines) -> None:
    other = replace(bundle.shipped(), line_weights=bundle.shipped().weights)
    made = line_adaptation.adapted(other, chosen(numbers, np.arange(2)), np.random.default_rng(1))
    assert made == {WEIGHTS: other.line_weights, LITERT: other.line_litert}
