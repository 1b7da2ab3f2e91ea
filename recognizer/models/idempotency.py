"""First answers to requests that may be sent twice."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from recognizer.models.drawings import Drawing

KEY_LENGTH = 200


class IdempotencyKey(models.Model):
    """A key that a client made for one request, and the answer to it.

    request: a digest of what was asked. status: of the answer; None while the request is being
    done. body: the answer's JSON, compressed. drawing: what the answer shows, so that deleting the
    drawing deletes the answer.
    """

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        db_index=False,  # one_request_of_a_key
        related_name="+",
        verbose_name=_("owner"),
    )
    key = models.CharField(max_length=KEY_LENGTH, verbose_name=_("key"))
    request = models.CharField(max_length=64, verbose_name=_("request"))
    created_at = models.DateTimeField(db_index=True, verbose_name=_("created at"))
    status = models.PositiveSmallIntegerField(null=True, blank=True, verbose_name=_("status"))
    body = models.BinaryField(null=True, blank=True, verbose_name=_("body"))
    location = models.CharField(max_length=200, blank=True, verbose_name=_("location"))
    drawing = models.ForeignKey(
        Drawing,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("drawing"),
    )

    class Meta:
        verbose_name = _("idempotency key")
        verbose_name_plural = _("idempotency keys")
        constraints = [
            models.UniqueConstraint(fields=["owner", "key"], name="one_request_of_a_key"),
        ]

    def __str__(self) -> str:
        return self.key
