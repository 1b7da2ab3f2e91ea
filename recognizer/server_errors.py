"""The page for errors that nothing else handled. It needs neither the database nor a session."""

import sys

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from recognizer.actions.jobs.database_errors import refusal_of
from recognizer.api.errors import CODES, RETRY_SECONDS, error_body
from recognizer.errors import Unavailable


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
    if request.path.startswith("/api/"):
        response = JsonResponse(error_body(CODES[status], message), status=status)
    elif refusal:
        context = {"message": message, "status": status}
        response = HttpResponse(render_to_string("storage_error.html", context), status=status)
    else:
        response = HttpResponse(render_to_string("500.html"), status=status)
    if isinstance(refusal, Unavailable):
        response["Retry-After"] = str(RETRY_SECONDS)
    return response
