"""The audit: its events, newest first, with filters in the query. Without the permission: 404."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from recognizer import permissions
from recognizer.accounts.downloads import lines_file, require_room
from recognizer.actions.audit.listing import export_events
from recognizer.models import AuditEvent
from recognizer.pages.audit.forms import AuditForm
from recognizer.pages.pagination import page_of
from recognizer.pages.requests import SignedInRequest, valid

PAGE_SIZE = 50


def for_auditors(
    view: Callable[[SignedInRequest], HttpResponseBase],
) -> Callable[..., HttpResponseBase]:
    """Show the page only with the permission to view the audit."""

    @login_required
    @require_safe
    @never_cache
    @wraps(view)
    def guarded(request: SignedInRequest) -> HttpResponseBase:
        if not request.user.has_perm(permissions.VIEW_AUDIT):
            raise Http404
        return view(request)

    return guarded


@for_auditors
def audit(request: SignedInRequest) -> HttpResponse:
    form = AuditForm(request.GET)
    context: dict[str, Any] = {"form": form}
    if form.is_valid():
        page = page_of(form.filter.apply(AuditEvent.objects.all()), PAGE_SIZE)
        context |= {"page": page, "events": page.rows}
    return render(request, "recognizer/audit.html", context, status=400 if form.errors else 200)


@for_auditors
def export(request: SignedInRequest) -> StreamingHttpResponse:
    form = AuditForm(request.GET)
    valid(form)
    require_room(request.user)
    return lines_file(
        export_events(wanted=form.filter, by=request.user), "audit", "csv", by=request.user
    )
