"""Jobs. The row is the source of truth; a message only wakes a worker."""

from typing import Any

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from mlcore.codes import ALL_ANSWERED_CORRECTLY
from mlcore.messages import Message
from recognizer.models.checks import one_of
from recognizer.models.leased_jobs import LeasedJob
from recognizer.models.versions import ModelVersion, Row
from recognizer.permissions import START_TRAINING, codename

LARGE_COLUMNS = ("config", "progress", "error", "result")  # kilobytes each


class Job(LeasedJob):
    class Kind(models.TextChoices):
        RETRAIN = "retrain", _("retraining")
        TRAIN = "train", _("training from scratch")
        RESCORE = "rescore", _("re-scoring")

    class Trigger(models.TextChoices):
        PERSON = "person", _("manual")
        CORRECTIONS = "corrections", _("enough new corrections")
        SCHEDULE = "schedule", _("schedule")
        PROMOTION = "promotion", _("after a promotion")

    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="jobs",
        verbose_name=_("requested by"),
    )
    kind = models.CharField(
        max_length=10, choices=Kind, default=Kind.RETRAIN, verbose_name=_("kind")
    )
    trigger = models.CharField(
        max_length=12, choices=Trigger, default=Trigger.PERSON, verbose_name=_("trigger")
    )
    config = models.JSONField(
        default=dict,
        help_text=_("seed, recipe and, if from scratch, architecture: enough to reproduce the job"),
        verbose_name=_("config"),
    )
    crashes = models.PositiveSmallIntegerField(
        default=0,
        help_text=_("attempts ended by a crash of the training process"),
        verbose_name=_("crashes"),
    )
    result = models.JSONField(default=dict, verbose_name=_("result"))
    asked_version = models.ForeignKey(
        ModelVersion,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="rescores",
        help_text=_("of a re-scoring only"),
        verbose_name=_("asked version"),
    )
    version = models.OneToOneField(
        ModelVersion,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="job",
        verbose_name=_("version"),
    )

    class Meta:
        verbose_name = _("job")
        verbose_name_plural = _("jobs")
        ordering = ["-id"]
        permissions = [(codename(START_TRAINING), "Can start and cancel training jobs")]
        constraints = [
            models.UniqueConstraint(
                fields=["status"],
                condition=models.Q(status="running"),
                name="one_job_trains_at_a_time",
            ),
            # Several processes may decide at the same time that a retraining is due.
            models.UniqueConstraint(
                fields=["kind"],
                condition=models.Q(
                    status__in=("queued", "running"), trigger__in=("corrections", "schedule")
                ),
                name="one_automatic_retraining_is_open",
            ),
            # Several people may request the same re-scoring.
            models.UniqueConstraint(
                fields=["asked_version"],
                condition=models.Q(kind="rescore", status__in=("queued", "running")),
                name="one_rescore_of_a_version_is_open",
            ),
            one_of(
                "trigger",
                *("person", "corrections", "schedule", "promotion"),
                name="job_trigger_is_known",
            ),
            one_of(
                "status",
                *("queued", "running", "succeeded", "failed", "canceled"),
                name="job_status_is_known",
            ),
            models.CheckConstraint(
                condition=models.Q(kind="rescore", asked_version__isnull=False)
                | models.Q(kind__in=("retrain", "train"), asked_version__isnull=True),
                name="job_asks_a_version_if_it_rescores",
            ),
        ]

    def __str__(self) -> str:
        return gettext("job %(number)s") % {"number": self.pk}

    def get_absolute_url(self) -> str:
        return reverse("recognizer:job", args=[self.pk])

    @property
    def had_nothing_to_learn(self) -> bool:
        """Whether it ended since the version answers all corrections correctly. Nothing broke."""
        failed = self.status == self.Status.FAILED
        return failed and self.error.get("code") == ALL_ANSWERED_CORRECTLY.code


def with_jobs(rows: models.QuerySet[Row]) -> models.QuerySet[Row]:
    """Fetch each row's `job` without its large columns."""
    return rows.select_related("job").defer(*(f"job__{column}" for column in LARGE_COLUMNS))


def with_verdicts(rows: models.QuerySet[Job]) -> models.QuerySet[Job]:
    """Add `passed` and `promoted` of the version that the job made."""
    verdicts = {name: models.F(f"version__verdict__{name}") for name in ("passed", "promoted")}
    return rows.annotate(**verdicts)


def passed_gates(job: Any) -> bool | None:
    """Say whether a retraining's version passed the gates; None if it made none, or another kind.

    job: of `with_verdicts`, or one that has made no version yet.
    """
    if job.kind != Job.Kind.RETRAIN or job.version_id is None:
        return None
    return bool(job.passed)


def is_stopped(job: Any) -> bool:
    """Whether gates stopped a retraining. job: as for `passed_gates`."""
    return passed_gates(job) is False


def stopped_jobs(jobs: models.QuerySet[Job]) -> models.QuerySet[Job]:
    """Return those for which `is_stopped` is true."""
    made = jobs.filter(kind=Job.Kind.RETRAIN, version__isnull=False)
    passed = made.filter(version__verdict__passed=True)
    return made.exclude(pk__in=passed.values("pk"))


class JobEvent(models.Model):
    """One line of a job's log, as a code with parameters (see `mlcore.messages`)."""

    job = models.ForeignKey(Job, models.CASCADE, related_name="lines", verbose_name=_("job"))
    attempt = models.PositiveSmallIntegerField(verbose_name=_("attempt"))
    at = models.DateTimeField(auto_now_add=True, verbose_name=_("time"))
    code = models.CharField(max_length=40, verbose_name=_("code"))
    parameters = models.JSONField(default=dict, blank=True, verbose_name=_("parameters"))

    class Meta:
        verbose_name = _("log line")
        verbose_name_plural = _("log")
        ordering = ["id"]

    def __str__(self) -> str:
        return gettext("line %(number)s") % {"number": self.pk}

    @property
    def message(self) -> Message:
        return {"code": self.code, **self.parameters}
