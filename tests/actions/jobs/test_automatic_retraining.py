"""Automatic retraining: after enough labels, and on a schedule."""

from collections.abc import Callable

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from recognizer.actions.jobs.automatic_retraining import (
    CHORE,
    EVERY,
    retrain_after_corrections,
    retrain_if_due,
    retrain_on_schedule,
)
from recognizer.actions.labels.label_history import label_drawing, review_corrections
from recognizer.models import Chore, Drawing, Job, ModelVersion, User
from recognizer.tasks import retrain_on_schedule as task
from tests.pages.rows import make_drawing, make_job

pytestmark = pytest.mark.usefixtures("woken")

Status = Job.Status


@pytest.fixture
def look(django_capture_on_commit_callbacks: Callable) -> Callable[[], None]:
    """A worker looks whether a retraining is due, after the time between two looks."""

    def look() -> None:
        Chore.objects.filter(name=CHORE).update(woken_at=timezone.now() - 2 * EVERY)
        with django_capture_on_commit_callbacks(execute=True):
            retrain_if_due()

    return look


@pytest.fixture
def correct(
    owner: User, administrator: User, version: ModelVersion, look: Callable[[], None]
) -> Callable[[int], None]:
    """Add approved labels to the owner's drawings; after each a worker looks."""

    def correct(count: int) -> None:
        for _ in range(count):
            drawing = make_drawing(owner)
            label_drawing(drawing=drawing, by=administrator, label=4, source="api")
            look()

    return correct


def end(job: Job | None, status: str = Status.SUCCEEDED) -> None:
    assert job is not None
    Job.objects.filter(pk=job.pk).update(status=status)


def test_the_last_required_label_starts_a_retraining(correct, settings, woken):
    settings.RETRAIN_AFTER_CORRECTIONS = 3
    correct(2)
    assert not Job.objects.exists()

    correct(1)

    job = Job.objects.get()
    assert (job.kind, job.trigger, job.requested_by) == ("retrain", "corrections", None)
    assert woken == [job.pk]


def test_between_two_looks_nothing_is_read(
    correct, owner, administrator, settings, django_assert_num_queries
):
    settings.RETRAIN_AFTER_CORRECTIONS = 2
    correct(1)
    label_drawing(drawing=make_drawing(owner), by=administrator, label=4, source="api")

    with django_assert_num_queries(2):  # of the chore's row
        retrain_if_due()

    assert not Job.objects.exists()


def test_pending_labels_count_only_after_approval(owner, administrator, version, settings, look):
    settings.RETRAIN_AFTER_CORRECTIONS = 1
    waiting = label_drawing(drawing=make_drawing(owner), by=owner, label=4, source="api")
    look()
    assert not Job.objects.exists()

    review_corrections(corrections=[waiting], by=administrator, verdict="approved")
    look()
    assert Job.objects.get().trigger == "corrections"


def test_counting_restarts_after_a_queued_retraining(correct, settings):
    settings.RETRAIN_AFTER_CORRECTIONS = 2
    correct(2)
    end(Job.objects.get(), Status.FAILED)
    correct(1)
    assert Job.objects.count() == 1

    correct(1)
    assert Job.objects.count() == 2


def test_an_old_label_counts_as_new_when_it_is_approved(
    owner, administrator, correct, settings, look
):
    old = label_drawing(drawing=make_drawing(owner), by=owner, label=4, source="api")
    settings.RETRAIN_AFTER_CORRECTIONS = 1
    correct(1)
    end(Job.objects.get())

    review_corrections(corrections=[old], by=administrator, verdict="approved")
    look()
    assert Job.objects.count() == 2


@pytest.mark.parametrize("status", [Status.QUEUED, Status.RUNNING])
def test_there_are_never_two_open_retrainings(correct, settings, status):
    settings.RETRAIN_AFTER_CORRECTIONS = 1
    make_job(status=status)
    correct(2)
    assert retrain_after_corrections() is None
    assert retrain_on_schedule() is None
    assert Job.objects.count() == 1


def test_other_kinds_of_jobs_do_not_prevent_a_retraining(correct, settings):
    settings.RETRAIN_AFTER_CORRECTIONS = 1
    make_job(kind="train", status="running")
    correct(1)
    assert Job.objects.filter(kind="retrain").count() == 1


def test_the_database_allows_one_open_automatic_retraining(db):
    make_job(trigger="schedule")
    with pytest.raises(IntegrityError), transaction.atomic():
        make_job(trigger="corrections")
    make_job(trigger="person")
    make_job(trigger="person")


def test_the_loser_of_the_race_does_nothing(correct, monkeypatch):
    def lost(**kwargs: object) -> None:
        make_job(trigger="corrections")
        make_job(trigger="schedule")

    monkeypatch.setattr("recognizer.actions.jobs.automatic_retraining.request_retraining", lost)
    correct(1)
    assert retrain_on_schedule() is None
    assert not Job.objects.exists()


def test_other_integrity_errors_are_raised(correct, monkeypatch):
    def refuse(**kwargs: object) -> None:
        make_job(trigger="schedule", status=None)

    monkeypatch.setattr("recognizer.actions.jobs.automatic_retraining.request_retraining", refuse)
    correct(1)
    with pytest.raises(IntegrityError):
        retrain_on_schedule()


def test_it_is_off_by_default(correct, settings):
    assert settings.RETRAIN_AFTER_CORRECTIONS == 0
    correct(3)
    assert retrain_after_corrections() is None
    assert not Job.objects.exists()


def test_the_schedule_retrains_if_any_label_is_new(correct):
    assert retrain_on_schedule() is None  # no label at all
    correct(1)
    job = retrain_on_schedule()
    assert job is not None
    assert (job.trigger, job.requested_by) == ("schedule", None)


def test_a_duplicate_schedule_message_does_nothing(correct):
    correct(1)
    task()
    task()
    end(Job.objects.get())
    task()
    assert Job.objects.count() == 1


def test_a_deleted_drawing_does_not_count_as_new(correct):
    correct(1)
    Drawing.objects.all().delete()
    assert retrain_on_schedule() is None
