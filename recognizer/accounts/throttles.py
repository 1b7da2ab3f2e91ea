"""Rate limits by address and by account, counted for all web processes together."""

import math
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from rest_framework.throttling import SimpleRateThrottle, UserRateThrottle

from recognizer.accounts import request_counts
from recognizer.accounts.client_address import client_address
from recognizer.errors import TooMany


class SharedCount(SimpleRateThrottle):
    """Counts with `request_counts` instead of in the memory of this process."""

    num_requests: int
    duration: int
    waits = 0.0

    def allow_request(self, request: Any, view: Any) -> bool:
        key = self.rate and self.get_cache_key(request, view)
        if not key:
            return True
        self.waits = request_counts.take(key, most=self.num_requests, seconds=self.duration)
        return self.waits == 0.0

    def wait(self) -> float:
        return self.waits


class AccountThrottle(SharedCount, UserRateThrottle):
    """All requests to the API by one account."""


class AddressThrottle(SharedCount):
    """`scope` names one of settings' DEFAULT_THROTTLE_RATES."""

    def __init__(self, scope: str) -> None:
        self.scope = scope
        super().__init__()

    def get_cache_key(self, request: Any, view: Any) -> str:
        return self.cache_format % {"scope": self.scope, "ident": client_address(request)}


class ImportThrottle(AccountThrottle):
    """By account: one import stores as much as thousands of requests."""

    scope = "import"


def limit(request: HttpRequest, scope: str) -> None:
    """Count one page request by address. Raises TooMany."""
    words = _("Too many requests from your network. Try again in %(time)s.")
    count_by(AddressThrottle(scope), request, words)


def limit_imports(request: HttpRequest) -> None:
    """Count one import on a page, together with those of the API. Raises TooMany."""
    count_by(ImportThrottle(), request, _("Too many imports. Try again in %(time)s."))


def count_by(throttle: SimpleRateThrottle, request: HttpRequest, words: str) -> None:
    if not throttle.allow_request(request, None):  # type: ignore[arg-type]
        wait = math.ceil(throttle.wait() or 60)
        raise TooMany(words % {"time": in_words(wait)}, wait=wait)


def in_words(seconds: float) -> str:
    """Return a waiting time as text, rounded up to minutes."""
    minutes = math.ceil(seconds / 60)
    return ngettext("a minute", "%(count)d minutes", max(1, minutes)) % {"count": minutes}
