"""The history of labels. Rows are added; their content is never changed."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from mlcore.labels import Label
from mlcore.messages import Message
from recognizer.models.checks import known_label, one_of, share
from recognizer.models.drawings import Drawing
from recognizer.models.labels import LabelField, label_text, number_field
from recognizer.permissions import REVIEW, codename

DELETED_ACCOUNT = 0  # no account has this id


def labeler_number(by_id: int | None) -> int:
    """Return a number that identifies the labeler.

    All labels of deleted accounts count as one person's. So together they have the weight of one
    person, and none of them confirms another.
    """
    return DELETED_ACCOUNT if by_id is None else by_id


class Correction(models.Model):
    """A label that somebody gave to a drawing. `state` follows its newest review."""

    class Source(models.TextChoices):
        STUDIO = "studio", _("studio")
        HISTORY = "history", _("history")
        ADMIN = "admin", _("admin")
        API = "api", _("API")
        REVIEW = "review", _("review")
        IMPORT = "import", _("import")

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
    from_label = LabelField(null=True, verbose_name=_("from label"))
    to_label = LabelField(verbose_name=_("to label"))
    number = number_field(_("number"))
    source = models.CharField(max_length=8, choices=Source, verbose_name=_("source"))
    state = models.CharField(max_length=10, choices=State, verbose_name=_("state"))
    # Both are set by `actions.labels.label_quality` and order the review queue.
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
            models.Index(fields=["state", "label_quality", "id"], name="correction_state_quality"),
            models.Index(fields=["drawing", "state", "id"], name="correction_of_drawing"),
        ]
        constraints = [
            known_label("from_label", name="correction_from_label_is_known"),
            known_label("to_label", name="correction_label_is_known"),
            share("label_quality", name="correction_label_quality_is_a_share"),
            one_of(
                "source",
                *("studio", "history", "admin", "api", "review", "import"),
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
        return label_text(self.to_label, self.number)

    @property
    def as_written(self) -> Label:
        """The label, of a number with its signs."""
        label: Label = self.number or self.to_label
        return label

    @property
    def counted_at_once(self) -> bool:
        """Whether it was approved without a review. Makes no query if reviews are prefetched."""
        counted = self.state in (self.State.APPROVED, self.State.WITHDRAWN)
        verdicts = [review.verdict for review in self.reviews.all()]
        return counted and Review.Verdict.APPROVED not in verdicts


class Review(models.Model):
    """A decision about a correction: approved, rejected, withdrawn or set back to pending."""

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
        """Return the reason that a person wrote, else the site's message, else an empty text."""
        return self.reason or ({"code": self.reason_code} if self.reason_code else "")
