"""The history of labels: rows are added, never changed in what they say."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from mlcore.messages import Message
from recognizer.models.checks import known_label, one_of, share
from recognizer.models.drawings import Drawing
from recognizer.models.labels import LABEL_CHOICES, LABEL_VALIDATORS, label_text
from recognizer.permissions import REVIEW, codename

NOBODY = 0  # no account has this number


def giver(by_id: int | None) -> int:
    """Whose word a label is, as a number, wherever people are told apart.

    All labels whose giver's account is deleted are one person's, who may be several: so together
    they count for no more than one person does, and none of them speaks for another.
    """
    return NOBODY if by_id is None else by_id


class Correction(models.Model):
    """Somebody gave a drawing a label. `state` mirrors the newest review of it."""

    class Source(models.TextChoices):
        STUDIO = "studio", _("studio")
        HISTORY = "history", _("history")
        ADMIN = "admin", _("admin")
        API = "api", _("API")
        REVIEW = "review", _("review")

    class State(models.TextChoices):
        PENDING = "pending", _("pending")
        APPROVED = "approved", _("approved")
        REJECTED = "rejected", _("rejected")
        WITHDRAWN = "withdrawn", _("approval withdrawn")

    drawing = models.ForeignKey(
        Drawing,
        models.CASCADE,
        db_index=False,  # correction_of_drawing
        related_name="corrections",
        verbose_name=_("drawing"),
    )
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        related_name="corrections",
        verbose_name=_("by"),
    )
    created_at = models.DateTimeField(auto_now_add=True, verbose_name=_("created at"))
    from_label = models.PositiveSmallIntegerField(
        null=True, choices=LABEL_CHOICES, verbose_name=_("from label")
    )
    to_label = models.PositiveSmallIntegerField(
        choices=LABEL_CHOICES, validators=LABEL_VALIDATORS, verbose_name=_("to label")
    )
    source = models.CharField(max_length=8, choices=Source, verbose_name=_("source"))
    state = models.CharField(max_length=10, choices=State, verbose_name=_("state"))
    # What it is reviewed by, as `actions.labels.label_quality` measured it last.
    label_quality = models.FloatField(
        null=True,
        blank=True,
        help_text=_(
            "0 to 1, low is suspect: how well it agrees with the labels of similar drawings"
        ),
        verbose_name=_("label quality"),
    )
    near_duplicate_of = models.ForeignKey(
        Drawing,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        help_text=_("an older drawing that is nearly the same"),
        verbose_name=_("near duplicate of"),
    )

    class Meta:
        verbose_name = _("correction")
        verbose_name_plural = _("corrections")
        ordering = ["-id"]
        permissions = [(codename(REVIEW), "Can approve and reject corrections")]
        indexes = [
            models.Index(fields=["state", "label_quality"], name="correction_state_quality"),
            models.Index(fields=["drawing", "state", "id"], name="correction_of_drawing"),
        ]
        constraints = [
            known_label("from_label", name="correction_from_label_is_known"),
            known_label("to_label", name="correction_label_is_known"),
            share("label_quality", name="correction_label_quality_is_a_share"),
            one_of(
                "source",
                *("studio", "history", "admin", "api", "review"),
                name="correction_source_is_known",
            ),
            one_of(
                "state",
                *("pending", "approved", "rejected", "withdrawn"),
                name="correction_state_is_known",
            ),
        ]

    def __str__(self) -> str:
        names = {"before": self.from_text or gettext("none"), "after": self.to_text}
        return gettext("%(before)s to %(after)s") % names

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
        PENDING = "pending", _("set back to pending")
        APPROVED = "approved", _("approved")
        REJECTED = "rejected", _("rejected")
        WITHDRAWN = "withdrawn", _("approval withdrawn")

    correction = models.ForeignKey(
        Correction, models.CASCADE, related_name="reviews", verbose_name=_("correction")
    )
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("by")
    )
    created_at = models.DateTimeField(auto_now_add=True, verbose_name=_("created at"))
    verdict = models.CharField(max_length=10, choices=Verdict, verbose_name=_("verdict"))
    reason = models.TextField(blank=True, verbose_name=_("reason"))
    reason_code = models.CharField(
        max_length=40,
        blank=True,
        help_text=_("used if nobody wrote a reason"),
        verbose_name=_("reason's code"),
    )

    class Meta:
        verbose_name = _("review")
        verbose_name_plural = _("reviews")
        ordering = ["-id"]
        constraints = [
            one_of(
                "verdict",
                *("pending", "approved", "rejected", "withdrawn"),
                name="review_verdict_is_known",
            )
        ]

    def __str__(self) -> str:
        return gettext("%(verdict)s by %(person)s") % {
            "verdict": self.get_verdict_display(),
            "person": self.by,
        }

    @property
    def why(self) -> Message | str:
        """What a person wrote, or else the site's own message; empty where there is neither."""
        return self.reason or ({"code": self.reason_code} if self.reason_code else "")
