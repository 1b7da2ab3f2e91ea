"""Which workers are there: each signs this book every few seconds."""

from datetime import timedelta

from django.conf import settings
from django.db import models
from django.utils import timezone


class WorkerQuerySet(models.QuerySet["Worker"]):
    def alive(self) -> "WorkerQuerySet":
        limit = timedelta(seconds=3 * settings.WORKER_HEARTBEAT_SECONDS)
        return self.filter(seen_at__gt=timezone.now() - limit)


class Worker(models.Model):
    name = models.CharField(max_length=120, unique=True)
    started_at = models.DateTimeField()
    seen_at = models.DateTimeField()
    has_mnist = models.BooleanField(default=False, help_text="MNIST is at hand on its machine")

    objects = WorkerQuerySet.as_manager()

    class Meta:
        ordering = ["-seen_at"]

    def __str__(self) -> str:
        return self.name
