"""Versions, the serving version, and the log of deployments."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.helpers import ActionForm
from django.db.models import Case, QuerySet, Subquery, Value, When
from django.db.models.functions import Length
from django.http import HttpRequest
from django.template.defaultfilters import filesizeformat
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from recognizer import permissions
from recognizer.actions.reasons import MAX_REASON
from recognizer.actions.versions.promotion import promote_version
from recognizer.admin.base import NOTHING, ReadOnlyAdmin, ReadOnlyInline, pretty, signed_in
from recognizer.errors import Refused
from recognizer.models import Deployment, ModelVersion, VersionFile
from recognizer.models.versions import with_versions
from recognizer.presentation.messages import shown_verdict, words
from recognizer.presentation.numbers import percent


class PromotionForm(ActionForm):
    """The reason that the log keeps; required if the version did not pass the gates."""

    # The action checks the length: for an invalid form the admin says "No action selected".
    reason = forms.CharField(
        required=False,
        label=_("Reason to promote"),
        widget=forms.TextInput({"maxlength": MAX_REASON}),
    )


class VersionFileInline(ReadOnlyInline):
    model = VersionFile
    verbose_name_plural = _("files")
    fields = ["name", "size"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[VersionFile]:
        """Fetch the files' sizes without their content."""
        files: QuerySet[VersionFile] = super().get_queryset(request)
        return files.defer("content").annotate(bytes=Length("content")).order_by("name")

    @admin.display(description=_("size"))
    def size(self, file: Any) -> str:
        return filesizeformat(file.bytes)


@admin.register(ModelVersion)
class ModelVersionAdmin(ReadOnlyAdmin):
    actions = ["promote"]
    action_form = PromotionForm
    list_display = [
        "number",
        "name",
        "serves",
        "architecture",
        "mnist_holdout",
        "reference_set",
        "mnist_test",
        "parent",
        "created_at",
        "short_checksum",
    ]
    fields = [
        "number",
        "name",
        "notes",
        "serves",
        "architecture",
        "parent",
        "created_at",
        "mnist_holdout",
        "reference_set",
        "mnist_test",
        "checksum",
        "verdict_lines",
        "metrics_lines",
        "manifest_lines",
        "card_lines",
    ]
    inlines = [VersionFileInline]

    def get_queryset(self, request: HttpRequest) -> QuerySet[ModelVersion]:
        """Add `serving`, and defer the fields that only a version's own page shows."""
        newest = Deployment.objects.order_by("-sequence").values("version")[:1]
        serving = Case(When(pk=Subquery(newest), then=Value(True)), default=Value(False))
        versions = super().get_queryset(request).annotate(serving=serving)
        return with_versions(versions, "parent").defer("manifest", "verdict")

    def has_deploy_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm(permissions.DEPLOY_VERSION)

    @admin.action(description=_("Promote the selected version"), permissions=["deploy"])
    def promote(self, request: HttpRequest, queryset: QuerySet[ModelVersion]) -> None:
        chosen = list(queryset[:2])
        if len(chosen) != 1:
            text = gettext("Select exactly one version to promote.")
            self.message_user(request, text, messages.ERROR)
            return
        [version] = chosen
        reason = request.POST.get("reason", "")
        try:
            promote_version(version=version, by=signed_in(request), reason=reason)
        except Refused as refused:
            self.message_user(request, refused.message, messages.ERROR)
        else:
            text = gettext("%(version)s is serving now.") % {"version": capfirst(str(version))}
            self.message_user(request, text, messages.SUCCESS)

    @admin.display(description=_("serving"), boolean=True)
    def serves(self, version: Any) -> bool:
        return bool(version.serving)

    @admin.display(description=_("reference set"))
    def reference_set(self, version: ModelVersion) -> str:
        return accuracy(version, "embedded")

    @admin.display(description=_("MNIST hold-out"))
    def mnist_holdout(self, version: ModelVersion) -> str:
        return accuracy(version, "mnist_holdout")

    @admin.display(description=_("MNIST test, reported only"))
    def mnist_test(self, version: ModelVersion) -> str:
        return accuracy(version, "mnist_test")

    @admin.display(description=_("checksum"))
    def short_checksum(self, version: ModelVersion) -> str:
        return version.checksum[:12]

    @admin.display(description=_("gates"))
    def verdict_lines(self, version: ModelVersion) -> str:
        return pretty(shown_verdict(version.verdict))

    @admin.display(description=_("metrics"))
    def metrics_lines(self, version: ModelVersion) -> str:
        return pretty(version.metrics)

    @admin.display(description=_("trained on"))
    def manifest_lines(self, version: ModelVersion) -> str:
        return pretty(version.manifest)

    @admin.display(description=_("card"))
    def card_lines(self, version: ModelVersion) -> str:
        return pretty(version.card)


def accuracy(version: ModelVersion, test_set: str) -> str:
    """Return the accuracy on one set, measured when the version was made; "-" if not measured."""
    measured = version.metrics.get(test_set) or {}
    return percent(measured.get("accuracy"), 2) or NOTHING


@admin.register(Deployment)
class DeploymentAdmin(ReadOnlyAdmin):
    fields = list_display = ("sequence", "version", "kind", "by", "created_at", "why")
    list_filter = ["kind", "created_at"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Deployment]:
        return with_versions(super().get_queryset(request).select_related("by"))

    @admin.display(description=_("reason"))
    def why(self, deployment: Deployment) -> str:
        return words(deployment.why)
