"""What the workers remove when its time is over: a little at a time, by one worker at a time."""

from datetime import timedelta

from django.conf import settings
from django.contrib.sessions.models import Session
from django.utils import timezone

from recognizer.accounts import request_counts
from recognizer.actions.drawings.deletion import forget_old_deleted
from recognizer.actions.drawings.retention import remove_expired_drawings
from recognizer.actions.drawings.sent_pictures import forget_old_pictures
from recognizer.actions.idempotency import forget_old_keys
from recognizer.models import AuditEvent, Chore
from recognizer.models.removing import remove_first

CHORE = "housekeeping"
EVERY = timedelta(minutes=1)
MOST_DRAWINGS = 200  # at a time; deleting them takes less than a second
MOST_ROWS = 1_000


def clean_if_due() -> None:
    """Clean once in EVERY, whichever worker comes first."""
    if Chore.objects.is_due(CHORE, every=EVERY):
        clean()


def clean() -> None:
    """Remove the oldest of what is no longer kept. Safe to run at any time."""
    remove_expired_drawings(most=MOST_DRAWINGS)
    forget_old_deleted(most=MOST_DRAWINGS)
    forget_old_keys(most=MOST_ROWS)
    forget_old_pictures(most=MOST_DRAWINGS)
    request_counts.forget_expired()
    now = timezone.now()
    if settings.AUDIT_DAYS:
        than = now - timedelta(days=settings.AUDIT_DAYS)
        AuditEvent.objects.remove_older(than=than, most=MOST_ROWS)
    remove_first(Session.objects.filter(expire_date__lt=now).order_by("expire_date"), MOST_ROWS)
