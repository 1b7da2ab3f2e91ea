from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.utils import timezone
from django.utils.html import escape

from mlcore.recipes import SUMMARIES
from recognizer.actions import jobs
from recognizer.actions.from_scratch import VERDICT as VERDICT_FROM_SCRATCH
from recognizer.actions.labelling import label_drawing
from recognizer.models import ModelVersion, TrainingJob, WebhookDelivery, Worker
from tests.conftest import signed_in
from tests.pages.rows import make_drawing, make_job, make_version, serve

pytestmark = pytest.mark.usefixtures("woken")

VERDICT = {
    "passed": False,
    "promoted": False,
    "reason": "Stopped by: drawn <reference> set.",
    "gates": [
        {
            "name": "drawn <reference> set",
            "before": 0.985,
            "after": 0.97,
            "allowed": 0.002,
            "rule": "may fall by 0.2 points",
            "passed": False,
            "unit": "share",
        },
        {"name": "corrections", "before": 4, "after": 13, "passed": True, "unit": "count"},
        {"name": "file", "before": None, "after": 0.0000031, "passed": True, "unit": "plain"},
        {"name": "gold set", "rule": "none yet", "passed": None, "unit": "share"},
    ],
}


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
    woken: list[int],
    django_capture_on_commit_callbacks: Callable,
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        response = signed_in(trainer).post("/jobs/")

    job = TrainingJob.objects.get()
    assert response["Location"] == "/jobs/"
    assert (job.requested_by, job.status) == (trainer, "queued")
    assert woken == [job.pk]


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
    woken: list[int],
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
    assert (job.kind, job.requested_by, woken) == ("train", trainer, [job.pk])
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
        "<div data-learning>",
        '<polyline class="chart-line" points="46.0,10.0 350.0,118.0"/>',
        '<td class="num">70.00%</td>',
        "<dt>epochs</dt>",
    ):
        assert part in words
    assert "residual-cnn from scratch" in words_of(owner)


def test_a_running_job_without_an_epoch_has_room_for_a_curve(owner: User) -> None:
    job = make_job(status="running", started_at=timezone.now(), progress={"phase": "prepare"})

    assert "<div data-learning hidden></div>" in words_of(owner, f"/jobs/{job.pk}/")


def test_what_happened_in_a_job_can_be_read(owner: User) -> None:
    job = make_job()
    claimed = jobs.claim(job.pk)
    assert claimed is not None
    step = "Step 1 of 10: loss 0.125, 87.50% learned."
    jobs.renew(claimed, {}, [step])

    words = words_of(owner, f"/jobs/{job.pk}/")

    assert words.index("Attempt 1 begins.") < words.index(step)


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
    assert "<th>Gate</th>" not in words
    assert '<a href="/versions/2/">Version 2</a> is ready to compare' in words_of(owner)


def test_it_counts_approved_labels_and_those_the_serving_version_has_not_learned(
    approved: list[int], trainer: User
) -> None:
    assert "2 approved labels, 2 of them new to the serving version." in words_of(trainer)

    serve(make_version(2, manifest={"corrections": approved[:1]}))
    assert "2 approved labels, 1 of them new to the serving version." in words_of(trainer)

    serve(make_version(3, manifest={"corrections": approved}))
    assert "2 approved labels, none new to the serving version." in words_of(trainer)


def test_it_says_what_a_retraining_would_not_learn_from_and_why(
    approved: list[int], owner: User, trainer: User, settings: Any
) -> None:
    settings.MIN_ACCOUNT_AGE_DAYS = 2
    held_out = User.objects.create(pk=104, username="held out by the hash")
    for drawer in (owner, owner, held_out):
        drawing = make_drawing(drawer, label=3, label_state="approved")
        drawing.corrections.create(by=drawer, to_label=3, source="api", state="approved")
    User.objects.filter(pk=held_out.pk).update(date_joined=timezone.now() - timedelta(days=3))

    words = words_of(trainer)

    assert "5 approved labels, 2 of them new to the serving version." in words
    assert (
        "A retraining learns from 2 of them, not from 1 held out to be measured on and "
        "2 labelled by an account younger than 2 days."
    ) in words


def test_without_anything_to_learn_from_there_is_no_button_to_press(
    owner: User, trainer: User, first: ModelVersion
) -> None:
    drawing = make_drawing(
        owner, label=3, label_state="approved", gold_at=timezone.now(), gold_by=trainer
    )
    drawing.corrections.create(by=owner, to_label=3, source="api", state="approved")

    words = words_of(trainer)

    assert "A retraining learns from none of them, not from 1 gold." in words
    assert "disabled>Retrain</button>" in words
    assert signed_in(trainer).post("/jobs/").status_code == 409


def test_it_says_which_digits_the_gold_set_lacks(
    owner: User, trainer: User, first: ModelVersion
) -> None:
    def add(label: int) -> None:
        drawing = make_drawing(
            owner, label=label, label_state="approved", gold_at=timezone.now(), gold_by=trainer
        )
        drawing.corrections.create(by=owner, to_label=label, source="api", state="approved")

    assert "Gold set" not in words_of(trainer)
    for label in (0, 1, 2, 3, 5, 6, 7, 9, 9, 10):
        add(label)
    assert "Gold set: 10 drawings; digits 4 and 8 have none." in words_of(trainer)
    add(8)
    assert "Gold set: 11 drawings; digit 4 has none." in words_of(trainer)
    add(4)
    assert "Gold set: 12 drawings." in words_of(trainer)


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
        '<td class="num" data-label="After">3.1e-06</td>',
        '<td class="small" data-label="Due">may fall by 0.2 points</td>',
        '<span class="badge" data-state="failed">failed</span>',
        '<span class="badge">not measured</span>',
        '<polyline class="chart-line" points="46.0,10.0 350.0,118.0"/>',
        "87.50%",
        "1 min 14 s",
        "4711",
        "<dt>steps</dt>",
    ):
        assert part in words
    assert "was kept aside" in words_of(owner)


@pytest.mark.parametrize(
    ("verdict", "heading", "outcome"),
    [
        ({"passed": True, "promoted": True}, "Promoted", "was promoted"),
        ({"passed": True}, "Promoted", "was promoted"),  # of before a person could be asked
        ({"passed": True, "promoted": False}, "Passed", "passed the gates"),
    ],
)
def test_a_candidate_that_passed_serves_or_waits_for_a_person(
    owner: User, verdict: dict, heading: str, outcome: str
) -> None:
    result = {"verdict": {"reason": "Passed every gate.", "gates": [], **verdict}}
    job = make_job(status="succeeded", version=make_version(2), result=result)

    words = words_of(owner, f"/jobs/{job.pk}/")

    assert f'{heading}: <a href="/versions/2/">version 2</a>' in words
    assert ("once a person promotes it" in words) == (heading == "Passed")
    assert outcome in words_of(owner)


def test_a_verdict_of_an_earlier_release_is_shown_as_well(owner: User) -> None:
    check = {"name": "MNIST hold-out", "before": 0.99, "after": 0.95, "passed": False}
    verdict = {"passed": False, "reason": "Not better.", "checks": [check]}
    job = make_job(status="succeeded", version=make_version(2), result={"verdict": verdict})

    words = words_of(owner, f"/jobs/{job.pk}/")

    assert '<td class="num" data-label="After">95.00%</td>' in words
    assert "Kept aside" in words


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

    # session, person, two of permissions, queue, jobs, approved labels, who of them is marked as
    # gold, serving version, gold set, workers
    with django_assert_num_queries(11):
        assert client.get("/jobs/").status_code == 200


@pytest.mark.parametrize(("before", "status"), [("1", 200), ("x", 400), ("0", 400)])
def test_a_page_that_cannot_be_is_refused(owner: User, before: str, status: int) -> None:
    assert signed_in(owner).get("/jobs/", {"before": before}).status_code == status


def test_it_says_what_started_a_job_that_nobody_asked_for(owner: User, trainer: User) -> None:
    by_hand = make_job(requested_by=trainer, status="failed")
    by_clock = make_job(trigger="schedule", status="failed")
    by_labels = make_job(trigger="corrections", status="failed")

    listed = words_of(owner)

    for job, told in (
        (by_hand, "by trainer"),
        (by_clock, "by the schedule"),
        (by_labels, "after enough new corrections"),
    ):
        assert f"{told} </span>" in listed
        assert f"{told} </p>" in words_of(owner, f"/jobs/{job.pk}/")


def test_a_job_that_crashed_and_waits_says_why_the_attempt_ended(owner: User) -> None:
    job = make_job(attempt=2, crashes=1, error="signal 11")
    words = words_of(owner, f"/jobs/{job.pk}/")
    assert "Why the attempt before this one ended" in words
    assert "2, 1 of them ended by a crash" in words


@pytest.mark.parametrize(
    ("delivery", "told"),
    [
        ({"attempts": 1, "sent_at": datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)}, "told 2 Jan 2026"),
        ({"next_at": datetime(2026, 1, 2, tzinfo=UTC)}, "to be told at once"),
        (
            {
                "attempts": 2,
                "next_at": datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC),
                "error": "status 500",
            },
            "not told yet; attempt 3 at 03:04:05. status 500",
        ),
        ({"attempts": 5, "error": "status 500"}, "given up after 5 attempts. status 500"),
    ],
)
def test_it_says_whether_the_other_program_knows(
    owner: User, delivery: dict[str, object], told: str
) -> None:
    job = make_job(status="failed")
    WebhookDelivery.objects.create(job=job, **delivery)
    assert told in words_of(owner, f"/jobs/{job.pk}/")


# Re-reading ---------------------------------------------------------------------------------------


def test_a_trainer_has_a_chosen_version_re_read(first: ModelVersion, trainer: User) -> None:
    make_drawing(trainer)
    client = signed_in(trainer)
    page = client.get("/jobs/").content.decode()
    assert '<option value="1" selected>1, serving</option>' in page

    response = client.post("/jobs/reread/", {"version": "1"}, follow=True)

    job = TrainingJob.objects.get()
    assert (job.kind, job.config, job.requested_by) == ("reread", {"version": 1}, trainer)
    assert f"Job {job.pk} is queued." in response.content.decode()
    assert "Re-reading with version 1" in response.content.decode()


@pytest.mark.parametrize(("version", "status"), [("", 400), ("one", 400), ("7", 400), ("1", 409)])
def test_a_re_reading_that_cannot_be_is_refused_on_the_page(
    first: ModelVersion, trainer: User, version: str, status: int
) -> None:
    response = signed_in(trainer).post("/jobs/reread/", {"version": version})
    assert response.status_code == status
    assert not TrainingJob.objects.exists()


def test_a_versions_page_offers_to_read_what_it_has_not_answered(
    first: ModelVersion, trainer: User, owner: User
) -> None:
    for _ in range(3):
        make_drawing(owner)
    offer = "Re-read 3 drawings"
    assert offer in signed_in(trainer).get("/versions/1/").content.decode()
    assert offer not in signed_in(owner).get("/versions/1/").content.decode()


def test_a_re_reading_tells_how_far_it_is_and_what_came_of_it(owner: User) -> None:
    progress = {"phase": "re-read", "fraction": 0.4, "done": 1_200, "total": 3_000}
    make_version(5)
    job = make_job(
        kind="reread",
        config={"version": 5},
        status="running",
        progress={**progress, "per_second": 850.4, "seconds_left": 2},
    )
    words = words_of(owner, f"/jobs/{job.pk}/")
    for part in ("1,200 of 3,000 drawings", "850 a second", "2 s left", "What it has read so far"):
        assert (part in words) == (part != "What it has read so far")  # only trainers may cancel

    result = {"version": 5, "drawings": 3_000, "read": 1_800}
    TrainingJob.objects.update(status="succeeded", result=result)
    assert "1,800 of 3,000" in words_of(owner, f"/jobs/{job.pk}/")
    told = '1,800 drawings read by <a href="/versions/5/">version 5</a>'
    assert told in words_of(owner, "/jobs/")


def test_a_training_that_waits_stands_before_an_older_re_reading(owner: User) -> None:
    reading = make_job(kind="reread", config={"version": 1})
    training = make_job()
    assert f"job {training.pk}</a>, which is before it" in words_of(owner, f"/jobs/{reading.pk}/")
    assert "which is" not in words_of(owner, f"/jobs/{training.pk}/")
