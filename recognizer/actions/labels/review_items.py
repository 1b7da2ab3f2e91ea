"""The reviewers' queue: which drawing is looked at next, and by whom."""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.contrib.auth.models import AbstractUser
from django.db import transaction
from django.utils import timezone

from recognizer.actions.labels import review_queue
from recognizer.models import Correction, Drawing, ReviewDecision, ReviewLease, Why

LEASE = timedelta(seconds=60)  # the page renews it while a drawing is looked at
SKIPPED = timedelta(minutes=10)  # for whoever skipped it
MOST = 12  # drawings that one person holds at once


@dataclass(frozen=True)
class ReviewItem:
    """A drawing to be looked at. correction: the label to judge, None where it has none."""

    drawing: Drawing
    correction: Correction | None
    why: Why


@transaction.atomic
def next_review_items(
    *, by: AbstractUser, count: int, holding: Collection[int] = (), at_random: bool = False
) -> list[ReviewItem]:
    """Up to `count` items, which nobody else gets for a minute; those of `holding` are prolonged.

    holding: the drawings that the reviewer has already. at_random: go on at random where nothing
    else waits.
    """
    renew(holding, by=by)
    count = min(count, MOST - len(holding))
    if count <= 0:
        return []
    done = ReviewDecision.objects.filter(by=by.pk).count() + len(holding)
    labels = [
        ReviewItem(row.drawing, row, Why.LABEL) for row in review_queue.labels(by, holding)[:count]
    ]
    doubts = [
        ReviewItem(row, None, Why.DOUBT) for row in review_queue.doubts(by, holding)[: 2 * count]
    ]

    def random_ones(place: int) -> Iterator[ReviewItem]:
        drawings = review_queue.at_any(by, holding, place=place)
        return (ReviewItem(drawing, None, Why.RANDOM) for drawing in drawings)

    places = range(done, done + count)
    items = mixed(places, labels=labels, doubts=doubts, random=random_ones, at_random=at_random)
    return [item for item in items if lease(item, by=by)]


def mixed(
    places: Iterable[int],
    *,
    labels: Sequence[ReviewItem],
    doubts: Sequence[ReviewItem],
    random: Callable[[int], Iterable[ReviewItem]],
    at_random: bool,
) -> list[ReviewItem]:
    """The items for these places, as `queue_at` says; no drawing twice.

    Random ones are mixed in: without anything else nothing waits, unless `at_random`.
    """
    chosen: dict[int, ReviewItem] = {}

    def first(*waiting: Iterable[ReviewItem]) -> ReviewItem | None:
        every = (item for queue in waiting for item in queue)
        return next((item for item in every if item.drawing.pk not in chosen), None)

    for place in places:
        queue = queue_at(place, settings.REVIEW_RANDOM_SHARE)
        item = first(doubts, labels) if queue == Why.DOUBT else first(labels, doubts)
        if item is None and not at_random:
            break
        if item is None or queue == Why.RANDOM:
            item = first(random(place)) or item
        if item is None:
            break
        chosen[item.drawing.pk] = item
    return list(chosen.values())


def queue_at(place: int, share: float) -> Why:
    """Which queue has the place, as long as it is not empty.

    Random ones are spread evenly at their share; of the other places every third is a doubt's.
    """
    before = int(place * share)
    if int((place + 1) * share) > before:
        return Why.RANDOM
    return Why.DOUBT if (place - before) % 3 == 2 else Why.LABEL


def lease(item: ReviewItem, *, by: AbstractUser) -> bool:
    """Takes the drawing for a minute; False where somebody else was faster."""
    values = {"by_id": by.pk, "why": item.why, "until": timezone.now() + LEASE, "skipped": False}
    rows = ReviewLease.objects.filter(drawing=item.drawing)
    kept = ReviewLease.objects.keeping_from(by.pk)
    if rows.exclude(pk__in=kept).update(**values):
        return True
    return ReviewLease.objects.get_or_create(drawing=item.drawing, defaults=values)[1]


def renew(drawings: Collection[int], *, by: AbstractUser) -> None:
    """Prolongs what this person still has; what somebody else took meanwhile stays taken."""
    own = ReviewLease.objects.filter(drawing__in=drawings, by=by.pk, skipped=False)
    own.update(until=timezone.now() + LEASE)


def skip_drawing(*, drawing: Drawing, by: AbstractUser) -> None:
    """Leaves the drawing to others; whoever skipped it gets it again some minutes later."""
    rows = ReviewLease.objects.filter(drawing=drawing, by=by.pk)
    rows.update(until=timezone.now() + SKIPPED, skipped=True)


def done_today(by: AbstractUser) -> int:
    midnight = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    own = ReviewDecision.objects.not_undone().filter(by=by.pk, created_at__gte=midnight)
    return own.count()
