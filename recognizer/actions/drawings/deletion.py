"""Delete drawings, and bring back what their owner deleted lately."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID, uuid4

from django.conf import settings
from django.contrib.auth.models import AbstractUser
from django.db import transaction
from django.db.models import Min
from django.utils import timezone

from mlcore.messages import Code, Message
from recognizer import codes
from recognizer.actions.audit.events import Kind, record
from recognizer.actions.drawings.packed_rows import packed_drawings, store_again
from recognizer.actions.drawings.quota import forget_usage, locked_usage
from recognizer.actions.drawings.store import (
    LARGEST_KEY,
    all_there,
    refuse_missing,
    refuse_too_many,
)
from recognizer.models import Correction, DeletedDrawing, Drawing, ModelVersion
from recognizer.models.removing import remove_first

MOST_KEPT = 500  # deleted drawings of a person; the newest stay
PACKED = 50  # drawings that are in memory at once
MAX_RECORDED = 20  # drawings that the audit names


@transaction.atomic
def delete_drawings(*, owner: AbstractUser, ids: Collection[int]) -> UUID | None:
    """Delete all of them with their answers and labels, or none.

    For UNDO_DAYS they can be brought back; returns the deletion's key, or None if they cannot.
    Raises TooLarge and Missing as `chosen_drawings` does.
    """
    refuse_too_many(len(ids))
    # Locked in the order of `locked_drawings`.
    locked = Drawing.objects.owned_by(owner).select_for_update().order_by("pk")
    all_there(locked, ids)
    deletion = keep_deleted(ids) if settings.UNDO_DAYS else None
    delete_for_good(ids, by=owner)
    if deletion:
        forget_all_but_newest(owner)
    return deletion


@transaction.atomic
def delete_anybodys(*, ids: Collection[int], by: AbstractUser) -> int:
    """Delete those of the drawings that are still there, whose ever they are, for good.

    Returns how many.
    """
    locked = Drawing.objects.filter(pk__in=ids).select_for_update().order_by("pk")
    there = list(locked.values_list("pk", flat=True))
    return delete_for_good(there, by=by) if there else 0


def delete_for_good(
    ids: Collection[int], *, by: AbstractUser | None = None, code: Code = codes.ON_DRAWINGS
) -> int:
    """Delete locked drawings. code: how the audit names them. Returns how many."""
    chosen = Drawing.objects.filter(pk__in=ids)
    forget_usage(chosen)
    chosen.only("pk").delete()  # do not fetch strokes and pictures
    record(Kind.DRAWINGS_DELETED, drawings_subject(ids, code), by=by)
    return len(set(ids))


@transaction.atomic
def restore_drawings(*, owner: AbstractUser, ids: Collection[int]) -> None:
    """Bring back all of these deleted drawings as they were, or none.

    Raises TooLarge, Missing if one is not there, and QuotaReached if there is no room for them.
    """
    refuse_too_many(len(ids))
    usage = locked_usage(owner)  # first: who sends this twice waits here, and finds them gone
    wanted = {pk for pk in ids if pk <= LARGEST_KEY}
    own = DeletedDrawing.objects.owned_by(owner).restorable().filter(pk__in=wanted)
    since = own.aggregate(first=Min("deleted_at"))["first"]
    found = dict(own.select_for_update().order_by("pk").values_list("pk", "size"))
    refuse_missing(ids, found)
    usage.add(drawings=len(found), size=sum(found.values()))
    numbers = sorted(found)
    for start in range(0, len(numbers), PACKED):
        rows = DeletedDrawing.objects.filter(pk__in=numbers[start : start + PACKED])
        store_again([bytes(each) for each in rows.values_list("rows", flat=True)])
        rows.delete()
    link_again(numbers, since=since)
    usage.store()
    record(Kind.DRAWINGS_RESTORED, drawings_subject(numbers), by=owner)


def link_again(ids: Collection[int], *, since: datetime) -> None:
    """Link labels of these drawings to versions that were made since and learned from them."""
    labels = set(Correction.objects.filter(drawing__in=ids).values_list("pk", flat=True))
    for version in ModelVersion.objects.filter(created_at__gte=since):
        version.learned_from.add(*labels.intersection(version.manifest.get("corrections", [])))


@transaction.atomic
def forget_deleted(*, owner: AbstractUser, deletion: UUID) -> int:
    """Remove for good what was deleted at once. Returns how many drawings."""
    own = DeletedDrawing.objects.owned_by(owner).filter(deletion=deletion)
    return own.only("pk").delete()[0]


def forget_old_deleted(*, most: int) -> None:
    """Remove for good up to `most` drawings that were deleted more than UNDO_DAYS ago."""
    remove_first(DeletedDrawing.objects.over().order_by("deleted_at"), most)


def keep_deleted(ids: Collection[int]) -> UUID:
    """Pack locked drawings before they are deleted. Returns the deletion's key."""
    deletion, now = uuid4(), timezone.now()
    numbers = sorted(set(ids))
    for start in range(0, len(numbers), PACKED):
        DeletedDrawing.objects.bulk_create(
            DeletedDrawing(
                number=drawing.pk,
                owner_id=drawing.owner_id,
                deletion=deletion,
                deleted_at=now,
                size=drawing.size,
                network_input=drawing.network_input,
                rows=rows,
            )
            for drawing, rows in packed_drawings(numbers[start : start + PACKED])
        )
    return deletion


def forget_all_but_newest(owner: AbstractUser) -> None:
    own = DeletedDrawing.objects.owned_by(owner)
    older = list(own.values_list("pk", flat=True)[MOST_KEPT:])
    DeletedDrawing.objects.filter(pk__in=older).delete()


def drawings_subject(ids: Collection[int], code: Code = codes.ON_DRAWINGS) -> Message:
    """Return the audit's words for these drawings, with the first of their numbers."""
    numbers = sorted(set(ids))
    named = [str(number) for number in numbers[:MAX_RECORDED]]
    return code(count=len(numbers), numbers=named + ["…"] * (len(numbers) > len(named)))
