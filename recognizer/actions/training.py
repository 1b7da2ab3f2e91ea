"""One attempt at a training job, from the claim to its end."""

import logging
import shutil
import socket
from pathlib import Path

from django.conf import settings
from django.db import DatabaseError

from recognizer.actions import from_scratch, jobs, retraining
from recognizer.actions.child import ChildFailed
from recognizer.models import TrainingJob

logger = logging.getLogger(__name__)
Status = TrainingJob.Status
ATTEMPTS = {
    TrainingJob.Kind.RETRAIN: retraining.attempt,
    TrainingJob.Kind.TRAIN: from_scratch.attempt,
}


def run_training(*, job_id: int) -> None:
    """Trains if the job still waits and no other trains; whatever happens is written on its row."""
    job = jobs.claim(job_id)
    if job is None:
        logger.info("job %s is not to be run now", job_id)
        return
    try:
        attempt_training(job)
    except jobs.LeaseLost:
        logger.info("%s stopped: cancelled, or held by another worker", job)
        jobs.release(job)
    except DatabaseError:
        logger.exception("%s: the database was away; the lease runs out and it is tried again", job)
        return
    except Exception as error:
        logger.exception("%s failed", job)
        words = str(error) if isinstance(error, ChildFailed) else repr(error)
        fail(job, words)
    jobs.wake_next()


def fail(job: TrainingJob, error: str) -> None:
    try:
        jobs.finish(job, Status.FAILED, error=error)
    except jobs.LeaseLost:
        jobs.release(job)


def attempt_training(job: TrainingJob) -> None:
    folder = work_folder(job)
    try:
        ATTEMPTS[TrainingJob.Kind(job.kind)](job, folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def work_folder(job: TrainingJob) -> Path:
    """An empty folder. One job trains at a time, so whatever lies there was left by the dead."""
    jobs_folder = settings.HOME / "jobs" / socket.gethostname()
    shutil.rmtree(jobs_folder, ignore_errors=True)
    folder = jobs_folder / f"{job.pk}-{job.attempt}"
    folder.mkdir(mode=0o700, parents=True)
    return folder
