"""Authentication of programs by token. People use their session, as on the pages."""

from django.utils.translation import gettext
from rest_framework.authentication import BaseAuthentication
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
