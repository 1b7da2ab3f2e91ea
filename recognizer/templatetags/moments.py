"""Times in the reader's language and time zone."""

from datetime import datetime

from django import template
from django.utils import timezone
from django.utils.formats import date_format

from recognizer.presentation.times import FORMATS

register = template.Library()


@register.filter(expects_localtime=True)
def moment(time: datetime | None, style: str) -> str:
    """Format the time in one of FORMATS; empty for None."""
    return "" if time is None else date_format(time, str(FORMATS[style]))


@register.simple_tag
def zone_name() -> str:
    """Return the zone that times are shown in: "Europe/Berlin"."""
    return timezone.get_current_timezone_name()
