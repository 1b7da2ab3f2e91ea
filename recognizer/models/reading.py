"""Jobs that only read, and the pictures of a batch. They never wait for a training."""

from django.conf import settings
from django.contrib.auth.models import AbstractUser, AnonymousUser
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from mlcore.ink.geometry import IMAGE_SIDE
from recognizer.models.checks import known_class, length, one_of, share
from recognizer.models.drawings import Drawing
from recognizer.models.labels import LABEL_CHOICES
from recognizer.models.leased_jobs import LeasedJob
from recognizer.models.versions import LARGE_COLUMNS, ModelVersion

NAME_LENGTH = 255
TEXT_LENGTH = 255


class ReadingJobQuerySet(models.QuerySet["ReadingJob"]):
    def owned_by(self, user: AbstractUser | AnonymousUser) -> "ReadingJobQuerySet":
        return self.filter(owner_id=user.pk) if user.is_authenticated else self.none()

    def batches_of(self, user: AbstractUser | AnonymousUser) -> "ReadingJobQuerySet":
        """Return the user's batches. Nobody else sees them."""
        return self.owned_by(user).filter(kind=ReadingJob.Kind.BATCH)

    def pages_of(self, user: AbstractUser | AnonymousUser) -> "ReadingJobQuerySet":
        """Return the user's pages, without their pictures. Nobody else sees them."""
        large = (f"page__version__{column}" for column in LARGE_COLUMNS)
        pages = (
            self.owned_by(user).filter(kind=ReadingJob.Kind.PAGE).select_related("page__version")
        )
        return pages.defer("page__picture", *large)


class ReadingJob(LeasedJob):
    """A job that reads. Any number may run at once, one in each worker of the reading queue."""

    class Kind(models.TextChoices):
        BATCH = "batch", _("batch")
        PAGE = "page", _("page")

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        related_name="reading_jobs",
        verbose_name=_("owner"),
    )
    kind = models.CharField(max_length=10, choices=Kind, verbose_name=_("kind"))
    save_drawings = models.BooleanField(
        default=False, help_text=_("save what is read as drawings"), verbose_name=_("save drawings")
    )

    objects = ReadingJobQuerySet.as_manager()

    class Meta:
        verbose_name = _("reading job")
        verbose_name_plural = _("reading jobs")
        ordering = ["-id"]
        constraints = [
            one_of("kind", "batch", "page", name="reading_job_kind_is_known"),
            one_of(
                "status",
                *("queued", "running", "succeeded", "failed", "canceled"),
                name="reading_job_status_is_known",
            ),
        ]

    def __str__(self) -> str:
        is_page = self.kind == self.Kind.PAGE
        name = gettext("page %(number)s") if is_page else gettext("batch %(number)s")
        return name % {"number": self.pk}

    def get_absolute_url(self) -> str:
        return reverse(f"recognizer:{self.kind}", args=[self.pk])


class BatchPicture(models.Model):
    """One file of a batch, and what was read in it.

    content: the file until it has been read. reason: a message, why nothing was read. answer: a
    label, None without an answer; confidence: of the answer, 0 to 1. network_input: the ink that
    the network saw, 784 bytes, for thumbnails.
    """

    class Status(models.TextChoices):
        WAITING = "waiting", _("not read yet")
        READ = "read", _("read")
        REFUSED = "refused", _("refused")  # the version says that it shows no digit
        FAILED = "failed", _("failed")  # the file cannot be read
        SKIPPED = "skipped", _("skipped")  # a hidden file

    job = models.ForeignKey(
        ReadingJob,
        models.CASCADE,
        db_index=False,  # one_result_of_a_picture
        related_name="pictures",
        verbose_name=_("job"),
    )
    index = models.PositiveIntegerField(verbose_name=_("index"))
    name = models.CharField(max_length=NAME_LENGTH, verbose_name=_("name"))
    status = models.CharField(
        max_length=8, choices=Status, default=Status.WAITING, verbose_name=_("status")
    )
    content = models.BinaryField(null=True, blank=True, verbose_name=_("content"))
    text = models.CharField(max_length=TEXT_LENGTH, blank=True, verbose_name=_("text"))
    answer = models.PositiveSmallIntegerField(
        null=True, blank=True, choices=LABEL_CHOICES, verbose_name=_("answer")
    )
    confidence = models.FloatField(null=True, blank=True, verbose_name=_("confidence"))
    version = models.ForeignKey(
        ModelVersion,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("version"),
    )
    reason = models.JSONField(default=dict, blank=True, verbose_name=_("reason"))
    network_input = models.BinaryField(null=True, blank=True, verbose_name=_("network input"))
    drawing = models.ForeignKey(
        Drawing,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("drawing"),
    )

    class Meta:
        verbose_name = _("picture of a batch")
        verbose_name_plural = _("pictures of batches")
        ordering = ["index"]
        indexes = [models.Index(fields=["job", "status", "index"], name="batch_picture_status")]
        constraints = [
            models.UniqueConstraint(fields=["job", "index"], name="one_result_of_a_picture"),
            one_of(
                "status",
                *("waiting", "read", "refused", "failed", "skipped"),
                name="batch_picture_status_is_known",
            ),
            known_class("answer", name="batch_picture_answer_is_known"),
            share("confidence", name="batch_picture_confidence_is_share"),
            length("network_input", IMAGE_SIDE**2, name="batch_picture_network_input_length"),
        ]

    def __str__(self) -> str:
        return self.name
