"""Drawings that were deleted and can still be brought back."""

from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from mlcore.ink.geometry import IMAGE_SIDE
from recognizer.models.checks import length


def limit() -> datetime:
    """Return the time before which a deletion can no longer be undone."""
    return timezone.now() - timedelta(days=settings.UNDO_DAYS)


class DeletedDrawingQuerySet(models.QuerySet["DeletedDrawing"]):
    def owned_by(self, user: AbstractBaseUser | AnonymousUser) -> "DeletedDrawingQuerySet":
        """Return what the user deleted, without the packed rows."""
        return self.filter(owner_id=user.pk).defer("rows")

    def over(self) -> "DeletedDrawingQuerySet":
        """Return what was deleted UNDO_DAYS ago or earlier: it is only not cleaned yet."""
        return self.filter(deleted_at__lte=limit())

    def restorable(self) -> "DeletedDrawingQuerySet":
        return self.filter(deleted_at__gt=limit())


class DeletedDrawing(models.Model):
    """A drawing that its owner deleted, packed with all that belonged to it.

    number: the drawing's id. deletion: the same for all that were deleted at once. size: of the
    drawing, as QUOTA_MB counts it. network_input: as in `Drawing`, for thumbnails. rows: as
    `recognizer.actions.drawings.packed_rows` packs them. No other query finds these drawings.
    """

    number = models.BigIntegerField(primary_key=True, verbose_name=_("number"))
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        db_index=False,  # deleted_drawing_newest
        related_name="+",
        verbose_name=_("owner"),
    )
    deletion = models.UUIDField(db_index=True, verbose_name=_("deletion"))
    deleted_at = models.DateTimeField(db_index=True, verbose_name=_("deleted at"))
    size = models.PositiveIntegerField(verbose_name=_("size in bytes"))
    network_input = models.BinaryField(max_length=784, verbose_name=_("network input"))
    rows = models.BinaryField(verbose_name=_("rows"))

    objects = DeletedDrawingQuerySet.as_manager()

    class Meta:
        verbose_name = _("deleted drawing")
        verbose_name_plural = _("deleted drawings")
        ordering = ["-deleted_at", "-number"]
        indexes = [
            models.Index(fields=["owner", "-deleted_at", "-number"], name="deleted_drawing_newest")
        ]
        constraints = [
            length("network_input", IMAGE_SIDE**2, name="deleted_drawing_input_is_whole"),
        ]

    def __str__(self) -> str:
        return str(self.number)
