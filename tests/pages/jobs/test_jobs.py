import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from django.utils.html import escape

from recognizer.actions.jobs.estimates import Estimate, estimate
from recognizer.actions.labels.label_history import label_drawing
from recognizer.models import Job, ModelVersion, User, Worker
from recognizer.presentation.messages import NETWORKS
from tests.conftest import signed_in, words_of
from tests.pages.rows import make_drawing, make_job, make_version, serve

pytestmark = pytest.mark.usefixtures("woken")


@pytest.fixture
def approved(owner: User, reviewer: User, first: ModelVersion) -> list[int]:
    """Ids of two approved corrections of different drawings."""
    return [
        label_drawing(drawing=make_drawing(owner), by=reviewer, label=label, source="admin").pk
        for label in (1, 2)
    ]


def test_a_trainer_starts_a_retraining(
    approved: list[int],
    trainer: User,
    woken: list[int],
    django_capture_on_commit_callbacks: Callable,
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        response = signed_in(trainer).post("/jobs/")

    job = Job.objects.get()
    assert response["Location"] == f"/jobs/{job.pk}/"
    assert (job.requested_by, job.status) == (trainer, "queued")
    assert woken == [job.pk]


def test_others_cannot_start_a_retraining_and_see_no_button(
    approved: list[int], owner: User
) -> None:
    assert ">Retrain</button>" not in words_of(owner, "/jobs/")
    assert signed_in(owner).post("/jobs/").status_code == 403
    assert not Job.objects.exists()


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
    """A running worker that has MNIST."""
    now = timezone.now()
    return Worker.objects.create(name="w", started_at=now, seen_at=now, has_mnist=True)


def test_a_trainer_chooses_a_network_and_trains_it_from_scratch(
    worker: Worker,
    trainer: User,
    woken: list[int],
    django_capture_on_commit_callbacks: Callable,
) -> None:
    words = words_of(trainer, "/jobs/")
    assert 'action="/jobs/train/"' in words
    for name, summary in NETWORKS.items():
        assert f'value="{name}"' in words
        assert escape(summary) in words

    with django_capture_on_commit_callbacks(execute=True):
        response = signed_in(trainer).post(
            "/jobs/train/", {"architecture": "small-cnn", "epochs": "3", "seed": "9"}
        )

    job = Job.objects.get()
    assert response["Location"] == f"/jobs/{job.pk}/"
    assert (job.kind, job.requested_by, woken) == ("train", trainer, [job.pk])
    assert job.config == {"architecture": "small-cnn", "seed": 9, "recipe": {"epochs": 3}}


def test_empty_fields_take_their_defaults(worker: Worker, trainer: User) -> None:
    values = {"architecture": "mlp", "epochs": "", "seed": ""}
    assert signed_in(trainer).post("/jobs/train/", values).status_code == 302

    assert Job.objects.get().config["recipe"] == {}


def test_nobody_else_sees_the_form_or_starts_a_training_from_scratch(
    worker: Worker, owner: User
) -> None:
    assert "/jobs/train/" not in words_of(owner, "/jobs/")
    assert signed_in(owner).post("/jobs/train/", {"architecture": "mlp"}).status_code == 403
    assert not Job.objects.exists()


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({}, 'id="id_architecture_error"><li>This field is required.</li>'),
        ({"architecture": "<b>"}, "“&lt;b&gt;” is not one of the choices."),
        ({"architecture": "mlp", "epochs": "0"}, 'id="id_epochs_error"><li>'),
        ({"architecture": "mlp", "epochs": "many"}, 'id="id_epochs_error"><li>'),
        ({"architecture": "mlp", "seed": "-1"}, 'id="id_seed_error"><li>'),
    ],
)
def test_invalid_values_are_refused_on_a_page(
    worker: Worker, trainer: User, values: dict[str, str], words: str
) -> None:
    response = signed_in(trainer).post("/jobs/train/", values)

    assert response.status_code == 400
    assert words in response.content.decode()
    assert not Job.objects.exists()


def test_without_mnist_the_form_says_how_to_get_it_instead(worker: Worker, trainer: User) -> None:
    Worker.objects.update(has_mnist=False)

    words = words_of(trainer, "/jobs/")
    assert "python manage.py fetch_mnist" in words
    assert 'action="/jobs/train/"' not in words
    response = signed_in(trainer).post("/jobs/train/", {"architecture": "mlp"})
    assert response.status_code == 409
    assert "python manage.py fetch_mnist" in response.content.decode()


def test_it_counts_approved_labels_and_those_the_serving_version_has_not_learned(
    approved: list[int], trainer: User
) -> None:
    assert "2 approved labels; a retraining learns 2 new ones." in words_of(trainer, "/jobs/")

    serve(make_version(2, manifest={"corrections": approved[:1]}))
    assert "2 approved labels; a retraining learns 1 new one." in words_of(trainer, "/jobs/")

    serve(make_version(3, manifest={"corrections": approved}))
    assert "2 approved labels; a retraining learns nothing new." in words_of(trainer, "/jobs/")


def test_it_shows_which_labels_a_retraining_leaves_out_and_why(
    approved: list[int], owner: User, trainer: User, settings: Any
) -> None:
    settings.MIN_ACCOUNT_AGE_DAYS = 2
    held_out = User.objects.create(pk=104, username="held out by the hash")
    for drawer in (owner, owner, held_out):
        drawing = make_drawing(drawer, label=3, label_state="approved")
        drawing.corrections.create(by=drawer, to_label=3, source="api", state="approved")
    User.objects.filter(pk=held_out.pk).update(date_joined=timezone.now() - timedelta(days=3))

    words = words_of(trainer, "/jobs/")

    assert "5 approved labels; a retraining learns 2 new ones." in words
    assert (
        "A retraining learns from 2 of them, not from 1 held out for measuring and "
        "2 labeled by an account younger than 2 days."
    ) in words


def test_without_training_examples_the_button_is_disabled(
    owner: User, trainer: User, first: ModelVersion
) -> None:
    drawing = make_drawing(
        owner, label=3, label_state="approved", gold_at=timezone.now(), gold_by=trainer
    )
    drawing.corrections.create(by=owner, to_label=3, source="api", state="approved")

    words = words_of(trainer, "/jobs/")

    assert "A retraining learns from none of them, not from 1 gold." in words
    assert "disabled>Retrain</button>" in words
    assert signed_in(trainer).post("/jobs/").status_code == 409


def test_it_shows_which_digits_the_gold_set_lacks(
    owner: User, trainer: User, first: ModelVersion
) -> None:
    def add(label: int) -> None:
        drawing = make_drawing(
            owner, label=label, label_state="approved", gold_at=timezone.now(), gold_by=trainer
        )
        drawing.corrections.create(by=owner, to_label=label, source="api", state="approved")

    assert "Gold set" not in words_of(trainer, "/jobs/")
    for label in (0, 1, 2, 3, 5, 6, 7, 9, 9, 10):
        add(label)
    assert "Gold set: 10 drawings; digits 4 and 8 have none." in words_of(trainer, "/jobs/")
    add(8)
    assert "Gold set: 11 drawings; digit 4 has none." in words_of(trainer, "/jobs/")
    add(4)
    assert "Gold set: 12 drawings." in words_of(trainer, "/jobs/")


def test_a_corrected_correction_counts_once_and_is_new_again(
    approved: list[int], owner: User, reviewer: User, trainer: User
) -> None:
    serve(make_version(2, manifest={"corrections": approved}))
    label_drawing(drawing=owner.drawings.all()[0], by=reviewer, label=9, source="admin")

    assert "2 approved labels; a retraining learns 1 new one." in words_of(trainer, "/jobs/")


def test_it_shows_whether_a_worker_runs(first: ModelVersion, owner: User) -> None:
    now = timezone.now()
    assert "No worker is running" in words_of(owner, "/jobs/")

    worker = Worker.objects.create(name="w", started_at=now, seen_at=now)
    assert "worker running" in words_of(owner, "/jobs/")
    assert "No worker is running" not in words_of(owner, "/jobs/")

    Worker.objects.filter(pk=worker.pk).update(seen_at=now - timedelta(minutes=1))
    assert "No worker is running" in words_of(owner, "/jobs/")


def test_a_running_job_shows_its_progress(owner: User) -> None:
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

    words = words_of(owner, "/jobs/")

    assert 'value="0.460"' in words
    for part in (">train</span>", "step 4 of 10", "loss 0.213", "1 min 10 s left"):
        assert part in words


def test_without_an_estimate_the_bar_is_indeterminate(owner: User) -> None:
    make_job(status="running", progress={"phase": "prepare", "fraction": 0.01})
    words = words_of(owner, "/jobs/")
    assert '<progress max="1" data-fraction' in words
    assert " left" not in words.partition("data-left>")[2][:20]


def test_earlier_jobs_of_the_same_kind_tell_how_long_it_takes(owner: User) -> None:
    now = timezone.now()
    for seconds in (100, 200, 900):
        ended = {"started_at": now - timedelta(seconds=seconds), "finished_at": now}
        make_job(status="succeeded", attempt=1, **ended)
    other = {"started_at": now - timedelta(hours=9), "finished_at": now}
    config = {"recipe": {"steps": 9}, "seed": 1}
    make_job(status="succeeded", attempt=1, config=config, **other)
    make_job(kind="train", status="succeeded", attempt=1, **other)
    job = make_job(status="running", started_at=now - timedelta(seconds=50))

    found = estimate(job)

    assert found.fraction == pytest.approx(0.25, abs=0.01)
    assert found.seconds_left == pytest.approx(150, abs=2)
    assert 'value="0.25' in words_of(owner, f"/jobs/{job.pk}/")
    job.started_at = now - timedelta(seconds=300)
    assert estimate(job) == Estimate()  # longer than usual: as it reports itself


def test_a_waiting_job_shows_what_it_waits_for(owner: User) -> None:
    first, second, third = make_job(status="running"), make_job(), make_job()
    assert f"job {first.pk}</a>, which is training." in words_of(owner, f"/jobs/{second.pk}/")

    Job.objects.filter(pk=first.pk).update(status="succeeded")
    assert f"job {second.pk}</a>, which is ahead of it." in words_of(owner, f"/jobs/{third.pk}/")
    assert "Waiting until a worker runs." in words_of(owner, f"/jobs/{second.pk}/")


@pytest.mark.parametrize("count", [1, 10])
def test_the_number_of_queries_does_not_grow_with_the_jobs(
    owner: User, trainer: User, count: int, django_assert_num_queries: Callable
) -> None:
    for number in range(count):
        make_job(requested_by=trainer, version=make_version(number + 2), status="succeeded")
        make_job(requested_by=trainer)
    client = signed_in(owner)

    # session, user, permissions (2), queue, jobs, whether there are many labels, approved labels,
    # gold drawings among them, labels that wait, serving version, gold set, workers
    with django_assert_num_queries(13):
        assert client.get("/jobs/").status_code == 200


@pytest.mark.parametrize(("before", "status"), [("1", 200), ("x", 400), ("0", 400)])
def test_an_invalid_page_key_is_refused(owner: User, before: str, status: int) -> None:
    assert signed_in(owner).get("/jobs/", {"before": before}).status_code == status


def test_it_shows_what_started_a_job(owner: User, trainer: User) -> None:
    by_hand = make_job(requested_by=trainer, status="failed")
    by_clock = make_job(trigger="schedule", status="failed")
    by_labels = make_job(trigger="corrections", status="failed")

    listed = words_of(owner, "/jobs/")

    for job, told in (
        (by_hand, "by trainer"),
        (by_clock, "by the schedule"),
        (by_labels, "after enough new corrections"),
    ):
        assert f"{told} </span>" in listed
        assert f"{told} </p>" in words_of(owner, f"/jobs/{job.pk}/")


def test_a_trainer_starts_a_re_scoring(first: ModelVersion, trainer: User) -> None:
    make_drawing(trainer)
    client = signed_in(trainer)
    page = client.get("/jobs/").content.decode()
    assert '<option value="1" selected>1, serving</option>' in page

    response = client.post("/jobs/rescore/", {"version": "1"}, follow=True)

    job = Job.objects.get()
    assert (job.kind, job.asked_version, job.requested_by) == ("rescore", first, trainer)
    assert f"Job {job.pk} is queued." in response.content.decode()
    assert "Re-scoring with version 1" in response.content.decode()


@pytest.mark.parametrize(("version", "status"), [("", 400), ("one", 400), ("7", 400), ("1", 409)])
def test_an_invalid_re_scoring_is_refused_on_the_page(
    first: ModelVersion, trainer: User, version: str, status: int
) -> None:
    response = signed_in(trainer).post("/jobs/rescore/", {"version": version})
    assert response.status_code == status
    assert not Job.objects.exists()


def test_a_versions_page_offers_a_re_scoring(
    first: ModelVersion, trainer: User, owner: User
) -> None:
    for _ in range(3):
        make_drawing(owner)
    offer = "Re-score 3 drawings"
    assert offer in signed_in(trainer).get("/versions/1/").content.decode()
    assert offer not in signed_in(owner).get("/versions/1/").content.decode()


def test_a_waiting_training_precedes_an_older_re_scoring(owner: User) -> None:
    reading = make_job(kind="rescore", asked_version=make_version(1))
    training = make_job()
    assert f"job {training.pk}</a>, which is ahead of it" in words_of(owner, f"/jobs/{reading.pk}/")
    assert "which is" not in words_of(owner, f"/jobs/{training.pk}/")


def test_two_clicks_on_a_button_queue_one_job(approved: list[int], trainer: User) -> None:
    client = signed_in(trainer)
    key = re.search(
        r'name="idempotency_key" value="([^"]+)"', client.get("/jobs/").content.decode()
    )
    assert key is not None

    for _ in range(2):
        response = client.post("/jobs/", {"idempotency_key": key[1]}, follow=True)
        assert f"Job {Job.objects.get().pk} is queued." in response.content.decode()

    again = client.post("/jobs/")  # of another view
    assert again.status_code == 409
    assert "is waiting and does the same" in again.content.decode()
