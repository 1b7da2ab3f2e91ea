"""Celery tasks. Each takes at most an id or a name and calls one action."""

from celery import shared_task

from recognizer.actions import tallies
from recognizer.actions.jobs import automatic_retraining, run_attempt
from recognizer.actions.labels import label_quality
from recognizer.actions.reading import lifecycle as reading
from recognizer.actions.reading.run_attempt import run_reading_job


@shared_task(name="recognizer.run_job")
def run_job(job_id: int) -> None:
    run_attempt.run_job(job_id=job_id)


@shared_task(name=reading.TASK)
def run_reading(job_id: int) -> None:
    run_reading_job(job_id=job_id)


@shared_task(name="recognizer.retrain_on_schedule")
def retrain_on_schedule() -> None:
    automatic_retraining.retrain_on_schedule()


@shared_task(name=label_quality.TASK)
def score_corrections() -> None:
    label_quality.score_corrections()


@shared_task(name=tallies.TASK)
def count(name: str) -> None:
    tallies.count(name)
