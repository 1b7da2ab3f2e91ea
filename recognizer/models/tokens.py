"""API tokens: several per person, revocable, stored only as a hash."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

MAX_NAME = 80


class Scope(models.TextChoices):
    """What a token may do, as far as its owner may. A token has one or more."""

    READ = "read", _("read: see and export what you may see")
    DRAW = "draw", _("draw: recognize, save, label and delete drawings, batches and pages")
    REVIEW = "review", _("review: decide about labels, mark as gold")
    TRAIN = "train", _("train: start and cancel jobs, promote and roll back versions")


def all_scopes() -> list[str]:
    return list(Scope.values)


class ApiToken(models.Model):
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="api_tokens", verbose_name=_("owner")
    )
    name = models.CharField(max_length=MAX_NAME, verbose_name=_("name"))
    prefix = models.CharField(
        max_length=8, help_text=_("first characters of the secret"), verbose_name=_("prefix")
    )
    digest = models.CharField(
        max_length=64, unique=True, help_text=_("SHA-256 of the secret"), verbose_name=_("digest")
    )
    scopes = models.JSONField(default=all_scopes, verbose_name=_("scopes"))
    created_at = models.DateTimeField(auto_now_add=True, verbose_name=_("created at"))
    expires_at = models.DateTimeField(
        null=True, blank=True, help_text=_("empty: never"), verbose_name=_("expires at")
    )
    last_used_at = models.DateTimeField(null=True, blank=True, verbose_name=_("last used at"))

    class Meta:
        verbose_name = _("API token")
        verbose_name_plural = _("API tokens")
        ordering = ["-id"]

    def __str__(self) -> str:
        return self.name

    @property
    def is_expired(self) -> bool:
        return self.expires_at is not None and self.expires_at <= timezone.now()
