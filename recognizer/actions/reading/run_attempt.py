"""Run one attempt at a reading job, from the claim to its end."""

import logging

from recognizer.actions.jobs import attempts
from recognizer.actions.reading import batch_attempt, lifecycle, page_attempt
from recognizer.models import ReadingJob

logger = logging.getLogger(__name__)
ATTEMPTS = {
    ReadingJob.Kind.BATCH: batch_attempt.attempt,
    ReadingJob.Kind.PAGE: page_attempt.attempt,
}


def run_reading_job(*, job_id: int) -> None:
    """Run the job if it is queued. Every outcome is stored on its row."""
    job = lifecycle.claim(job_id)
    if job is None:
        logger.info("reading job %s is not to be run now", job_id)
        return
    if attempts.run(job, attempt_job, fail=store_failure, release=lifecycle.release):
        lifecycle.wake_next()


def attempt_job(job: ReadingJob) -> None:
    ATTEMPTS[ReadingJob.Kind(job.kind)](job)


def store_failure(job: ReadingJob, error: Exception) -> None:
    """Store why the attempt failed. Raises LeaseLost."""
    lifecycle.finish(job, ReadingJob.Status.FAILED, error=attempts.message_of(error))
