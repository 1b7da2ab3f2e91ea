"""One drawing: its picture, the answers to it, and the history of its label."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_POST, require_safe

from mlcore.pictures.encoding import png
from recognizer.actions.drawings.deletion import delete_drawings
from recognizer.actions.drawings.listing import neighbors
from recognizer.actions.drawings.store import answer_of
from recognizer.actions.labels.label_history import label_drawing
from recognizer.actions.labels.reviewers import may_label
from recognizer.actions.reasons import MAX_REASON
from recognizer.errors import Forbidden, Refused
from recognizer.models import LABEL_CHOICES, Correction, Drawing
from recognizer.models.drawings import sees_all
from recognizer.pages.drawings.deleted import say_deleted
from recognizer.pages.drawings.forms import HistoryFilter
from recognizer.pages.drawings.reliability import worth
from recognizer.pages.drawings.version_answers import answers_context
from recognizer.pages.labels.forms import LabelForm
from recognizer.pages.labels.label_actions import approval_note, labels_context
from recognizer.pages.requests import SignedInRequest, refuse, valid
from recognizer.presentation.replay import replay

ONE_DAY = 86_400  # pictures never change, but may be deleted


@login_required
@require_safe
def drawing(request: SignedInRequest, pk: int) -> HttpResponse:
    return drawing_page(request, pk)


def drawing_page(
    request: SignedInRequest, pk: int, *, status: int = 200, **refused: Any
) -> HttpResponse:
    """Render the page.

    refused: a correction's id as `withdrawing`, and its `form` with errors; or a label, `labeling`.
    """
    seen = Drawing.objects.visible_to(request.user).with_answers().select_related("owner")
    shown = get_object_or_404(seen, pk=pk)
    filters = kept_filters(request)
    visible = Drawing.objects.visible_to(request.user)
    everybody = filters.is_everybodys and sees_all(request.user)
    siblings = filters.apply(visible if everybody else visible.filter(owner=shown.owner))
    newer, older = neighbors(siblings, filters.cleaned_data["sort"], shown)
    context = {
        "filters": filters.address,
        "drawing": shown,
        "answer": shown.answer,
        "shares": answer_of(shown.answer).class_probabilities if shown.answer else (),
        "worth": worth(shown, shown.answer) if shown.answer else "",
        "replay": replay(shown.strokes),
        "is_own": shown.owner_id == request.user.pk,
        "labels": LABEL_CHOICES,
        "newer": newer,
        "older": older,
        **answers_context(request.user, shown),
        **labels_context(request.user, shown),
        "max_reason": MAX_REASON,
        "undo_days": settings.UNDO_DAYS,
        **refused,
    }
    return render(request, "recognizer/drawing.html", context, status=status)


@login_required
@require_POST
def label(request: SignedInRequest, pk: int) -> HttpResponse:
    labeled = get_object_or_404(Drawing.objects.visible_to(request.user), pk=pk)
    if not may_label(request.user, labeled):
        raise PermissionDenied
    filters, form = kept_filters(request), LabelForm(request.POST)
    source = Correction.Source.HISTORY
    try:
        valid(form)
        correction = label_drawing(
            drawing=labeled, by=request.user, label=form.given, source=source
        )
    except Forbidden:
        raise
    except Refused as refused:
        refuse(form, refused, "number")
        return drawing_page(request, pk, status=refused.status, labeling=form)
    words = _("Labeled “%(label)s”.") % {"label": correction.to_text}
    messages.success(request, f"{words} {approval_note(correction, request.user)}".strip())
    return redirect(labeled.get_absolute_url() + filters.address)


@login_required
@require_POST
def delete(request: SignedInRequest, pk: int) -> HttpResponse:
    filters = kept_filters(request)
    say_deleted(request, [pk], delete_drawings(owner=request.user, ids=[pk]))
    return redirect(reverse("recognizer:history") + filters.address)


def kept_filters(request: SignedInRequest) -> HistoryFilter:
    """Return the filters of the history that the drawing was opened from, from the query."""
    filters = HistoryFilter(request.GET)
    valid(filters)
    return filters


@login_required
@require_safe
@cache_control(private=True, max_age=ONE_DAY)
def network_input(request: SignedInRequest, pk: int) -> HttpResponse:
    """Return the 28x28 network input as PNG."""
    seen = get_object_or_404(Drawing.objects.visible_to(request.user).defer("picture"), pk=pk)
    return HttpResponse(png(seen.as_array), content_type="image/png")


@login_required
@require_safe
@cache_control(private=True, max_age=ONE_DAY)
def picture(request: SignedInRequest, pk: int) -> HttpResponse:
    """Return the uploaded picture as it was stored."""
    seen = get_object_or_404(Drawing.objects.visible_to(request.user), pk=pk)
    if seen.picture is None:
        raise Http404
    return HttpResponse(bytes(seen.picture), content_type="image/png")
