"""The request that is being answered: its id, who acts and from where, for audit and logs."""

import re
import uuid
from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.http import HttpRequest

from digitsite.log_lines import ACCOUNT, ADDRESS, REQUEST_ID, account_number
from digitsite.log_lines import answering as current
from recognizer.accounts.client_address import client_address
from recognizer.models import User

ID_HEADER = "X-Request-ID"
WELL_FORMED = re.compile(r"[A-Za-z0-9._:-]{1,64}")


@contextmanager
def answering(request: HttpRequest) -> Iterator[str]:
    """Give the request its id, which is returned, and remember it until the block ends."""
    request.META |= {REQUEST_ID: request_id(request), ADDRESS: client_address(request)}
    token = current.set(request)
    try:
        yield request.META[REQUEST_ID]
    finally:
        current.reset(token)
        request.META[ACCOUNT] = account_number(request)


def request_id(request: HttpRequest) -> str:
    """Return the id that the proxy before the site gave the request, or a new one.

    Without a proxy anybody may write the header, and a request that came past the proxy has no
    X-Forwarded-For. The same trust gives the client's address.
    """
    given = request.headers.get(ID_HEADER, "")
    came_by_proxy = settings.PROXIES and "X-Forwarded-For" in request.headers
    if came_by_proxy and WELL_FORMED.fullmatch(given):
        return given
    return uuid.uuid4().hex


def acting_request() -> str:
    """Return the id of the request; empty outside one."""
    request = current.get()
    return str(request.META[REQUEST_ID]) if request else ""


def acting_person() -> User | None:
    """Return who sent the request, by session or token; None without an account or a request."""
    request = current.get()
    person = getattr(request, "user", None)
    return person if isinstance(person, User) else None


def acting_address() -> str | None:
    """Return the address that the request came from; None outside a request."""
    request = current.get()
    return request.META[ADDRESS] if request else None
