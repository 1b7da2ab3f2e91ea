"""Running workers. Each stores a heartbeat every few seconds."""

from datetime import timedelta

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class WorkerQuerySet(models.QuerySet["Worker"]):
    def alive(self) -> "WorkerQuerySet":
        limit = timedelta(seconds=3 * settings.WORKER_HEARTBEAT_SECONDS)
        return self.filter(seen_at__gt=timezone.now() - limit)


class Worker(models.Model):
    name = models.CharField(max_length=120, unique=True, verbose_name=_("name"))
    started_at = models.DateTimeField(verbose_name=_("started at"))
    seen_at = models.DateTimeField(verbose_name=_("last seen at"))
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
