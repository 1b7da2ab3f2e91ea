"""Queued password reset mails."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _


class PasswordMail(models.Model):
    """One requested mail. The row is deleted once the mail is sent or given up.

    It contains neither address nor link; both are determined when the mail is sent. A row without a
    person is stored for an unknown address, so that the response takes the same time. No mail is
    sent for it.
    """

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        null=True,
        related_name="+",
        verbose_name=_("person"),
    )
    created_at = models.DateTimeField(auto_now_add=True, verbose_name=_("created at"))
    site = models.URLField(verbose_name=_("site"), help_text=_("where the link leads to"))
    language = models.CharField(max_length=10, verbose_name=_("language"))
    attempts = models.PositiveSmallIntegerField(default=0, verbose_name=_("attempts"))
    next_at = models.DateTimeField(
        default=timezone.now, db_index=True, verbose_name=_("next attempt at")
    )

    class Meta:
        verbose_name = _("password mail")
        verbose_name_plural = _("password mails")
        ordering = ["id"]

    def __str__(self) -> str:
        return gettext("password mail %(number)s") % {"number": self.pk}
