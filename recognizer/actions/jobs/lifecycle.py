"""The life of a training job. Its row is the truth; a message only wakes a worker.

Every step is one conditional UPDATE, so a message that comes twice, late or never, and a worker
that dies, change nothing but the time: whoever's UPDATE finds no row was not meant.
"""

import logging
from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from celery import current_app
from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Case, F, QuerySet, When
from django.utils import timezone
from django.utils.translation import gettext as _
from kombu.exceptions import ChannelError, OperationalError

from mlcore.messages import Message, short_reason
from recognizer import codes
from recognizer.actions.jobs import webhooks
from recognizer.actions.jobs.database_errors import is_taken
from recognizer.actions.training.mnist import mnist_here
from recognizer.errors import Conflict
from recognizer.models import Job, JobEvent, ModelVersion, Worker

logger = logging.getLogger(__name__)
Status = Job.Status
WAKE_AGAIN_AFTER = timedelta(seconds=10)
BACK_IN_LINE = {"status": Status.QUEUED, "lease_until": None, "woken_at": None}


class LeaseLost(Exception):
    """This attempt no longer holds the job: canceled, timed out or given to another worker."""


def wake(job_id: int) -> None:
    """Tells a worker that the job waits. If the message is lost, `reconcile` sends another."""
    rows = Job.objects.filter(pk=job_id)
    rows.update(woken_at=timezone.now())
    try:
        current_app.send_task("recognizer.run_job", args=[job_id])
    except (OSError, OperationalError, ChannelError) as error:
        logger.warning("job %s waits for the broker: %s", job_id, error)
        rows.update(woken_at=None)


def in_line() -> QuerySet[Job]:
    """Open jobs in their order: what runs, trainings that wait, re-scorings; the oldest first."""
    places = Case(
        When(status=Status.RUNNING, then=0), When(kind=Job.Kind.RESCORE, then=2), default=1
    )
    return Job.objects.filter(status__in=Job.OPEN).order_by(places, "id")


def waiting() -> QuerySet[Job]:
    return in_line().filter(status=Status.QUEUED)


def wake_next() -> None:
    """Wakes the first waiting job, unless one runs."""
    first = waiting().first()
    if first and not Job.objects.filter(status=Status.RUNNING).exists():
        wake(first.pk)


def claim(job_id: int) -> Job | None:
    """Takes the job for one attempt, or None: it does not wait any more, or another job trains."""
    now = timezone.now()
    try:
        with transaction.atomic():
            updated = Job.objects.filter(pk=job_id, status=Status.QUEUED).update(
                status=Status.RUNNING,
                attempt=F("attempt") + 1,
                lease_until=now + timedelta(seconds=settings.JOB_LEASE_SECONDS),
                started_at=now,
                progress={"phase": "prepare", "fraction": 0.0},
            )
            if updated != 1:
                return None
            job = Job.objects.get(pk=job_id)
            note(job, codes.ATTEMPT_STARTED(number=job.attempt))
    except IntegrityError as error:
        if not is_taken(error, Job, "status"):  # one_job_trains_at_a_time
            raise
        return None
    return job


def note(job: Job, *messages: Message) -> None:
    """Adds lines to the job's log; call it in one transaction with what they tell of."""
    JobEvent.objects.bulk_create(
        JobEvent(
            job_id=job.pk,
            attempt=job.attempt,
            code=said["code"],
            parameters={name: value for name, value in said.items() if name != "code"},
        )
        for said in messages
    )


def held(job: Job) -> QuerySet[Job]:
    """The job's row, as long as this attempt holds it."""
    return Job.objects.filter(pk=job.pk, attempt=job.attempt, status=Status.RUNNING)


def renew(job: Job, progress: dict[str, Any], said: Iterable[Message] = ()) -> None:
    """Heartbeat, progress and new lines of the log in one. Raises LeaseLost where the job is to
    stop."""
    lease = timezone.now() + timedelta(seconds=settings.JOB_LEASE_SECONDS)
    step(job, *said, lease_until=lease, progress=progress)


def step(job: Job, *said: Message, **values: Any) -> None:
    """Changes the row of an attempt that goes by the book, and adds to its log. Raises LeaseLost
    where it holds the job no more or was asked to stop."""
    with transaction.atomic():
        if held(job).filter(cancel_requested_at=None).update(**values) != 1:
            raise LeaseLost
        note(job, *said)


def end(rows: QuerySet[Job], job: Job, status: str, **values: Any) -> bool:
    """Ends the job if it is in `rows` still, and has it told; whether this call did."""
    values = {"error": {}, **values}
    with transaction.atomic():
        ended = {"status": status, "finished_at": timezone.now(), "lease_until": None}
        if rows.filter(pk=job.pk).update(**ended, **values) != 1:
            return False
        note(job, ending(status, values["error"]))
        webhooks.announce(job)
    return True


def ending(status: str, error: Message) -> Message:
    """What the log says last, such as "Failed: It ran out of memory."."""
    if status == Status.FAILED and error:
        return codes.FAILED_BECAUSE(reason=short_reason(error))
    endings = {Status.SUCCEEDED: codes.SUCCEEDED, Status.CANCELED: codes.CANCELED}
    return endings.get(Status(status), codes.FAILED)()


def finish(job: Job, status: str, **values: Any) -> None:
    """Ends the attempt. Raises LeaseLost where it holds the job no more or was asked to stop; call
    it in a transaction with whatever counts only if the attempt does."""
    if not end(held(job).filter(cancel_requested_at=None), job, status, **values):
        raise LeaseLost


def crashed(job: Job, error: Message) -> None:
    """After a crash of the training process: one more try, as JOB_RETRIES_AFTER_CRASH says, or the
    end. Raises LeaseLost as `finish` does."""
    if job.crashes >= settings.JOB_RETRIES_AFTER_CRASH:
        finish(job, Status.FAILED, error=error, crashes=job.crashes + 1)
        return
    again = {**BACK_IN_LINE, "error": error, "crashes": job.crashes + 1}
    step(job, codes.CRASHED(reason=short_reason(error)), codes.TRYING_AGAIN(), **again)


def give_way(job: Job) -> None:
    """Puts the job back into the queue; an attempt that ends so does not count.

    The next one gets the same number, so call it last: whoever gave way writes nothing any more.
    Raises LeaseLost.
    """
    step(job, codes.GAVE_WAY(), **BACK_IN_LINE, attempt=F("attempt") - 1)


def succeed(job: Job, *, version: ModelVersion, result: dict[str, Any]) -> None:
    """End the attempt with its version, in one transaction with it, as `finish`."""
    progress = {**job.progress, "phase": "done", "fraction": 1.0}
    for told_elsewhere in ("history", "message"):  # by the card, and by the log
        progress.pop(told_elsewhere, None)
    note(job, codes.VERSION_CREATED(number=version.number), version.verdict["reason"])
    finish(job, Status.SUCCEEDED, version=version, result=result, progress=progress)


def release(job: Job) -> None:
    """After LeaseLost: a canceled job becomes so; one that another worker holds is left alone."""
    end(held(job).filter(cancel_requested_at__isnull=False), job, Status.CANCELED)


def cancel_job(*, job: Job) -> None:
    """Ends a waiting job at once and asks a running one to stop. Raises Conflict if it is over."""
    if end(Job.objects.filter(status=Status.QUEUED), job, Status.CANCELED):
        return
    running = Job.objects.filter(pk=job.pk, status=Status.RUNNING)
    with transaction.atomic():
        if running.filter(cancel_requested_at=None).update(cancel_requested_at=timezone.now()):
            job.refresh_from_db(fields=["attempt"])
            note(job, codes.CANCEL_REQUESTED())
        elif not running.exists():
            raise Conflict(_("The job has already ended."))


def reconcile() -> None:
    """Puts right what messages and workers left undone. Safe to run anywhere, at any time."""
    now = timezone.now()
    for job in Job.objects.filter(status=Status.RUNNING, lease_until__lt=now):
        give_up(job, held(job).filter(lease_until__lt=now))
    first = waiting().first()
    if first and (first.woken_at is None or first.woken_at < now - WAKE_AGAIN_AFTER):
        wake_next()


def give_up(job: Job, lost: QuerySet[Job]) -> None:
    """Ends an attempt whose worker is gone, if it is in `lost` still; another follows if it may."""
    times = job.attempt - job.crashes
    if job.cancel_requested_at:
        end(lost, job, Status.CANCELED)
    elif times < settings.JOB_MAX_ATTEMPTS:
        with transaction.atomic():
            if lost.update(**BACK_IN_LINE):
                note(job, codes.WORKER_LOST_TRYING_AGAIN())
    else:
        error = codes.WORKER_LOST(times=times)
        end(lost, job, Status.FAILED, error=error)


def sign_in_worker(*, name: str, started_at: Any) -> None:
    """A heartbeat of this machine's worker; those that are long gone are forgotten on the way."""
    now = timezone.now()
    seen = {"started_at": started_at, "seen_at": now, "has_mnist": mnist_here() is not None}
    Worker.objects.update_or_create(name=name, defaults=seen)
    Worker.objects.filter(seen_at__lt=now - timedelta(hours=1)).delete()


def sign_out_worker(*, name: str) -> None:
    Worker.objects.filter(name=name).delete()
