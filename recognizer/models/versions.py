"""Model versions, their files, and the log of deployments."""

from typing import Any, TypeVar

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from mlcore.messages import Message
from recognizer.models.checks import one_of
from recognizer.permissions import DEPLOY_VERSION, codename

LONGEST_NAME, LONGEST_TAG = 60, 30
LARGE_COLUMNS = ("card", "manifest", "verdict")  # kilobytes each
Row = TypeVar("Row", bound=models.Model)


class ModelVersion(models.Model):
    """A trained network. Its card and its files are in the database, available to every machine.

    `checksum` covers both; a version that does not match it is not used.
    """

    number = models.PositiveIntegerField(unique=True, verbose_name=_("number"))
    architecture = models.CharField(max_length=40, verbose_name=_("architecture"))
    parent = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="children",
        verbose_name=_("parent"),
    )
    created_at = models.DateTimeField(auto_now_add=True, verbose_name=_("created at"))
    # People's own words. They are not part of the checksum and may be changed.
    name = models.CharField(max_length=LONGEST_NAME, blank=True, default="", verbose_name=_("name"))
    notes = models.TextField(blank=True, default="", verbose_name=_("notes"))
    card = models.JSONField(
        help_text=_("architecture, recipe, calibration, metrics"), verbose_name=_("card")
    )
    manifest = models.JSONField(
        default=dict, help_text=_("what it was trained on"), verbose_name=_("manifest")
    )
    verdict = models.JSONField(
        default=dict, help_text=_("the results of the gates"), verbose_name=_("verdict")
    )
    checksum = models.CharField(
        max_length=64,
        help_text=_("SHA-256 over its files and its card"),
        verbose_name=_("checksum"),
    )
    learned_from = models.ManyToManyField(
        "recognizer.Correction",
        related_name="learned_by",
        blank=True,
        help_text=_("the corrections it was trained on; the manifest has their checksum"),
        verbose_name=_("learned from"),
    )

    class Meta:
        verbose_name = _("model version")
        verbose_name_plural = _("model versions")
        ordering = ["-number"]
        permissions = [(codename(DEPLOY_VERSION), "Can promote versions and roll back")]

    def __str__(self) -> str:
        return gettext("version %(number)s") % {"number": self.number}

    @property
    def metrics(self) -> dict[str, Any]:
        """Figures by evaluation set, measured when the version was made, from the card."""
        metrics: dict[str, Any] = self.card.get("metrics", {})
        return metrics


def with_versions(rows: models.QuerySet[Row], *names: str) -> models.QuerySet[Row]:
    """Fetch each row's `version`, or the relations `names`, without their large columns."""
    names = names or ("version",)
    large = (f"{name}__{column}" for name in names for column in LARGE_COLUMNS)
    return rows.select_related(*names).defer(*large)


class VersionTag(models.Model):
    """A word by which people find versions again, such as "baseline"."""

    version = models.ForeignKey(
        ModelVersion,
        models.CASCADE,
        db_index=False,  # one_tag_of_a_name
        related_name="tags",
        verbose_name=_("version"),
    )
    name = models.CharField(max_length=LONGEST_TAG, db_index=True, verbose_name=_("name"))

    class Meta:
        verbose_name = _("tag")
        verbose_name_plural = _("tags")
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(fields=["version", "name"], name="one_tag_of_a_name")
        ]

    def __str__(self) -> str:
        return self.name


class VersionFile(models.Model):
    """The weights or the serving file of a version. Megabytes, so fetch it only if needed."""

    version = models.ForeignKey(
        ModelVersion,
        models.CASCADE,
        db_index=False,  # one_file_of_a_name
        related_name="files",
        verbose_name=_("version"),
    )
    name = models.CharField(max_length=80, verbose_name=_("name"))
    content = models.BinaryField(verbose_name=_("content"))

    class Meta:
        verbose_name = _("version file")
        verbose_name_plural = _("version files")
        constraints = [
            models.UniqueConstraint(fields=["version", "name"], name="one_file_of_a_name")
        ]

    def __str__(self) -> str:
        return self.name


class Deployment(models.Model):
    """Append-only log of deployments. The newest row is the serving version.

    `sequence` is unique and one more than that of the row before (optimistic lock). If two people
    promote at the same time, one of them gets a conflict.
    """

    class Kind(models.TextChoices):
        INITIAL = "initial", _("first version")
        AUTOMATIC = "automatic", _("promoted automatically")
        PROMOTION = "promotion", _("promoted by a person")
        ROLLBACK = "rollback", _("rolled back")
        OVERRIDE = "override", _("promoted without passing the gates")

    sequence = models.PositiveIntegerField(unique=True, verbose_name=_("sequence"))
    version = models.ForeignKey(
        ModelVersion, models.PROTECT, related_name="deployments", verbose_name=_("version")
    )
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("by"),
    )
    created_at = models.DateTimeField(auto_now_add=True, verbose_name=_("created at"))
    kind = models.CharField(max_length=10, choices=Kind, verbose_name=_("kind"))
    reason = models.TextField(blank=True, verbose_name=_("reason"))
    reason_code = models.CharField(
        max_length=40,
        blank=True,
        help_text=_("used if nobody wrote a reason"),
        verbose_name=_("reason's code"),
    )

    class Meta:
        verbose_name = _("deployment")
        verbose_name_plural = _("deployments")
        ordering = ["-sequence"]
        constraints = [
            one_of(
                "kind",
                *("initial", "automatic", "promotion", "rollback", "override"),
                name="deployment_kind_is_known",
            )
        ]

    def __str__(self) -> str:
        return gettext("%(version)s served from %(time)s") % {
            "version": self.version,
            "time": date_format(timezone.localtime(self.created_at), "SHORT_DATETIME_FORMAT"),
        }

    @property
    def why(self) -> Message | str:
        """Return the reason that a person wrote, else the site's message, else an empty text."""
        return self.reason or ({"code": self.reason_code} if self.reason_code else "")


def in_serving_order() -> dict[int, int]:
    """Return the numbers of all versions by id, in the order of `AnswerQuerySet.serving_first`."""
    rows = ModelVersion.objects.values("pk", "number")
    served = rows.annotate(served=models.Max("deployments__sequence"))
    order = served.order_by(models.F("served").desc(nulls_last=True), "-number")
    return {row["pk"]: row["number"] for row in order}
