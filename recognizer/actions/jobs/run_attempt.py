"""Run one attempt at a job, from the claim to its end."""

import logging
import shutil
import socket
from pathlib import Path

from django.conf import settings

from recognizer.actions.jobs import attempts, lifecycle
from recognizer.actions.jobs.child_failures import ChildCrashed
from recognizer.actions.training import from_scratch, retraining
from recognizer.actions.versions import rescore
from recognizer.models import Job

logger = logging.getLogger(__name__)
Status = Job.Status
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
    if attempts.run(job, attempt_job, fail=store_failure, release=lifecycle.release):
        lifecycle.wake_next()


def store_failure(job: Job, error: Exception) -> None:
    """Store why the attempt failed. Raises LeaseLost.

    After a crash of the child the job may be queued again.
    """
    if isinstance(error, ChildCrashed):
        lifecycle.crashed(job, error.message)
    else:
        lifecycle.finish(job, Status.FAILED, error=attempts.message_of(error))


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
