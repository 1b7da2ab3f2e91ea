"""How long a running job will take: from earlier jobs, or else as its own process estimates."""

from dataclasses import dataclass
from statistics import median

from django.utils import timezone

from recognizer.models import Job

EARLIER = 5  # jobs, of whose durations the median counts


@dataclass(frozen=True)
class Estimate:
    """fraction: what is done, 0 to 1. seconds_left: until the end. None: not known yet."""

    fraction: float | None = None
    seconds_left: float | None = None


def estimate(job: Job) -> Estimate:
    """Return the estimate of a running job; of any other one nothing is known.

    Makes one query, and none for a re-scoring, which knows its own speed at once.
    """
    if job.status != Job.Status.RUNNING:
        return Estimate()
    usual = usual_seconds(job)
    spent = (timezone.now() - job.started_at).total_seconds() if job.started_at else 0.0
    if usual is not None and spent < usual:
        return Estimate(spent / usual, usual - spent)
    left = job.progress.get("seconds_left")
    return Estimate(None if left is None else job.progress.get("fraction"), left)


def usual_seconds(job: Job) -> float | None:
    """Return how long the newest jobs that did the same took in one attempt; None without one."""
    if job.kind == Job.Kind.RESCORE:
        return None
    same = {
        "kind": job.kind,
        "config__recipe": job.config.get("recipe", {}),
        "config__architecture": job.config.get("architecture"),
    }
    if job.kind == Job.Kind.RETRAIN:
        del same["config__architecture"]  # a retraining has none
    ended = Job.objects.filter(
        **same, status=Job.Status.SUCCEEDED, attempt=1, started_at__isnull=False
    )
    times = ended.order_by("-pk").values_list("started_at", "finished_at")[:EARLIER]
    seconds = [
        (finished - started).total_seconds() for started, finished in times if started and finished
    ]
    return median(seconds) if seconds else None
