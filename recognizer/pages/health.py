"""Health checks and figures of the web processes, for machines."""

import secrets

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from recognizer.actions import metrics
from recognizer.actions.versions import serving
from recognizer.operations import readiness


@never_cache
@require_safe
def livez(request: HttpRequest) -> JsonResponse:
    """Return 200: this process answers. Asks nothing else."""
    return JsonResponse({"status": "ok"})


@never_cache
@require_safe
def readyz(request: HttpRequest) -> JsonResponse:
    """Return 200 if every check of `readiness.CHECKS` is ok, else 503.

    ?exclude=worker leaves a check out; it may be repeated.
    """
    found = readiness.checks(leave_out=request.GET.getlist("exclude"))
    failed = [check.words for check in found.values() if not check.ok]
    current = serving.cache.current
    body = {
        "status": "unavailable" if failed else "ok",
        "version": current.number if current else None,
        "message": " ".join(dict.fromkeys(failed)),
        "checks": {name: vars(check) for name, check in found.items()},
    }
    return JsonResponse(body, status=503 if failed else 200)


@never_cache
@require_safe
def show_metrics(request: HttpRequest) -> HttpResponse:
    """Return the figures for Prometheus, to METRICS_TOKEN or to staff. To others it is missing."""
    if not (has_token(request) or request.user.is_staff):
        raise Http404
    return HttpResponse(metrics.exposition(), content_type=metrics.CONTENT_TYPE_LATEST)


def has_token(request: HttpRequest) -> bool:
    expected = f"Bearer {settings.METRICS_TOKEN}".encode()
    given = request.headers.get("Authorization", "").encode()
    return bool(settings.METRICS_TOKEN) and secrets.compare_digest(given, expected)
