"""Choose the next review items for a reviewer, and lease them."""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.contrib.auth.models import AbstractUser
from django.db import transaction
from django.utils import timezone

from recognizer.actions.labels import review_queue
from recognizer.actions.periods import in_period
from recognizer.models import Correction, Drawing, ReviewDecision, ReviewLease, Why

LEASE = timedelta(seconds=60)  # the page renews it while the drawing is shown
SKIPPED = timedelta(minutes=10)  # before a person gets a skipped drawing again
MAX_HELD = 12  # leased drawings per person


@dataclass(frozen=True)
class ReviewItem:
    """A drawing to review. correction: the label to judge; None if the drawing has no label."""

    drawing: Drawing
    correction: Correction | None
    why: Why


@transaction.atomic
def next_review_items(
    *, by: AbstractUser, count: int, holding: Collection[int] = (), at_random: bool = False
) -> list[ReviewItem]:
    """Lease up to `count` items to the reviewer, and renew the leases of `holding`.

    holding: the drawings that the reviewer already has. at_random: continue with random drawings if
    nothing else waits.
    """
    renew(holding, by=by)
    count = min(count, MAX_HELD - len(holding))
    if count <= 0:
        return []
    asked = review_queue.seconds(by, holding)[:count]
    seconds = [item for each in asked if lease(item := ReviewItem(each, None, Why.SECOND), by=by)]
    holding = [*holding, *(item.drawing.pk for item in seconds)]
    count -= len(seconds)
    done = ReviewDecision.objects.filter(by=by.pk).count() + len(holding)
    labels = [
        ReviewItem(row.drawing, row, Why.LABEL)
        for row in review_queue.labels(by, holding, most=count)
    ]
    doubts = [
        ReviewItem(row, None, Why.DOUBT) for row in review_queue.doubts(by, holding)[: 2 * count]
    ]

    def random_ones(place: int) -> Iterator[ReviewItem]:
        drawings = review_queue.random_drawings(by, holding, place=place)
        return (ReviewItem(drawing, None, Why.RANDOM) for drawing in drawings)

    places = range(done, done + count)
    items = mixed(places, labels=labels, doubts=doubts, random=random_ones, at_random=at_random)
    return [*seconds, *(item for item in items if lease(item, by=by))]


def mixed(
    places: Iterable[int],
    *,
    labels: Sequence[ReviewItem],
    doubts: Sequence[ReviewItem],
    random: Callable[[int], Iterable[ReviewItem]],
    at_random: bool,
) -> list[ReviewItem]:
    """Return one item for each place, from the queue given by `queue_at`; no drawing twice.

    Stops when labels and doubts are used up, unless `at_random` is set.
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
    """Return the preferred queue for a place.

    Random drawings are spread evenly, at their share. Every third of the other places is a doubt.
    """
    before = int(place * share)
    if int((place + 1) * share) > before:
        return Why.RANDOM
    return Why.DOUBT if (place - before) % 3 == 2 else Why.LABEL


def lease(item: ReviewItem, *, by: AbstractUser) -> bool:
    """Lease the drawing for a minute. Returns False if somebody else was faster."""
    values = {"by_id": by.pk, "why": item.why, "until": timezone.now() + LEASE, "skipped": False}
    rows = ReviewLease.objects.filter(drawing=item.drawing)
    blocking = ReviewLease.objects.blocking(by.pk)
    if rows.exclude(pk__in=blocking).update(**values):
        return True
    return ReviewLease.objects.get_or_create(drawing=item.drawing, defaults=values)[1]


def renew(drawings: Collection[int], *, by: AbstractUser) -> None:
    """Renew this person's leases. Leases that somebody else has taken are not changed."""
    own = ReviewLease.objects.filter(drawing__in=drawings, by=by.pk, skipped=False)
    own.update(until=timezone.now() + LEASE)


def skip_drawing(*, drawing: Drawing, by: AbstractUser) -> None:
    """Leave the drawing to others. The same person gets it again after ten minutes."""
    rows = ReviewLease.objects.filter(drawing=drawing, by=by.pk)
    rows.update(until=timezone.now() + SKIPPED, skipped=True)


def done_today(by: AbstractUser) -> int:
    own = ReviewDecision.objects.not_undone().filter(by=by.pk)
    today: int = in_period(own, timezone.localdate(), None).count()
    return today
