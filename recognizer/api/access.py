"""Who may do what. What is not yours is not found; what needs a permission is forbidden."""

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
    """Only for people signed in to the site: a leaked token must not beget others."""

    message: Any = gettext_lazy("Tokens are managed by people who are signed in, not by tokens.")

    def has_permission(self, request: Request, view: APIView) -> bool:
        return request.auth is None


def is_picture(request: Request) -> bool:
    """Whether the body is a form with a file, which costs much more to read than strokes."""
    return request.content_type.startswith("multipart/form-data")


class SignedInOrTrying(BasePermission):
    """Everybody, with strokes or a picture, whose answer is not averaged."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        if request.user.is_authenticated:
            return True
        is_read = request.content_type.startswith("application/json") or is_picture(request)
        return settings.TRY_WITHOUT_ACCOUNT and is_read and not request.query_params


def person(request: Request) -> User:
    """Whoever asks. The default permission has let nobody but the signed-in through."""
    return cast(User, request.user)


def require(request: Request, permission: str) -> None:
    """Raises PermissionDenied without `permission`, one of `recognizer.permissions`."""
    if not person(request).has_perm(permission):
        raise PermissionDenied(_("Your account does not have the permission for this."))
