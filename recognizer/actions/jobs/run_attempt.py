"""One attempt at a training job, from the claim to its end."""

import logging
import shutil
import socket
import time
from pathlib import Path

from django.conf import settings
from django.db import DatabaseError, close_old_connections

from mlcore.errors import UnusableBundle
from mlcore.messages import Message
from recognizer import codes
from recognizer.actions.jobs import lifecycle
from recognizer.actions.jobs.child_failures import ChildCrashed, ChildFailed
from recognizer.actions.jobs.database_errors import is_away, is_full, message_of_full
from recognizer.actions.training import from_scratch, retraining
from recognizer.actions.versions import rescore
from recognizer.models import Job

logger = logging.getLogger(__name__)
Status = Job.Status
WRITE_AGAIN_SECONDS = 1.0
ATTEMPTS = {
    Job.Kind.RETRAIN: retraining.attempt,
    Job.Kind.TRAIN: from_scratch.attempt,
    Job.Kind.RESCORE: rescore.attempt,
}


def run_job(*, job_id: int) -> None:
    """Trains if the job still waits and no other trains; whatever happens is written on its row."""
    job = lifecycle.claim(job_id)
    if job is None:
        logger.info("job %s is not to be run now", job_id)
        return
    try:
        attempt_job(job)
    except lifecycle.LeaseLost:
        logger.info("%s stopped: canceled, or held by another worker", job)
        lifecycle.release(job)
    except Exception as error:
        if is_away(error):
            logger.exception("%s: the database was away; it is tried again after its lease", job)
            return
        logger.exception("%s failed", job)
        write_down(job, error)
    lifecycle.wake_next()


def write_down(job: Job, error: Exception) -> None:
    """`give_reason`, and again for as long as a lease where a full database has no room for that.

    Raises DatabaseError where it stays full, or is away.
    """
    patience = time.monotonic() + settings.JOB_LEASE_SECONDS
    while True:
        try:
            return give_reason(job, error)
        except DatabaseError as refusal:
            if not is_full(refusal) or time.monotonic() > patience:
                raise
            logger.warning("%s: the database has no room for its reason; trying again", job)
            close_old_connections()
            time.sleep(WRITE_AGAIN_SECONDS)


def give_reason(job: Job, error: Exception) -> None:
    """Writes down why the attempt failed; after a crash of the child the job may be tried again."""
    try:
        if isinstance(error, ChildCrashed):
            lifecycle.crashed(job, error.message)
        else:
            lifecycle.finish(job, Status.FAILED, error=message_of(error))
    except lifecycle.LeaseLost:
        lifecycle.release(job)


def message_of(error: Exception) -> Message:
    if is_full(error):
        return message_of_full(error)
    if isinstance(error, ChildFailed | UnusableBundle):
        return error.message
    if isinstance(error, OSError):
        return codes.SYSTEM_REFUSED(reason=str(error))
    return codes.UNEXPECTED(reason=repr(error))


def attempt_job(job: Job) -> None:
    folder = work_folder(job)
    try:
        ATTEMPTS[Job.Kind(job.kind)](job, folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def work_folder(job: Job) -> Path:
    """An empty folder of this attempt's own."""
    sweep()
    folder = jobs_folder() / f"{job.pk}-{job.attempt}"
    folder.mkdir(mode=0o700, parents=True)
    return folder


def sweep() -> None:
    """Removes what dead attempts on this machine left behind.

    A folder is made after its attempt was claimed, so one that was there before the question and
    is of no running attempt has nobody to come back to it.
    """
    found = list(jobs_folder().glob("*"))
    if not found:
        return
    running = Job.objects.filter(status=Status.RUNNING).values_list("pk", "attempt")
    alive = {f"{pk}-{attempt}" for pk, attempt in running}
    for folder in found:
        if folder.name not in alive:
            logger.info("removing %s, which a dead attempt left", folder)
            shutil.rmtree(folder, ignore_errors=True)


def jobs_folder() -> Path:
    return Path(settings.HOME, "jobs", socket.gethostname())
