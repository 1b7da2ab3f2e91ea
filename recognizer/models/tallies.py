"""Counts over a whole site, which workers make."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Tally(models.Model):
    """Figures that take too long to count for a page. `actions.tallies` knows the names.

    asked_at: when a worker was last asked to count. figures: as it counted them at `counted_at`.
    """

    name = models.CharField(max_length=40, primary_key=True, verbose_name=_("name"))
    figures = models.JSONField(null=True, verbose_name=_("figures"))
    asked_at = models.DateTimeField(null=True, verbose_name=_("asked at"))
    counted_at = models.DateTimeField(null=True, verbose_name=_("counted at"))

    def __str__(self) -> str:
        return self.name
