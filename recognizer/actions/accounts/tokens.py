"""API tokens: made once, stored as a digest, revoked by deleting them.

One that has expired stays in its owner's list until it is revoked.
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

MAX_TOKENS = 50  # a person
DAYS = 90  # that a token is good for, unless something else is asked for
MAX_DAYS = 365  # more is only to be had without an end
SECRET_BYTES = 32
PREFIX_LETTERS = 8  # of 43: enough to tell tokens apart, far too few to guess the rest
NOTE_USE_EVERY = timedelta(minutes=1)


class TokenExpired(Exception):
    """The secret is right, and its time is over."""


@transaction.atomic
def create_token(
    *, owner: AbstractBaseUser, name: str, days: int | None = DAYS
) -> tuple[ApiToken, str]:
    """A new token and its secret, which is nowhere to be had again. Raises Conflict if too many.

    days: how long it is good for; None: until it is revoked.
    """
    list(User.objects.select_for_update().filter(pk=owner.pk))  # two requests count in turn
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
    """SHA-256 in hex. Salt and stretching are for passwords; this secret has 256 random bits."""
    return hashlib.sha256(secret.encode()).hexdigest()


def use_token(*, secret: str) -> ApiToken | None:
    """The token with this secret, noted as used; None where there is none or its owner is out.

    Raises TokenExpired.
    """
    token = (
        ApiToken.objects.select_related("owner")
        .filter(digest=digest_of(secret), owner__is_active=True)
        .first()
    )
    if token and token.is_expired:
        raise TokenExpired
    if token:
        note_use(token)
    return token


def note_use(token: ApiToken) -> None:
    """Writes at most once a minute: a program that asks all the time must not always write."""
    now = timezone.now()
    if token.last_used_at is None or now - token.last_used_at >= NOTE_USE_EVERY:
        ApiToken.objects.filter(pk=token.pk).update(last_used_at=now)


def revoke_token(*, token: ApiToken) -> None:
    """Whoever uses the secret is refused from now on."""
    token.delete()
