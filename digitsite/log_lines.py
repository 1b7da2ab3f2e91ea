"""How log lines look (LOG_FORMAT), and what they say about the request that is being answered."""

import json
import logging
from collections.abc import Mapping
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from digitsite.environment import envchoice

LOG_FORMAT = envchoice("LOG_FORMAT", ["text", "json"])

# Keys of a request's WSGI environment. The access log, which gunicorn writes, reads them there.
REQUEST_ID, ADDRESS, ACCOUNT = "digits.request_id", "digits.address", "digits.account"

answering: ContextVar[HttpRequest | None] = ContextVar("answering", default=None)


def account_number(request: HttpRequest) -> int | None:
    """Return the number of the account that sent the request, if it is known already.

    It makes no query: a session whose person nobody has asked for stays unread.
    """
    found = vars(request)
    for person in (found.get("user"), found.get("_cached_user")):  # the latter of a session
        if person is not None and not isinstance(person, SimpleLazyObject):
            return person.pk  # type: ignore[no-any-return]
    return None


def facts(environ: Mapping[str, Any]) -> dict[str, Any]:
    """Return request id, client address and account number, as far as they are known."""
    named = {"request": REQUEST_ID, "address": ADDRESS, "account": ACCOUNT}
    return {name: environ[key] for name, key in named.items() if environ.get(key) is not None}


def facts_of(record: logging.LogRecord) -> dict[str, Any]:
    """Return the facts of the request that a line is about; none outside a request."""
    given = getattr(record, "request", None)  # Django's lines about an answer, after it was made
    request = given if isinstance(given, HttpRequest) else answering.get()
    if request is None:
        return {}
    return facts({**request.META, ACCOUNT: account_number(request)})


class JsonLine(logging.Formatter):
    """Formats a record as one JSON object, in ASCII: no line break of a message ends the line."""

    def format(self, record: logging.LogRecord) -> str:
        line = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
            **getattr(record, "facts", facts_of(record)),
        }
        error = record.exc_text or (record.exc_info and self.formatException(record.exc_info))
        if error:
            line["error"] = error
        return json.dumps(line)
