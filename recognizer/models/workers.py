"""Running workers. Each stores a heartbeat every few seconds, and which jobs it runs."""

from datetime import timedelta

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class WorkerQuerySet(models.QuerySet["Worker"]):
    def alive(self) -> "WorkerQuerySet":
        limit = timedelta(seconds=3 * settings.WORKER_HEARTBEAT_SECONDS)
        return self.filter(seen_at__gt=timezone.now() - limit)

    def training(self) -> "WorkerQuerySet":
        """Return the workers that run trainings and re-scorings."""
        return self.filter(trains=True)

    def reading(self) -> "WorkerQuerySet":
        """Return the workers that run reading jobs."""
        return self.filter(reads=True)


class Worker(models.Model):
    name = models.CharField(max_length=120, unique=True, verbose_name=_("name"))
    started_at = models.DateTimeField(verbose_name=_("started at"))
    seen_at = models.DateTimeField(verbose_name=_("last seen at"))
    trains = models.BooleanField(
        default=True, help_text=_("runs trainings and re-scorings"), verbose_name=_("trains")
    )
    reads = models.BooleanField(
        default=False, help_text=_("runs reading jobs"), verbose_name=_("reads")
    )
    has_mnist = models.BooleanField(
        default=False, help_text=_("MNIST is available on its machine"), verbose_name=_("has MNIST")
    )

    objects = WorkerQuerySet.as_manager()

    class Meta:
        verbose_name = _("worker")
        verbose_name_plural = _("workers")
        ordering = ["-seen_at"]

    def __str__(self) -> str:
        return self.name
