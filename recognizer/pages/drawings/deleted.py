"""What a person deleted lately, and can bring back."""

from collections.abc import Sequence
from itertools import groupby
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from recognizer.actions.drawings.deletion import forget_deleted, restore_drawings
from recognizer.models import DeletedDrawing
from recognizer.pages.drawings.forms import DeletionForm
from recognizer.pages.requests import SignedInRequest, query_of, valid
from recognizer.presentation.numbers import localized

SHOWN = 12  # thumbnails of a deletion


def say_deleted(request: HttpRequest, ids: Sequence[int], deletion: UUID | None) -> None:
    """Say it on the next page, with a button that brings them back if that is possible."""
    if len(ids) > 1:
        text = _("%(count)d drawings are deleted.") % {"count": len(ids)}
    else:
        text = _("Drawing %(number)s is deleted.") % {"number": ids[0]}
    messages.success(request, text, extra_tags=str(deletion or ""))


@login_required
@require_safe
def deleted(request: SignedInRequest) -> HttpResponse:
    rows = DeletedDrawing.objects.owned_by(request.user).restorable()
    groups = [list(group) for _key, group in groupby(rows, lambda row: row.deletion)]
    context: dict[str, Any] = {
        "section": "history",
        "deletions": [
            {
                "key": group[0].deletion,
                "at": group[0].deleted_at,
                "shown": group[:SHOWN],
                "count": len(group),
                "more": len(group) - SHOWN,
            }
            for group in groups
        ],
        "undo_days": settings.UNDO_DAYS,
    }
    return render(request, "recognizer/drawings_deleted.html", context)


@login_required
@require_POST
def restore(request: SignedInRequest) -> HttpResponse:
    """Bring back all that was deleted at once."""
    deletion = valid(DeletionForm(request.POST))["deletion"]
    own = DeletedDrawing.objects.owned_by(request.user).restorable().filter(deletion=deletion)
    ids = list(own.values_list("pk", flat=True))
    if not ids:
        raise Http404
    restore_drawings(owner=request.user, ids=ids)
    text = _("Drawing %(number)s is back.") % {"number": ids[0]}
    if len(ids) > 1:
        text = _("%(count)d drawings are back.") % {"count": len(ids)}
    messages.success(request, text)
    return redirect(reverse("recognizer:history") + query_of(request))


@login_required
@require_POST
def forget(request: SignedInRequest) -> HttpResponse:
    """Remove for good what was deleted at once."""
    deletion = valid(DeletionForm(request.POST))["deletion"]
    count = forget_deleted(owner=request.user, deletion=deletion)
    if not count:
        raise Http404
    text = ngettext(
        "%(count)s drawing is gone for good.", "%(count)s drawings are gone for good.", count
    )
    messages.success(request, text % {"count": localized(f"{count:,}")})
    return redirect("recognizer:drawings-deleted")
