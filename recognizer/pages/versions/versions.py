"""Versions: their figures, the serving version, and the log of deployments."""

from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from mlcore.errors import UnusableBundle
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
from recognizer.actions.versions.describe import describe_version
from recognizer.actions.versions.download import export_version, folder_name
from recognizer.actions.versions.own_accuracy import NEWEST, right_by_version
from recognizer.actions.versions.promotion import objection, promote_version
from recognizer.errors import Conflict, Refused
from recognizer.models import Deployment, Drawing, ModelVersion, User, VersionTag
from recognizer.models.counting import MANY, count_up_to
from recognizer.models.drawings import sees_all
from recognizer.models.jobs import with_jobs
from recognizer.models.versions import with_versions
from recognizer.pages.downloads import file_response
from recognizer.pages.idempotency import once_per_view
from recognizer.pages.jobs.labels import cause
from recognizer.pages.jobs.training_examples import withdrawn
from recognizer.pages.pagination import page_of
from recognizer.pages.requests import SignedInRequest, refuse, valid
from recognizer.pages.versions.architecture import layers_of, picture
from recognizer.pages.versions.calibration import calibrations
from recognizer.pages.versions.compare import default_pair
from recognizer.pages.versions.confusions import confusions
from recognizer.pages.versions.figures import confusion_rows, history, measured, per_digit_table
from recognizer.pages.versions.forms import (
    AnswerFilter,
    ConfusionForm,
    DeploymentForm,
    DescriptionForm,
    VersionsForm,
)
from recognizer.pages.versions.over_versions import figures_of_one, over_versions
from recognizer.presentation.charts import learning_charts

RECENT = 10_000  # drawings
PAGE_SIZE = 20
TAGS_SHOWN = 50
LOG_SIZE = 50
DRAWINGS_SIZE = 48


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
@require_safe
def version(request: SignedInRequest, number: int) -> HttpResponse:
    return version_page(request, number, confusion=valid(ConfusionForm(request.GET))["confusion"])


def version_page(
    request: SignedInRequest,
    number: int,
    *,
    confusion: str = "",
    form: DescriptionForm | None = None,
    status: int = 200,
) -> HttpResponse:
    """Render the page. form: a description that was refused."""
    seen = with_jobs(with_versions(ModelVersion.objects.all(), "parent"))
    shown = get_object_or_404(seen.prefetch_related("tags"), number=number)
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
        "confusion": confusions((shown,), confusion),
        "calibrations": calibrations(shown),
        "history": past,
        "charts": learning_charts(past),
        "layers": layers,
        "picture": picture(shown),
        "own": own_drawings(request.user, shown),
        "log": shown.deployments.select_related("by"),
        "form": form or DescriptionForm(initial=description_of(shown)),
        "page_view": uuid4(),
        "unanswered": unanswered(request.user, shown),
        "many": MANY,
        "withdrawn": withdrawn(request.user, shown),
        "cause": cause(getattr(shown, "job", None), shown.verdict),
        **deployment_context(),
    }
    return render(request, "recognizer/version.html", context, status=status)


def description_of(version: ModelVersion) -> dict[str, str]:
    tags = ", ".join(tag.name for tag in version.tags.all())
    return {"name": version.name, "notes": version.notes, "tags": tags}


@login_required
@permission_required(permissions.DEPLOY_VERSION, raise_exception=True)
@require_POST
def describe(request: SignedInRequest, number: int) -> HttpResponse:
    """Store a version's name, notes and tags."""
    described = get_object_or_404(ModelVersion, number=number)
    form = DescriptionForm(request.POST)
    if not form.is_valid():
        return version_page(request, number, form=form, status=400)
    describe_version(version=described, **form.cleaned_data)
    messages.success(request, _("Saved."))
    return redirect("recognizer:version", number)


@login_required
@permission_required(permissions.START_TRAINING, raise_exception=True)
@require_safe
def download(request: SignedInRequest, number: int) -> HttpResponse:
    """Send a version's files with its card, as a zip."""
    sent = get_object_or_404(ModelVersion, number=number)
    try:
        content = export_version(version=sent, by=request.user)
    except UnusableBundle as error:
        raise Conflict(error.message) from error
    return file_response(content, f"{folder_name(sent)}.zip", "application/zip")


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
