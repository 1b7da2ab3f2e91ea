"""The review page; its script fetches the drawings from the API."""

from django.conf import settings
from django.contrib.auth.decorators import login_required, permission_required
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from recognizer import permissions
from recognizer.pages.requests import SignedInRequest


@login_required
@permission_required(permissions.REVIEW, raise_exception=True)
@require_safe
def review(request: SignedInRequest) -> HttpResponse:
    return render(request, "recognizer/review.html", {"blind": settings.REVIEW_BLIND})
