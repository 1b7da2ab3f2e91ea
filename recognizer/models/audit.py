"""The audit: who did what that others may have to account for. Rows are only added."""

from datetime import datetime
from typing import Any, NoReturn

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from recognizer.models.checks import one_of
from recognizer.models.removing import remove_first


class AppendOnly(Exception):
    """A row of the audit was to be changed or deleted."""


class AuditQuerySet(models.QuerySet["AuditEvent"]):
    """Rows can be read and added. Only `remove_older` deletes, for the retention rule."""

    def update(self, **values: Any) -> NoReturn:
        raise AppendOnly

    def bulk_update(self, *args: Any, **options: Any) -> NoReturn:
        raise AppendOnly

    def delete(self) -> NoReturn:
        raise AppendOnly

    def remove_older(self, *, than: datetime, most: int) -> int:
        """Delete the oldest rows from before this time, at most `most`. Returns how many."""
        return remove_first(self.filter(created_at__lt=than).order_by("created_at"), most)


class AuditEvent(models.Model):
    """One act. The row is complete in itself, so that it can be read after the account is gone.

    by_number, by_name: the account that acted, as it was then; None and empty for the site itself
    and for people without an account. subject: a message, what it was done on. address: the
    client's; None if no request caused it. request_id: of that request, as in the logs.
    """

    class Kind(models.TextChoices):
        SIGN_IN = "sign_in", _("signed in")
        SIGN_IN_FAILED = "sign_in_failed", _("wrong password")
        LOCKED_OUT = "locked_out", _("locked out")
        PASSWORD_CHANGED = "password_changed", _("password changed")
        ACCOUNT_CHANGED = "account_changed", _("role changed")
        ACCOUNT_DELETED = "account_deleted", _("account deleted")
        TOKEN_MADE = "token_made", _("token made")
        TOKEN_REVOKED = "token_revoked", _("token revoked")
        EXPORT = "export", _("exported")
        IMPORT = "import", _("imported")
        DRAWINGS_DELETED = "drawings_deleted", _("drawings deleted")
        DRAWINGS_RESTORED = "drawings_restored", _("drawings brought back")
        PROMOTION = "promotion", _("version promoted")
        ROLL_BACK = "roll_back", _("version rolled back")

    created_at = models.DateTimeField(
        default=timezone.now, db_index=True, verbose_name=_("created at")
    )
    kind = models.CharField(max_length=20, choices=Kind, verbose_name=_("what"))
    by_number = models.BigIntegerField(null=True, verbose_name=_("account number"))
    by_name = models.CharField(max_length=150, blank=True, verbose_name=_("by"))
    subject = models.JSONField(default=dict, verbose_name=_("on"))
    address = models.GenericIPAddressField(null=True, verbose_name=_("address"))
    request_id = models.CharField(
        max_length=64, blank=True, default="", verbose_name=_("request ID")
    )

    objects = AuditQuerySet.as_manager()

    class Meta:
        verbose_name = _("audit event")
        verbose_name_plural = _("audit events")
        ordering = ["-id"]
        default_permissions = ("view",)
        indexes = [
            models.Index(fields=["kind", "-id"], name="audit_kind_newest"),
            models.Index(fields=["by_number", "-id"], name="audit_by_newest"),
        ]
        constraints = [
            one_of(
                "kind",
                *("sign_in", "sign_in_failed", "locked_out", "password_changed"),
                *("account_changed", "account_deleted", "token_made", "token_revoked"),
                *("export", "import", "drawings_deleted", "drawings_restored"),
                *("promotion", "roll_back"),
                name="audit_kind_is_known",
            )
        ]

    def __str__(self) -> str:
        return str(self.get_kind_display())

    def save(self, *args: Any, **options: Any) -> None:
        if not self._state.adding:
            raise AppendOnly
        super().save(*args, **options)

    def delete(self, *args: Any, **options: Any) -> NoReturn:
        raise AppendOnly
