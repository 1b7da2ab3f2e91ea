"""Versions: what each can do, which one serves, and what served when."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from recognizer.actions.deployment import deploy, earlier_deployment, serving_deployment
from recognizer.actions.deployment import roll_back as roll_version_back
from recognizer.charts import line_chart
from recognizer.forms import BeforeForm, DeploymentForm
from recognizer.models import Deployment, ModelVersion
from recognizer.pages.calibration import calibration
from recognizer.pages.comparison import Compared, compared, with_sizes
from recognizer.pages.figures import confusion_rows, measured, per_digit_table
from recognizer.pages.pagination import page_of
from recognizer.pages.requests import SignedInRequest, valid

MAY_DEPLOY = "recognizer.deploy_version"
PAGE_SIZE = 20
LOG_SIZE = 50


@login_required
@require_safe
def versions(request: SignedInRequest) -> HttpResponse:
    before = valid(BeforeForm(request.GET))["before"]
    rows = with_sizes(ModelVersion.objects.select_related("parent", "job"))
    page = page_of(rows.filter(pk__lt=before) if before else rows, PAGE_SIZE)
    serves = who_serves()
    context = {
        "page": page,
        "comparison": comparison(page.rows, serves["serving"]),
        "log": deployment_log()[:LOG_SIZE],
        **serves,
    }
    return render(request, "recognizer/versions.html", context)


@login_required
@require_safe
def version(request: SignedInRequest, number: int) -> HttpResponse:
    seen = ModelVersion.objects.select_related("parent", "job")
    shown = get_object_or_404(seen, number=number)
    sets = measured(shown)
    # With non-digits or without, the hold-out has the same digits.
    by_digit = [each for each in sets if each.has_digits and each.key != "holdout"]
    past = shown.card.get("history") or []
    context = {
        "section": "versions",
        "version": shown,
        "measured": sets,
        "digit_sets": by_digit,
        "digits": per_digit_table(by_digit),
        "confusion": next(
            ({"name": each.name, "rows": confusion_rows(each)} for each in sets if each.confusion),
            None,
        ),
        "calibration": calibration(shown),
        "history": past,
        "chart": line_chart([(row["epoch"], row["loss"]) for row in past if "loss" in row]),
        "log": shown.deployments.select_related("by"),
        **who_serves(),
    }
    return render(request, "recognizer/version.html", context)


@login_required
@permission_required(MAY_DEPLOY, raise_exception=True)
@require_POST
def promote(request: SignedInRequest, number: int) -> HttpResponse:
    promoted = get_object_or_404(ModelVersion, number=number)
    asked = valid(DeploymentForm(request.POST))
    deploy(
        version=promoted,
        kind=Deployment.Kind.PROMOTION,
        by=request.user,
        reason=asked["reason"],
        expected=asked["expected_serving"],
    )
    messages.success(request, f"Version {number} serves now.")
    return redirect("recognizer:versions")


@login_required
@permission_required(MAY_DEPLOY, raise_exception=True)
@require_POST
def roll_back(request: SignedInRequest) -> HttpResponse:
    asked = valid(DeploymentForm(request.POST))
    back = roll_version_back(
        by=request.user, reason=asked["reason"], expected=asked["expected_serving"]
    )
    messages.success(request, f"Version {back.version.number} serves again.")
    return redirect("recognizer:versions")


def comparison(shown: list[ModelVersion], serving: Deployment | None) -> list[Compared]:
    """The versions of this page, and before them the serving one where it is on another."""
    if serving and serving.version not in shown:
        shown = [*with_sizes(ModelVersion.objects.filter(pk=serving.version_id)), *shown]
    return [compared(version) for version in shown]


def deployment_log() -> QuerySet[Deployment]:
    return Deployment.objects.select_related("version", "by")


def who_serves() -> dict[str, Any]:
    """The serving deployment, and the version that a roll-back would bring back."""
    serving = serving_deployment()
    before = earlier_deployment(serving)
    return {"serving": serving, "earlier": before.version if before else None}
