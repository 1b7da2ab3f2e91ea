"""Middleware: request ids, a limit on the request size, figures, compression, the content security
policy, time zones, refused actions."""

import time
from collections.abc import Callable
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from csp.constants import HEADER
from csp.middleware import CSPMiddleware
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import (
    HttpRequest,
    HttpResponse,
    HttpResponseNotAllowed,
    HttpResponseRedirect,
    JsonResponse,
)
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware
from django.shortcuts import render, resolve_url
from django.urls import get_script_prefix, reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from mlcore.errors import InvalidInk
from recognizer.accounts.current_request import ID_HEADER, answering
from recognizer.actions import metrics
from recognizer.actions.reading.uploads import max_bytes
from recognizer.api.errors import error_body, is_api
from recognizer.errors import Refused, TooMany, status_of, words_of

FORM_BYTES = 64 * 1024  # around the file of an import, or around a PDF
BYTES_AROUND_A_FILE = 512  # of a batch
COMPRESSED = ("text/html", "text/javascript")
JSON_POLICY = "default-src 'none'; frame-ancestors 'none'"
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
ZONE_COOKIE = "zone"
GetResponse = Callable[[HttpRequest], HttpResponse]


def limit_body(get_response: GetResponse) -> GetResponse:
    """Refuse an oversized body by its Content-Length, before any of it is read.

    Only requests whose files are written to disk may be large.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        length = request.META.get("CONTENT_LENGTH") or "0"
        most = largest_body(request.path)
        if not length.isdecimal() or int(length) <= most:
            return get_response(request)
        message = _("The request is larger than %(most)d MB.") % {"most": most // 1024**2}
        if is_api(request):
            return JsonResponse(error_body("too_large", message), status=413)
        return HttpResponse(message, status=413, content_type="text/plain")

    return middleware


def measure(get_response: GetResponse) -> GetResponse:
    """Count the requests of each route and their times, for /metrics."""

    def middleware(request: HttpRequest) -> HttpResponse:
        start = time.perf_counter()
        response = get_response(request)
        match = request.resolver_match
        labels = (
            known_method(request),
            match.route if match else "none",
            str(response.status_code),
        )
        metrics.requests.labels(*labels).observe(time.perf_counter() - start)
        return response

    return middleware


def remember_request(get_response: GetResponse) -> GetResponse:
    """Give the request an id, and let logs and audit know it, who acts and from which address."""

    def middleware(request: HttpRequest) -> HttpResponse:
        with answering(request) as number:
            response = get_response(request)
        response[ID_HEADER] = number
        return response

    return middleware


def use_browsers_zone(get_response: GetResponse) -> GetResponse:
    """Show times, and understand days, in the browser's zone, which the site's script names."""

    def middleware(request: HttpRequest) -> HttpResponse:
        with timezone.override(zone_named(request.COOKIES.get(ZONE_COOKIE, ""))):
            return get_response(request)

    return middleware


def zone_named(name: str) -> ZoneInfo | None:
    """Return the zone of a name such as "Europe/Berlin"; None, the site's own, if there is none."""
    try:
        return ZoneInfo(name) if name else None
    except (ValueError, OSError, LookupError):  # no path of a zone, a folder of them, unknown
        return None


def known_method(request: HttpRequest) -> str:
    """Return the method, or "other": a client may send any word."""
    return request.method if request.method in METHODS else "other"


def largest_body(path: str) -> int:
    """Return how many bytes a request to this path may have."""
    most = large_bodies(get_script_prefix()).get(path)
    return most() if most else int(settings.MAX_BODY_BYTES)


@cache
def large_bodies(prefix: str) -> dict[str, Callable[[], int]]:
    """Return the paths below the prefix that may have larger bodies, and how large ones.

    Remembered, because making the paths takes a tenth of the time of an answer.
    """
    return {
        **dict.fromkeys((reverse("recognizer:import"), reverse("api:import")), max_import_body),
        **dict.fromkeys((reverse("recognizer:batches"), reverse("api:batches")), max_batch_body),
        **dict.fromkeys((reverse("recognizer:pages"), reverse("api:pages")), max_page_body),
    }


def max_import_body() -> int:
    return int(settings.IMPORT_MAX_BYTES) + FORM_BYTES


def max_page_body() -> int:
    return max(int(settings.PDF_MAX_BYTES) + FORM_BYTES, int(settings.MAX_BODY_BYTES))


def max_batch_body() -> int:
    """Return the bytes of the largest batch, with the lines that go before each file."""
    return max_bytes() + settings.BATCH_MAX_FILES * BYTES_AROUND_A_FILE


class CompressPages(GZipMiddleware):
    """Compresses pages, of which a quarter remains. Downloads and the API stay as they are.

    Lengths do not give a page's CSRF token away: Django masks it anew on each page, and makes each
    length random (Heal the Breach).
    """

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> Any:
        kind = response.headers.get("Content-Type", "").partition(";")[0]
        if kind not in COMPRESSED or not isinstance(response, HttpResponse):
            return response
        return super().process_response(request, response)


class ContentPolicy(CSPMiddleware):
    """The site's policy for pages. JSON loads nothing, so its own is shorter, and ready-made.

    Making the other takes a twentieth of the time of an answer.
    """

    def process_response(
        self, request: HttpRequest, response: HttpResponseBase
    ) -> HttpResponseBase:
        if response.headers.get("Content-Type") != "application/json":
            return super().process_response(request, response)
        response[HEADER] = JSON_POLICY
        return response


class ExplainRefusals:
    """Shows one page for every refusal of an action. The API handles its own refusals."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        is_opened = request.method == "GET" and not is_api(request)
        if is_opened and isinstance(response, HttpResponseNotAllowed):
            return refusal(request, _("This address takes only forms."), response)
        return response

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if not isinstance(error, Refused | InvalidInk):
            return None
        page = refusal(request, words_of(error), HttpResponse(status=status_of(error)))
        if isinstance(error, TooMany):
            page["Retry-After"] = str(error.wait)
        return page


def refusal(request: HttpRequest, words: str, response: HttpResponse) -> HttpResponse:
    """Give a response with a status alone a page that says why, and leads back."""
    status = response.status_code
    context = {"message": words, "status": status, "back": referring_page(request)}
    response.content = render(request, "recognizer/error.html", context).content
    return response


def return_to_the_form(get_response: GetResponse) -> GetResponse:
    """Who sends a form after the session has ended signs in and is back at the form's page.

    What was sent is not done, and its address may have no page.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if request.method != "POST" or not isinstance(response, HttpResponseRedirect):
            return response
        if not response.url.startswith(f"{resolve_url(settings.LOGIN_URL)}?"):
            return response
        messages.warning(
            request, _("You were signed out, so nothing was done. Sign in, then try again.")
        )
        return redirect_to_login(referring_page(request))

    return middleware


def referring_page(request: HttpRequest) -> str:
    """Return the page of this site that sent the request, or the studio."""
    referer = request.headers.get("Referer", "")
    here = url_has_allowed_host_and_scheme(referer, {request.get_host()}, request.is_secure())
    return referer if here else reverse("recognizer:studio")
