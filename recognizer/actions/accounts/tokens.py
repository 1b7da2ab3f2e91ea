"""API tokens. Only a digest of the secret is stored; revoking a token deletes it.

An expired token stays in its owner's list until it is revoked.
"""

import hashlib
import secrets
from datetime import timedelta

from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from recognizer.errors import Conflict
from recognizer.models import ApiToken, User

MAX_TOKENS = 50  # per person
DAYS = 90  # default lifetime
MAX_DAYS = 365  # longest lifetime; a token may also have no expiry
SECRET_BYTES = 32
PREFIX_LETTERS = 8  # of 43: enough to tell tokens apart, far too few to guess the rest
RECORD_USE_EVERY = timedelta(minutes=1)


class TokenExpired(Exception):
    """The secret is correct, but the token has expired."""


@transaction.atomic
def create_token(
    *, owner: AbstractBaseUser, name: str, days: int | None = DAYS
) -> tuple[ApiToken, str]:
    """Create a token. Returns it with its secret, which cannot be shown again.

    days: the lifetime; None: until it is revoked. Raises Conflict if there are MAX_TOKENS already.
    """
    list(User.objects.select_for_update().filter(pk=owner.pk))  # concurrent requests count in turn
    if ApiToken.objects.filter(owner_id=owner.pk).count() >= MAX_TOKENS:
        words = _("You already have %(count)d tokens. Revoke one first.")
        raise Conflict(words % {"count": MAX_TOKENS})
    secret = secrets.token_urlsafe(SECRET_BYTES)
    token = ApiToken.objects.create(
        owner_id=owner.pk,
        name=name,
        prefix=secret[:PREFIX_LETTERS],
        digest=digest_of(secret),
        expires_at=None if days is None else timezone.now() + timedelta(days=days),
    )
    return token, secret


def digest_of(secret: str) -> str:
    """Return the SHA-256 in hex. A random 256-bit secret needs no salt and no key stretching."""
    return hashlib.sha256(secret.encode()).hexdigest()


def use_token(*, secret: str) -> ApiToken | None:
    """Return the token with this secret and record its use.

    Returns None if there is none or its owner is inactive. Raises TokenExpired.
    """
    token = (
        ApiToken.objects.select_related("owner")
        .filter(digest=digest_of(secret), owner__is_active=True)
        .first()
    )
    if token and token.is_expired:
        raise TokenExpired
    if token:
        record_use(token)
    return token


def record_use(token: ApiToken) -> None:
    """Store the time of use, at most once a minute, to avoid a write for every request."""
    now = timezone.now()
    if token.last_used_at is None or now - token.last_used_at >= RECORD_USE_EVERY:
        ApiToken.objects.filter(pk=token.pk).update(last_used_at=now)


def revoke_token(*, token: ApiToken) -> None:
    """Delete the token. Requests with its secret are refused from now on."""
    token.delete()
