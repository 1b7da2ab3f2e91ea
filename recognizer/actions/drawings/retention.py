"""Removal of old drawings that nobody labeled, if the site sets a time for them."""

from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from recognizer import codes
from recognizer.actions.drawings.deletion import delete_for_good
from recognizer.models import Correction, Drawing, LabelState
from recognizer.models.drawings import DrawingQuerySet


def never_labeled() -> DrawingQuerySet:
    """Return the drawings that have no label and never had one, and are not gold.

    So none of them waits for a reviewer, and no version learned from one.
    """
    labels = Correction.objects.filter(drawing=OuterRef("pk"))
    rows = Drawing.objects.filter(label_state=LabelState.NONE, gold_at=None)
    return rows.filter(~Exists(labels))


def expired_drawings() -> DrawingQuerySet:
    """Return the drawings that are older than UNLABELED_DAYS here and were never labeled."""
    if not settings.UNLABELED_DAYS:
        return Drawing.objects.none()
    oldest = timezone.now() - timedelta(days=settings.UNLABELED_DAYS)
    # An imported drawing may be older than the account; it counts from its import.
    imported_before = Q(imported_at=None) | Q(imported_at__lt=oldest)
    return never_labeled().filter(imported_before, created_at__lt=oldest)


@transaction.atomic
def remove_expired_drawings(*, most: int) -> int:
    """Delete the oldest expired drawings, at most `most`. Returns how many."""
    oldest = expired_drawings().order_by("created_at", "pk").values_list("pk", flat=True)[:most]
    # The lock of `label_drawing` and `delete_drawings`: who labels one of them now is first, or
    # finds it gone.
    rows = expired_drawings().filter(pk__in=list(oldest)).select_for_update().order_by("pk")
    ids = list(rows.values_list("pk", flat=True))
    return delete_for_good(ids, code=codes.ON_OLD_DRAWINGS) if ids else 0
