"""A person's own API tokens. A secret is shown only in the response to its creation."""

import json
from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from recognizer.actions.accounts.tokens import create_token, revoke_token
from recognizer.errors import Refused
from recognizer.models import ApiToken, Scope
from recognizer.pages.accounts.forms import TokenForm
from recognizer.pages.idempotency import once_per_view
from recognizer.pages.requests import SignedInRequest, refuse, valid

A_SEVEN = [[[80, 80], [240, 80], [190, 190], [150, 300]]]


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def tokens(request: SignedInRequest) -> HttpResponse:
    form = TokenForm(request.POST) if request.method == "POST" else TokenForm()
    made, secret, status = None, "", 200
    if request.method == "POST":
        try:
            made, secret = made_once(request, valid(form))
            form = TokenForm()
        except Refused as refused:
            refuse(form, refused, "name")
            status = refused.status
    context = {
        "form": form,
        "page_view": uuid4(),
        "made": made,
        "secret": secret,
        "draws": made is not None and Scope.DRAW in made.scopes,
        "example": example(request, made, secret) if made else "",
        "tokens": ApiToken.objects.filter(owner=request.user),
    }
    return render(request, "recognizer/tokens.html", context, status=status)


def made_once(request: SignedInRequest, wanted: dict[str, Any]) -> tuple[ApiToken | None, str]:
    """Make a token and return it with its secret; of a form that is sent again, nothing."""
    secrets: list[tuple[ApiToken, str]] = []

    def make() -> int:
        secrets.append(create_token(owner=request.user, **wanted))
        return secrets[0][0].pk

    once_per_view(request, make)
    if not secrets:
        messages.info(request, _("This token was made already. Its secret is shown only once."))
    return secrets[0] if secrets else (None, "")


def example(request: HttpRequest, token: ApiToken, secret: str) -> str:
    """Return a curl command for bash, zsh and cmd.exe; empty if no scope allows a harmless one."""
    curl = f'curl -H "Authorization: Token {secret}"'
    if Scope.DRAW in token.scopes:
        body = json.dumps({"strokes": A_SEVEN}, separators=(",", ":")).replace('"', '\\"')
        address = request.build_absolute_uri(reverse("api:recognize"))
        return f'{curl} -H "Content-Type: application/json" -d "{body}" "{address}"'
    if Scope.READ in token.scopes:
        return f'{curl} "{request.build_absolute_uri(reverse("api:drawings"))}"'
    return ""


@login_required
@require_POST
def revoke(request: SignedInRequest, pk: int) -> HttpResponse:
    token = get_object_or_404(ApiToken, owner=request.user, pk=pk)
    revoke_token(token=token, by=request.user)
    messages.success(request, _("“%(name)s” is revoked.") % {"name": token.name})
    return redirect("recognizer:tokens")
