from collections.abc import Callable
from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.utils import timezone
from django.utils.html import escape

from mlcore.recipes import SUMMARIES
from recognizer.actions import jobs
from recognizer.actions.from_scratch import VERDICT as VERDICT_FROM_SCRATCH
from recognizer.actions.labelling import label_drawing
from recognizer.models import ModelVersion, TrainingJob, Worker
from tests.conftest import signed_in
from tests.pages.rows import make_drawing, make_job, make_version, serve

VERDICT = {
    "passed": False,
    "reason": "Not better: drawn reference set.",
    "checks": [
        {"name": "drawn <reference> set", "before": 0.985, "after": 0.97, "passed": False},
        {"name": "corrections read right, of 14", "before": 4, "after": 13, "passed": True},
        {"name": "serving file", "before": 0.0, "after": 0.0000031, "passed": True},
    ],
}


@pytest.fixture(autouse=True)
def sent(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Jobs that a worker was told of."""
    sent: list[int] = []
    monkeypatch.setattr(jobs, "wake", sent.append)
    return sent


@pytest.fixture
def approved(owner: User, reviewer: User, first: ModelVersion) -> list[int]:
    """Ids of two approved corrections, each of a drawing of its own."""
    return [
        label_drawing(drawing=make_drawing(owner), by=reviewer, label=label, source="admin").pk
        for label in (1, 2)
    ]


def words_of(user: User, address: str = "/jobs/") -> str:
    return " ".join(signed_in(user).get(address).content.decode().split())


def test_a_trainer_starts_a_job(
    approved: list[int],
    trainer: User,
    sent: list[int],
    django_capture_on_commit_callbacks: Callable,
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        response = signed_in(trainer).post("/jobs/")

    job = TrainingJob.objects.get()
    assert response["Location"] == "/jobs/"
    assert (job.requested_by, job.status) == (trainer, "queued")
    assert sent == [job.pk]


def test_nobody_else_starts_one_or_sees_the_button(approved: list[int], owner: User) -> None:
    assert ">Retrain</button>" not in words_of(owner)
    assert signed_in(owner).post("/jobs/").status_code == 403
    assert not TrainingJob.objects.exists()


def test_without_an_approved_label_it_is_refused_on_a_page(
    first: ModelVersion, trainer: User
) -> None:
    response = signed_in(trainer).post("/jobs/", headers={"referer": "http://testserver/jobs/"})

    assert response.status_code == 400
    words = response.content.decode()
    assert "No label is approved yet" in words
    assert 'href="http://testserver/jobs/"' in words


@pytest.fixture
def worker(db: None) -> Worker:
    """One that is there and has MNIST."""
    now = timezone.now()
    return Worker.objects.create(name="w", started_at=now, seen_at=now, has_mnist=True)


def test_a_trainer_chooses_a_network_and_trains_it_from_scratch(
    worker: Worker,
    trainer: User,
    sent: list[int],
    django_capture_on_commit_callbacks: Callable,
) -> None:
    words = words_of(trainer)
    assert 'action="/jobs/train/"' in words
    for name, summary in SUMMARIES.items():
        assert f'value="{name}"' in words
        assert escape(summary) in words

    with django_capture_on_commit_callbacks(execute=True):
        response = signed_in(trainer).post(
            "/jobs/train/", {"architecture": "small-cnn", "epochs": "3", "seed": "9"}
        )

    job = TrainingJob.objects.get()
    assert response["Location"] == "/jobs/"
    assert (job.kind, job.requested_by, sent) == ("train", trainer, [job.pk])
    assert job.config == {"architecture": "small-cnn", "seed": 9, "recipe": {"epochs": 3}}


def test_what_is_left_empty_is_as_usual(worker: Worker, trainer: User) -> None:
    values = {"architecture": "mlp", "epochs": "", "seed": ""}
    assert signed_in(trainer).post("/jobs/train/", values).status_code == 302

    assert TrainingJob.objects.get().config["recipe"] == {}


def test_nobody_else_sees_the_form_or_starts_a_training_from_scratch(
    worker: Worker, owner: User
) -> None:
    assert "/jobs/train/" not in words_of(owner)
    assert signed_in(owner).post("/jobs/train/", {"architecture": "mlp"}).status_code == 403
    assert not TrainingJob.objects.exists()


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({}, "Architecture: This field is required."),
        ({"architecture": "<b>"}, "“&lt;b&gt;” is none of the choices."),
        ({"architecture": "mlp", "epochs": "0"}, "Epochs: "),
        ({"architecture": "mlp", "epochs": "many"}, "Epochs: "),
        ({"architecture": "mlp", "seed": "-1"}, "Seed: "),
    ],
)
def test_values_that_cannot_be_are_refused_on_a_page(
    worker: Worker, trainer: User, values: dict[str, str], words: str
) -> None:
    response = signed_in(trainer).post("/jobs/train/", values)

    assert response.status_code == 400
    assert words in response.content.decode()
    assert not TrainingJob.objects.exists()


def test_without_mnist_the_form_says_how_to_get_it_instead(worker: Worker, trainer: User) -> None:
    Worker.objects.update(has_mnist=False)

    words = words_of(trainer)
    assert "python manage.py fetch_mnist" in words
    assert 'action="/jobs/train/"' not in words
    response = signed_in(trainer).post("/jobs/train/", {"architecture": "mlp"})
    assert response.status_code == 409
    assert "python manage.py fetch_mnist" in response.content.decode()


def test_a_running_training_from_scratch_shows_its_epochs_and_its_curve(owner: User) -> None:
    job = make_job(
        kind="train",
        status="running",
        started_at=timezone.now(),
        config={"architecture": "residual-cnn", "seed": 4711, "recipe": {"epochs": 20}},
        progress={
            "phase": "train",
            "fraction": 0.1,
            "epoch": 2,
            "epochs": 20,
            "loss": 0.25,
            "holdout_accuracy": 0.9612,
            "history": [
                {"epoch": 1, "loss": 1.5, "accuracy": 0.5, "holdout_accuracy": 0.7},
                {"epoch": 2, "loss": 0.25, "accuracy": 0.875, "holdout_accuracy": 0.9612},
            ],
        },
    )

    words = words_of(owner, f"/jobs/{job.pk}/")

    for part in (
        "residual-cnn from scratch",
        "epoch 2 of 20",
        "hold-out 96.12%",
        '<div data-learning data-epoch="2">',
        '<polyline class="chart-line" points="46.0,10.0 350.0,118.0"/>',
        '<td class="num">70.00%</td>',
        "<dt>epochs</dt>",
    ):
        assert part in words
    assert "residual-cnn from scratch" in words_of(owner)


def test_a_running_job_without_an_epoch_has_room_for_a_curve(owner: User) -> None:
    job = make_job(status="running", started_at=timezone.now(), progress={"phase": "prepare"})

    assert '<div data-learning data-epoch="" hidden></div>' in words_of(owner, f"/jobs/{job.pk}/")


def test_a_version_from_scratch_is_said_to_be_ready_to_compare(owner: User) -> None:
    job = make_job(
        kind="train",
        status="succeeded",
        config={"architecture": "mlp", "seed": 1, "recipe": {}},
        version=make_version(2),
        result={"verdict": VERDICT_FROM_SCRATCH, "history": []},
    )

    words = words_of(owner, f"/jobs/{job.pk}/")

    assert 'Ready to compare: <a href="/versions/2/">version 2</a>' in words
    assert "never serves by itself" in words
    assert "<th>Check</th>" not in words
    assert '<a href="/versions/2/">Version 2</a> is ready to compare' in words_of(owner)


def test_it_counts_approved_labels_and_those_the_serving_version_has_not_learned(
    approved: list[int], trainer: User
) -> None:
    assert "2 approved labels, 2 of them new to the serving version." in words_of(trainer)

    serve(make_version(2, manifest={"corrections": approved[:1]}))
    assert "2 approved labels, 1 of them new to the serving version." in words_of(trainer)

    serve(make_version(3, manifest={"corrections": approved}))
    assert "2 approved labels, none new to the serving version." in words_of(trainer)


def test_a_corrected_correction_counts_once_and_is_new_again(
    approved: list[int], owner: User, reviewer: User, trainer: User
) -> None:
    serve(make_version(2, manifest={"corrections": approved}))
    label_drawing(drawing=owner.drawings.all()[0], by=reviewer, label=9, source="admin")

    assert "2 approved labels, 1 of them new" in words_of(trainer)


def test_it_says_whether_a_worker_runs(first: ModelVersion, owner: User) -> None:
    now = timezone.now()
    assert "No worker is running" in words_of(owner)

    worker = Worker.objects.create(name="w", started_at=now, seen_at=now)
    assert "worker running" in words_of(owner)
    assert "No worker is running" not in words_of(owner)

    Worker.objects.filter(pk=worker.pk).update(seen_at=now - timedelta(minutes=1))
    assert "No worker is running" in words_of(owner)


def test_a_running_job_shows_how_far_it_is(owner: User) -> None:
    make_job(
        status="running",
        started_at=timezone.now(),
        progress={
            "phase": "train",
            "fraction": 0.46,
            "epoch": 4,
            "epochs": 10,
            "loss": 0.2134,
            "seconds_left": 70,
        },
    )

    words = words_of(owner)

    assert 'value="0.460"' in words
    for part in (">train</span>", "step 4 of 10", "loss 0.213", "1 min 10 s left"):
        assert part in words


def test_a_waiting_job_says_what_it_waits_for(owner: User) -> None:
    first, second, third = make_job(status="running"), make_job(), make_job()
    assert f"job {first.pk}</a>, which is training." in words_of(owner, f"/jobs/{second.pk}/")

    TrainingJob.objects.filter(pk=first.pk).update(status="succeeded")
    assert f"job {second.pk}</a>, which is before it." in words_of(owner, f"/jobs/{third.pk}/")
    assert "Waits until a worker runs." in words_of(owner, f"/jobs/{second.pk}/")


def test_a_failed_job_shows_its_last_words_escaped(owner: User) -> None:
    job = make_job(status="failed", error="Traceback\nValueError: <b>nothing</b> to learn")

    assert "ValueError: &lt;b&gt;nothing&lt;/b&gt; to learn" in words_of(owner)
    page = signed_in(owner).get(f"/jobs/{job.pk}/").content.decode()
    assert (
        '<pre class="log">Traceback\nValueError: &lt;b&gt;nothing&lt;/b&gt; to learn</pre>' in page
    )


def test_a_finished_job_shows_verdict_history_and_what_it_takes_to_repeat_it(owner: User) -> None:
    start = timezone.now()
    job = make_job(
        status="succeeded",
        started_at=start,
        finished_at=start + timedelta(seconds=74),
        config={"seed": 4711, "recipe": {"steps": 500}},
        version=make_version(2),
        result={
            "verdict": VERDICT,
            "parent": 1,
            "history": [
                {"epoch": 1, "loss": 1.5, "accuracy": 0.5},
                {"epoch": 2, "loss": 0.25, "accuracy": 0.875},
            ],
            "trained_on": {"corrections": 14, "replay": {"mnist": 9000}},
        },
    )

    words = words_of(owner, f"/jobs/{job.pk}/")

    for part in (
        "Kept aside",
        '<a href="/versions/2/">version 2</a>',
        "Drawn &lt;reference&gt; set",
        '<td class="num" data-label="Before">98.50%</td>',
        '<td class="num" data-label="After">97.00%</td>',
        '<td class="num" data-label="Before">4</td>',
        '<td class="num" data-label="After">0.000003</td>',
        "not passed",
        '<polyline class="chart-line" points="46.0,10.0 350.0,118.0"/>',
        "87.50%",
        "1 min 14 s",
        "4711",
        "<dt>steps</dt>",
    ):
        assert part in words
    assert "was kept aside" in words_of(owner)


def test_a_trainer_cancels_a_waiting_job_at_once(trainer: User) -> None:
    job = make_job()

    response = signed_in(trainer).post(f"/jobs/{job.pk}/cancel/", follow=True)

    job.refresh_from_db()
    assert job.status == "cancelled"
    assert f"Job {job.pk} is cancelled." in response.content.decode()


def test_a_running_job_is_asked_to_stop(trainer: User) -> None:
    job = make_job(status="running")

    response = signed_in(trainer).post(f"/jobs/{job.pk}/cancel/", follow=True)

    job.refresh_from_db()
    assert job.status == "running"
    assert job.cancel_requested_at is not None
    assert "was asked to stop" in response.content.decode()


def test_a_job_that_is_over_cannot_be_cancelled(trainer: User) -> None:
    job = make_job(status="failed")

    response = signed_in(trainer).post(f"/jobs/{job.pk}/cancel/")

    assert response.status_code == 409
    assert "The job is over already." in response.content.decode()


@pytest.mark.parametrize("count", [1, 10])
def test_its_queries_do_not_grow_with_the_jobs(
    owner: User, trainer: User, count: int, django_assert_num_queries: Callable
) -> None:
    for number in range(count):
        make_job(requested_by=trainer, version=make_version(number + 2), status="succeeded")
        make_job(requested_by=trainer)
    client = signed_in(owner)

    # session, person, two of permissions, queue, jobs, approved labels, serving version, workers
    with django_assert_num_queries(9):
        assert client.get("/jobs/").status_code == 200


@pytest.mark.parametrize(("before", "status"), [("1", 200), ("x", 400), ("0", 400)])
def test_a_page_that_cannot_be_is_refused(owner: User, before: str, status: int) -> None:
    assert signed_in(owner).get("/jobs/", {"before": before}).status_code == status
