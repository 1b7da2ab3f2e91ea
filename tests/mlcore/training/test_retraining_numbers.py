"""A job with corrected numbers improves both networks, and measures numbers."""

import json
from pathlib import Path

import numpy as np
import pytest

from mlcore.data import reference_sets
from mlcore.data.synthesis import digits
from mlcore.ink.directions import as_planes
from mlcore.recognition import bundle
from mlcore.recognition.line_network import HEIGHT, WIDTH
from recognizer.actions.versions.promotion import judge
from tests.mlcore.processes import mlcore

pytestmark = pytest.mark.slow

QUICK = {"steps": 20, "rehearsal": 300, "rehearsal_per_batch": 48}


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One misread number of the reference set, and one digit that is labeled oddly."""
    folder = tmp_path_factory.mktemp("job")
    parent = bundle.shipped()
    bundle.write(parent, folder / "parent")
    known, reader = reference_sets.numbers(), parent.number_reader()
    misread = next(
        i
        for i, ink in enumerate(known.inks)
        if reader.read_ink(ink / np.float32(255)).digits != known.texts[i]
    )
    lines = np.zeros((1, HEIGHT, WIDTH), np.uint8)
    lines[0, :, : known.inks[misread].shape[1]] = known.inks[misread]
    number = {
        "lines": lines,
        "widths": np.array([known.inks[misread].shape[1]]),
        "texts": np.array([known.texts[misread]]),
        "ids": np.array([7]),
        "holdout": np.array([False]),
        "people": np.array([0]),
    }
    images, labels = digits(len(known.texts[misread]), np.random.default_rng(3))
    of_digits = {
        "inputs": as_planes(images),
        "labels": (labels + 1) % 10,  # so that there is something to learn
        "ids": np.full(len(labels), 7),
        "holdout": np.zeros(len(labels), bool),
    }
    np.savez(folder / "numbers.npz", **number)
    np.savez(folder / "corrections.npz", **of_digits)
    job = {"seed": 1, "mnist": None, "recipe": QUICK}
    (folder / "job.json").write_text(json.dumps(job))
    process = mlcore("retrain", folder)
    assert process.returncode == 0, process.stderr
    return folder


def test_the_line_network_is_trained_and_numbers_are_measured(done: Path) -> None:
    report = json.loads((done / "report.json").read_text())
    candidate = bundle.read(done / "candidate")
    assert candidate.line_weights != bundle.shipped().line_weights
    assert candidate.card["data"]["corrections"] == [7]
    assert report["trained_on"]["numbers"] == 1
    for side in ("before", "after", "shipped"):
        assert report[side]["numbers"]["n"] == len(reference_sets.numbers())
    assert report["before"]["number_corrections"] == {
        "n": 1,
        "correct": 0,
        "accuracy": 0.0,
        "digit_error_rate": pytest.approx(
            report["before"]["number_corrections"]["digit_error_rate"]
        ),
        "right": "0",
    }
    assert report["after"]["number_corrections"]["n"] == 1


def test_the_gates_judge_numbers(done: Path) -> None:
    verdict = judge(json.loads((done / "report.json").read_text()))
    keys = [gate["key"] for gate in verdict["gates"]]
    assert {"numbers", "number_corrections"} <= set(keys)
    assert "gold_numbers" not in keys
