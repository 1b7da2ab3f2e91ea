"""All versions: what matters of each, the serving version, and the log of deployments."""

from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from recognizer import permissions
from recognizer.actions.reasons import MAX_REASON
from recognizer.actions.versions.deployment import (
    earlier_deployment,
    roll_back_version,
    serving_deployment,
)
from recognizer.actions.versions.own_accuracy import NEWEST, right_by_version
from recognizer.actions.versions.promotion import objection, promote_version
from recognizer.errors import Refused
from recognizer.models import Deployment, Drawing, ModelVersion, VersionTag
from recognizer.models.drawings import sees_all
from recognizer.models.jobs import with_jobs
from recognizer.models.versions import with_versions
from recognizer.pages.idempotency import once_per_view
from recognizer.pages.pagination import page_of
from recognizer.pages.requests import SignedInRequest, refuse, valid
from recognizer.pages.versions.compare import default_pair
from recognizer.pages.versions.forms import (
    DeploymentForm,
    VersionsForm,
)
from recognizer.pages.versions.over_versions import figures_of_one, over_versions

PAGE_SIZE = 20
TAGS_SHOWN = 50
LOG_SIZE = 50


@login_required
@require_safe
def versions(request: SignedInRequest) -> HttpResponse:
    asked = valid(VersionsForm(request.GET))
    return versions_page(request, before=asked["before"], tag=asked["tag"])


def versions_page(
    request: SignedInRequest,
    *,
    before: int | None = None,
    tag: str = "",
    status: int = 200,
    **refused: Any,
) -> HttpResponse:
    """Render the page. refused: `promoting` (a number) or `rolling_back`, and its `form`."""
    rows = with_jobs(with_versions(ModelVersion.objects.all(), "parent")).prefetch_related("tags")
    rows = rows.filter(tags__name=tag) if tag else rows
    page = page_of(rows.filter(pk__lt=before) if before else rows, PAGE_SIZE)
    serves = deployment_context()
    serving = serves["serving"].version if serves["serving"] else None
    own = right_by_version(Drawing.objects.visible_to(request.user), page.rows)
    own_name = _("All labeled drawings") if sees_all(request.user) else _("Your labeled drawings")
    number = serving.number if serving else None
    context = {
        "page": page,
        "versions": [
            (row, objection(row, serving), figures_of_one(row, own, own_name)) for row in page.rows
        ],
        "charts": over_versions(page.rows[::-1], own, own_name, number)
        if len(page.rows) > 1
        else [],
        "newest": NEWEST,
        "tag": tag,
        "tags": tag_names(),
        "page_view": uuid4(),
        "numbers": ModelVersion.objects.values_list("number", flat=True),
        "likely": default_pair(),
        "log": deployment_log()[:LOG_SIZE],
        "max_reason": MAX_REASON,
        **serves,
        **refused,
    }
    return render(request, "recognizer/versions.html", context, status=status)


@login_required
@permission_required(permissions.DEPLOY_VERSION, raise_exception=True)
@require_POST
def promote(request: SignedInRequest, number: int) -> HttpResponse:
    promoted = get_object_or_404(ModelVersion, number=number)
    form = DeploymentForm(request.POST)
    try:
        asked = valid(form)
        once_per_view(
            request,
            lambda: (
                promote_version(
                    version=promoted,
                    by=request.user,
                    reason=asked["reason"],
                    expected=asked["expected_serving"],
                ).version.number
            ),
        )
    except Refused as refused:
        refuse(form, refused, "reason")
        later = ModelVersion.objects.filter(number__gt=number).count()
        return versions_page(
            request,
            before=None if later < PAGE_SIZE else promoted.pk + 1,
            status=refused.status,
            promoting=number,
            form=form,
        )
    messages.success(request, _("Version %(number)s is serving now.") % {"number": number})
    return redirect("recognizer:versions")


@login_required
@permission_required(permissions.DEPLOY_VERSION, raise_exception=True)
@require_POST
def roll_back(request: SignedInRequest) -> HttpResponse:
    form = DeploymentForm(request.POST)
    try:
        asked = valid(form)
        back = once_per_view(
            request,
            lambda: (
                roll_back_version(
                    by=request.user, reason=asked["reason"], expected=asked["expected_serving"]
                ).version.number
            ),
        )
    except Refused as refused:
        if not deployment_context()["earlier"]:  # the page has no form for the error
            raise
        refuse(form, refused, "reason")
        return versions_page(request, status=refused.status, rolling_back=True, form=form)
    messages.success(
        request,
        _("Rolled back: version %(number)s is serving again.") % {"number": back},
    )
    return redirect("recognizer:versions")


def tag_names() -> list[str]:
    names = VersionTag.objects.order_by("name").values_list("name", flat=True)
    return list(names.distinct()[:TAGS_SHOWN])


def deployment_log() -> QuerySet[Deployment]:
    return with_versions(Deployment.objects.select_related("by"))


def deployment_context() -> dict[str, Any]:
    """Return the serving deployment, and the version that a roll-back would restore."""
    serving = serving_deployment()
    before = earlier_deployment()
    return {"serving": serving, "earlier": before.version if before else None}
