"""The lease of a job's attempt, for every kind of job. The row is the source of truth.

Every step is one conditional UPDATE. If it matches no row, another process was first or the lease
was lost. So a message that is duplicated, late or lost, or a worker that dies, only causes delay.
"""

import logging
from datetime import datetime, timedelta
from typing import Any, TypeVar

from celery import current_app
from django.conf import settings
from django.db import DatabaseError
from django.db.models import F, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from recognizer.errors import Conflict
from recognizer.models.leased_jobs import LeasedJob

logger = logging.getLogger(__name__)
Status = LeasedJob.Status
WAKE_AGAIN_AFTER = timedelta(seconds=10)
BACK_IN_QUEUE = {"status": Status.QUEUED, "lease_until": None, "woken_at": None}

AnyJob = TypeVar("AnyJob", bound=LeasedJob)


class LeaseLost(Exception):
    """This attempt no longer holds the lease: canceled, expired or taken by another worker."""


def send(rows: QuerySet[AnyJob], job_id: int, *, task: str) -> None:
    """Send a worker the message that the job waits. The settings name the queue of each task.

    Never raises: the job's row exists, and the next heartbeat of a worker finds it.
    """
    row = rows.filter(pk=job_id)
    try:
        row.update(woken_at=timezone.now())
        if not send_task(task, args=[job_id]):
            row.update(woken_at=None)
    except DatabaseError as error:
        logger.warning("%s %s cannot be marked as woken: %s", task, job_id, error)


def send_task(task: str, **options: Any) -> bool:
    """Send a task to its queue. Logs whatever the broker raises; returns whether it was sent."""
    try:
        current_app.send_task(task, **options)
    except Exception:  # each broker raises errors of its own
        logger.exception("%s waits for the broker", task)
        return False
    return True


def is_to_be_woken(job: LeasedJob) -> bool:
    """Whether no message was sent to the waiting job, or so long ago that it may be lost."""
    return job.woken_at is None or job.woken_at < timezone.now() - WAKE_AGAIN_AFTER


def begin(rows: QuerySet[AnyJob], job_id: int, **values: Any) -> bool:
    """Start an attempt at the job if it is queued. Returns whether it was."""
    updated = rows.filter(pk=job_id, status=Status.QUEUED).update(
        status=Status.RUNNING,
        attempt=F("attempt") + 1,
        lease_until=end_of_lease(),
        started_at=timezone.now(),
        **values,
    )
    return updated == 1


def end_of_lease() -> datetime:
    return timezone.now() + timedelta(seconds=settings.JOB_LEASE_SECONDS)


def held(job: AnyJob) -> QuerySet[AnyJob]:
    """Return the job's row if this attempt still holds the lease, else nothing."""
    rows: QuerySet[AnyJob] = type(job)._default_manager.all()
    return rows.filter(pk=job.pk, attempt=job.attempt, status=Status.RUNNING)


def held_and_wanted(job: AnyJob) -> QuerySet[AnyJob]:
    """Like `held`, but nothing if cancellation was requested."""
    return held(job).filter(cancel_requested_at=None)


def update(job: LeasedJob, **values: Any) -> None:
    """Update the job's row. Raises LeaseLost if the attempt lost its lease or was canceled."""
    if held_and_wanted(job).update(**values) != 1:
        raise LeaseLost


def renew(job: LeasedJob, progress: dict[str, Any]) -> None:
    """Renew the lease and store the progress. Raises LeaseLost as `update` does."""
    update(job, lease_until=end_of_lease(), progress=progress)


def end(rows: QuerySet[AnyJob], job: AnyJob, status: str, **values: Any) -> bool:
    """End the job if it is still in `rows`. Returns whether it was."""
    ended = {"status": status, "finished_at": timezone.now(), "lease_until": None}
    return rows.filter(pk=job.pk).update(**ended, **{"error": {}, **values}) == 1


def request_cancel(rows: QuerySet[AnyJob], job: AnyJob) -> bool:
    """Ask a running job to stop. Returns False if it was asked before; Conflict if it has ended."""
    running = rows.filter(pk=job.pk, status=Status.RUNNING)
    if running.filter(cancel_requested_at=None).update(cancel_requested_at=timezone.now()):
        return True
    if not running.exists():
        raise Conflict(_("The job has already ended."))
    return False


def lost(rows: QuerySet[AnyJob]) -> QuerySet[AnyJob]:
    """Return the jobs whose worker let the lease expire."""
    return rows.filter(status=Status.RUNNING, lease_until__lt=timezone.now())
