"""Messages to another program that a job is over."""

from django.db import models

from recognizer.models.jobs import TrainingJob


class WebhookDelivery(models.Model):
    """One message; `sent_at` once the other side took it. `next_at`: when it is tried (again)."""

    job = models.OneToOneField(TrainingJob, models.CASCADE, related_name="webhook")
    created_at = models.DateTimeField(auto_now_add=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_at = models.DateTimeField(null=True, blank=True, db_index=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    error = models.TextField(blank=True, help_text="of the last attempt")

    class Meta:
        ordering = ["-id"]
        verbose_name_plural = "webhook deliveries"

    def __str__(self) -> str:
        return f"message about {self.job}"
