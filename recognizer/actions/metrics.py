"""Figures for Prometheus: answers and times of this machine's web processes, and the state of jobs.

Under gunicorn every process keeps its counts in a file that all of them read (gunicorn.conf.py), so
it does not matter which one is asked. The state of jobs is read from the database when asked.
"""

import os
from collections.abc import Iterable, Iterator

from django.db.models import Count, Min
from django.utils import timezone
from prometheus_client import CONTENT_TYPE_LATEST as CONTENT_TYPE_LATEST
from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from mlcore.recognition.inference import Answer
from mlcore.recognition.number_reading import NumberReading
from recognizer.actions.drawings.refusal_reasons import Reason, reason_of
from recognizer.models import Job, ReadingJob, Worker

SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)  # upper bounds
QUEUES = {"training": Job, "reading": ReadingJob}

registry = CollectorRegistry()
requests = Histogram(
    "digits_request_seconds",
    "Seconds until a response began, by route",
    ["method", "route", "status"],
    buckets=SECONDS,
    registry=registry,
)
answers = Counter(
    "digits_answers",
    "Drawings that requests answered, by what they show; without a digit, why it was refused",
    ["shows"],
    registry=registry,
)


def count_answer(answer: Answer | None, number: NumberReading | None) -> None:
    reason = reason_of(answer, several=number is not None)
    shows = "number" if reason is Reason.SEVERAL else reason.value if reason else "digit"
    answers.labels(shows).inc()


class JobsCollector(Collector):
    """The state of jobs and workers, for the whole site."""

    def describe(self) -> Iterable[Metric]:
        return []  # or registering it would ask the database

    def collect(self) -> Iterator[Metric]:
        jobs = GaugeMetricFamily("digits_jobs", "Jobs by state", labels=["queue", "state"])
        ages = GaugeMetricFamily(
            "digits_queue_age_seconds", "Seconds that the oldest job waits", labels=["queue"]
        )
        for queue, model in QUEUES.items():
            states = model._default_manager.values("status").annotate(
                jobs=Count("pk"), oldest=Min("created_at")
            )
            found = {row["status"]: row for row in states.order_by()}
            for state in model.Status.values:
                jobs.add_metric([queue, state], found[state]["jobs"] if state in found else 0)
            waiting = found.get(model.Status.QUEUED)
            age = (timezone.now() - waiting["oldest"]).total_seconds() if waiting else 0.0
            ages.add_metric([queue], age)
        yield from (jobs, ages)
        workers = GaugeMetricFamily("digits_workers", "Workers with a heartbeat", labels=["queue"])
        workers.add_metric(["training"], Worker.objects.alive().training().count())
        workers.add_metric(["reading"], Worker.objects.alive().reading().count())
        yield workers


def exposition() -> bytes:
    """Return all figures in Prometheus's text format. Queries the database."""
    shown = registry
    if "PROMETHEUS_MULTIPROC_DIR" in os.environ:
        shown = CollectorRegistry()
        MultiProcessCollector(shown)
    of_jobs = CollectorRegistry()
    of_jobs.register(JobsCollector())
    return generate_latest(shown) + generate_latest(of_jobs)
