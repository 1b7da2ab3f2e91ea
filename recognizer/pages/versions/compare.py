"""A comparison of two versions: their figures, and their answers to the site's drawings."""

from typing import Any
from uuid import uuid4

from django.contrib.auth.decorators import login_required
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from recognizer.actions.versions.answer_changes import (
    BROKEN,
    FIXED,
    changes,
    for_thumbnails,
    labeled,
    learned,
    with_both,
)
from recognizer.actions.versions.deployment import earlier_deployment, serving_deployment
from recognizer.errors import Refused
from recognizer.models import Drawing, ModelVersion
from recognizer.models.drawings import sees_all
from recognizer.models.versions import LARGE_COLUMNS
from recognizer.pages.pagination import page_of
from recognizer.pages.requests import SignedInRequest, valid
from recognizer.pages.versions.compared_digits import on_drawings, on_set
from recognizer.pages.versions.compared_figures import with_sizes
from recognizer.pages.versions.compared_words import sentence, sentence_on_figures
from recognizer.pages.versions.confusions import confusions
from recognizer.pages.versions.differences import differences
from recognizer.pages.versions.figures import confusion_rows, history
from recognizer.pages.versions.forms import ChangeFilter, CompareForm
from recognizer.presentation.charts import learning_curve, line_chart, shares

SHOWN = 16  # thumbnails of each kind; another page shows all
PAGE_SIZE = 48
DECISIVE = ("holdout", "mnist_holdout", "embedded")  # the first of these that was measured


@login_required
@require_safe
def compare(request: SignedInRequest) -> HttpResponse:
    asked = valid(CompareForm(request.GET))
    if asked["before"] is not None and asked["before"] == asked["after"]:
        return same_version(request, numbered(asked["before"]))
    before, after = pair(asked["before"], asked["after"])
    context: dict[str, Any] = {
        "section": "versions",
        "numbers": ModelVersion.objects.values_list("number", flat=True),
        "before": before,
        "after": after,
        "page_view": uuid4(),
    }
    if before and after:
        context |= figures(before, after, asked["confusion"]) | answers(request, before, after)
    return render(request, "recognizer/compare.html", context)


def same_version(request: SignedInRequest, version: ModelVersion) -> HttpResponse:
    """Ask for another version; the form keeps what was chosen."""
    context = {
        "section": "versions",
        "numbers": ModelVersion.objects.values_list("number", flat=True),
        "before": version,
        "after": version,
        "refused": _("Choose two different versions."),
    }
    return render(request, "recognizer/compare.html", context, status=400)


def pair(before: int | None, after: int | None) -> tuple[ModelVersion | None, ModelVersion | None]:
    """Return the versions of these numbers. A missing number gives the default version.

    None if there is no other version. Raises Http404 for an unknown number.
    """
    rows = with_sizes(ModelVersion.objects.all())
    second = numbered(after) if after is not None else default_after(rows, before)
    first = numbered(before) if before is not None else default_before(rows, second)
    return first, second


def default_pair() -> tuple[ModelVersion | None, ModelVersion | None]:
    """Return the default pair, without long fields, for showing their numbers."""
    rows = ModelVersion.objects.defer(*LARGE_COLUMNS)
    after = default_after(rows, None)
    return default_before(rows, after), after


def numbered(number: int) -> ModelVersion:
    return get_object_or_404(with_sizes(ModelVersion.objects.all()), number=number)


def default_after(rows: QuerySet[ModelVersion], before: int | None) -> ModelVersion | None:
    """Return the serving version, or else the newest other than `before`."""
    others = rows if before is None else rows.exclude(number=before)
    serving = serving_deployment()
    serves = others.filter(pk=serving.version_id).first() if serving else None
    return serves or others.first()


def default_before(rows: QuerySet[ModelVersion], after: ModelVersion | None) -> ModelVersion | None:
    """Return the parent of `after`, or else the previously serving version, or the newest other."""
    if after is None:
        return None
    earlier = earlier_deployment()
    others = rows.exclude(pk=after.pk)
    likely = [after.parent_id, earlier.version_id if earlier else None]
    found = (others.filter(pk=pk).first() for pk in likely if pk)
    return next((version for version in found if version), None) or others.first()


def figures(before: ModelVersion, after: ModelVersion, confusion: str) -> dict[str, Any]:
    """Return the figures that were measured when the versions were made. confusion: a set's key."""
    curves = [shares(learning_curve(history(version))) for version in (before, after)]
    parts = differences(before, after)
    matrices = confusions((before, after), confusion, usual=DECISIVE)
    return {
        "parts": parts,
        "tested": sentence_on_figures(parts, after),
        "confusion": matrices,
        "set_digits": on_set(before, after, matrices.key) if matrices else None,
        "chart": line_chart(*curves) if all(len(curve) > 1 for curve in curves) else None,
        "histories": [(version, history(version)) for version in (before, after)],
    }


def answers(request: SignedInRequest, before: ModelVersion, after: ModelVersion) -> dict[str, Any]:
    """Compare the answers to the drawings with an approved label that the person may see."""
    rows = labeled(Drawing.objects.visible_to(request.user), before, after)
    counted = changes(rows)
    fixed, broken = (with_both(rows).filter(change) for change in (FIXED, BROKEN))
    return {
        "sees_all": sees_all(request.user),
        "changes": counted,
        "sentence": sentence(counted, before, after),
        "own_digits": on_drawings(counted),
        "confusions": [confusion_rows(counted.before), confusion_rows(counted.after)],
        "fixed": for_thumbnails(fixed)[:SHOWN],
        "broken": for_thumbnails(broken)[:SHOWN],
        "fixed_learned": learned(fixed, after) if counted.fixed else 0,
        "missing": list(zip((before, after), counted.missing, strict=True)),
    }


@login_required
@require_safe
def drawings(request: SignedInRequest, before: int, after: int) -> HttpResponse:
    """Show the drawings of a cell of a confusion matrix, or the fixed or broken ones."""
    if before == after:
        raise Refused(_("Choose two different versions."))
    first, second = numbered(before), numbered(after)
    form = ChangeFilter(request.GET)
    valid(form)
    rows = with_both(labeled(Drawing.objects.visible_to(request.user), first, second))
    found = form.apply(rows)
    context = {
        "section": "versions",
        "before": first,
        "after": second,
        "asked": form.cleaned_data,
        "count": found.count(),
        "page": page_of(for_thumbnails(form.from_key(found)), PAGE_SIZE),
    }
    return render(request, "recognizer/compared_drawings.html", context)
