"""The list of a person's own drawings, or of everybody's, with filters in the query; deletion."""

from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.db.models import Count, Q
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from recognizer import permissions
from recognizer.actions.drawings.deletion import delete_drawings
from recognizer.actions.drawings.listing import SURE, UNSURE, counted, first_of, ordered
from recognizer.actions.drawings.store import MAX_AT_ONCE, chosen_drawings
from recognizer.actions.exchange.export_drawings import may_export_everybody
from recognizer.actions.labels.gold import learned_by
from recognizer.actions.labels.reviewers import is_sole_reviewer, may_review
from recognizer.models import LABEL_CHOICES, DeletedDrawing, Drawing, User
from recognizer.models.drawings import DrawingQuerySet, sees_all
from recognizer.pages.drawings.deleted import say_deleted
from recognizer.pages.drawings.forms import ChosenForm, ExportForm, HistoryFilter
from recognizer.pages.pagination import Page, page_of
from recognizer.pages.requests import SignedInRequest, query_of, valid

PAGE_SIZE = 30
SHOWN = 60  # thumbnails of the drawings to delete
NOT_SHOWN = ("picture", "network_input", "directions")  # large columns


@login_required
@require_safe
def history(request: SignedInRequest) -> HttpResponse:
    return history_page(request)


def history_page(
    request: SignedInRequest, *, status: int = 200, refused: ChosenForm | None = None
) -> HttpResponse:
    """Render the list. refused: what was to be done with the selected drawings."""
    form = HistoryFilter(request.GET)
    is_valid = form.is_valid()
    drawings = drawings_of(request, everybody=form.is_everybodys)
    context: dict[str, Any] = {
        "form": form,
        "export": ExportForm(),
        "sees_all": sees_all(request.user),
        "labels": LABEL_CHOICES,
        "undo_days": settings.UNDO_DAYS,
        "refused": refused,
        "chosen": refused.chosen if refused else (),
        "unfiltered": reverse("recognizer:history") + "?everybody=1" * form.is_everybodys,
        **powers(request.user, everybody=form.is_everybodys),
    }
    if not is_valid:
        return render(request, "recognizer/history.html", context, status=400)
    wanted = form.apply(drawings.with_answers().defer(*NOT_SHOWN))
    if form.is_everybodys:
        wanted = wanted.select_related("owner")
    sort = form.cleaned_data["sort"]
    rows = ordered(wanted, sort, form.place)
    page = page_of(first_of(rows, PAGE_SIZE + 1), PAGE_SIZE)
    context |= {"page": page, "most": MAX_AT_ONCE, **next_place(page, sort)}
    if not form.place.before:
        context["counts"] = counted(drawings, form.filter)
        own = DeletedDrawing.objects.owned_by(request.user).restorable()
        context["has_deleted"] = not form.is_everybodys and own.exists()
    return render(request, "recognizer/history.html", context, status=status)


def drawings_of(request: SignedInRequest, *, everybody: bool) -> DrawingQuerySet:
    """Return whose drawings the list has. Raises Http404 for those that the person may not see."""
    if not everybody:
        return Drawing.objects.owned_by(request.user)
    if not sees_all(request.user):
        raise Http404
    return Drawing.objects.visible_to(request.user)


def powers(user: User, *, everybody: bool) -> dict[str, bool]:
    """Return what the person may do with the selected drawings of the list."""
    return {
        "may_export": not everybody or may_export_everybody(user),
        "may_delete": not everybody,
        "may_label": not everybody or may_review(user),
        "may_review": may_review(user) and (everybody or is_sole_reviewer(user)),
        "may_mark_gold": user.has_perm(permissions.MARK_GOLD),
    }


def next_place(page: Page, sort: str) -> dict[str, float]:
    """Return the confidence after which the next page begins, in an order by confidence."""
    by_confidence = sort in (UNSURE, SURE)
    more = {"older_confidence": page.rows[-1].sure} if by_confidence and page.older else {}
    return {"by_confidence": by_confidence, **more}


@login_required
@require_POST
def delete(request: SignedInRequest) -> HttpResponse:
    """Ask for confirmation, delete the chosen drawings, and keep the filters."""
    chosen = valid(ChosenForm(request.POST))
    if not chosen["confirmed"]:
        drawings = chosen_drawings(by=request.user, ids=chosen["drawings"])
        return render(request, "recognizer/drawings_delete.html", deletion_context(drawings))
    deletion = delete_drawings(owner=request.user, ids=chosen["drawings"])
    say_deleted(request, chosen["drawings"], deletion)
    return redirect(reverse("recognizer:history") + query_of(request))


def deletion_context(drawings: DrawingQuerySet) -> dict[str, Any]:
    """Return what is deleted with the drawings, and which versions were trained on them."""
    counts = drawings.aggregate(
        count=Count("pk"),
        labeled=Count("pk", filter=Q(label__isnull=False)),
        gold=Count("pk", filter=Q(gold_at__isnull=False)),
    )
    return {
        "section": "history",
        "undo_days": settings.UNDO_DAYS,
        "ids": list(drawings.values_list("pk", flat=True)),
        "shown": drawings.defer(*NOT_SHOWN)[:SHOWN],
        "learned_by": learned_by(drawings.order_by().values("pk")).values_list("number", flat=True),
        **counts,
    }
