"""API tokens. Only a digest of the secret is stored; revoking a token deletes it.

An expired token stays in its owner's list until it is revoked.
"""

import hashlib
import secrets
from collections.abc import Collection
from datetime import timedelta

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from mlcore.messages import Message
from recognizer import codes
from recognizer.actions.audit.events import Kind, record
from recognizer.errors import Conflict, Refused
from recognizer.models import ApiToken, Scope, User

MAX_TOKENS = 50  # per person
A_YEAR = 365  # days
SECRET_BYTES = 32
PREFIX_LETTERS = 8  # of 43: enough to tell tokens apart, far too few to guess the rest
RECORD_USE_EVERY = timedelta(minutes=1)


class TokenExpired(Exception):
    """The secret is correct, but the token has expired."""


@transaction.atomic
def create_token(
    *,
    owner: AbstractBaseUser,
    name: str,
    days: int | None = None,
    scopes: Collection[str] = tuple(Scope.values),
) -> tuple[ApiToken, str]:
    """Create a token. Returns it with its secret, which cannot be shown again.

    days: the lifetime; None: TOKEN_DAYS; 0: until it is revoked. scopes: one or more of Scope.
    Raises Conflict if there are MAX_TOKENS already, and Refused without a scope or for a lifetime
    that the site does not allow.
    """
    lifetime = default_days() if days is None else days
    refuse_too_long(lifetime)
    if not scopes:
        raise Refused(_("Choose at least one scope."))
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
        scopes=[scope for scope in Scope.values if scope in scopes],
        expires_at=timezone.now() + timedelta(days=lifetime) if lifetime else None,
    )
    record(Kind.TOKEN_MADE, subject(token), by=owner)
    return token, secret


def default_days() -> int:
    """Return the lifetime of a token in days unless its owner chooses."""
    return min(settings.TOKEN_DAYS, longest_days())


def longest_days() -> int:
    """Return the longest lifetime in days that can be chosen."""
    return settings.TOKEN_MAX_DAYS or max(A_YEAR, settings.TOKEN_DAYS)


def refuse_too_long(days: int) -> None:
    """Raise Refused for a lifetime, in days, that the site does not allow. 0: for ever."""
    if days == 0 and settings.TOKEN_MAX_DAYS:
        words = _("A token of this site expires after at most %(most)d days.")
    elif days > longest_days():
        words = _("A token expires after at most %(most)d days.")
    else:
        return
    raise Refused(words % {"most": longest_days()})


def subject(token: ApiToken) -> Message:
    return codes.ON_TOKEN(name=token.name, account=token.owner.get_username())


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


@transaction.atomic
def revoke_token(*, token: ApiToken, by: AbstractBaseUser) -> None:
    """Delete the token. Requests with its secret are refused from now on."""
    record(Kind.TOKEN_REVOKED, subject(token), by=by)
    token.delete()
