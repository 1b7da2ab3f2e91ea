"""The history of labels: rows are added, never changed in what they say."""

from django.conf import settings
from django.db import models

from recognizer.models.drawings import Drawing
from recognizer.models.labels import LABEL_CHOICES, LABEL_VALIDATORS, label_text


class Correction(models.Model):
    """Somebody gave a drawing a label. `state` mirrors the newest review of it."""

    class Source(models.TextChoices):
        STUDIO = "studio", "studio"
        HISTORY = "history", "history"
        ADMIN = "admin", "admin"
        API = "api", "API"
        REVIEW = "review", "review"

    class State(models.TextChoices):
        PENDING = "pending", "pending"
        APPROVED = "approved", "approved"
        REJECTED = "rejected", "rejected"
        WITHDRAWN = "withdrawn", "approval withdrawn"

    drawing = models.ForeignKey(Drawing, models.CASCADE, related_name="corrections")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="corrections"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    from_label = models.PositiveSmallIntegerField(null=True, choices=LABEL_CHOICES)
    to_label = models.PositiveSmallIntegerField(choices=LABEL_CHOICES, validators=LABEL_VALIDATORS)
    source = models.CharField(max_length=8, choices=Source)
    state = models.CharField(max_length=10, choices=State, db_index=True)
    # What speaks against it and for looking at it, as `actions.suspicion` measured it last.
    suspicion = models.FloatField(
        null=True,
        blank=True,
        help_text="0 to 1: how little its label fits what other labels taught about such drawings",
    )
    near_duplicate_of = models.ForeignKey(
        Drawing,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        help_text="an older drawing that is nearly the same",
    )

    class Meta:
        ordering = ["-id"]
        permissions = [("review_correction", "Can approve and reject corrections")]
        indexes = [models.Index(fields=["state", "suspicion"], name="correction_suspects")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(to_label__lte=10), name="correction_label_is_known"
            )
        ]

    def __str__(self) -> str:
        return f"{label_text(self.from_label) or 'none'} to {label_text(self.to_label)}"

    @property
    def from_text(self) -> str:
        return label_text(self.from_label)

    @property
    def to_text(self) -> str:
        return label_text(self.to_label)

    @property
    def counted_at_once(self) -> bool:
        """Whether it was approved without a review. Free of queries where reviews are at hand."""
        counted = self.state in (self.State.APPROVED, self.State.WITHDRAWN)
        verdicts = [review.verdict for review in self.reviews.all()]
        return counted and Review.Verdict.APPROVED not in verdicts


class Review(models.Model):
    """Somebody approved or rejected a correction, or took that back."""

    class Verdict(models.TextChoices):
        PENDING = "pending", "put back to wait"
        APPROVED = "approved", "approved"
        REJECTED = "rejected", "rejected"
        WITHDRAWN = "withdrawn", "approval withdrawn"

    correction = models.ForeignKey(Correction, models.CASCADE, related_name="reviews")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    verdict = models.CharField(max_length=10, choices=Verdict)
    reason = models.TextField(blank=True)

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.verdict} by {self.by}"
