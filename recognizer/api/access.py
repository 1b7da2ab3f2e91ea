"""Permissions. Other people's objects give 404; a missing permission gives 403."""

from typing import Any, cast

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rest_framework.exceptions import PermissionDenied
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.views import APIView

from recognizer.models import User


class OnSite(BasePermission):
    """Requires a session: a leaked token must not create other tokens."""

    message: Any = gettext_lazy(
        "Tokens can be managed only on the site or with a session, not with a token."
    )

    def has_permission(self, request: Request, view: APIView) -> bool:
        return request.auth is None


def is_picture(request: Request) -> bool:
    """Return whether the body is a form with a file. Reading one costs more than strokes."""
    return request.content_type.startswith("multipart/form-data")


class SignedInOrTrying(BasePermission):
    """Lets everybody send strokes or a picture; only accounts get augmented answers."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        if request.user.is_authenticated:
            return True
        is_read = request.content_type.startswith("application/json") or is_picture(request)
        return settings.TRY_WITHOUT_ACCOUNT and is_read and not request.query_params


def person(request: Request) -> User:
    """Return the signed-in person; the default permission refuses everybody else."""
    return cast(User, request.user)


def require(request: Request, permission: str) -> None:
    """Raise PermissionDenied without `permission`, one of `recognizer.permissions`."""
    if not person(request).has_perm(permission):
        raise PermissionDenied(_("Your account does not have the permission for this."))
