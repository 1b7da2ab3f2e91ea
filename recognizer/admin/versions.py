"""Versions, which of them serves, and the log of what served when."""

from typing import Any

from django.contrib import admin, messages
from django.contrib.auth.models import AbstractUser
from django.db.models import Case, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Length
from django.http import HttpRequest
from django.template.defaultfilters import filesizeformat
from django.utils.safestring import SafeString

from recognizer.actions.deployment import deploy, serving_deployment
from recognizer.admin.base import ReadOnlyAdmin, ReadOnlyInline, percentage, pretty
from recognizer.errors import Conflict
from recognizer.models import Deployment, ModelVersion, VersionFile


class VersionFileInline(ReadOnlyInline):
    model = VersionFile
    verbose_name_plural = "files"
    fields = readonly_fields = ["name", "size", "sha256"]

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        """The files' sizes without the files."""
        files = super().get_queryset(request)
        return files.defer("content").annotate(bytes=Length("content")).order_by("name")

    def size(self, file: Any) -> str:
        return filesizeformat(file.bytes)


@admin.register(ModelVersion)
class ModelVersionAdmin(ReadOnlyAdmin):
    actions = ["promote"]
    list_display = [
        "number",
        "serves",
        "architecture",
        "reference_set",
        "mnist_holdout",
        "mnist_test",
        "parent",
        "created_at",
        "short_checksum",
    ]
    list_select_related = ["parent"]
    fields = readonly_fields = [
        "number",
        "serves",
        "architecture",
        "parent",
        "created_at",
        "reference_set",
        "mnist_holdout",
        "mnist_test",
        "checksum",
        "verdict_lines",
        "metrics_lines",
        "manifest_lines",
        "card_lines",
    ]
    inlines = [VersionFileInline]

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        """With `serving`; without what only a version's own page shows."""
        newest = Deployment.objects.order_by("-sequence").values("version")[:1]
        serving = Case(When(pk=Subquery(newest), then=Value(True)), default=Value(False))
        versions = super().get_queryset(request).annotate(serving=serving)
        return versions.defer("card", "manifest", "verdict")
