"""Celery tasks: an id in, one call out."""

from celery import shared_task

from recognizer.actions import suspicion, triggers
from recognizer.actions.training import run_training


@shared_task(name="recognizer.run_training_job")
def run_training_job(job_id: int) -> None:
    run_training(job_id=job_id)


@shared_task(name="recognizer.retrain_on_schedule")
def retrain_on_schedule() -> None:
    triggers.retrain_on_schedule()


@shared_task(name=suspicion.TASK)
def score_corrections() -> None:
    suspicion.score_corrections()
