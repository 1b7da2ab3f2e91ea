"""The network that reads lines is trained and exported."""

from pathlib import Path

import numpy as np
import pytest

from mlcore.cli import main
from mlcore.data import synthesis
from mlcore.data.datasets import Part
from mlcore.recognition import bundle
from mlcore.recognition.line_network import BLANK, HEIGHT, LITERT, WEIGHTS, WIDTH, LineNetwork
from mlcore.training import line_network
from mlcore.training.export import load_weights, weights_of
from mlcore.training.precision import BFLOAT16, FLOAT32

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def digits() -> Part:
    return Part(*synthesis.digits(60, np.random.default_rng(1)))


@pytest.mark.parametrize("precision", [FLOAT32, BFLOAT16])
def test_a_short_training_makes_files_that_answer_alike(
    digits: Part, monkeypatch: pytest.MonkeyPatch, precision: str
) -> None:
    monkeypatch.setattr(line_network, "WRITERS", 2)
    monkeypatch.setattr(line_network, "TOGETHER", 1)
    phases = []
    model = line_network.train(
        digits,
        None,
        seed=1,
        steps=2,
        precision=precision,
        report=lambda **facts: phases.append(facts["phase"]),
    )
    files = line_network.files(model)
    exact = line_network.build()
    exact.set_weights(model.get_weights())
    ink = np.random.default_rng(2).random((HEIGHT, WIDTH)).astype(np.float32)
    logits = exact(ink[None, ..., None], training=False).numpy()[0]
    expected = logits - np.logaddexp.reduce(logits, axis=1, keepdims=True)
    assert expected.shape[1] == BLANK + 1
    found = LineNetwork(files[LITERT]).log_probabilities(ink)
    assert np.abs(found - expected).max() < 1e-3
    assert phases[0] == "prepare"

    again = line_network.build()
    load_weights(again, files[WEIGHTS])
    assert all(
        (a == b).all() for a, b in zip(again.get_weights(), model.get_weights(), strict=True)
    )


def test_training_goes_on_from_earlier_weights(
    digits: Part, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(line_network, "WRITERS", 2)
    monkeypatch.setattr(line_network, "TOGETHER", 1)
    monkeypatch.setattr(line_network, "LESS", 0.0)  # it learns nothing
    start = line_network.build()
    weights = weights_of(start)
    further = line_network.train(digits, None, seed=1, steps=2, start=weights)
    pairs = zip(further.trainable_weights, start.trainable_weights, strict=True)
    assert all(np.allclose(after, before, atol=1e-6) for after, before in pairs)


def test_the_card_says_how_the_line_network_was_trained(
    small_mnist: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(line_network, "WRITERS", 2)
    monkeypatch.setattr(line_network, "TOGETHER", 1)
    before = bundle.shipped()
    bundle.write(before, tmp_path)
    command = ["train-lines", "--data", str(small_mnist), "--steps", "2", "--seed", "3"]
    assert main([*command, "--start", str(tmp_path), "--out", str(tmp_path)]) == 0

    made = bundle.read(tmp_path)
    *earlier, last = made.card["line_training"]
    assert earlier == before.card["line_training"]
    assert (last["seed"], last["steps"], last["pen"]) == (3, 2, False)
    assert made.line_litert != before.line_litert
    assert made.card["metrics"]["numbers"]["n"] == before.card["metrics"]["numbers"]["n"]


def test_training_goes_on_from_a_folder_without_a_version(
    small_mnist: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(line_network, "WRITERS", 2)
    monkeypatch.setattr(line_network, "TOGETHER", 1)
    command = ["train-lines", "--data", str(small_mnist), "--steps", "1"]
    assert main([*command, "--out", str(tmp_path / "a"), "--start", str(tmp_path / "none")]) != 0
    assert main([*command, "--out", str(tmp_path / "a")]) == 0
    assert main([*command, "--out", str(tmp_path / "b"), "--start", str(tmp_path / "a")]) == 0
    assert sorted(path.name for path in (tmp_path / "b").iterdir()) == sorted([LITERT, WEIGHTS])


def test_lines_are_padded_to_a_multiple() -> None:
    lines = [np.full((HEIGHT, width), 255, np.uint8) for width in (10, 40)]
    inks = line_network.padded(lines)
    assert inks.shape == (2, HEIGHT, 64, 1)
    assert inks[0, :, :10].min() == 1
    assert inks[0, :, 10:].max() == 0
