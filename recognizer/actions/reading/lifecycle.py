"""The life cycle of a reading job. Its lease works as that of a training; any number may run."""

from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet

from recognizer import codes
from recognizer.actions.jobs import leases
from recognizer.actions.jobs.leases import BACK_IN_QUEUE, held, held_and_wanted
from recognizer.models import BatchPicture, ReadingJob

TASK = "recognizer.run_reading"
Status = ReadingJob.Status


def wake(job_id: int) -> None:
    """Send a reading worker the message that the job waits. `reconcile` repeats a lost message."""
    leases.send(ReadingJob.objects.all(), job_id, task=TASK)


def waiting() -> QuerySet[ReadingJob]:
    return ReadingJob.objects.filter(status=Status.QUEUED).order_by("id")


def wake_next() -> None:
    """Wake the oldest waiting job."""
    if first := waiting().first():
        wake(first.pk)


def claim(job_id: int) -> ReadingJob | None:
    """Start an attempt at the job. Returns None if it is not queued."""
    with transaction.atomic():
        begun = leases.begin(ReadingJob.objects.all(), job_id)
        return ReadingJob.objects.get(pk=job_id) if begun else None


def end(rows: QuerySet[ReadingJob], job: ReadingJob, status: str, **values: Any) -> bool:
    """End the job if it is still in `rows`, and drop the files that it leaves unread."""
    with transaction.atomic():
        if not leases.end(rows, job, status, **values):
            return False
        unread = BatchPicture.objects.filter(job=job, status=BatchPicture.Status.WAITING)
        unread.update(content=None)
    return True


def finish(job: ReadingJob, status: str, **values: Any) -> None:
    """End the job. Raises LeaseLost if the attempt lost its lease or was canceled."""
    if not end(held_and_wanted(job), job, status, **values):
        raise leases.LeaseLost


def release(job: ReadingJob) -> None:
    """Handle LeaseLost: end the job if it was canceled; leave it if another worker has it."""
    end(held(job).filter(cancel_requested_at__isnull=False), job, Status.CANCELED)


def cancel_reading_job(*, job: ReadingJob) -> None:
    """Cancel a waiting job at once; request a running job to stop. Raises Conflict if it ended."""
    rows = ReadingJob.objects.all()
    if not end(rows.filter(status=Status.QUEUED), job, Status.CANCELED):
        leases.request_cancel(rows, job)


def delete_reading_job(*, job: ReadingJob) -> None:
    """Delete a job with all that was read; a running attempt loses its lease. Drawings stay."""
    job.delete()


def reconcile() -> None:
    """Handle lost workers and lost messages. Safe to run in any process at any time."""
    for job in leases.lost(ReadingJob.objects.all()):
        give_up(job, leases.lost(held(job)))
    is_busy = ReadingJob.objects.filter(status=Status.RUNNING).exists()
    first = waiting().first()
    if first and not is_busy and leases.is_to_be_woken(first):
        wake(first.pk)


def give_up(job: ReadingJob, lost: QuerySet[ReadingJob]) -> None:
    """End an attempt whose worker is lost, if it is still in `lost`; queue it again if allowed."""
    if job.cancel_requested_at:
        end(lost, job, Status.CANCELED)
    elif job.attempt < settings.JOB_MAX_ATTEMPTS:
        lost.update(**BACK_IN_QUEUE)
    else:
        end(lost, job, Status.FAILED, error=codes.WORKER_LOST(times=job.attempt))
