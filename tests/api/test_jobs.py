from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from mlcore.codes import WEIGHTS_KEPT
from recognizer import codes
from recognizer.actions.jobs import lifecycle
from recognizer.actions.jobs.job_requests import request_retraining
from recognizer.actions.labels.label_history import label_drawing
from recognizer.models import Drawing, Job, ModelVersion, User, Worker
from tests.api.client import get, post, problem

Status = Job.Status


@pytest.fixture
def approved(owner: User, reviewer: User, draw: Callable[..., Drawing]) -> None:
    """An approved label."""
    label_drawing(drawing=draw(owner), by=reviewer, label=1, source="admin")


@pytest.fixture
def job(approved: None) -> Job:
    return request_retraining(by=None)


def test_a_trainer_starts_a_retraining(as_trainer: Client, trainer: User, approved: None) -> None:
    response = post(as_trainer, "jobs/", {"seed": 5, "recipe": {"steps": 10}})
    assert response.status_code == 201
    body = response.json()
    started = Job.objects.get()
    assert (body["id"], body["status"], body["attempt"]) == (started.pk, "queued", 0)
    assert started.config == {"seed": 5, "recipe": {"steps": 10}}
    assert started.requested_by == trainer


def test_without_a_seed_it_draws_one(as_trainer: Client, approved: None) -> None:
    assert isinstance(post(as_trainer, "jobs/", {}).json()["config"]["seed"], int)


def test_without_approved_labels_it_starts_no_job(as_trainer: Client) -> None:
    assert problem(post(as_trainer, "jobs/", {})) == (400, "invalid")


@pytest.mark.parametrize(
    "body",
    [
        {"seed": -1},
        {"seed": "x"},
        {"seed": 2**40},
        {"recipe": []},
        {"recipe": {"stepz": 1}},
        {"recipe": {"steps": "many"}},
        {"recipe": {"steps": 1.5}},
        {"recipe": {"steps": -1}},
        {"recipe": {"steps": 0}},
        {"recipe": {"steps": True}},
        {"recipe": {"steps": 10**400}},
        {"recipe": {"rehearsal": 0}},
        {"recipe": {"corrections_per_batch": 0}},
        {"recipe": {"distillation": 50}},
        {"recipe": {"learning_rate": None}},
        b'{"recipe": {"learning_rate": NaN}}',
        b'{"recipe": {"learning_rate": 1e999}}',
    ],
)
def test_it_refuses_wrong_settings(as_trainer: Client, approved: None, body: Any) -> None:
    assert problem(post(as_trainer, "jobs/", body)) == (400, "invalid")
    assert not Job.objects.exists()


def test_the_error_names_the_wrong_setting_and_its_range(
    as_trainer: Client, approved: None
) -> None:
    response = post(as_trainer, "jobs/", {"recipe": {"distillation": 50}})
    assert (
        "distillation must be a number from 0 to 1, not 50" in response.json()["error"]["message"]
    )


@pytest.fixture
def mnist(db: None) -> Worker:
    """A worker that has MNIST."""
    now = timezone.now()
    return Worker.objects.create(name="w1", started_at=now, seen_at=now, has_mnist=True)


def test_a_job_without_a_kind_is_a_retraining(as_trainer: Client, approved: None) -> None:
    body = post(as_trainer, "jobs/", {}).json()
    assert (body["kind"], body["architecture"]) == ("retrain", None)


def test_a_trainer_starts_a_training_from_scratch(
    as_trainer: Client, trainer: User, mnist: Worker
) -> None:
    wanted = {"kind": "train", "architecture": "mlp", "seed": 5, "recipe": {"epochs": 3}}
    response = post(as_trainer, "jobs/", wanted)
    assert response.status_code == 201
    body = response.json()
    assert (body["kind"], body["architecture"], body["status"]) == ("train", "mlp", "queued")
    started = Job.objects.get(pk=body["id"])
    assert started.config == {"architecture": "mlp", "seed": 5, "recipe": {"epochs": 3}}
    assert started.requested_by == trainer


def test_nobody_else_starts_a_training_from_scratch(as_owner: Client, mnist: Worker) -> None:
    body = {"kind": "train", "architecture": "mlp"}
    assert problem(post(as_owner, "jobs/", body)) == (403, "forbidden")
    assert not Job.objects.exists()


def test_without_mnist_on_the_worker_it_starts_no_training(
    as_trainer: Client, mnist: Worker
) -> None:
    Worker.objects.update(has_mnist=False)
    response = post(as_trainer, "jobs/", {"kind": "train", "architecture": "mlp"})
    assert problem(response) == (409, "conflict")
    assert "manage.py fetch_mnist" in response.json()["error"]["message"]
    assert not Job.objects.exists()


@pytest.mark.parametrize(
    ("body", "field", "words"),
    [
        ({"kind": "guess"}, "kind", "not a valid choice"),
        ({"kind": "train"}, "architecture", "Choose one of mlp, ann,"),
        ({"kind": "train", "architecture": None}, "architecture", "Choose one of mlp, ann,"),
        ({"kind": "train", "architecture": "perceptron"}, "architecture", "not a valid choice"),
        ({"architecture": "mlp"}, "architecture", "keeps the serving version's"),
        (
            {"kind": "train", "architecture": "mlp", "recipe": {"epochs": 0}},
            "recipe",
            "epochs must be a whole number from 1 to 1,000, not 0",
        ),
        (
            {"kind": "train", "architecture": "mlp", "recipe": {"steps": 5}},
            "recipe",
            "unknown settings steps; choose from augmentation,",
        ),
        ({"recipe": {"epochs": 5}}, "recipe", "unknown settings epochs"),
    ],
)
def test_the_error_names_the_wrong_field(
    as_trainer: Client, approved: None, mnist: Worker, body: Any, field: str, words: str
) -> None:
    response = post(as_trainer, "jobs/", body)
    assert problem(response) == (400, "invalid")
    assert words in response.json()["error"]["message"]
    assert list(response.json()["error"]["fields"]) == [field]
    assert not Job.objects.exists()


def test_a_running_job_has_its_progress(as_owner: Client, job: Job) -> None:
    Job.objects.update(
        status=Status.RUNNING,
        started_at=timezone.now(),
        progress={
            "phase": "train",
            "fraction": 0.4,
            "epoch": 2,
            "epochs": 5,
            "loss": 0.25,
            "holdout_accuracy": 0.9,
        },
    )
    body = get(as_owner, f"jobs/{job.pk}/").json()
    assert (body["status"], body["phase"], body["fraction"]) == ("running", "train", 0.4)
    assert (body["epoch"], body["epochs"], body["loss"]) == (2, 5, 0.25)
    assert body["holdout_accuracy"] == 0.9
    assert (body["seconds_left"], body["message"]) == (None, None)
    assert (body["version"], body["finished_at"]) == (None, None)


def test_a_finished_job_has_its_result(as_owner: Client, job: Job, version: ModelVersion) -> None:
    result = {"share": 0.6, "seconds": 31.5}
    Job.objects.update(status=Status.SUCCEEDED, version=version, result=result)
    body = get(as_owner, f"jobs/{job.pk}/").json()
    assert (body["version"], body["result"]) == (1, result)


GERMAN = {"HTTP_ACCEPT_LANGUAGE": "de"}


def test_error_and_message_are_texts_in_the_requested_language_and_codes(
    as_owner: Client, job: Job
) -> None:
    error = codes.CHILD_ENDED(status=1) | {"detail": "a warning", "cause": codes.OUT_OF_MEMORY()}
    Job.objects.update(error=error, progress={"message": WEIGHTS_KEPT(share=0.3)})
    body = get(as_owner, f"jobs/{job.pk}/").json()
    assert body["error"].splitlines() == [
        "The training process ended with exit status 1.",
        "It ran out of memory.",
    ]
    assert (body["error_code"], body["message_code"]) == ("child_ended", "weights_kept")
    assert body["message"] == "Weight interpolation: 30% of the way from the parent"
    german = as_owner.get(f"/api/v1/jobs/{job.pk}/", **GERMAN).json()
    assert german["error"].splitlines()[1:] == ["Der Speicher ist ausgegangen."]
    assert german["error_code"] == "child_ended"


def test_a_job_without_an_error_has_an_empty_error(as_owner: Client, job: Job) -> None:
    body = get(as_owner, f"jobs/{job.pk}/").json()
    assert (body["error"], body["error_code"]) == ("", "")
    assert (body["message"], body["message_code"]) == (None, None)


def test_the_log_has_codes_with_parameters_and_texts(as_owner: Client, job: Job) -> None:
    lifecycle.note(job, codes.ATTEMPT_STARTED(number=1))
    lifecycle.note(job, codes.STEP_DONE(step=1, steps=10, loss=0.125, share=0.875))
    newest, oldest = get(as_owner, f"jobs/{job.pk}/log/").json()["results"]
    assert oldest["code"] == "attempt_started"
    assert newest["code"] == "step_done"
    assert newest["parameters"] == {"step": 1, "steps": 10, "loss": 0.125, "share": 0.875}
    assert newest["text"] == "Step 1 of 10: loss 0.125, accuracy 87.50%."
    assert problem(get(as_owner, f"jobs/{job.pk + 1}/log/")) == (404, "not_found")


def test_an_unknown_job_is_not_found(as_owner: Client) -> None:
    assert problem(get(as_owner, "jobs/99/")) == (404, "not_found")


def test_it_lists_jobs_newest_first(as_owner: Client, job: Job) -> None:
    newer = request_retraining(by=None, recipe={"steps": 7})
    results = get(as_owner, "jobs/").json()["results"]
    assert [each["id"] for each in results] == [newer.pk, job.pk]


@pytest.mark.parametrize(("age", "alive"), [(1, True), (600, False)])
def test_the_list_says_whether_a_worker_runs(as_owner: Client, age: int, alive: bool) -> None:
    seen = timezone.now() - timedelta(seconds=age)
    Worker.objects.create(name="w1", started_at=seen, seen_at=seen)
    worker = get(as_owner, "jobs/").json()["worker"]
    assert worker["alive"] is alive
    assert worker["seen_at"] == seen.isoformat().replace("+00:00", "Z")


def test_the_list_says_that_no_worker_ever_ran(as_owner: Client) -> None:
    assert get(as_owner, "jobs/").json()["worker"] == {"alive": False, "seen_at": None}


def test_a_waiting_job_is_canceled_at_once(as_trainer: Client, job: Job) -> None:
    response = post(as_trainer, f"jobs/{job.pk}/cancel/")
    assert (response.status_code, response.json()["status"]) == (200, "canceled")


def test_canceling_asks_a_running_job_to_stop(as_trainer: Client, job: Job) -> None:
    Job.objects.update(status=Status.RUNNING)
    body = post(as_trainer, f"jobs/{job.pk}/cancel/").json()
    assert body["status"] == "running"
    assert body["cancel_requested_at"] is not None


@pytest.mark.parametrize("status", [Status.SUCCEEDED, Status.FAILED, Status.CANCELED])
def test_a_finished_job_cannot_be_canceled(as_trainer: Client, job: Job, status: str) -> None:
    Job.objects.update(status=status)
    assert problem(post(as_trainer, f"jobs/{job.pk}/cancel/")) == (409, "conflict")


def test_the_number_of_queries_does_not_grow_with_the_jobs(
    as_owner: Client, job: Job, django_assert_num_queries: Callable
) -> None:
    request_retraining(by=None, recipe={"steps": 7})
    Worker.objects.create(name="w1", started_at=timezone.now(), seen_at=timezone.now())
    with django_assert_num_queries(4):  # session, user, jobs with versions, worker
        get(as_owner, "jobs/")


# Re-scoring ---------------------------------------------------------------------------------------


def test_a_trainer_starts_a_re_scoring(
    as_trainer: Client, draw: Callable[..., Drawing], owner: User, second_version: ModelVersion
) -> None:
    draw(owner)
    response = post(as_trainer, "jobs/", {"kind": "rescore", "version": 2})
    assert response.status_code == 201
    body = response.json()
    assert (body["kind"], body["asked_version"], body["status"]) == ("rescore", 2, "queued")
    assert (body["done"], body["total"], body["version"]) == (None, None, None)
    again = post(as_trainer, "jobs/", {"kind": "rescore", "version": 2})
    assert problem(again) == (409, "conflict")


def test_without_a_version_the_serving_one_re_scores(
    as_trainer: Client, draw: Callable[..., Drawing], owner: User
) -> None:
    draw(owner)
    response = post(as_trainer, "jobs/", {"kind": "rescore"})
    assert problem(response) == (409, "conflict")
    assert "Version 1 has already answered every drawing" in response.json()["error"]["message"]


def test_nobody_else_starts_a_re_scoring(
    as_owner: Client, draw: Callable[..., Drawing], owner: User, second_version: ModelVersion
) -> None:
    draw(owner)
    asked = {"kind": "rescore", "version": 2}
    assert problem(post(as_owner, "jobs/", asked)) == (403, "forbidden")
    assert not Job.objects.exists()


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({"kind": "rescore", "version": 9}, "There is no version 9."),
        ({"kind": "rescore", "version": 0}, "version: Ensure this value is greater than"),
        ({"kind": "rescore", "version": 2, "seed": 0}, "seed: Not for “kind” “rescore”."),
        ({"kind": "rescore", "recipe": {"steps": 5}}, "recipe: Not for “kind” “rescore”."),
        ({"kind": "rescore", "architecture": "mlp"}, "architecture: Only for “kind” “train”."),
        ({"version": 2}, "version: Only for “kind” “rescore”."),
    ],
)
def test_an_invalid_re_scoring_is_refused(
    as_trainer: Client, second_version: ModelVersion, body: Any, words: str
) -> None:
    response = post(as_trainer, "jobs/", body)
    assert problem(response) == (400, "invalid")
    assert words in response.json()["error"]["message"]


def test_a_running_re_scoring_has_its_progress(as_owner: Client, version: ModelVersion) -> None:
    progress = {"phase": "re-score", "fraction": 0.25, "done": 5, "total": 20, "per_second": 900.5}
    job = Job.objects.create(kind="rescore", asked_version=version, progress=progress)
    body = get(as_owner, f"jobs/{job.pk}/").json()
    assert (body["done"], body["total"], body["per_second"]) == (5, 20, 900.5)


def test_it_says_whether_the_gates_stopped_a_retraining(as_owner: Client, job: Job) -> None:
    assert get(as_owner, f"jobs/{job.pk}/").json()["passed_gates"] is None
    version = ModelVersion.objects.get()
    for passed in (True, False):
        ModelVersion.objects.update(verdict={"passed": passed, "gates": []})
        Job.objects.update(status="succeeded", version=version)
        assert get(as_owner, f"jobs/{job.pk}/").json()["passed_gates"] is passed


def test_a_running_job_has_an_estimate_once_one_is_known(as_owner: Client, job: Job) -> None:
    progress = {"phase": "train", "fraction": 0.01}
    Job.objects.update(status="running", started_at=timezone.now(), progress=progress)
    body = get(as_owner, f"jobs/{job.pk}/").json()
    assert (body["estimated_fraction"], body["estimated_seconds_left"]) == (None, None)
    Job.objects.update(progress={**progress, "fraction": 0.5, "seconds_left": 9.5})
    body = get(as_owner, f"jobs/{job.pk}/").json()
    assert (body["estimated_fraction"], body["estimated_seconds_left"]) == (0.5, 9.5)
