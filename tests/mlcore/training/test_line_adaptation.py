"""The line network learns from corrected numbers and forgets little."""

from dataclasses import replace

import numpy as np
import pytest

from mlcore.data.lines import Lines
from mlcore.recognition import bundle
from mlcore.recognition.line_network import HEIGHT, LITERT, WEIGHTS, LineNetwork, best_text
from mlcore.training import line_adaptation, line_network

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def parent() -> bundle.Bundle:
    """A version whose line network has only just been initialized."""
    files = line_network.files(line_network.build())
    return replace(bundle.shipped(), line_weights=files[WEIGHTS], line_litert=files[LITERT])


def bars(widths: list[int]) -> np.ndarray:
    ink = np.zeros((HEIGHT, 10 + sum(w + 12 for w in widths)), np.uint8)
    left = 8
    for width in widths:
        ink[10:30, left : left + width] = 255
        left += width + 12
    return ink


def test_corrected_lines_are_learned(
    parent: bundle.Bundle, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(line_adaptation, "COMPOSED", 24)
    monkeypatch.setattr(line_adaptation, "WRITERS", 1)
    monkeypatch.setattr(line_adaptation, "STEPS", 40)
    monkeypatch.setattr(line_adaptation, "LEARNING_RATE", 3e-3)
    monkeypatch.setattr(line_adaptation, "REHEARSAL_WEIGHT", 0.0)
    numbers = Lines([bars([2, 10]), bars([10, 2, 10])], ["10", "010"])
    made = line_adaptation.adapted(parent, numbers, np.random.default_rng(1))
    network = LineNetwork(made[LITERT])
    said = [best_text(network.log_probabilities(ink / np.float32(255))) for ink in numbers.inks]
    assert said == numbers.texts


def test_rehearsal_keeps_the_parents_answers(
    parent: bundle.Bundle, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(line_adaptation, "COMPOSED", 24)
    monkeypatch.setattr(line_adaptation, "WRITERS", 1)
    monkeypatch.setattr(line_adaptation, "STEPS", 20)
    numbers = Lines([bars([2, 10])], ["10"])
    far = {}
    for weight in (0.0, 30.0):
        monkeypatch.setattr(line_adaptation, "REHEARSAL_WEIGHT", weight)
        made = line_adaptation.adapted(parent, numbers, np.random.default_rng(1))
        other = bars([4, 4, 4]) / np.float32(255)
        answers = [
            LineNetwork(each).log_probabilities(other)
            for each in (parent.line_litert, made[LITERT])
        ]
        far[weight] = np.abs(answers[0] - answers[1]).max()
    assert far[30.0] < far[0.0]


def test_without_numbers_the_files_stay_as_they_are(parent: bundle.Bundle) -> None:
    made = line_adaptation.adapted(parent, Lines(), np.random.default_rng(1))
    assert made == {WEIGHTS: parent.line_weights, LITERT: parent.line_litert}


def test_a_network_of_other_layers_stays_as_it_is(parent: bundle.Bundle) -> None:
    other = replace(parent, line_weights=parent.weights)
    numbers = Lines([bars([2])], ["1"])
    made = line_adaptation.adapted(other, numbers, np.random.default_rng(1))
    assert made == {WEIGHTS: other.line_weights, LITERT: other.line_litert}
