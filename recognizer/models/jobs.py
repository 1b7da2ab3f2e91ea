"""Training jobs: the row is the truth, a message only wakes a worker."""

from django.conf import settings
from django.db import models
from django.urls import reverse

from recognizer.models.versions import ModelVersion


class TrainingJob(models.Model):
    class Kind(models.TextChoices):
        RETRAIN = "retrain", "retraining"
        TRAIN = "train", "training from scratch"
        REREAD = "reread", "re-reading"

    class Trigger(models.TextChoices):
        PERSON = "person", "by hand"
        CORRECTIONS = "corrections", "enough new corrections"
        SCHEDULE = "schedule", "schedule"
        PROMOTION = "promotion", "after a promotion"

    class Status(models.TextChoices):
        QUEUED = "queued", "queued"
        RUNNING = "running", "running"
        SUCCEEDED = "succeeded", "succeeded"
        FAILED = "failed", "failed"
        CANCELLED = "cancelled", "cancelled"

    OPEN = (Status.QUEUED, Status.RUNNING)

    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="jobs"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    kind = models.CharField(max_length=10, choices=Kind, default=Kind.RETRAIN)
    trigger = models.CharField(max_length=12, choices=Trigger, default=Trigger.PERSON)
    status = models.CharField(max_length=10, choices=Status, default=Status.QUEUED, db_index=True)
    config = models.JSONField(
        default=dict,
        help_text="seed, recipe and, from scratch, architecture: enough to repeat it",
    )
    attempt = models.PositiveSmallIntegerField(
        default=0, help_text="fence: results count only from the attempt that holds the lease"
    )
    crashes = models.PositiveSmallIntegerField(
        default=0, help_text="attempts that a crash of the training process ended"
    )
    lease_until = models.DateTimeField(null=True, blank=True)
    woken_at = models.DateTimeField(null=True, blank=True, help_text="last message sent")
    cancel_requested_at = models.DateTimeField(null=True, blank=True)
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    progress = models.JSONField(default=dict)
    error = models.TextField(blank=True)
    result = models.JSONField(default=dict)
    version = models.OneToOneField(
        ModelVersion, models.SET_NULL, null=True, blank=True, related_name="job"
    )

    class Meta:
        ordering = ["-id"]
        permissions = [("start_training", "Can start and cancel training jobs")]
        constraints = [
            models.UniqueConstraint(
                fields=["status"],
                condition=models.Q(status="running"),
                name="one_job_trains_at_a_time",
            ),
            # Several processes may find at the same moment that it is time for a retraining.
            models.UniqueConstraint(
                fields=["kind"],
                condition=models.Q(
                    status__in=("queued", "running"), trigger__in=("corrections", "schedule")
                ),
                name="one_automatic_retraining_is_open",
            ),
        ]

    def __str__(self) -> str:
        return f"job {self.pk}"

    def get_absolute_url(self) -> str:
        return reverse("recognizer:job", args=[self.pk])

    @property
    def is_open(self) -> bool:
        return self.status in self.OPEN
