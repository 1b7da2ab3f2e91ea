"""Celery tasks: an id in, one call out."""

from celery import shared_task

from recognizer.actions.training import run_training


@shared_task(name="recognizer.run_training_job")
def run_training_job(job_id: int) -> None:
    run_training(job_id=job_id)
