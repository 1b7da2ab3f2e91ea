"""The page of one job."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from mlcore.codes import ALL_ANSWERED_CORRECTLY
from recognizer import codes
from recognizer.actions.jobs import lifecycle
from recognizer.actions.training.from_scratch import VERDICT as VERDICT_FROM_SCRATCH
from recognizer.actions.versions import gates
from recognizer.models import Correction, Job, User, WebhookDelivery
from tests.conftest import signed_in, words_of
from tests.pages.rows import answered, make_drawing, make_job, make_version


def gate(name: str, **about: Any) -> dict[str, Any]:
    """Return a row of a verdict in the format of `Gate.as_row`, by default not measured."""
    figures = {"before": None, "after": None, "allowed": None, "passed": None}
    return {"key": name, "name": name, "rule": "", "unit": "share", **figures, **about}


VERDICT = {
    "passed": False,
    "promoted": False,
    "reason": codes.FAILED_GATES(gates=[codes.EMBEDDED_SET()]),
    "gates": [
        {
            "key": "embedded",
            "name": codes.SET_DIGIT(set=codes.EMBEDDED_SET(), digit="<b>4"),
            "before": 0.985,
            "after": 0.97,
            "allowed": 0.002,
            "rule": gates.falls("", {}, 1, 1, 0.002).rule,
            "passed": False,
            "unit": "share",
        },
        gates.learned(
            {"corrections": {"correct": 4}}, {"corrections": {"correct": 13, "n": 14}}
        ).as_row(),
        gates.parity({"inputs": 200, "max_difference": 0.0000031}).as_row(),
        gates.not_measured("gold", codes.GOLD_SET(), codes.NO_GOLD()).as_row(),
    ],
}


def test_a_running_training_from_scratch_shows_epochs_and_learning_curve(owner: User) -> None:
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
        # The axis of the loss is 0 to 1.5: 0.25 is 5/6 of 108 below 10.
        '<polyline class="chart-line" points="58.0,10.0 350.0,100.0"/>',
        '<td class="num">70.00%</td>',
        "<dt>epochs</dt>",
    ):
        assert part in words
    assert "residual-cnn from scratch" in words_of(owner, "/jobs/")


def test_a_running_job_without_an_epoch_has_an_empty_chart(owner: User) -> None:
    job = make_job(status="running", started_at=timezone.now(), progress={"phase": "prepare"})

    assert "<div data-learning hidden></div>" in words_of(owner, f"/jobs/{job.pk}/")


def test_the_page_shows_the_log(owner: User) -> None:
    job = make_job()
    claimed = lifecycle.claim(job.pk)
    assert claimed is not None
    step = "Step 1 of 10: loss 0.125, accuracy 87.50%."
    said = codes.STEP_DONE(step=1, steps=10, loss=0.125, share=0.875)
    lifecycle.renew(claimed, {}, [said])

    words = words_of(owner, f"/jobs/{job.pk}/")

    assert words.index("Attempt 1 started.") < words.index(step)


def test_a_version_from_scratch_is_ready_to_compare(owner: User) -> None:
    job = make_job(
        kind="train",
        status="succeeded",
        config={"architecture": "mlp", "seed": 1, "recipe": {}},
        version=make_version(2, verdict=VERDICT_FROM_SCRATCH),
    )

    words = words_of(owner, f"/jobs/{job.pk}/")

    assert 'Ready to compare: <a href="/versions/2/">version 2</a>' in words
    assert "is not promoted automatically" in words
    assert "<th>Gate</th>" not in words
    assert '<a href="/versions/2/">Version 2</a> is ready to compare' in words_of(owner, "/jobs/")


ENDED = {
    "code": "child_ended",
    "status": 1,
    "detail": "Traceback\nValueError: of a library",
    "cause": {"code": "files_missing", "names": "<b>card</b>"},
}


def test_a_failed_job_shows_its_error_escaped(owner: User) -> None:
    job = make_job(status="failed", error=ENDED)

    assert "Missing: &lt;b&gt;card&lt;/b&gt;." in words_of(owner, "/jobs/")
    page = signed_in(owner).get(f"/jobs/{job.pk}/").content.decode()
    assert (
        '<pre class="log">The training process ended with exit status 1.\n'
        "Missing: &lt;b&gt;card&lt;/b&gt;.</pre>" in page
    )


def test_a_job_without_anything_to_learn_is_not_shown_as_broken(owner: User) -> None:
    job = make_job(status="failed", error=ALL_ANSWERED_CORRECTLY(count=2))

    for address in ("/jobs/", f"/jobs/{job.pk}/"):
        page = signed_in(owner).get(address).content.decode()
        assert '<span class="badge">nothing to learn</span>' in page
        assert 'data-state="failed"' not in page
        assert "all corrections are already answered correctly (2)" in page
    assert "Why it failed" not in page


def test_a_finished_job_shows_verdict_history_and_settings(owner: User) -> None:
    start = timezone.now()
    history = [
        {"epoch": 1, "loss": 1.5, "accuracy": 0.5},
        {"epoch": 2, "loss": 0.25, "accuracy": 0.875},
    ]
    job = make_job(
        status="succeeded",
        started_at=start,
        finished_at=start + timedelta(seconds=74),
        config={"seed": 4711, "recipe": {"steps": 500}},
        version=make_version(
            2,
            parent=make_version(1),
            verdict=VERDICT,
            card={"history": history},
            manifest={
                "corrections": [3, 5],
                "trained_on": {"corrections": 14, "rehearsal": {"mnist": 9000}},
            },
        ),
    )

    words = words_of(owner, f"/jobs/{job.pk}/")

    for part in (
        "Gates failed",
        '<a href="/versions/2/">version 2</a>',
        "Drawn reference set, digit &lt;b&gt;4",
        '<td class="num" data-label="Before">98.50%</td>',
        '<td class="num" data-label="After">97.00%</td>',
        '<td class="num" data-label="Before">4</td>',
        '<td class="num" colspan="2" data-label="Measured">3.1e-06</td>',
        '<td class="small" data-label="Required">may fall by 0.2 points</td>',
        '<span class="badge" data-state="failed">failed</span>',
        '<span class="badge">not measured</span>',
        # The axis of the loss is 0 to 1.5: 0.25 is 5/6 of 108 below 10.
        '<polyline class="chart-line" points="58.0,10.0 350.0,100.0"/>',
        "87.50%",
        "1 min 14 s",
        '<a href="/versions/1/">version 1</a>',
        '<dt>Corrections learned</dt><dd class="num">2</dd>',
        '<dd class="num">9,000</dd>',
        "4711",
        "<dt>steps</dt>",
        "<dt>Rehearsal, mnist</dt>",
    ):
        assert part in words
    listed = words_of(owner, "/jobs/")
    assert "failed the gates" in listed
    for page in (words, listed):
        assert '<span class="badge" data-state="stopped">stopped by gates</span>' in page
        assert "succeeded" not in page
    assert words.index(">failed</span>") < words.index(">passed</span>")  # not in their order


@pytest.fixture
def stopped(owner: User, stranger: User) -> Job:
    """A job that was stopped by labels of two people: two contradict sure answers."""
    parent = make_version(1)
    failed = gate("contradictions", passed=False)
    version = make_version(2, parent=parent, verdict={"gates": [failed]})
    for person, label in ((owner, 1), (stranger, 2), (owner, 3)):
        drawing = make_drawing(person, label=label, label_state="approved")
        answered(drawing, parent, 7, confidence=0.998)
        version.learned_from.add(
            Correction.objects.create(
                drawing=drawing, by=person, to_label=label, source="api", state="approved"
            )
        )
    ids = list(Correction.objects.filter(to_label__in=[1, 2]).values_list("pk", flat=True))
    result = {"contradictions": {"ids": [*ids, ids[0]]}}
    return make_job(status="succeeded", version=version, result=result)


def test_a_stopped_job_leads_to_the_labels_that_stopped_it(
    stopped: Job, owner: User, reviewer: User
) -> None:
    address = f"/jobs/{stopped.pk}/labels/"
    for page in (f"/jobs/{stopped.pk}/", "/versions/2/"):
        words = words_of(owner, page)
        assert f'href="{address}?only=contradicting">See the 2 labels that' in words
        assert f'href="{address}">See the labels that it learned from</a>' in words

    seen = words_of(reviewer, f"{address}?only=contradicting")
    assert "2 labels that contradict sure answers" in seen
    assert seen.count("data-drawing=") == 2
    assert "read 7, &gt;99%" in seen
    assert "Labeled by: owner (1), stranger (1)" in seen
    assert words_of(reviewer, address).count("data-drawing=") == 3


def test_labels_of_others_are_not_shown_with_the_job(stopped: Job, owner: User) -> None:
    words = words_of(owner, f"/jobs/{stopped.pk}/labels/?only=contradicting")
    assert words.count("data-drawing=") == 1
    assert "stranger" not in words


def test_labels_of_a_job_without_a_version_are_missing(owner: User) -> None:
    client = signed_in(owner)
    assert client.get(f"/jobs/{make_job().pk}/labels/").status_code == 404
    assert client.get("/jobs/99/labels/").status_code == 404


@pytest.mark.parametrize(
    ("verdict", "heading", "outcome"),
    [
        ({"passed": True, "promoted": True}, "Promoted", "was promoted"),
        ({"passed": True, "promoted": False}, "Passed", "passed the gates"),
    ],
)
def test_a_candidate_that_passed_serves_or_waits_for_promotion(
    owner: User, verdict: dict, heading: str, outcome: str
) -> None:
    verdict = {"reason": codes.PASSED(), "gates": [], **verdict}
    job = make_job(status="succeeded", version=make_version(2, verdict=verdict))

    words = words_of(owner, f"/jobs/{job.pk}/")

    assert f'{heading}: <a href="/versions/2/">version 2</a>' in words
    assert ("once a person promotes it" in words) == (heading == "Passed")
    assert outcome in words_of(owner, "/jobs/")


def test_a_trainer_cancels_a_waiting_job_at_once(trainer: User) -> None:
    job = make_job()

    response = signed_in(trainer).post(f"/jobs/{job.pk}/cancel/", follow=True)

    job.refresh_from_db()
    assert job.status == "canceled"
    assert f"Job {job.pk} is canceled." in response.content.decode()


def test_canceling_asks_a_running_job_to_stop(trainer: User) -> None:
    job = make_job(status="running")

    response = signed_in(trainer).post(f"/jobs/{job.pk}/cancel/", follow=True)

    job.refresh_from_db()
    assert job.status == "running"
    assert job.cancel_requested_at is not None
    assert f"Cancellation of job {job.pk} was requested." in response.content.decode()


def test_a_finished_job_cannot_be_canceled(trainer: User) -> None:
    job = make_job(status="failed")

    response = signed_in(trainer).post(f"/jobs/{job.pk}/cancel/")

    assert response.status_code == 409
    assert "The job has already ended." in response.content.decode()


def test_a_queued_job_shows_why_the_last_attempt_ended(owner: User) -> None:
    job = make_job(
        attempt=2, crashes=1, error=codes.CHILD_SIGNALED(number=11, name="Segmentation fault")
    )
    words = words_of(owner, f"/jobs/{job.pk}/")
    assert "Why the previous attempt ended" in words
    assert "was killed by signal 11 (Segmentation fault)." in words
    assert "2, 1 of them ended by a crash" in words


@pytest.mark.parametrize(
    ("delivery", "told"),
    [
        (
            {"attempts": 1, "sent_at": datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)},
            "delivered 2 Jan 2026",
        ),
        ({"next_at": datetime(2026, 1, 2, tzinfo=UTC)}, "not delivered yet"),
        (
            {
                "attempts": 2,
                "next_at": datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC),
                "error": codes.ANSWERED_WITH(status=500),
            },
            "not delivered yet; attempt 3 at 03:04:05. The receiver answered with status 500.",
        ),
        (
            {"attempts": 5, "error": codes.NOT_REACHED(reason="refused")},
            "given up after 5 attempts. The receiver could not be reached: refused",
        ),
    ],
)
def test_the_page_shows_the_state_of_the_webhook(
    owner: User, delivery: dict[str, object], told: str
) -> None:
    job = make_job(status="failed")
    WebhookDelivery.objects.create(job=job, **delivery)
    assert told in words_of(owner, f"/jobs/{job.pk}/")


# Re-scoring ---------------------------------------------------------------------------------------


def test_a_re_scoring_shows_progress_and_result(owner: User) -> None:
    progress = {"phase": "re-score", "fraction": 0.4, "done": 1_200, "total": 3_000}
    job = make_job(
        kind="rescore",
        asked_version=make_version(5),
        status="running",
        progress={**progress, "per_second": 850.4, "seconds_left": 2},
    )
    words = words_of(owner, f"/jobs/{job.pk}/")
    for part in ("1,200 of 3,000 drawings", "850 a second", "2 s left", "What it has read so far"):
        assert (part in words) == (part != "What it has read so far")  # only trainers may cancel

    result = {"drawings": 3_000, "read": 1_800}
    Job.objects.update(status="succeeded", result=result)
    assert "1,800 of 3,000" in words_of(owner, f"/jobs/{job.pk}/")
    told = '1,800 drawings answered by <a href="/versions/5/">version 5</a>'
    assert told in words_of(owner, "/jobs/")
