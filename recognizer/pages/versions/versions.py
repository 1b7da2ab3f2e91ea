"""Versions: their figures, the serving version, and the log of deployments."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from recognizer import permissions
from recognizer.actions.reasons import MAX_REASON
from recognizer.actions.tallies import Tallied, answers_by
from recognizer.actions.versions.answer_changes import (
    answered_by,
    cells_of,
    confusion,
    for_thumbnails,
    number_figures,
)
from recognizer.actions.versions.deployment import (
    earlier_deployment,
    roll_back_version,
    serving_deployment,
)
from recognizer.actions.versions.promotion import objection, promote_version
from recognizer.errors import Refused
from recognizer.models import Deployment, Drawing, ModelVersion, User
from recognizer.models.counting import MANY, count_up_to
from recognizer.models.drawings import sees_all
from recognizer.models.jobs import with_jobs
from recognizer.models.versions import with_versions
from recognizer.pages.forms import BeforeForm
from recognizer.pages.jobs.labels import cause
from recognizer.pages.jobs.training_examples import withdrawn
from recognizer.pages.pagination import page_of
from recognizer.pages.requests import SignedInRequest, refuse, valid
from recognizer.pages.versions.architecture import layers_of, picture
from recognizer.pages.versions.calibration import calibrations
from recognizer.pages.versions.compare import default_pair
from recognizer.pages.versions.compared_figures import Compared, compared, with_sizes
from recognizer.pages.versions.confusions import confusions
from recognizer.pages.versions.figures import confusion_rows, history, measured, per_digit_table
from recognizer.pages.versions.forms import AnswerFilter, ConfusionForm, DeploymentForm
from recognizer.presentation.charts import learning_charts

RECENT = 10_000  # drawings
PAGE_SIZE = 20
LOG_SIZE = 50
DRAWINGS_SIZE = 48


@login_required
@require_safe
def versions(request: SignedInRequest) -> HttpResponse:
    return versions_page(request, before=valid(BeforeForm(request.GET))["before"])


def versions_page(
    request: SignedInRequest, *, before: int | None = None, status: int = 200, **refused: Any
) -> HttpResponse:
    """Render the page. refused: `promoting` (a number) or `rolling_back`, and its `form`."""
    rows = with_sizes(with_jobs(with_versions(ModelVersion.objects.all(), "parent")))
    page = page_of(rows.filter(pk__lt=before) if before else rows, PAGE_SIZE)
    serves = deployment_context()
    serving = serves["serving"].version if serves["serving"] else None
    context = {
        "page": page,
        "versions": [(row, objection(row, serving)) for row in page.rows],
        "comparison": comparison(page.rows, serves["serving"]),
        "numbers": ModelVersion.objects.values_list("number", flat=True),
        "likely": default_pair(),
        "log": deployment_log()[:LOG_SIZE],
        "max_reason": MAX_REASON,
        **serves,
        **refused,
    }
    return render(request, "recognizer/versions.html", context, status=status)


@login_required
@require_safe
def version(request: SignedInRequest, number: int) -> HttpResponse:
    wanted = valid(ConfusionForm(request.GET))["confusion"]
    seen = with_jobs(with_versions(ModelVersion.objects.all(), "parent"))
    shown = get_object_or_404(seen, number=number)
    sets = measured(shown)
    # "holdout" is left out: it has the same digits as "mnist_holdout".
    by_digit = [each for each in sets if each.has_digits and each.key != "holdout"]
    past, layers = history(shown), layers_of(shown)
    context = {
        "section": "versions",
        "version": shown,
        "measured": sets,
        "digit_sets": by_digit,
        "digits": per_digit_table(by_digit),
        "confusion": confusions((shown,), wanted),
        "calibrations": calibrations(shown),
        "history": past,
        "charts": learning_charts(past),
        "layers": layers,
        "picture": picture(shown),
        "own": own_drawings(request.user, shown),
        "log": shown.deployments.select_related("by"),
        "unanswered": unanswered(request.user, shown),
        "many": MANY,
        "withdrawn": withdrawn(request.user, shown),
        "cause": cause(getattr(shown, "job", None), shown.verdict),
        **deployment_context(),
    }
    return render(request, "recognizer/version.html", context)


def own_drawings(user: User, version: ModelVersion) -> dict[str, Any] | None:
    """Return the version's figures on drawings with an approved label that the person may see."""
    if sees_all(user):
        found = answers_by(version)
    else:
        found = Tallied(cells_of(answered_by(Drawing.objects.owned_by(user), version)))
    if found.figures is None:
        return {"uncounted": True}
    table, numbers = confusion(found.figures), number_figures(found.figures)
    count = sum(map(sum, table)) + numbers.n
    if not count:
        return None
    right = sum(table[label][label] for label in range(len(table))) + numbers.exact
    return {
        "title": _("On all drawings") if sees_all(user) else _("On your drawings"),
        "rows": confusion_rows(table),
        "count": count,
        "right": right,
        "share": right / count,
        "numbers": numbers,
        "counted_at": found.at,
    }


@login_required
@require_safe
def drawings(request: SignedInRequest, number: int) -> HttpResponse:
    """Show the drawings of a cell of a version's confusion matrix."""
    shown = get_object_or_404(ModelVersion, number=number)
    form = AnswerFilter(request.GET)
    valid(form)
    found = form.apply(answered_by(Drawing.objects.visible_to(request.user), shown))
    context = {
        "section": "versions",
        "version": shown,
        "asked": form.cleaned_data,
        "count": count_up_to(found, MANY + 1),
        "many": MANY,
        "page": page_of(for_thumbnails(form.from_key(found)), DRAWINGS_SIZE),
    }
    return render(request, "recognizer/version_drawings.html", context)


def unanswered(user: User, version: ModelVersion) -> int:
    """Count the drawings that a re-scoring would answer; 0 if the user may not start one.

    Of the newest RECENT drawings, which it answers first, and no more than MANY + 1.
    """
    if not user.has_perm(permissions.START_TRAINING):
        return 0
    newest = Drawing.objects.order_by("-pk").values("pk")[:RECENT]
    return count_up_to(Drawing.objects.unanswered_by(version).filter(pk__in=newest), MANY + 1)


@login_required
@permission_required(permissions.DEPLOY_VERSION, raise_exception=True)
@require_POST
def promote(request: SignedInRequest, number: int) -> HttpResponse:
    promoted = get_object_or_404(ModelVersion, number=number)
    form = DeploymentForm(request.POST)
    try:
        asked = valid(form)
        promote_version(
            version=promoted,
            by=request.user,
            reason=asked["reason"],
            expected=asked["expected_serving"],
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
        back = roll_back_version(
            by=request.user, reason=asked["reason"], expected=asked["expected_serving"]
        )
    except Refused as refused:
        if not deployment_context()["earlier"]:  # the page has no form for the error
            raise
        refuse(form, refused, "reason")
        return versions_page(request, status=refused.status, rolling_back=True, form=form)
    messages.success(
        request,
        _("Rolled back: version %(number)s is serving again.") % {"number": back.version.number},
    )
    return redirect("recognizer:versions")


def comparison(shown: list[ModelVersion], serving: Deployment | None) -> list[Compared]:
    """Return the versions of this page, after the serving one if it is on another page."""
    if serving and serving.version not in shown:
        shown = [*with_sizes(ModelVersion.objects.filter(pk=serving.version_id)), *shown]
    return [compared(version) for version in shown]


def deployment_log() -> QuerySet[Deployment]:
    return with_versions(Deployment.objects.select_related("by"))


def deployment_context() -> dict[str, Any]:
    """Return the serving deployment, and the version that a roll-back would restore."""
    serving = serving_deployment()
    before = earlier_deployment()
    return {"serving": serving, "earlier": before.version if before else None}
