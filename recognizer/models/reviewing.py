"""Leases on drawings under review, and reviewers' decisions."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from recognizer.models.checks import known_label, one_of
from recognizer.models.corrections import Correction, Review
from recognizer.models.drawings import Drawing
from recognizer.models.labels import LabelField


class Why(models.TextChoices):
    """Why a drawing is shown to a reviewer."""

    LABEL = "label", _("a label to review")
    DOUBT = "doubt", _("an uncertain answer")
    RANDOM = "random", _("chosen at random")
    SECOND = "second", _("a second label was asked for")


class ReviewLeaseQuerySet(models.QuerySet["ReviewLease"]):
    def blocking(self, person_id: int) -> "ReviewLeaseQuerySet":
        """Return the leases that block a drawing for this person: others' leases, own skips."""
        theirs = models.Q(skipped=False) & ~models.Q(by=person_id)
        own = models.Q(skipped=True, by=person_id)
        return self.filter(theirs | own, until__gt=timezone.now())


class ReviewLease(models.Model):
    """Reserves a drawing for a reviewer for a minute; if skipped, only for the other reviewers."""

    drawing = models.OneToOneField(
        Drawing, models.CASCADE, primary_key=True, related_name="lease", verbose_name=_("drawing")
    )
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name=_("by")
    )
    why = models.CharField(max_length=6, choices=Why, verbose_name=_("why"))
    until = models.DateTimeField(verbose_name=_("until"))
    skipped = models.BooleanField(default=False, verbose_name=_("skipped"))

    objects = ReviewLeaseQuerySet.as_manager()

    class Meta:
        constraints = [one_of("why", *Why.values, name="lease_why_is_known")]

    def __str__(self) -> str:
        return f"{self.drawing}: {self.by}"


class ReviewDecisionQuerySet(models.QuerySet["ReviewDecision"]):
    def not_undone(self) -> "ReviewDecisionQuerySet":
        return self.filter(undone_at=None)


class ReviewDecision(models.Model):
    """A reviewer's decision and its effect on the drawing's labels.

    `key` is an idempotency key made by the client, so that a repeated request counts once.
    """

    key = models.UUIDField(unique=True, verbose_name=_("key"))
    drawing = models.ForeignKey(
        Drawing, models.CASCADE, related_name="decisions", verbose_name=_("drawing")
    )
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        db_index=False,  # decision_by_day
        related_name="review_decisions",
        verbose_name=_("by"),
    )
    created_at = models.DateTimeField(auto_now_add=True, verbose_name=_("created at"))
    why = models.CharField(max_length=6, choices=Why, verbose_name=_("why"))
    label = LabelField(verbose_name=_("label"))
    correction = models.ForeignKey(
        Correction,
        models.CASCADE,
        null=True,
        related_name="decisions",
        help_text=_("the label that was reviewed"),
        verbose_name=_("correction"),
    )
    verdict = models.CharField(
        max_length=10,
        choices=Review.Verdict,
        blank=True,
        help_text=_("the reviewed label's new state; empty if unchanged"),
        verbose_name=_("verdict"),
    )
    added = models.OneToOneField(
        Correction,
        models.CASCADE,
        null=True,
        related_name="added_by",
        help_text=_("the reviewer's own label, if it differs"),
        verbose_name=_("added"),
    )
    answer = LabelField(
        null=True,
        help_text=_("the drawing's answer at the time of the decision"),
        verbose_name=_("answer"),
    )
    undone_at = models.DateTimeField(null=True, verbose_name=_("undone at"))

    objects = ReviewDecisionQuerySet.as_manager()

    class Meta:
        verbose_name = _("review decision")
        verbose_name_plural = _("review decisions")
        ordering = ["-id"]
        indexes = [models.Index(fields=["by", "created_at"], name="decision_by_day")]
        constraints = [
            one_of("why", *Why.values, name="decision_why_is_known"),
            known_label("label", name="decision_label_is_known"),
            known_label("answer", name="decision_answer_is_known"),
            one_of("verdict", "", *Review.Verdict.values, name="decision_verdict_is_known"),
        ]

    def __str__(self) -> str:
        return f"{self.drawing}: {self.by}"


class SecondLabel(models.Model):
    """A request that another reviewer labels a drawing too, to measure how well they agree.

    first: the decision that there was. second: the other reviewer's; null while it waits. It
    changes no label of the drawing.
    """

    drawing = models.OneToOneField(
        Drawing, models.CASCADE, primary_key=True, related_name="+", verbose_name=_("drawing")
    )
    first = models.OneToOneField(
        ReviewDecision, models.CASCADE, related_name="+", verbose_name=_("first label")
    )
    second = models.OneToOneField(
        ReviewDecision,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("second label"),
    )
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        related_name="+",
        verbose_name=_("asked by"),
    )
    asked_at = models.DateTimeField(auto_now_add=True, verbose_name=_("asked at"))

    class Meta:
        verbose_name = _("second label")
        verbose_name_plural = _("second labels")
        ordering = ["-asked_at", "-pk"]

    def __str__(self) -> str:
        return str(self.drawing)


class ChoreQuerySet(models.QuerySet["Chore"]):
    """Lets one of many workers do a chore: one call gets True, or a lease."""

    def is_due(self, name: str, *, every: timedelta) -> bool:
        """Say whether it is free and was not woken for so long; then it counts as woken."""
        now = timezone.now()
        lately = models.Q(woken_at=None) | models.Q(woken_at__lt=now - every)
        return self.free(name).filter(lately).update(woken_at=now) == 1

    def take(self, name: str, *, lease: timedelta) -> datetime | None:
        """Return the end of the new lease; None if another worker has one."""
        until = timezone.now() + lease
        return until if self.free(name).update(lease_until=until) == 1 else None

    def renew(self, name: str, until: datetime, *, lease: timedelta) -> datetime | None:
        """Return the end of the renewed lease; None if another worker has taken it over."""
        later = timezone.now() + lease
        return later if self.leased(name, until).update(lease_until=later) == 1 else None

    def release(self, name: str, until: datetime) -> None:
        self.leased(name, until).update(lease_until=None)

    def free(self, name: str) -> "ChoreQuerySet":
        self.get_or_create(name=name)
        ended = models.Q(lease_until=None) | models.Q(lease_until__lt=timezone.now())
        return self.filter(ended, name=name)

    def leased(self, name: str, until: datetime) -> "ChoreQuerySet":
        return self.filter(name=name, lease_until=until)


class Chore(models.Model):
    """A small periodic task of the workers. Its lease lets one worker at a time do it."""

    name = models.CharField(max_length=40, primary_key=True, verbose_name=_("name"))
    woken_at = models.DateTimeField(
        null=True, help_text=_("when the last wake-up message was sent"), verbose_name=_("woken at")
    )
    lease_until = models.DateTimeField(null=True, verbose_name=_("lease until"))

    objects = ChoreQuerySet.as_manager()

    def __str__(self) -> str:
        return self.name
