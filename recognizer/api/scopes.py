"""Scopes of tokens. Sessions are not limited by them.

The settings name InScope, so this module cannot import REST framework's views.
"""

from typing import Any

from django.utils.translation import gettext as _
from rest_framework.exceptions import PermissionDenied
from rest_framework.permissions import SAFE_METHODS, BasePermission
from rest_framework.request import Request

from recognizer.models import ApiToken, Scope


class InScope(BasePermission):
    """A token needs the scope of the view: `read` to get, the view's `scope` for all else.

    A token changes nothing at a view without a `scope`.
    """

    def has_permission(self, request: Request, view: Any) -> bool:
        if hasattr(view, str(request.method).lower()):  # else 405 says more
            require_scope(request, scope_of(view, str(request.method)))
        return True


def scope_of(view: Any, method: str) -> str:
    """Return the scope that a token needs for a request with this method."""
    return Scope.READ if method in SAFE_METHODS else getattr(view, "scope", "none")


def require_scope(request: Request, scope: str) -> None:
    """Raise PermissionDenied if the request comes with a token without this scope."""
    if isinstance(request.auth, ApiToken) and scope not in request.auth.scopes:
        words = _("This token does not have the scope “%(scope)s”, which this needs.")
        raise PermissionDenied(words % {"scope": scope})
