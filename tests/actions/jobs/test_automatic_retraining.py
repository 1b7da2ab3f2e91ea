"""Retrainings that nobody asks for: after enough labels, and by the clock."""

from collections.abc import Callable

import pytest
from django.db import IntegrityError, transaction

from recognizer.actions.jobs.automatic_retraining import (
    retrain_after_corrections,
    retrain_on_schedule,
)
from recognizer.actions.labels.label_history import label_drawing, review_corrections
from recognizer.models import Drawing, Job, ModelVersion, User
from recognizer.tasks import retrain_on_schedule as task
from tests.pages.rows import make_drawing, make_job

pytestmark = pytest.mark.usefixtures("woken")

Status = Job.Status


@pytest.fixture
def correct(
    owner: User,
    administrator: User,
    version: ModelVersion,
    django_capture_on_commit_callbacks: Callable,
) -> Callable[[int], None]:
    """So many drawings of the owner's get a label that counts, each in a request of its own."""

    def correct(count: int) -> None:
        for _ in range(count):
            drawing = make_drawing(owner)
            with django_capture_on_commit_callbacks(execute=True):
                label_drawing(drawing=drawing, by=administrator, label=4, source="api")

    return correct


def end(job: Job | None, status: str = Status.SUCCEEDED) -> None:
    assert job is not None
    Job.objects.filter(pk=job.pk).update(status=status)


def test_the_last_of_so_many_labels_starts_a_retraining(correct, settings, woken):
    settings.RETRAIN_AFTER_CORRECTIONS = 3
    correct(2)
    assert not Job.objects.exists()

    correct(1)

    job = Job.objects.get()
    assert (job.kind, job.trigger, job.requested_by) == ("retrain", "corrections", None)
    assert woken == [job.pk]


def test_labels_that_wait_for_approval_do_not_count_until_they_have_it(
    owner, administrator, version, settings, django_capture_on_commit_callbacks
):
    settings.RETRAIN_AFTER_CORRECTIONS = 1
    with django_capture_on_commit_callbacks(execute=True):
        waiting = label_drawing(drawing=make_drawing(owner), by=owner, label=4, source="api")
    assert not Job.objects.exists()

    with django_capture_on_commit_callbacks(execute=True):
        review_corrections(corrections=[waiting], by=administrator, verdict="approved")
    assert Job.objects.get().trigger == "corrections"


def test_it_counts_anew_from_the_last_retraining_that_was_queued(correct, settings):
    settings.RETRAIN_AFTER_CORRECTIONS = 2
    correct(2)
    end(Job.objects.get(), Status.FAILED)
    correct(1)
    assert Job.objects.count() == 1

    correct(1)
    assert Job.objects.count() == 2


def test_an_old_label_that_is_approved_late_is_new(
    owner, administrator, correct, settings, django_capture_on_commit_callbacks
):
    old = label_drawing(drawing=make_drawing(owner), by=owner, label=4, source="api")
    settings.RETRAIN_AFTER_CORRECTIONS = 1
    correct(1)
    end(Job.objects.get())

    with django_capture_on_commit_callbacks(execute=True):
        review_corrections(corrections=[old], by=administrator, verdict="approved")
    assert Job.objects.count() == 2


@pytest.mark.parametrize("status", [Status.QUEUED, Status.RUNNING])
def test_there_are_never_two_open_retrainings(correct, settings, status):
    settings.RETRAIN_AFTER_CORRECTIONS = 1
    make_job(status=status)
    correct(2)
    assert retrain_after_corrections() is None
    assert retrain_on_schedule() is None
    assert Job.objects.count() == 1


def test_other_kinds_of_jobs_do_not_stand_in_the_way(correct, settings):
    settings.RETRAIN_AFTER_CORRECTIONS = 1
    make_job(kind="train", status="running")
    correct(1)
    assert Job.objects.filter(kind="retrain").count() == 1


def test_the_database_itself_keeps_two_processes_apart(db):
    make_job(trigger="schedule")
    with pytest.raises(IntegrityError), transaction.atomic():
        make_job(trigger="corrections")
    make_job(trigger="person")
    make_job(trigger="person")


def test_one_that_loses_that_race_does_nothing(correct, monkeypatch):
    def lost(**kwargs: object) -> None:
        make_job(trigger="corrections")
        make_job(trigger="schedule")

    monkeypatch.setattr("recognizer.actions.jobs.automatic_retraining.request_retraining", lost)
    correct(1)
    assert retrain_on_schedule() is None
    assert not Job.objects.exists()


def test_what_the_database_refuses_for_another_reason_is_raised(correct, monkeypatch):
    def refuse(**kwargs: object) -> None:
        make_job(trigger="schedule", status=None)

    monkeypatch.setattr("recognizer.actions.jobs.automatic_retraining.request_retraining", refuse)
    correct(1)
    with pytest.raises(IntegrityError):
        retrain_on_schedule()


def test_it_is_off_where_nothing_is_set(correct, settings):
    assert settings.RETRAIN_AFTER_CORRECTIONS == 0
    correct(3)
    assert retrain_after_corrections() is None
    assert not Job.objects.exists()


def test_the_clock_retrains_when_there_is_anything_new(correct):
    assert retrain_on_schedule() is None  # nothing at all
    correct(1)
    job = retrain_on_schedule()
    assert job is not None
    assert (job.trigger, job.requested_by) == ("schedule", None)


def test_a_message_of_the_clock_that_comes_twice_does_no_harm(correct):
    correct(1)
    task()
    task()
    end(Job.objects.get())
    task()
    assert Job.objects.count() == 1


def test_a_drawing_deleted_meanwhile_is_nothing_new(correct):
    correct(1)
    Drawing.objects.all().delete()
    assert retrain_on_schedule() is None
