"""Which events of the audit are wanted, and the events as CSV."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.contrib.auth.models import AbstractUser
from django.db.models import Q

from recognizer import codes
from recognizer.actions.audit.events import record_export
from recognizer.actions.exchange.tables import Echo, safe_cell
from recognizer.actions.periods import in_period
from recognizer.models import AuditEvent
from recognizer.models.audit import AuditQuerySet
from recognizer.presentation.messages import in_english

ROWS_AT_ONCE = 500
COLUMNS = ("number", "time", "what", "by", "account", "on", "address", "request")


@dataclass(frozen=True)
class AuditFilter:
    """The events that meet all of these.

    who: a name, in any case, of who acted or of the account that it was done on. since, until:
    days, both included. before: only smaller keys.
    """

    kind: str = ""
    who: str = ""
    since: date | None = None
    until: date | None = None
    before: int | None = None

    def apply(self, events: AuditQuerySet) -> AuditQuerySet:
        if self.kind:
            events = events.filter(kind=self.kind)
        if self.who:
            on_them = Q(subject__account__iexact=self.who)
            events = events.filter(Q(by_name__iexact=self.who) | on_them)
        events = in_period(events, self.since, self.until)
        return events.filter(pk__lt=self.before) if self.before else events


def export_events(*, wanted: AuditFilter, by: AbstractUser) -> Iterator[str]:
    """Return the lines of a CSV file, newest event first. The export is an event itself."""
    record_export(codes.ON_AUDIT(), by=by)
    return lines(wanted.apply(AuditEvent.objects.all()))


def lines(events: AuditQuerySet) -> Iterator[str]:
    writer = csv.writer(Echo())
    yield writer.writerow(COLUMNS)
    for event in events.iterator(ROWS_AT_ONCE):
        cells = (
            event.pk,
            event.created_at.isoformat(timespec="seconds"),
            event.kind,
            event.by_name,
            event.by_number,
            in_english(event.subject),
            event.address,
            event.request_id,
        )
        yield writer.writerow([safe_cell(cell) for cell in cells])
