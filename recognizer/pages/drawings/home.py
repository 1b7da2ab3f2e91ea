"""The page at "/": the studio, or the home page with a canvas for people without an account."""

from typing import cast

from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from recognizer.pages.drawings.reliability import reliability_context
from recognizer.pages.drawings.studio import studio
from recognizer.pages.requests import SignedInRequest


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Show the home page to visitors; a link to a drawing asks them to sign in."""
    if isinstance(request.user, AnonymousUser) and "drawing" not in request.GET:
        return render(request, "recognizer/home.html", reliability_context())
    return studio(cast(SignedInRequest, request))
