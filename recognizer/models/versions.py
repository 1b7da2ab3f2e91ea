"""Model versions, their files, and the log of what served when."""

from django.conf import settings
from django.db import models


class ModelVersion(models.Model):
    """A trained network. Its files are in the database too, so every machine has them."""

    number = models.PositiveIntegerField(unique=True)
    architecture = models.CharField(max_length=40)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    card = models.JSONField(help_text="architecture, recipe, calibration, metrics")
    metrics = models.JSONField(default=dict, help_text="accuracy by test set, measured at birth")
    manifest = models.JSONField(default=dict, help_text="what it was trained on")
    verdict = models.JSONField(default=dict, help_text="the promotion rule's figures")
    checksum = models.CharField(max_length=64, help_text="SHA-256 over its files")
    learned_from = models.ManyToManyField(
        "recognizer.Correction",
        related_name="learned_by",
        blank=True,
        help_text="the corrections it was trained on; the manifest has their checksum",
    )

    class Meta:
        ordering = ["-number"]
        permissions = [("deploy_version", "Can promote versions and roll back")]

    def __str__(self) -> str:
        return f"version {self.number}"


class VersionFile(models.Model):
    """One file of a version; fetched by name only, being megabytes."""

    version = models.ForeignKey(ModelVersion, models.CASCADE, related_name="files")
    name = models.CharField(max_length=80)
    content = models.BinaryField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["version", "name"], name="one_file_of_a_name")
        ]

    def __str__(self) -> str:
        return self.name


class Deployment(models.Model):
    """Append-only log of what served when. The newest row names the serving version.

    `sequence` is unique and always one more than the row before, so of two people who promote at
    the same moment one is told so.
    """

    class Kind(models.TextChoices):
        INITIAL = "initial", "first version"
        AUTOMATIC = "automatic", "promoted by the rule"
        PROMOTION = "promotion", "promoted by a person"
        ROLLBACK = "rollback", "rolled back"
        OVERRIDE = "override", "promoted against the gates"

    sequence = models.PositiveIntegerField(unique=True)
    version = models.ForeignKey(ModelVersion, models.PROTECT, related_name="deployments")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    kind = models.CharField(max_length=10, choices=Kind)
    reason = models.TextField(blank=True)

    class Meta:
        ordering = ["-sequence"]

    def __str__(self) -> str:
        return f"{self.version} served from {self.created_at:%Y-%m-%d %H:%M}"
