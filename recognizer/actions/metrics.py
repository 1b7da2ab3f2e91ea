"""Figures for Prometheus: answers and times of this machine's web processes, jobs, and drift.

Under gunicorn every process keeps its counts in a file that all of them read (gunicorn.conf.py), so
it does not matter which one is asked. The others are read from the database when asked.
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
from recognizer.actions import drift
from recognizer.actions.drawings.refusal_reasons import Reason, reason_of
from recognizer.models import Job, ReadingJob, Worker
from recognizer.models.labels import NAMES

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


class DriftCollector(Collector):
    """How answers to saved drawings are distributed, for the whole site (`actions.drift`)."""

    def describe(self) -> Iterable[Metric]:
        return []

    def collect(self) -> Iterator[Metric]:
        of = ["source", "period"]
        shown = GaugeMetricFamily(
            "digits_saved_answers", "Answers by what they show", labels=[*of, "shows"]
        )
        sure = GaugeMetricFamily(
            "digits_saved_confidence", "Answers by class of confidence", labels=[*of, "from"]
        )
        labeled = GaugeMetricFamily("digits_saved_labeled", "Answers with a label", labels=of)
        corrected = GaugeMetricFamily(
            "digits_saved_corrected", "Answers whose label differs", labels=of
        )
        psi = GaugeMetricFamily(
            "digits_drift_psi",
            "Population stability index of a period against the weeks before",
            labels=[*of, "figure"],
        )
        chance = GaugeMetricFamily(
            "digits_drift_p",
            "Probability of such a difference by chance: chi-squared",
            labels=[*of, "figure"],
        )
        found = drift.recent_drifts()
        samples = {(each.source, each.period): each.now for each in found}
        samples |= {(each.source, "before"): each.before for each in found}
        for (source, period), counts in samples.items():
            for name, count in zip(drift.SHOWN, counts.shown, strict=True):
                shown.add_metric([source, period, NAMES.get(name, str(name))], count)
            for bound, count in zip((0.0, *drift.BOUNDS), counts.confidence, strict=True):
                sure.add_metric([source, period, str(bound)], count)
            labeled.add_metric([source, period], counts.labeled)
            corrected.add_metric([source, period], counts.corrected)
        for each in found:
            for figure, difference in each.differences.items():
                if difference.p is not None and difference.psi is not None:
                    psi.add_metric([each.source, each.period, figure], difference.psi)
                    chance.add_metric([each.source, each.period, figure], difference.p)
        yield from (shown, sure, labeled, corrected, psi, chance)


def exposition() -> bytes:
    """Return all figures in Prometheus's text format. Queries the database."""
    shown = registry
    if "PROMETHEUS_MULTIPROC_DIR" in os.environ:
        shown = CollectorRegistry()
        MultiProcessCollector(shown)
    of_site = CollectorRegistry()
    of_site.register(JobsCollector())
    of_site.register(DriftCollector())
    return generate_latest(shown) + generate_latest(of_site)
