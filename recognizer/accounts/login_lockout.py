"""Login lockout with django-axes, which counts failures in the database that all processes share.

One account may fail SIGN_IN_ATTEMPTS times from one address. One address may fail ten times as
often over all accounts, because a whole school may share one address; this also stops an attacker
who tries many names. An account is never locked for people who sign in from another address.
"""

from datetime import timedelta
from typing import Any

from axes.attempts import get_cool_off_threshold
from axes.handlers.database import AxesDatabaseHandler
from axes.helpers import get_failure_limit
from axes.models import AccessAttempt
from django.conf import settings
from django.db.models import Max, QuerySet, Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from recognizer.accounts.throttles import in_words
from recognizer.models.users import key_of

ACCOUNTS_PER_ADDRESS = 10


class LoginLockout(AxesDatabaseHandler):
    """Count failures by address too. A successful login resets only the account's failures."""

    def get_failures(self, request: Any, credentials: dict[str, Any] | None = None) -> int:
        failures = failed(recent(request)) // ACCOUNTS_PER_ADDRESS
        of_account: int = super().get_failures(request, credentials)
        return max(of_account, failures)


def counted_name(request: Any, credentials: dict[str, Any] | None = None) -> str:
    """Return the name that failures are counted by: one for all spellings that sign in to it."""
    given = (credentials or request.POST).get("username")
    return key_of(str(given or ""))


def recent(request: Any) -> QuerySet[AccessAttempt]:
    """Return the failures of the request's address that have not expired."""
    attempts: QuerySet[AccessAttempt] = AccessAttempt.objects.filter(
        ip_address=request.axes_ip_address, attempt_time__gte=get_cool_off_threshold(request)
    )
    return attempts


def failed(attempts: QuerySet[AccessAttempt]) -> int:
    return int(attempts.aggregate(sum=Sum("failures_since_start"))["sum"] or 0)


def locked_out(request: Any, response: HttpResponse, credentials: Any) -> HttpResponse:
    """Return the page that replaces the login form during a lockout."""
    wait = remaining(request, credentials)
    message = _("Too many wrong passwords. Try again in %(time)s.")
    context = {
        "message": message % {"time": in_words(wait.total_seconds())},
        "status": 429,
        "back": request.get_full_path(),
    }
    page = render(request, "recognizer/error.html", context, status=429)
    page["Retry-After"] = str(int(wait.total_seconds()) + 1)
    return page


def remaining(request: HttpRequest, credentials: Any) -> timedelta:
    """Return the time until the newest of the failures that caused the lockout expires."""
    attempts = recent(request)
    if failed(attempts) // ACCOUNTS_PER_ADDRESS < get_failure_limit(request, credentials):
        attempts = attempts.filter(username=counted_name(request, credentials))
    newest = attempts.aggregate(newest=Max("attempt_time"))["newest"] or timezone.now()
    return max(newest + settings.AXES_COOLOFF_TIME - timezone.now(), timedelta(seconds=1))
