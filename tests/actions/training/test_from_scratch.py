"""Training from scratch, with a stand-in for the child process."""

import copy
from pathlib import Path

import pytest

from mlcore.recognition import bundle as bundles
from mlcore.recognition.bundle import Bundle
from recognizer.actions.jobs import lifecycle
from recognizer.actions.jobs.child_process import ChildFailed
from recognizer.actions.jobs.job_requests import request_training
from recognizer.actions.jobs.run_attempt import run_job
from recognizer.actions.training import from_scratch
from recognizer.actions.versions.deployment import (
    deploy_version,
    roll_back_version,
    serving_deployment,
)
from recognizer.actions.versions.serving import serving
from recognizer.models import ModelVersion
from recognizer.presentation.messages import in_english


@pytest.fixture(autouse=True)
def asleep(monkeypatch):
    monkeypatch.setattr(lifecycle, "wake", lambda job_id: None)


@pytest.fixture
def mnist(settings, tmp_path):
    settings.MNIST_PATH = str(tmp_path / "mnist.npz")
    Path(settings.MNIST_PATH).touch()
    return Path(settings.MNIST_PATH)


@pytest.fixture
def child(monkeypatch):
    """Stand-in that writes the shipped network as the result. Holds the arguments of each run."""
    calls = []
    shipped = bundles.shipped()
    card = copy.deepcopy(shipped.card)
    card["data"]["mnist"] = "ab" * 32
    card["history"] = [{"epoch": 1, "loss": 0.5, "accuracy": 0.8, "holdout_accuracy": 0.9}]

    def run_child(job, arguments):
        calls.append(arguments)
        job.progress = {**job.progress, "epoch": 1, "history": [{"epoch": 1}]}
        bundles.write(Bundle(card, shipped.weights, shipped.litert), out_of(arguments))

    monkeypatch.setattr(from_scratch, "run_child", run_child)
    return calls


def out_of(arguments):
    return Path(arguments[arguments.index("--out") + 1])


def trained(**wanted):
    job = request_training(by=None, architecture="mlp", seed=3, recipe={"epochs": 2}, **wanted)
    run_job(job_id=job.pk)
    job.refresh_from_db()
    return job


def test_the_child_gets_the_recipe_and_the_mnist_file(version, mnist, child):
    trained()
    [arguments] = child
    assert arguments[0] == "train"
    given = dict(zip(arguments[1:-2:2], arguments[2:-1:2], strict=True))
    assert given.pop("--out").endswith("candidate")
    assert given == {
        "--data": str(mnist),
        "--architecture": "mlp",
        "--seed": "3",
        "--recipe": '{"epochs": 2}',
    }
    assert arguments[-1] == "--progress"


def test_the_child_gets_the_pen_digits(version, mnist, child, settings):
    settings.PEN_PATH = "pen.json"
    trained()
    [arguments] = child
    assert arguments[arguments.index("--pen") + 1] == "pen.json"


def test_its_version_is_registered_with_what_it_was_trained_on(version, mnist, child):
    job = trained()
    assert job.status == "succeeded"
    made = job.version
    assert (made.number, made.parent) == (2, None)
    assert set(made.metrics) >= {"embedded", "forms"}
    assert made.manifest == {
        "job": job.pk,
        "kind": "train",
        "config": {"architecture": "mlp", "seed": 3, "recipe": {"epochs": 2}},
        "mnist_sha256": "ab" * 32,
    }
    assert job.result == {}  # the version stores everything
    assert job.progress == {"phase": "done", "fraction": 1.0, "epoch": 1}


def test_it_is_never_promoted_automatically(version, mnist, child):
    job = trained()
    assert serving_deployment().version == version
    assert job.version.verdict["passed"] is False
    assert "is not promoted automatically" in in_english(job.version.verdict["reason"])
    assert job.version.verdict["promoted"] is False


def test_a_person_promotes_it_and_rolls_back(version, mnist, child, trainer):
    made = trained().version
    deploy_version(version=made, kind="promotion", by=trainer, expected=1)
    assert serving().number == 2
    assert roll_back_version(by=trainer, expected=2).version == version


def test_missing_mnist_fails_the_job_with_the_reason(version, mnist, child):
    job = request_training(by=None, architecture="mlp")
    mnist.unlink()
    run_job(job_id=job.pk)
    job.refresh_from_db()
    assert (job.status, job.version, child) == ("failed", None, [])
    assert job.error == {"code": "mnist_missing"}


def test_a_child_that_fails_leaves_no_version(version, mnist, monkeypatch):
    def run_child(job, arguments):
        raise ChildFailed({"code": "out_of_memory"})

    monkeypatch.setattr(from_scratch, "run_child", run_child)
    assert (trained().status, trained().error) == ("failed", {"code": "out_of_memory"})
    assert ModelVersion.objects.count() == 1


def test_a_canceled_training_leaves_no_version(version, mnist, child, monkeypatch):
    train = from_scratch.run_child

    def run_child(job, arguments):
        train(job, arguments)
        lifecycle.cancel_job(job=job)

    monkeypatch.setattr(from_scratch, "run_child", run_child)
    assert trained().status == "canceled"
    assert ModelVersion.objects.count() == 1
