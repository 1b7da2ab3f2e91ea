"""Drawings, and the versions' answers to them."""

import zlib
from typing import Any

import numpy as np
from django.conf import settings
from django.contrib.auth.models import AbstractUser, AnonymousUser
from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from numpy.typing import NDArray

from mlcore.ink.directions import DIRECTIONS, as_planes
from mlcore.ink.geometry import IMAGE_SIDE
from recognizer.models.checks import known_label, length, share
from recognizer.models.labels import LabelField, label_text, number_field
from recognizer.models.users import closed_accounts
from recognizer.models.versions import Deployment, ModelVersion, with_versions
from recognizer.permissions import MARK_GOLD, REVIEW, VIEW_DRAWING, codename
from recognizer.presentation.numbers import in_percent


class LabelState(models.TextChoices):
    NONE = "", _("unlabeled")
    PENDING = "pending", _("pending")
    APPROVED = "approved", _("approved")


def sees_all(user: AbstractUser | AnonymousUser) -> bool:
    """Whether the user sees all drawings: reviewers, and staff who may view drawings."""
    return user.has_perm(REVIEW) or (user.is_staff and user.has_perm(VIEW_DRAWING))


class DrawingQuerySet(models.QuerySet["Drawing"]):
    def owned_by(self, user: AbstractUser | AnonymousUser) -> "DrawingQuerySet":
        return self.filter(owner_id=user.pk) if user.is_authenticated else self.none()

    def kept(self) -> "DrawingQuerySet":
        """Leave out drawings of closed accounts, which are about to be deleted."""
        return self.exclude(owner__in=closed_accounts())

    def visible_to(self, user: AbstractUser | AnonymousUser) -> "DrawingQuerySet":
        """Return the user's own drawings, or all if the user may see all."""
        return self.kept() if sees_all(user) else self.owned_by(user)

    def with_answers(self) -> "DrawingQuerySet":
        """Prefetch answers and their versions, the serving version's answer first."""
        answers = with_versions(Answer.objects.serving_first())
        return self.prefetch_related(models.Prefetch("answers", answers))

    def with_newest_answer(self) -> "DrawingQuerySet":
        """Annotate label and confidence of `Drawing.answer`, for sorting and the review queue."""
        newest = Answer.objects.filter(drawing=models.OuterRef("pk")).serving_first()
        return self.annotate(
            newest_answer=models.Subquery(newest.values("label")[:1]),
            newest_confidence=models.Subquery(newest.values("confidence")[:1]),
        )

    def unanswered_by(self, version: ModelVersion) -> "DrawingQuerySet":
        """Return drawings that the version has not answered."""
        answers = Answer.objects.filter(drawing=models.OuterRef("pk"), version=version)
        return self.filter(~models.Exists(answers))


def of_closed_accounts() -> DrawingQuerySet:
    """Return the drawings that `kept` leaves out, to exclude what belongs to them."""
    return Drawing.objects.filter(owner__in=closed_accounts())


def packed(directions: NDArray[np.uint8]) -> bytes:
    """Compress the pen's directions, (28, 28, DIRECTIONS) uint8, to about a kilobyte."""
    return zlib.compress(np.ascontiguousarray(np.moveaxis(directions, -1, 0)).tobytes())


def unpacked(directions: bytes | memoryview) -> NDArray[np.uint8]:
    """The inverse of `packed`."""
    flat = np.frombuffer(zlib.decompress(directions), np.uint8)
    return np.moveaxis(flat.reshape(DIRECTIONS, IMAGE_SIDE, IMAGE_SIDE), 0, -1)


def ink_of(network_input: bytes | memoryview) -> NDArray[np.uint8]:
    """Return the ink of a stored network input: (28, 28) uint8, white on black."""
    return np.frombuffer(network_input, np.uint8).reshape(IMAGE_SIDE, IMAGE_SIDE)


def planes_of(
    network_input: bytes | memoryview, directions: bytes | memoryview | None
) -> NDArray[np.uint8]:
    """Return the whole network input of stored columns: (28, 28, PLANES) uint8."""
    ink = ink_of(network_input)
    if directions is None:
        return np.asarray(as_planes(ink[np.newaxis])[0])
    return np.concatenate([ink[..., np.newaxis], unpacked(directions)], axis=-1)


class Drawing(models.Model):
    """One submitted drawing: the strokes or the picture, and the network input."""

    class Source(models.TextChoices):
        CANVAS = "canvas", _("canvas")
        UPLOAD = "upload", _("upload")

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        db_index=False,  # drawing_owner_newest
        related_name="drawings",
        verbose_name=_("owner"),
    )
    # An import keeps the time of its file.
    created_at = models.DateTimeField(
        default=timezone.now, editable=False, db_index=True, verbose_name=_("created at")
    )
    imported_at = models.DateTimeField(
        null=True, blank=True, editable=False, verbose_name=_("imported at")
    )
    source = models.CharField(max_length=8, choices=Source, verbose_name=_("source"))
    strokes = models.JSONField(null=True, blank=True, verbose_name=_("strokes"))
    picture = models.BinaryField(null=True, blank=True, verbose_name=_("picture"))
    # The network input: the ink, and of strokes the pen's directions, compressed by `packed`.
    network_input = models.BinaryField(max_length=784, verbose_name=_("network input"))
    directions = models.BinaryField(
        null=True, blank=True, editable=False, verbose_name=_("directions of the pen")
    )
    # Of the columns above, as they were stored: what counts for QUOTA_MB.
    size = models.PositiveIntegerField(default=0, editable=False, verbose_name=_("size in bytes"))
    label = LabelField(null=True, blank=True, verbose_name=_("label"))
    number = number_field(_("number"))
    label_state = models.CharField(
        max_length=8,
        choices=LabelState,
        default=LabelState.NONE,
        blank=True,
        verbose_name=_("label state"),
    )
    # A drawing with `gold_at` and an approved label is in the gold set: for measuring only.
    gold_at = models.DateTimeField(null=True, blank=True, verbose_name=_("gold at"))
    gold_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("gold by"),
    )

    objects = DrawingQuerySet.as_manager()

    class Meta:
        verbose_name = _("drawing")
        verbose_name_plural = _("drawings")
        ordering = ["-id"]
        permissions = [(codename(MARK_GOLD), "Can mark drawings as gold")]
        indexes = [
            models.Index(fields=["owner", "-id"], name="drawing_owner_newest"),
            models.Index(fields=["owner", "size"], name="drawing_owner_size"),  # is summed up
            # One label of one person: few of many drawings, which are large.
            models.Index(fields=["owner", "label", "-id"], name="drawing_owner_label"),
            # Rare ones in a list of everybody's drawings, newest first.
            models.Index(fields=["label", "-id"], name="drawing_label_newest"),
            models.Index(fields=["source", "-id"], name="drawing_source_newest"),
            # All that `actions.drift` asks of a drawing: strokes and pictures are not read.
            models.Index(
                fields=["source", "created_at", "label", "imported_at"],
                condition=models.Q(imported_at__isnull=True),
                name="drawing_saved_newest",
            ),
            models.Index(  # partial, because few drawings wait
                fields=["-id"],
                condition=models.Q(label_state="pending"),
                name="drawing_is_pending",
            ),
            # The newest drawings with an approved label, of all people.
            models.Index(fields=["label_state", "-id"], name="drawing_labeled_newest"),
            models.Index(  # partial, because few drawings are gold
                fields=["gold_at"],
                condition=models.Q(gold_at__isnull=False),
                name="drawing_is_gold",
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(source="canvas", strokes__isnull=False, directions__isnull=False)
                | models.Q(source="upload", picture__isnull=False, directions__isnull=True),
                name="drawing_has_its_original",
            ),
            models.CheckConstraint(
                condition=models.Q(label__isnull=True, label_state="")
                | models.Q(label__isnull=False, label_state__in=["pending", "approved"]),
                name="drawing_label_has_a_state",
            ),
            known_label("label", name="drawing_label_is_known"),
            length("network_input", IMAGE_SIDE**2, name="drawing_network_input_is_whole"),
        ]

    def __str__(self) -> str:
        return gettext("drawing %(number)s") % {"number": self.pk}

    def get_absolute_url(self) -> str:
        return reverse("recognizer:drawing", args=[self.pk])

    @property
    def as_array(self) -> NDArray[np.uint8]:
        """The ink of the network input: (28, 28) uint8, white on black."""
        return ink_of(self.network_input)

    @property
    def planes(self) -> NDArray[np.uint8]:
        """The whole network input: (28, 28, PLANES) uint8."""
        return planes_of(self.network_input, self.directions)

    @property
    def answer(self) -> "Answer | None":
        """The first answer in `serving_first` order. Makes no query after `with_answers()`."""
        if "answers" in getattr(self, "_prefetched_objects_cache", {}):
            return next(iter(self.answers.all()), None)
        return self.answers.serving_first().first()

    @property
    def is_gold(self) -> bool:
        return self.gold_at is not None

    @property
    def label_text(self) -> str:
        return label_text(self.label, self.number)

    @property
    def is_wrong(self) -> bool:
        """Whether `answer` differs from the label."""
        answer = self.answer
        return answer is not None and self.label is not None and answer.label != self.label

    @property
    def is_written_otherwise(self) -> bool:
        """Whether the label has the digits of `answer`, and other signs: 3.5 and 35."""
        answer = self.answer
        if answer is None or self.label is None:
            return False
        return answer.label_text != self.label_text


def number_text(number: dict[str, Any] | None) -> str:
    """Return the text of an answer's `number`, of several digits; empty if it is none."""
    return str(number["text"]) if number else ""


class AnswerQuerySet(models.QuerySet["Answer"]):
    def serving_first(self) -> "AnswerQuerySet":
        """Sort by deployment: the serving version's answer first, then its predecessor's.

        Answers of versions that never served come last, newest version first. The answers' age
        cannot be used, because a re-scoring may use an old version or a candidate.
        """
        served = Deployment.objects.filter(version=models.OuterRef("version")).order_by("-sequence")
        return self.annotate(
            version_served=models.Subquery(served.values("sequence")[:1])
        ).order_by(models.F("version_served").desc(nulls_last=True), "-version__number")

    def that_count(self) -> "AnswerQuerySet":
        """Leave only `Drawing.answer` of each drawing. Apply it after what is easy to look up."""
        first = Answer.objects.filter(drawing=models.OuterRef("drawing")).serving_first()
        return self.filter(pk=models.Subquery(first.values("pk")[:1]))


class Answer(models.Model):
    """One version's answer to one drawing.

    label, confidence: of the digit, or of the number if the drawing has several.
    """

    drawing = models.ForeignKey(
        Drawing,
        models.CASCADE,
        db_index=False,  # one_answer_per_drawing_and_version
        related_name="answers",
        verbose_name=_("drawing"),
    )
    # The drawing's owner, so that an index sorts the answers to one person's drawings.
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        db_index=False,  # answer_owner_confidence
        editable=False,
        related_name="+",
        verbose_name=_("owner"),
    )
    version = models.ForeignKey(
        ModelVersion,
        models.PROTECT,
        db_index=False,  # answer_of_version
        related_name="answers",
        verbose_name=_("version"),
    )
    created_at = models.DateTimeField(auto_now_add=True, verbose_name=_("created at"))
    label = LabelField(verbose_name=_("answer"))
    confidence = models.FloatField(verbose_name=_("confidence"))
    probabilities = models.JSONField(
        help_text=_("ten numbers, given that it is a digit"), verbose_name=_("probabilities")
    )
    not_a_digit = models.FloatField(verbose_name=_("not a digit"))
    latency_ms = models.FloatField(verbose_name=_("latency ms"))
    number = models.JSONField(
        null=True,
        blank=True,
        help_text=_("text, marks and confidence of a drawing of several digits"),
        verbose_name=_("number"),
    )

    objects = AnswerQuerySet.as_manager()

    class Meta:
        verbose_name = _("answer")
        verbose_name_plural = _("answers")
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["version", "drawing"], name="answer_of_version"),
            models.Index(fields=["confidence", "drawing"], name="answer_least_sure"),
            models.Index(fields=["version", "confidence", "drawing"], name="answer_by_confidence"),
            models.Index(
                fields=["owner", "version", "confidence", "drawing"],
                name="answer_owner_confidence",
            ),
            models.Index(fields=["owner", "label", "drawing"], name="answer_owner_label"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["drawing", "version"], name="one_answer_per_drawing_and_version"
            ),
            known_label("label", name="answer_label_is_known"),
            share("confidence", name="answer_confidence_is_a_share"),
            share("not_a_digit", name="answer_not_a_digit_is_a_share"),
        ]

    def __str__(self) -> str:
        return gettext("%(answer)s (%(share)s) by %(version)s") % {
            "answer": self.label_text,
            "share": in_percent(self.confidence, 1),
            "version": self.version,
        }

    @property
    def label_text(self) -> str:
        return self.number_text or label_text(self.label)

    @property
    def number_text(self) -> str:
        return number_text(self.number)

    @property
    def is_unsure(self) -> bool:
        return self.confidence < settings.LOW_CONFIDENCE
