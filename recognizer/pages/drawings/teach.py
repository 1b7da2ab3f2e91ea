"""The page that asks for ten digits; its script draws them and sends them to the API."""

from uuid import uuid4

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from recognizer.pages.requests import SignedInRequest

PAPER_SIDE = 1000  # as PAD_UNITS in static/js/geometry.js


@login_required
@require_safe
def teach(request: SignedInRequest) -> HttpResponse:
    context = {"page_view": uuid4(), "paper_side": PAPER_SIDE}
    return render(request, "recognizer/teach.html", context)
