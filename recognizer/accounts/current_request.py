"""The request that is being answered: who acts, and from which address, for the audit."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from django.http import HttpRequest

from recognizer.accounts.client_address import client_address
from recognizer.models import User

current: ContextVar[HttpRequest | None] = ContextVar("current_request", default=None)


@contextmanager
def answering(request: HttpRequest) -> Iterator[None]:
    """Remember the request until the block ends."""
    token = current.set(request)
    try:
        yield
    finally:
        current.reset(token)


def acting_person() -> User | None:
    """Return who sent the request, by session or token; None without an account or a request."""
    request = current.get()
    person = getattr(request, "user", None)
    return person if isinstance(person, User) else None


def acting_address() -> str | None:
    """Return the address that the request came from; None outside a request."""
    request = current.get()
    return client_address(request) if request else None
