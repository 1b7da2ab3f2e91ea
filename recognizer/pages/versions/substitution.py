"""For staff on every page: another version answers than the deployed one."""

from contextlib import suppress

from django.db import Error
from django.http import HttpRequest

from recognizer import permissions
from recognizer.actions.versions import serving
from recognizer.actions.versions.serving import Substitution
from recognizer.errors import Unavailable


def substitution(request: HttpRequest) -> dict[str, Substitution | None]:
    """A context processor."""
    user = getattr(request, "user", None)  # a refusal by an early middleware has none
    if user and (user.is_staff or user.has_perm(permissions.DEPLOY_VERSION)):
        return {"substitution": current_substitution()}
    return {}


def current_substitution() -> Substitution | None:
    with suppress(Unavailable, Error):  # the page says itself what it lacks
        serving.serving()
    return serving.cache.substitution()
