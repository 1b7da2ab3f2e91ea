"""One version: its figures, files and description, and the drawings that it answered."""

from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.db.models import Count, Min
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from mlcore.errors import UnusableBundle
from recognizer import permissions
from recognizer.actions.tallies import Tallied, answers_by
from recognizer.actions.versions.answer_changes import (
    answered_by,
    cells_of,
    confusion,
    for_thumbnails,
    number_figures,
)
from recognizer.actions.versions.describe import describe_version
from recognizer.actions.versions.download import export_version, folder_name
from recognizer.errors import Conflict
from recognizer.models import Answer, Drawing, ModelVersion, User
from recognizer.models.counting import MANY, count_up_to
from recognizer.models.drawings import sees_all
from recognizer.models.jobs import with_jobs
from recognizer.models.versions import with_versions
from recognizer.pages.downloads import file_response
from recognizer.pages.jobs.labels import cause
from recognizer.pages.jobs.training_examples import withdrawn
from recognizer.pages.pagination import page_of
from recognizer.pages.requests import SignedInRequest, valid
from recognizer.pages.versions.architecture import layers_of, picture
from recognizer.pages.versions.calibration import calibrations
from recognizer.pages.versions.confusions import confusions
from recognizer.pages.versions.figures import confusion_rows, history, measured, per_digit_table
from recognizer.pages.versions.forms import AnswerFilter, ConfusionForm, DescriptionForm
from recognizer.pages.versions.versions import deployment_context
from recognizer.presentation.charts import learning_charts

RECENT = 10_000  # drawings
DRAWINGS_SIZE = 48


@login_required
@require_safe
def version(request: SignedInRequest, number: int) -> HttpResponse:
    return version_page(request, number, shown_set=valid(ConfusionForm(request.GET))["confusion"])


def version_page(
    request: SignedInRequest,
    number: int,
    *,
    shown_set: str = "",
    form: DescriptionForm | None = None,
    status: int = 200,
) -> HttpResponse:
    """Render the page. shown_set: of the confusion matrix. form: a description that was refused."""
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
        "confusion": confusions((shown,), shown_set),
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

    Of the newest RECENT drawings, which it answers first, and no more than MANY + 1. A version
    answers a drawing once, so two counts by keys are enough.
    """
    if not user.has_perm(permissions.START_TRAINING):
        return 0
    newest = Drawing.objects.order_by("-pk").values_list("pk", flat=True)[:RECENT]
    drawn, first = newest.aggregate(n=Count("pk"), first=Min("pk")).values()
    answered = Answer.objects.filter(version=version, drawing__gte=first or 0).count()
    found: int = max(drawn - answered, 0)  # one may be saved between the two counts
    return min(found, MANY + 1)
