"""Queued webhooks that report the end of a job."""

from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from recognizer.models.jobs import Job


class WebhookDelivery(models.Model):
    """One delivery. sent_at: when the receiver accepted it. next_at: time of the next attempt."""

    job = models.OneToOneField(Job, models.CASCADE, related_name="webhook", verbose_name=_("job"))
    created_at = models.DateTimeField(auto_now_add=True, verbose_name=_("created at"))
    attempts = models.PositiveSmallIntegerField(default=0, verbose_name=_("attempts"))
    next_at = models.DateTimeField(null=True, blank=True, verbose_name=_("next attempt at"))
    sent_at = models.DateTimeField(null=True, blank=True, verbose_name=_("sent at"))
    error = models.JSONField(
        default=dict,
        blank=True,
        help_text=_("message of the last attempt"),
        verbose_name=_("error"),
    )

    class Meta:
        verbose_name = _("webhook delivery")
        verbose_name_plural = _("webhook deliveries")
        ordering = ["-id"]
        indexes = [
            models.Index(
                fields=["next_at"],
                condition=models.Q(sent_at__isnull=True),
                name="delivery_unsent",
            )
        ]

    def __str__(self) -> str:
        return gettext("message about %(job)s") % {"job": self.job}
