"""Settings of the site that `benchmarks.answer` measures: with a view that does nothing."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.urls import path

from digitsite.settings import *  # noqa: F403
from digitsite.settings import REST_FRAMEWORK

ROOT_URLCONF = "benchmarks.answer_site"
REST_FRAMEWORK = {
    **REST_FRAMEWORK,
    "DEFAULT_THROTTLE_RATES": dict.fromkeys(
        REST_FRAMEWORK["DEFAULT_THROTTLE_RATES"], "10000000/min"
    ),
}


@login_required
def empty(request: HttpRequest) -> HttpResponse:
    return HttpResponse()


def __getattr__(name: str) -> Any:
    """Return `urlpatterns`, which need the applications, when they are asked for."""
    if name != "urlpatterns":
        raise AttributeError(name)
    from digitsite.urls import urlpatterns

    return [path("empty/", empty), *urlpatterns]
