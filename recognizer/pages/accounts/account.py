"""A person's own account: e-mail address, export of all data, and deletion."""

from datetime import date
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from recognizer.accounts.downloads import download, require_room
from recognizer.actions.accounts.accounts import change_email, is_last_administrator
from recognizer.actions.accounts.deletion import delete_account
from recognizer.actions.accounts.personal_archive import export_archive
from recognizer.actions.drawings.quota import MB, usage_of
from recognizer.errors import Refused
from recognizer.models import Drawing, User
from recognizer.pages.accounts.forms import DeletionForm, EmailForm
from recognizer.pages.requests import SignedInRequest, refuse, valid
from recognizer.presentation.numbers import localized

GET_OR_POST = require_http_methods(["GET", "HEAD", "POST"])


@sensitive_post_parameters("password")
@login_required
@GET_OR_POST
@never_cache
def account(request: SignedInRequest) -> HttpResponse:
    present = {"email": request.user.email}
    form = EmailForm(request.POST or None, request=request, initial=present)
    if form.is_valid():
        change_email(person=request.user, email=form.cleaned_data["email"])
        messages.success(request, _("The e-mail address is changed."))
        return redirect("recognizer:account")
    context = {
        "form": form,
        **usage_context(request.user),
        "tokens": request.user.api_tokens.count(),
    }
    return render(request, "recognizer/account.html", context, status=400 if form.errors else 200)


def usage_context(person: User) -> dict[str, Any]:
    """Return how much is stored, and how much may be; 0: no limit."""
    usage = usage_of(person)
    return {
        "drawings": usage.drawings,
        "megabytes": localized(f"{usage.size / MB:,.1f}"),
        "most_drawings": settings.QUOTA_DRAWINGS,
        "most_megabytes": settings.QUOTA_MB,
    }


@login_required
@require_safe
def export(request: SignedInRequest) -> StreamingHttpResponse:
    require_room(request.user)
    name = f"digit-studio-{date.today():%Y-%m-%d}.zip"
    response = download(
        export_archive(person=request.user),
        name=name,
        content_type="application/zip",
        by=request.user,
    )
    response["Cache-Control"] = "no-store"
    return response


@sensitive_post_parameters("password")
@login_required
@GET_OR_POST
@never_cache
def delete(request: SignedInRequest) -> HttpResponse:
    form = DeletionForm(request.POST or None, request=request)
    status = 200
    if request.method == "POST":
        try:
            valid(form)
            delete_account(person=request.user)
        except Refused as refused:
            refuse(form, refused, None)
            status = refused.status
        else:
            logout(request)
            messages.success(request, _("Your account and your drawings are deleted."))
            return redirect("recognizer:studio")
    context = {
        "form": form,
        "drawings": Drawing.objects.owned_by(request.user).count(),
        "is_last_administrator": is_last_administrator(request.user),
    }
    return render(request, "recognizer/account_delete.html", context, status=status)
