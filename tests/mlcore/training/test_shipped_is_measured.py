"""A retraining measures the shipped version too, unless it is the parent."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from mlcore.cli import main
from mlcore.data import reference_sets
from mlcore.evaluation import version_comparison
from mlcore.recognition import bundle
from mlcore.recognition.bundle import Bundle

pytestmark = pytest.mark.slow


@pytest.fixture
def measured(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Name the versions in place of measuring them. Returns their checksums."""
    checksums: list[str] = []

    def measure(versions: list[Bundle], sets: Any) -> list[dict[str, Any]]:
        checksums[:] = [version.checksum for version in versions]
        return [{"checksum": version.checksum} for version in versions]

    monkeypatch.setattr(version_comparison, "measure", measure)
    return checksums


def report_of(folder: Path, parent: Bundle) -> dict[str, Any]:
    """Retrain on one drawing with a wrong label, in one step."""
    sample = reference_sets.pen().take(np.arange(1))
    bundle.write(parent, folder / "parent")
    recipe = {"steps": 1, "rehearsal": 200}
    (folder / "job.json").write_text(json.dumps({"seed": 1, "recipe": recipe}))
    arrays = {"inputs": sample.inputs, "labels": (sample.labels + 1) % 10}
    np.savez(folder / "corrections.npz", holdout=np.zeros(1, bool), ids=np.arange(1), **arrays)
    assert main(["retrain", str(folder)]) == 0
    report: dict[str, Any] = json.loads((folder / "report.json").read_text())
    return report


def test_the_shipped_version_is_a_third_one(tmp_path: Path, measured: list[str]) -> None:
    shipped = bundle.shipped()
    parent = replace(shipped, card=shipped.card | {"seed": 4711})
    report = report_of(tmp_path, parent)
    assert [report[when]["checksum"] for when in ("before", "after", "shipped")] == measured
    assert (measured[0], measured[2]) == (parent.checksum, shipped.checksum)


def test_as_the_parent_it_is_measured_once(tmp_path: Path, measured: list[str]) -> None:
    report = report_of(tmp_path, bundle.shipped())
    assert len(measured) == 2
    assert report["shipped"] == report["before"]
