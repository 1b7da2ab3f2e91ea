"""User accounts."""

import unicodedata
from typing import Any

from django.contrib.auth.models import AbstractUser, UserManager
from django.db import models, transaction
from django.utils.translation import gettext_lazy as _


def key_of(name: str) -> str:
    """Return what all spellings of a name have in common: NFKC and no difference of case.

    The Turkish i without a dot is one with a dot.
    """
    folded = unicodedata.normalize("NFKC", name).casefold()
    return unicodedata.normalize("NFKC", folded.replace("i\u0307", "i").replace("\u0131", "i"))


class PersonManager(UserManager["User"]):
    def get_by_natural_key(self, username: str | None) -> "User":
        """Return the account of this name, whatever its case. Signing in uses this."""
        try:
            return super().get_by_natural_key(username)
        except User.DoesNotExist:
            return self.get(name_key=key_of(username or ""))


def closed_accounts() -> "models.QuerySet[User]":
    """Return the accounts whose rows are about to be deleted."""
    return User.objects.filter(closed_at__isnull=False)


class User(AbstractUser):
    """Django's user, with names that are unique whatever their case.

    name_key: `key_of` the name. Empty for an account that an earlier release made beside one with
    the same key; it signs in by its exact name.

    closed_at: when its owner deleted the account; workers delete its rows some at a time.
    """

    name_key = models.CharField(max_length=450, unique=True, null=True, editable=False)  # noqa: DJ001

    closed_at = models.DateTimeField(
        null=True, editable=False, db_index=True, verbose_name=_("closed at")
    )

    # Of the person's drawings; None if it is to be counted (`actions.drawings.quota`).
    drawings_kept = models.PositiveIntegerField(
        null=True, editable=False, verbose_name=_("drawings kept")
    )
    bytes_kept = models.PositiveBigIntegerField(
        null=True, editable=False, verbose_name=_("bytes kept")
    )

    objects = PersonManager()  # type: ignore[misc]  # of the base class, for the stubs

    def save(self, *args: Any, **options: Any) -> None:
        if self._state.adding or self.name_key is not None:
            self.name_key = key_of(self.username)
            if fields := options.get("update_fields"):
                options["update_fields"] = {*fields, "name_key"} if "username" in fields else fields
        with transaction.atomic():  # the account, and the audit of its change
            super().save(*args, **options)
