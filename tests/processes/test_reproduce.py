"""A retraining is repeated from its downloaded inputs: the weights and figures are the same."""

import io
import json
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest

from recognizer.actions.drawings.recognition import read_strokes
from recognizer.actions.drawings.store import save_drawing
from recognizer.actions.jobs import lifecycle
from recognizer.actions.jobs.job_requests import request_retraining
from recognizer.actions.jobs.run_attempt import run_job
from recognizer.actions.labels.label_history import label_drawing
from recognizer.models import ModelVersion, User
from tests.conftest import signed_in
from tests.mlcore.data.small_mnist import save_small_mnist
from tests.processes.forms import mirrored_digits
from tests.processes.site import ROOT

pytestmark = pytest.mark.slow

QUICKLY = [sys.executable, "-m", "tests.mlcore.quick"]  # as python -m mlcore
QUICK = {"steps": 5, "rehearsal": 200}
FIGURES = ("before", "after", "history", "share", "parity", "trained_on", "contradictions")


@pytest.fixture
def mnist(settings: Any, tmp_path: Path) -> Path:
    """A small MNIST file. Repeating the job needs its path. Both runs measure on fewer rows."""
    settings.TRAINING_COMMAND = QUICKLY
    path = save_small_mnist(tmp_path / "mnist.npz")
    settings.MNIST_PATH = str(path)
    return path


def test_the_archive_reproduces_the_job_exactly(
    mnist: Path,
    version: ModelVersion,
    owner: User,
    administrator: User,
    trainer: User,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(
        lifecycle, "wake", lambda job_id: None
    )  # no worker: this process runs the job
    for strokes, label in mirrored_digits(6):
        drawing = save_drawing(owner=owner, ink=read_strokes(strokes))
        label_drawing(drawing=drawing, by=administrator, label=label, source="api")
    job = request_retraining(by=trainer, seed=11, recipe=QUICK)
    run_job(job_id=job.pk)
    job.refresh_from_db()
    assert job.status == "succeeded", job.error
    made = job.version
    assert made is not None
    owner.drawings.first().corrections.update(state="withdrawn")  # a later change of approvals

    response = signed_in(trainer).get(f"/jobs/{job.pk}/inputs.zip")
    zipfile.ZipFile(io.BytesIO(response.content)).extractall(tmp_path)
    folder = tmp_path / f"job-{job.pk}"
    command = [*QUICKLY, "retrain", str(folder), "--data", str(mnist)]
    again = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)

    assert again.returncode == 0, again.stderr
    report = json.loads((folder / "report.json").read_text())
    figures = {**job.result, "after": made.metrics, **made.card, **made.manifest}
    for name in FIGURES:
        assert report[name] == figures[name], name
    assert report["after"]["mnist_holdout"]["n"] == 100
    assert "mnist" in report["trained_on"]["rehearsal"]
    stored = {file.name: bytes(file.content) for file in made.files.all()}
    for name in ("network.safetensors", "network.tflite"):
        assert (folder / "candidate" / name).read_bytes() == stored[name], name
