"""How pages write times: in the reader's language, in formats that the catalogue translates."""

from datetime import datetime
from typing import Any

from django import template
from django.utils.formats import date_format
from django.utils.translation import pgettext_lazy

register = template.Library()

# Django's own letters, each as the catalogue has it: "j F Y" is "j. F Y" in German.
FORMATS: dict[str, Any] = {
    "day": pgettext_lazy("date format", "j F Y"),
    "short day": pgettext_lazy("date format", "j M Y"),
    "day of year": pgettext_lazy("date format", "j M"),
    "long": pgettext_lazy("date format", "j F Y, H:i"),
    "short": pgettext_lazy("date format", "j M Y, H:i"),
    "recent": pgettext_lazy("date format", "j M, H:i"),
    "to the second": pgettext_lazy("date format", "j M Y, H:i:s"),
    "time of day": pgettext_lazy("date format", "H:i:s"),
}


@register.filter(expects_localtime=True)
def moment(time: datetime | None, style: str) -> str:
    """The time in one of FORMATS; empty for none."""
    return "" if time is None else date_format(time, str(FORMATS[style]))
