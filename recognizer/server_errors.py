"""Pages for errors that nothing else handled. They need neither the database nor a session."""

import sys

from django.core.exceptions import DisallowedHost
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from recognizer.actions.jobs.database_errors import refusal_of
from recognizer.api.errors import CODES, RETRY_SECONDS, error_body, is_api
from recognizer.errors import Unavailable
from recognizer.pages.theme import theme


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Return the page or JSON for a request that cannot be read, 400.

    For a host name that the site does not answer to, it says which setting has to name it.
    """
    host = request.META.get("HTTP_HOST", "").rpartition(":")[0] or request.META.get("HTTP_HOST", "")
    is_host = isinstance(exception, DisallowedHost)
    if is_api(request):
        words = _("This site does not answer to the name %(host)s. Add it to ALLOWED_HOSTS.")
        message = words % {"host": host} if is_host else _("The request cannot be read.")
        return JsonResponse(error_body(CODES[400], message), status=400)
    content = render_to_string("400.html", theme(request) | {"host": host if is_host else ""})
    return HttpResponse(content, status=400)


def server_error(request: HttpRequest) -> HttpResponse:
    """Return 507 for a full disk, 503 for a database that is away, and else 500.

    Django logs the error before and calls this while it is handled, wherever it was raised.
    """
    refusal = refusal_of(sys.exc_info()[1])
    status = refusal.status if refusal else 500
    message = _("Something went wrong on the server. The error was logged.")
    if refusal:
        message = refusal.message
    response: HttpResponse
    if is_api(request):
        response = JsonResponse(error_body(CODES[status], message), status=status)
    elif refusal:
        context = theme(request) | {"message": message, "status": status}
        response = HttpResponse(render_to_string("storage_error.html", context), status=status)
    else:
        response = HttpResponse(render_to_string("500.html", theme(request)), status=status)
    if isinstance(refusal, Unavailable):
        response["Retry-After"] = str(RETRY_SECONDS)
    return response
