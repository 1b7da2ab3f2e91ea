"""The format of all errors of the API."""

import logging
from typing import Any

from django.core.exceptions import (
    BadRequest,
    ObjectDoesNotExist,
    RequestDataTooBig,
    SuspiciousOperation,
)
from django.core.signals import got_request_exception
from django.http import Http404, HttpRequest
from django.http.multipartparser import MultiPartParserError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rest_framework import status
from rest_framework.exceptions import APIException, NotFound, ParseError, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import exception_handler

from mlcore.errors import InvalidInk
from recognizer.actions.jobs.database_errors import refusal_of
from recognizer.errors import Refused, TooMany, Unavailable, code_of, status_of, words_of

NON_FIELD_ERRORS = "non_field_errors"
logger = logging.getLogger(__name__)

RETRY_SECONDS = 10  # after "unavailable"

CODES = {
    400: "invalid",
    401: "unauthenticated",
    403: "forbidden",
    404: "not_found",
    405: "method_not_allowed",
    406: "not_acceptable",
    409: "conflict",
    413: "too_large",
    415: "unsupported_type",
    422: "key_reused",
    429: "throttled",
    500: "error",
    503: "unavailable",
    507: "no_space",
}


class TooLarge(APIException):
    status_code = status.HTTP_413_REQUEST_ENTITY_TOO_LARGE
    default_detail: Any = gettext_lazy("The request is too large.")


def is_api(request: HttpRequest) -> bool:
    """Whether the request is to the API, so that errors are JSON."""
    return request.path_info.startswith("/api/")


def error_body(code: str, message: str, fields: Any = None) -> dict[str, Any]:
    """{"error": {"code", "message"}}, with "fields" if single fields were wrong."""
    error: dict[str, Any] = {"code": code, "message": message}
    if fields:
        error["fields"] = fields
    return {"error": error}


def handle(error: Exception, context: dict[str, Any]) -> Response:
    """REST framework's exception handler for the whole API."""
    if refusal := refusal_of(error):
        log(error, context["request"])
        error = refusal
    if isinstance(error, Refused | InvalidInk):
        body = error_body(code_of(error), words_of(error))
        return Response(body, status=status_of(error), headers=retry_after(error))
    response = exception_handler(as_api_exception(error), context)
    if response is None:
        return unexpected(error, context["request"])
    message = first_message(response.data)
    fields = wrong_values(response.data) if isinstance(error, ValidationError) else None
    response.data = error_body(CODES[response.status_code], message, fields)
    return response


def retry_after(error: Refused | InvalidInk) -> dict[str, str] | None:
    """Return the header that says when to try again, if that may help."""
    match error:
        case TooMany():
            return {"Retry-After": str(error.wait)}
        case Unavailable():
            return {"Retry-After": str(RETRY_SECONDS)}
        case _:
            return None


def as_api_exception(error: Exception) -> Exception:
    """Turn Django's and the database's exceptions into REST framework's; keep others."""
    match error:
        case Http404() | ObjectDoesNotExist():  # the latter: deleted while it was being changed
            return NotFound()
        case RequestDataTooBig():
            return TooLarge()
        case SuspiciousOperation() | BadRequest() | MultiPartParserError():
            return ParseError(_("The request cannot be read."))
        case other:
            return other


def first_message(detail: Any) -> str:
    """Return the first of REST framework's nested messages, after its field's name."""
    if isinstance(detail, list):
        return first_message(detail[0])
    if isinstance(detail, dict):
        name, inner = next(iter(detail.items()))
        message = first_message(inner)
        return message if name in ("detail", NON_FIELD_ERRORS) else f"{name}: {message}"
    return str(detail)


def wrong_values(detail: Any) -> dict[str, Any]:
    """Return messages by field; empty if they are about the body as a whole."""
    named = detail if isinstance(detail, dict) else {}
    return {name: inner for name, inner in named.items() if name != NON_FIELD_ERRORS}


def unexpected(error: Exception, request: Request) -> Response:
    """Log an unexpected error and send Django's signal for it."""
    log(error, request)
    got_request_exception.send(sender=handle, request=request._request)
    message = _("Something went wrong on the server. The error was logged.")
    return Response(error_body(CODES[500], message), status=500)


def log(error: Exception, request: Request) -> None:
    logger.error("%s %s failed", request.method, request.path, exc_info=error)
