"""Who asks: a program with a token. People come with their session, as on the pages."""

from django.utils.translation import gettext
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from recognizer.actions.accounts.tokens import use_token
from recognizer.models import ApiToken, User

SCHEMES = ("token", "bearer")


class TokenAuthentication(BaseAuthentication):
    """`Authorization: Token <secret>`, or `Bearer <secret>`; `request.auth` is the ApiToken.

    A wrong secret is refused even where a session would do: the program meant to use it.
    """

    def authenticate(self, request: Request) -> tuple[User, ApiToken] | None:
        scheme, _, secret = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() not in SCHEMES:
            return None
        token = use_token(secret=secret.strip())
        if token is None:
            raise AuthenticationFailed(gettext("This token does not exist or was revoked."))
        return token.owner, token

    def authenticate_header(self, request: Request) -> str:
        """Makes the answer to nobody a 401; browsers do not know the scheme and ask nothing."""
        return "Token"
