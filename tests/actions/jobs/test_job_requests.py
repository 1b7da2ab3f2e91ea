"""Requests for a training: what is queued, and what is refused with which message."""

from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from mlcore.recipes import RECIPES
from recognizer.actions.jobs import lifecycle
from recognizer.actions.jobs.job_requests import request_retraining, request_training
from recognizer.errors import Conflict, Refused
from recognizer.models import Job, Worker
from recognizer.presentation.messages import NETWORKS

pytestmark = pytest.mark.usefixtures("woken")


@pytest.fixture
def mnist_path(settings, tmp_path):
    """The path where this machine would have MNIST; the file does not exist yet."""
    settings.MNIST_PATH = str(tmp_path / "mnist.npz")
    return tmp_path / "mnist.npz"


@pytest.fixture
def mnist(mnist_path):
    mnist_path.touch()


def sign_in(name, *, has_mnist, age=timedelta()):
    now = timezone.now()
    Worker.objects.create(name=name, started_at=now - age, seen_at=now - age, has_mnist=has_mnist)


def test_every_architecture_has_a_summary():
    assert list(NETWORKS) == list(RECIPES)


@pytest.mark.parametrize("architecture", RECIPES)
def test_every_architecture_can_be_requested(
    trainer, mnist, architecture, woken, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        job = request_training(by=trainer, architecture=architecture, seed=7, recipe={"epochs": 2})
    assert (job.kind, job.status, job.requested_by) == ("train", "queued", trainer)
    assert job.config == {"architecture": architecture, "seed": 7, "recipe": {"epochs": 2}}
    assert woken == [job.pk]


def test_the_default_seed_is_random(db, mnist):
    seed = request_training(by=None, architecture="mlp").config["seed"]
    assert 0 <= seed < 2**31


def test_the_default_kind_is_a_retraining(db):
    assert Job.objects.create().kind == "retrain"


def test_an_unknown_architecture_is_refused_and_the_known_ones_are_named(db, mnist):
    with pytest.raises(Refused, match=r"no architecture “perceptron”\. Choose from mlp, ann"):
        request_training(by=None, architecture="perceptron")
    assert not Job.objects.exists()


@pytest.mark.parametrize("epochs", [0, 1_001, 2.5, "3", None, True])
def test_invalid_epochs_are_refused_with_the_range(db, mnist, epochs):
    with pytest.raises(Refused, match="epochs must be a whole number from 1 to 1,000"):
        request_training(by=None, architecture="mlp", recipe={"epochs": epochs})
    assert not Job.objects.exists()


@pytest.mark.parametrize("seed", [-1, 2**31])
def test_an_invalid_seed_is_refused(db, mnist, seed):
    with pytest.raises(Refused, match="seed must be a whole number from 0 to 2,147,483,647"):
        request_training(by=None, architecture="mlp", seed=seed)


def test_a_retraining_refuses_settings_of_other_recipes(db):
    with pytest.raises(Refused, match="unknown settings epochs"):
        request_retraining(by=None, recipe={"epochs": 3})


def test_without_mnist_it_is_refused_and_says_how_to_get_it(db, mnist_path):
    with pytest.raises(Conflict, match=r"manage\.py fetch_mnist.*MNIST_PATH"):
        request_training(by=None, architecture="mlp")
    assert not Job.objects.exists()


def test_the_worker_needs_mnist(db, mnist_path):
    sign_in("elsewhere", has_mnist=True)
    assert request_training(by=None, architecture="mlp").status == "queued"


def test_mnist_on_the_web_server_alone_is_not_enough(db, mnist):
    sign_in("elsewhere", has_mnist=False)
    with pytest.raises(Conflict):
        request_training(by=None, architecture="mlp")


def test_every_worker_needs_mnist(db, mnist):
    sign_in("with", has_mnist=True)
    sign_in("without", has_mnist=False)
    with pytest.raises(Conflict):
        request_training(by=None, architecture="mlp")


def test_a_dead_worker_does_not_count(db, mnist):
    sign_in("gone", has_mnist=False, age=timedelta(minutes=10))
    assert request_training(by=None, architecture="mlp").status == "queued"


def test_a_heartbeat_stores_whether_the_worker_has_mnist(db, mnist_path):
    def has_mnist():
        lifecycle.sign_in_worker(name="w@h", started_at=timezone.now(), trains=True, reads=False)
        return Worker.objects.get().has_mnist

    before = has_mnist()
    mnist_path.touch()
    assert (before, has_mnist()) == (False, True)


def test_a_command_requests_a_training(db, mnist, capsys):
    call_command("train", "ann", "--epochs", "3", "--seed", "5")
    job = Job.objects.get()
    assert job.config == {"architecture": "ann", "seed": 5, "recipe": {"epochs": 3}}
    assert f"Queued job {job.pk}" in capsys.readouterr().out


def test_the_command_shows_the_reason_of_a_refusal(db, mnist_path):
    with pytest.raises(CommandError, match="needs MNIST, which is not available"):
        call_command("train", "ann")
