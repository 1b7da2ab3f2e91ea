"""Times in the reader's language, in formats that the catalog translates."""

from datetime import datetime
from typing import Any

from django import template
from django.utils.formats import date_format
from django.utils.translation import pgettext_lazy

register = template.Library()

# In Django's format characters. The catalog translates them: "j F Y" is "j. F Y" in German.
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
    """Format the time in one of FORMATS; empty for None."""
    return "" if time is None else date_format(time, str(FORMATS[style]))
