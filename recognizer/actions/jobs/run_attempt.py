"""Run one attempt at a job, from the claim to its end."""

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
RETRY_SECONDS = 1.0
ATTEMPTS = {
    Job.Kind.RETRAIN: retraining.attempt,
    Job.Kind.TRAIN: from_scratch.attempt,
    Job.Kind.RESCORE: rescore.attempt,
}


def run_job(*, job_id: int) -> None:
    """Run the job if it is queued and no other job runs. Every outcome is stored on its row."""
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
            logger.exception("%s: the database was unavailable; retry after its lease", job)
            return
        logger.exception("%s failed", job)
        store_failure_with_retries(job, error)
    lifecycle.wake_next()


def store_failure_with_retries(job: Job, error: Exception) -> None:
    """Call `store_failure`; retry for the length of a lease while the database is full.

    Raises DatabaseError if it stays full, or for any other database error.
    """
    deadline = time.monotonic() + settings.JOB_LEASE_SECONDS
    while True:
        try:
            return store_failure(job, error)
        except DatabaseError as refusal:
            if not is_full(refusal) or time.monotonic() > deadline:
                raise
            logger.warning("%s: no space in the database for the failure; retrying", job)
            close_old_connections()
            time.sleep(RETRY_SECONDS)


def store_failure(job: Job, error: Exception) -> None:
    """Store why the attempt failed. After a crash of the child the job may be queued again."""
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
    """Create an empty folder for this attempt."""
    sweep()
    folder = jobs_folder() / f"{job.pk}-{job.attempt}"
    folder.mkdir(mode=0o700, parents=True)
    return folder


def sweep() -> None:
    """Remove the folders of dead attempts on this machine.

    An attempt creates its folder after its claim. So a folder that exists before the query, and
    whose attempt is not running, is no longer used.
    """
    found = list(jobs_folder().glob("*"))
    if not found:
        return
    running = Job.objects.filter(status=Status.RUNNING).values_list("pk", "attempt")
    alive = {f"{pk}-{attempt}" for pk, attempt in running}
    for folder in found:
        if folder.name not in alive:
            logger.info("removing %s of a dead attempt", folder)
            shutil.rmtree(folder, ignore_errors=True)


def jobs_folder() -> Path:
    return Path(settings.HOME, "jobs", socket.gethostname())
