"""Pictures that were recognized and are not saved yet."""

import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class SentPicture(models.Model):
    """A picture that its sender may save without sending it again, kept for a short time.

    picture, reduced: as in `recognizer.actions.drawings.recognition.Ink`.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        db_index=False,  # sent_picture_newest
        related_name="+",
        verbose_name=_("owner"),
    )
    created_at = models.DateTimeField(
        auto_now_add=True, db_index=True, verbose_name=_("created at")
    )
    picture = models.BinaryField(verbose_name=_("picture"))
    reduced = models.FloatField(verbose_name=_("reduced"))

    class Meta:
        verbose_name = _("sent picture")
        verbose_name_plural = _("sent pictures")
        indexes = [models.Index(fields=["owner", "-created_at"], name="sent_picture_newest")]

    def __str__(self) -> str:
        return str(self.id)
