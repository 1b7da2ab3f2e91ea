"""One's own drawings, newest first, with filters in the address bar."""

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from recognizer.forms import HistoryFilter
from recognizer.models import Drawing
from recognizer.pages.pagination import page_of
from recognizer.pages.requests import SignedInRequest

PAGE_SIZE = 30


@login_required
@require_safe
def history(request: SignedInRequest) -> HttpResponse:
    form = HistoryFilter(request.GET)
    if not form.is_valid():
        return render(request, "recognizer/history.html", {"form": form}, status=400)
    own = Drawing.objects.owned_by(request.user).with_answers().defer("picture", "field")
    page = page_of(form.apply(own), PAGE_SIZE)
    return render(request, "recognizer/history.html", {"form": form, "page": page})
