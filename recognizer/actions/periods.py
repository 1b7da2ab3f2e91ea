"""Days, in the time zone that is active: of a page that is the browser's."""

from datetime import date, datetime, time, timedelta
from typing import Any

from django.utils import timezone

# What lies outside is moved to the end: no row is older or newer, and UTC has no year 0.
EARLIEST, LATEST = date(1900, 1, 1), date(9998, 12, 31)


def start_of(day: date) -> datetime:
    """Return the day's first moment in the active time zone."""
    day = min(max(day, EARLIEST), LATEST)
    return timezone.make_aware(datetime.combine(day, time.min))


def in_period(rows: Any, since: date | None, until: date | None) -> Any:
    """Return the rows of a query set whose `created_at` is in these days, both included.

    Moments are compared, not days, so that an index is used.
    """
    if since:
        rows = rows.filter(created_at__gte=start_of(since))
    if until:
        rows = rows.filter(created_at__lt=start_of(min(until, LATEST) + timedelta(days=1)))
    return rows
