"""A network is trained from scratch by a job's child process, and then promoted."""

from pathlib import Path
from typing import Any

import pytest

from mlcore.data import datasets
from recognizer.actions.jobs import lifecycle
from recognizer.actions.jobs.job_requests import request_training
from recognizer.actions.jobs.run_attempt import run_job
from recognizer.actions.versions.serving import cache, serving
from recognizer.models import ModelVersion, User
from tests.conftest import SEVEN, signed_in
from tests.mlcore.data.small_mnist import save_small_mnist

pytestmark = pytest.mark.slow


def test_it_is_trained_registered_and_promoted_by_a_person(
    version: ModelVersion,
    trainer: User,
    settings: Any,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(
        lifecycle, "wake", lambda job_id: None
    )  # no worker: this process runs the job
    mnist = save_small_mnist(tmp_path / "mnist.npz")
    settings.MNIST_PATH = str(mnist)
    job = request_training(by=trainer, architecture="mlp", seed=1, recipe={"epochs": 1})

    run_job(job_id=job.pk)

    job.refresh_from_db()
    assert job.status == "succeeded", job.error
    made = job.version
    assert made is not None
    assert (made.architecture, made.parent, made.card["parameters"]) == ("mlp", None, 23_891)
    assert (made.card["seed"], made.card["recipe"]["epochs"]) == (1, 1)
    assert made.manifest["mnist_sha256"] == datasets.read(mnist).checksum
    assert [row["epoch"] for row in made.card["history"]] == [1]
    assert serving().number == 1

    client = signed_in(trainer)
    asked = {"expected_serving": "1", "reason": "to see it serve"}
    client.post(f"/versions/{made.number}/promote/", asked)
    cache.clear()
    answer = client.post(
        "/api/v1/recognize/", {"strokes": SEVEN}, content_type="application/json"
    ).json()
    assert answer["version"] == made.number
    for address in ("/versions/", f"/versions/{made.number}/", f"/jobs/{job.pk}/"):
        assert client.get(address).status_code == 200
