"""What every job has, whatever it does: its state, the lease of its attempt, and its progress."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class LeasedJob(models.Model):
    """A row of work in the background. `recognizer.actions.jobs.leases` changes its state."""

    class Status(models.TextChoices):
        QUEUED = "queued", _("queued")
        RUNNING = "running", _("running")
        SUCCEEDED = "succeeded", _("succeeded")
        FAILED = "failed", _("failed")
        CANCELED = "canceled", _("canceled")

    OPEN = (Status.QUEUED, Status.RUNNING)

    created_at = models.DateTimeField(auto_now_add=True, verbose_name=_("created at"))
    status = models.CharField(
        max_length=10,
        choices=Status,
        default=Status.QUEUED,
        db_index=True,
        verbose_name=_("status"),
    )
    attempt = models.PositiveSmallIntegerField(
        default=0,
        help_text=_("fencing token: only the attempt that holds the lease may store results"),
        verbose_name=_("attempt"),
    )
    lease_until = models.DateTimeField(null=True, blank=True, verbose_name=_("lease until"))
    woken_at = models.DateTimeField(
        null=True,
        blank=True,
        help_text=_("when the last wake-up message was sent"),
        verbose_name=_("woken at"),
    )
    cancel_requested_at = models.DateTimeField(
        null=True, blank=True, verbose_name=_("cancel requested at")
    )
    started_at = models.DateTimeField(null=True, blank=True, verbose_name=_("started at"))
    finished_at = models.DateTimeField(null=True, blank=True, verbose_name=_("finished at"))
    progress = models.JSONField(default=dict, verbose_name=_("progress"))
    error = models.JSONField(
        default=dict,
        blank=True,
        help_text=_("a message: why the newest attempt failed"),
        verbose_name=_("error"),
    )

    class Meta:
        abstract = True

    @property
    def is_open(self) -> bool:
        return self.status in self.OPEN
