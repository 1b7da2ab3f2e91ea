"""The life cycle of a training or a re-scoring: leases, and its log, webhook and queue order."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Case, F, QuerySet, When
from django.utils import timezone

from mlcore.messages import Message, short_reason
from recognizer import codes
from recognizer.actions.jobs import leases, webhooks
from recognizer.actions.jobs.database_errors import is_taken
from recognizer.actions.jobs.leases import BACK_IN_QUEUE, held, held_and_wanted
from recognizer.actions.training.mnist import mnist_here
from recognizer.models import Job, JobEvent, ModelVersion, Worker
from recognizer.models.jobs import is_stopped, with_verdicts

Status = Job.Status


def wake(job_id: int) -> None:
    """Send a worker the message that the job waits. `reconcile` repeats a lost message."""
    leases.send(Job.objects.all(), job_id, task="recognizer.run_job")


def open_jobs_in_order() -> QuerySet[Job]:
    """Return open jobs: the running one, then trainings, then re-scorings, each oldest first."""
    priority = Case(
        When(status=Status.RUNNING, then=0), When(kind=Job.Kind.RESCORE, then=2), default=1
    )
    return Job.objects.filter(status__in=Job.OPEN).order_by(priority, "id")


def waiting() -> QuerySet[Job]:
    return open_jobs_in_order().filter(status=Status.QUEUED)


def wake_next() -> None:
    """Wake the first waiting job, unless a job is running."""
    first = waiting().first()
    if first and not Job.objects.filter(status=Status.RUNNING).exists():
        wake(first.pk)


def claim(job_id: int) -> Job | None:
    """Start an attempt at the job. Returns None if it is not queued or another job is running."""
    try:
        with transaction.atomic():
            progress = {"phase": "prepare", "fraction": 0.0}
            if not leases.begin(Job.objects.all(), job_id, progress=progress):
                return None
            job = Job.objects.get(pk=job_id)
            note(job, codes.ATTEMPT_STARTED(number=job.attempt))
    except IntegrityError as error:
        if not is_taken(error, Job, "status"):  # one_job_trains_at_a_time
            raise
        return None
    return job


def note(job: Job, *messages: Message) -> None:
    """Add lines to the job's log. Call it in the transaction that makes the logged change."""
    JobEvent.objects.bulk_create(
        JobEvent(
            job_id=job.pk,
            attempt=job.attempt,
            code=message["code"],
            parameters={name: value for name, value in message.items() if name != "code"},
        )
        for message in messages
    )


def renew(job: Job, progress: dict[str, Any], messages: Iterable[Message] = ()) -> None:
    """Renew the lease and store progress and log lines. Raises LeaseLost as `step` does."""
    step(job, *messages, lease_until=leases.end_of_lease(), progress=progress)


def step(job: Job, *messages: Message, **values: Any) -> None:
    """Update the job row and its log if this attempt still holds the lease.

    Raises LeaseLost if it does not, or if cancellation was requested.
    """
    with transaction.atomic():
        leases.update(job, **values)
        note(job, *messages)


def end(rows: QuerySet[Job], job: Job, status: str, **values: Any) -> bool:
    """End the job if it is still in `rows`, and queue its webhook. Returns whether it was."""
    with transaction.atomic():
        if not leases.end(rows, job, status, **values):
            return False
        error = values.get("error", {})
        ended = with_verdicts(Job.objects.only("kind", "version")).get(pk=job.pk)
        last = codes.STOPPED() if is_stopped(ended) else ending(status, error)
        note(job, *output_of(error), last)
        webhooks.announce(job)
    return True


def output_of(error: Message) -> list[Message]:
    """Return the lines that another program wrote about the error, as a line of the log."""
    return [codes.OTHER_LINE(text=error["detail"])] if error.get("detail") else []


def ending(status: str, error: Message) -> Message:
    """Return the last line of the log, such as "Failed: It ran out of memory."."""
    if status == Status.FAILED and error:
        return codes.FAILED_BECAUSE(reason=short_reason(error))
    endings = {Status.SUCCEEDED: codes.SUCCEEDED, Status.CANCELED: codes.CANCELED}
    return endings.get(Status(status), codes.FAILED)()


def finish(job: Job, status: str, **values: Any) -> None:
    """End the job. Raises LeaseLost as `step` does.

    Call it in the transaction that stores the attempt's results, so that both happen or neither.
    """
    if not end(held_and_wanted(job), job, status, **values):
        raise leases.LeaseLost


def crashed(job: Job, error: Message) -> None:
    """Queue the job again after a crash of the training process, or let it fail.

    JOB_RETRIES_AFTER_CRASH limits the retries. Raises LeaseLost as `step` does.
    """
    if job.crashes >= settings.JOB_RETRIES_AFTER_CRASH:
        finish(job, Status.FAILED, error=error, crashes=job.crashes + 1)
        return
    retry = {**BACK_IN_QUEUE, "error": error, "crashes": job.crashes + 1}
    crash = codes.CRASHED(reason=short_reason(error))
    step(job, *output_of(error), crash, codes.TRYING_AGAIN(), **retry)


def give_way(job: Job) -> None:
    """Put the job back into the queue without counting the attempt.

    The next attempt gets the same number, so this attempt must write nothing afterwards. Raises
    LeaseLost as `step` does.
    """
    step(job, codes.GAVE_WAY(), **BACK_IN_QUEUE, attempt=F("attempt") - 1)


def succeed(job: Job, *, version: ModelVersion, result: dict[str, Any]) -> None:
    """End the job with its new version. Call it in the version's transaction, like `finish`."""
    progress = {**job.progress, "phase": "done", "fraction": 1.0}
    for duplicate in ("history", "message"):  # the version's card and the log have them
        progress.pop(duplicate, None)
    note(job, codes.VERSION_CREATED(number=version.number), version.verdict["reason"])
    finish(job, Status.SUCCEEDED, version=version, result=result, progress=progress)


def release(job: Job) -> None:
    """Handle LeaseLost: end the job if it was canceled; leave it if another worker has it."""
    end(held(job).filter(cancel_requested_at__isnull=False), job, Status.CANCELED)


def cancel_job(*, job: Job) -> None:
    """Cancel a waiting job at once; request a running job to stop. Raises Conflict if it ended."""
    if end(Job.objects.filter(status=Status.QUEUED), job, Status.CANCELED):
        return
    with transaction.atomic():
        if leases.request_cancel(Job.objects.all(), job):
            job.refresh_from_db(fields=["attempt"])
            note(job, codes.CANCEL_REQUESTED())


def reconcile() -> None:
    """Handle lost workers and lost messages. Safe to run in any process at any time."""
    for job in leases.lost(Job.objects.all()):
        give_up(job, leases.lost(held(job)))
    first = waiting().first()
    if first and leases.is_to_be_woken(first):
        wake_next()


def give_up(job: Job, lost: QuerySet[Job]) -> None:
    """End an attempt whose worker is lost, if it is still in `lost`; queue it again if allowed."""
    times = job.attempt - job.crashes
    if job.cancel_requested_at:
        end(lost, job, Status.CANCELED)
    elif times < settings.JOB_MAX_ATTEMPTS:
        with transaction.atomic():
            if lost.update(**BACK_IN_QUEUE):
                note(job, codes.WORKER_LOST_TRYING_AGAIN())
    else:
        error = codes.WORKER_LOST(times=times)
        end(lost, job, Status.FAILED, error=error)


def sign_in_worker(*, name: str, started_at: Any, trains: bool, reads: bool) -> None:
    """Store the heartbeat of this machine's worker, and delete workers not seen for an hour."""
    now = timezone.now()
    seen = {"started_at": started_at, "seen_at": now, "has_mnist": mnist_here() is not None}
    Worker.objects.update_or_create(name=name, defaults={**seen, "trains": trains, "reads": reads})
    Worker.objects.filter(seen_at__lt=now - timedelta(hours=1)).delete()


def sign_out_worker(*, name: str) -> None:
    Worker.objects.filter(name=name).delete()
