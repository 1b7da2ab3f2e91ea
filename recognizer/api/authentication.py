"""Authentication of programs by token. People use their session, as on the pages."""

import time
from typing import ClassVar

from django.conf import settings
from django.utils.translation import gettext
from rest_framework.authentication import BaseAuthentication, SessionAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from recognizer.actions.accounts.tokens import TokenExpired, use_token
from recognizer.models import ApiToken, User

SCHEMES = ("token", "bearer")


class TokenAuthentication(BaseAuthentication):
    """`Authorization: Token <secret>`, or `Bearer <secret>`; `request.auth` is the ApiToken.

    A wrong secret is refused even if the request also has a valid session.
    """

    def authenticate(self, request: Request) -> tuple[User, ApiToken] | None:
        scheme, _, secret = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() not in SCHEMES:
            return None
        try:
            token = use_token(secret=secret.strip())
        except TokenExpired:
            raise AuthenticationFailed(
                gettext("This token has expired. Make a new one on the site.")
            ) from None
        if token is None:
            raise AuthenticationFailed(gettext("This token does not exist or was revoked."))
        return token.owner, token

    def authenticate_header(self, request: Request) -> str:
        """Make it a 401. Browsers do not know the scheme and open no login dialog."""
        return "Token"


class RecentSession(SessionAuthentication):
    """A session as usual, but one that was good within the last SECONDS is not looked up again.

    For views that are asked many times a second and neither show nor change what is stored: a
    session costs two queries. Somebody who has just signed out is answered for some seconds more.
    A request with a query, such as `keep`, may store something: its session is looked up.
    """

    SECONDS, MOST = 5.0, 10_000
    _known: ClassVar[dict[str, tuple[float, User]]] = {}  # by session key: until when, and whose

    def authenticate(self, request: Request) -> tuple[User, None] | None:
        key = request.COOKIES.get(settings.SESSION_COOKIE_NAME, "")
        until, person = self._known.get(key, (0.0, None))
        if person is not None and time.monotonic() < until and not request.query_params:
            self.enforce_csrf(request)
            return person, None
        self._known.pop(key, None)
        found = super().authenticate(request)
        if found is not None:
            if len(self._known) >= self.MOST:
                self._known.clear()
            self._known[key] = time.monotonic() + self.SECONDS, found[0]
        return found
