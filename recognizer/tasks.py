"""Celery tasks: an id in, one call out."""

from celery import shared_task

from recognizer.actions.jobs import automatic_retraining
from recognizer.actions.jobs.run_attempt import run_training
from recognizer.actions.labels import label_quality


@shared_task(name="recognizer.run_training_job")
def run_training_job(job_id: int) -> None:
    run_training(job_id=job_id)


@shared_task(name="recognizer.retrain_on_schedule")
def retrain_on_schedule() -> None:
    automatic_retraining.retrain_on_schedule()


@shared_task(name=label_quality.TASK)
def score_corrections() -> None:
    label_quality.score_corrections()
