"""The life cycle of a job without a worker: every step in one process, with changed times."""

import json
from datetime import timedelta

import pytest
from django.db import IntegrityError, OperationalError
from django.utils import timezone

from mlcore import codes
from recognizer.actions.jobs import lifecycle
from recognizer.actions.jobs.job_requests import request_retraining
from recognizer.actions.jobs.leases import LeaseLost
from recognizer.actions.labels.label_history import label_drawing
from recognizer.errors import Conflict, Refused
from recognizer.models import Job, JobEvent, Worker
from recognizer.presentation.messages import in_english
from tests.pages.rows import make_version


@pytest.fixture
def messages(monkeypatch):
    """The job ids that were sent to workers."""
    sent = []
    monkeypatch.setattr(
        "recognizer.actions.jobs.leases.current_app.send_task",
        lambda name, args: sent.append(args[0]),
    )
    return sent


@pytest.fixture
def make_job(draw, owner, reviewer, messages, django_capture_on_commit_callbacks):
    label_drawing(drawing=draw(owner), by=reviewer, label=7, source="api")

    def make_job():
        with django_capture_on_commit_callbacks(execute=True):
            return request_retraining(by=None, seed=Job.objects.count())

    return make_job


def lose_lease(job):
    past = timezone.now() - timedelta(seconds=1)
    Job.objects.filter(pk=job.pk).update(lease_until=past)


def status(job):
    job.refresh_from_db()
    return job.status


def test_without_an_approved_label_there_is_nothing_to_learn(draw, owner):
    label_drawing(drawing=draw(owner), by=owner, label=7, source="api")
    with pytest.raises(Refused, match="No label is approved"):
        request_retraining(by=owner)
    assert not Job.objects.exists()


def test_a_message_is_sent_after_the_commit(make_job, messages):
    assert messages == [make_job().pk]


@pytest.mark.parametrize(
    "error",
    [OSError("no route"), json.JSONDecodeError("a cut file", "", 0), KeyError("properties")],
)
def test_whatever_the_broker_raises_the_job_waits(error, make_job, monkeypatch):
    def away(name, args):
        raise error

    monkeypatch.setattr("recognizer.actions.jobs.leases.current_app.send_task", away)
    assert status(make_job()) == "queued"


def test_a_full_database_after_the_commit_does_not_lose_the_job(make_job, monkeypatch):
    def full(rows, **values):
        raise OperationalError("database or disk is full")

    monkeypatch.setattr("django.db.models.query.QuerySet.update", full)
    job = make_job()
    monkeypatch.undo()
    assert status(job) == "queued"


def test_five_messages_cause_one_claim(make_job):
    job = make_job()
    claims = [lifecycle.claim(job.pk) for _ in range(5)]
    assert [claim is not None for claim in claims] == [True, False, False, False, False]


def test_a_second_job_waits_while_one_trains(make_job, messages):
    first, second = make_job(), make_job()
    lifecycle.claim(first.pk)
    assert lifecycle.claim(second.pk) is None
    assert status(second) == "queued"
    lifecycle.wake_next()
    assert messages == [first.pk, second.pk]  # no third message


def test_other_integrity_errors_of_a_claim_are_raised(make_job, monkeypatch):
    def refuse(job, *texts):
        JobEvent.objects.create(job=job, attempt=None, code="")

    job = make_job()
    monkeypatch.setattr(lifecycle, "note", refuse)
    with pytest.raises(IntegrityError):
        lifecycle.claim(job.pk)
    assert status(job) == "queued"


def test_the_database_allows_one_running_job(make_job):
    first, second = make_job(), make_job()
    lifecycle.claim(first.pk)
    with pytest.raises(IntegrityError):
        Job.objects.filter(pk=second.pk).update(status="running")


def test_a_heartbeat_renews_the_lease_and_stores_progress(make_job):
    job = lifecycle.claim(make_job().pk)
    lose_lease(job)
    lifecycle.renew(job, {"epoch": 2})
    job.refresh_from_db()
    assert job.lease_until > timezone.now()
    assert job.progress == {"epoch": 2}


def test_an_attempt_without_lease_cannot_write_to_the_log(make_job):
    first = lifecycle.claim(make_job().pk)
    lifecycle.renew(first, {}, [codes.LOADING_TENSORFLOW()])
    lose_lease(first)
    lifecycle.reconcile()
    second = lifecycle.claim(first.pk)
    with pytest.raises(LeaseLost):
        lifecycle.renew(first, {}, [codes.MEASURING()])
    lifecycle.cancel_job(job=second)
    lifecycle.release(second)

    assert [(line.attempt, in_english(line.message)) for line in second.lines.all()] == [
        (1, "Attempt 1 started."),
        (1, "Loading TensorFlow"),
        (1, "The worker was lost. Trying again."),
        (2, "Attempt 2 started."),
        (2, "Cancellation requested."),
        (2, "Canceled."),
    ]


def test_a_lost_lease_gives_the_job_to_the_next_attempt(make_job):
    first = lifecycle.claim(make_job().pk)
    lose_lease(first)
    lifecycle.reconcile()
    second = lifecycle.claim(first.pk)
    assert second.attempt == 2
    with pytest.raises(LeaseLost):
        lifecycle.renew(first, {})
    with pytest.raises(LeaseLost):
        lifecycle.finish(first, "succeeded")
    assert status(second) == "running"


def test_after_three_lost_attempts_the_job_fails_with_a_reason(make_job):
    job = make_job()
    for _ in range(3):
        lose_lease(lifecycle.claim(job.pk))
        lifecycle.reconcile()
    assert status(job) == "failed"
    assert job.error == {"code": "worker_lost", "times": 3}


def test_a_valid_lease_is_not_changed(make_job):
    job = lifecycle.claim(make_job().pk)
    lifecycle.reconcile()
    assert status(job) == "running"


def test_a_lost_message_is_sent_again(make_job, messages):
    job = make_job()
    lifecycle.reconcile()
    assert messages == [job.pk]  # just sent, so not repeated yet
    long_ago = timezone.now() - timedelta(seconds=11)
    Job.objects.update(woken_at=long_ago)
    lifecycle.reconcile()
    assert messages == [job.pk, job.pk]


def test_a_waiting_job_is_canceled_at_once(make_job):
    job = make_job()
    lifecycle.cancel_job(job=job)
    assert status(job) == "canceled"
    assert lifecycle.claim(job.pk) is None


def test_a_running_job_stops_at_its_next_heartbeat(make_job):
    job = lifecycle.claim(make_job().pk)
    lifecycle.cancel_job(job=job)
    with pytest.raises(LeaseLost):
        lifecycle.renew(job, {})
    lifecycle.release(job)
    assert status(job) == "canceled"


def test_a_canceled_job_of_a_dead_worker_ends(make_job):
    job = lifecycle.claim(make_job().pk)
    lifecycle.cancel_job(job=job)
    lose_lease(job)
    lifecycle.reconcile()
    assert status(job) == "canceled"


def test_an_ended_job_cannot_be_canceled(make_job):
    job = lifecycle.claim(make_job().pk)
    lifecycle.finish(job, "succeeded")
    with pytest.raises(Conflict, match="has already ended"):
        lifecycle.cancel_job(job=job)


@pytest.mark.parametrize(("passed", "last"), [(True, "Succeeded."), (False, "Stopped by gates.")])
def test_the_log_ends_as_the_job_does(make_job, passed, last):
    job = lifecycle.claim(make_job().pk)
    made = make_version(2, verdict={"passed": passed, "reason": {"code": "x"}})
    lifecycle.finish(job, "succeeded", version=made)
    line = JobEvent.objects.filter(job=job).last()
    assert in_english({"code": line.code, **line.parameters}) == last


def test_a_finished_job_wakes_the_next(make_job, messages):
    first, second = make_job(), make_job()
    lifecycle.finish(lifecycle.claim(first.pk), "failed", error={"code": "x"})
    lifecycle.wake_next()
    assert messages[-1] == second.pk
    assert lifecycle.claim(second.pk).attempt == 1


def test_a_worker_signs_in_and_out(db):
    lifecycle.sign_in_worker(name="w@h", started_at=timezone.now(), trains=True, reads=False)
    assert Worker.objects.alive().count() == 1
    Worker.objects.update(seen_at=timezone.now() - timedelta(minutes=1))
    assert Worker.objects.alive().count() == 0
    lifecycle.sign_in_worker(name="w@h", started_at=timezone.now(), trains=True, reads=False)
    lifecycle.sign_out_worker(name="w@h")
    assert not Worker.objects.exists()


def test_a_cancel_request_before_the_end_wins(make_job):
    job = lifecycle.claim(make_job().pk)
    lifecycle.cancel_job(job=job)
    with pytest.raises(LeaseLost):
        lifecycle.finish(job, "succeeded")
    lifecycle.release(job)
    assert status(job) == "canceled"
