"""A person's own drawings, newest first, with filters in the query; deletion."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Count, Q
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from recognizer.actions.drawings.store import MAX_AT_ONCE, delete_drawings, own_drawings
from recognizer.actions.exchange.export_drawings import may_export_everybody
from recognizer.actions.labels.gold import learned_by
from recognizer.models import Drawing
from recognizer.models.drawings import DrawingQuerySet
from recognizer.pages.drawings.forms import ChosenForm, ExportForm, HistoryFilter
from recognizer.pages.pagination import page_of
from recognizer.pages.requests import SignedInRequest, valid

PAGE_SIZE = 30
SHOWN = 60  # thumbnails of the drawings to delete
NOT_SHOWN = ("picture", "network_input", "directions")  # large columns


@login_required
@require_safe
def history(request: SignedInRequest) -> HttpResponse:
    form = HistoryFilter(request.GET)
    context = {
        "form": form,
        "export": ExportForm(),
        "may_export_everybody": may_export_everybody(request.user),
    }
    if not form.is_valid():
        return render(request, "recognizer/history.html", context, status=400)
    own = Drawing.objects.owned_by(request.user).with_answers().defer(*NOT_SHOWN)
    page = page_of(form.apply(own), PAGE_SIZE)
    context |= {"page": page, "most": MAX_AT_ONCE}
    return render(request, "recognizer/history.html", context)


@login_required
@require_POST
def delete(request: SignedInRequest) -> HttpResponse:
    """Ask for confirmation, delete the chosen drawings, and keep the filters."""
    chosen = valid(ChosenForm(request.POST))
    if not chosen["confirmed"]:
        drawings = own_drawings(owner=request.user, ids=chosen["drawings"])
        return render(request, "recognizer/drawings_delete.html", deletion_context(drawings))
    count = delete_drawings(owner=request.user, ids=chosen["drawings"])
    if count > 1:
        text = _("%(count)d drawings are deleted.") % {"count": count}
    else:
        text = _("Drawing %(number)s is deleted.") % {"number": chosen["drawings"][0]}
    messages.success(request, text)
    query = f"?{request.GET.urlencode()}" if request.GET else ""
    return redirect(reverse("recognizer:history") + query)


def deletion_context(drawings: DrawingQuerySet) -> dict[str, Any]:
    """Return what is deleted with the drawings, and which versions were trained on them."""
    counts = drawings.aggregate(
        count=Count("pk"),
        labeled=Count("pk", filter=Q(label__isnull=False)),
        gold=Count("pk", filter=Q(gold_at__isnull=False)),
    )
    return {
        "section": "history",
        "ids": list(drawings.values_list("pk", flat=True)),
        "shown": drawings.defer(*NOT_SHOWN)[:SHOWN],
        "learned_by": learned_by(*drawings.only("pk")).values_list("number", flat=True),
        **counts,
    }
