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
class Turn:
    """A drawing to be looked at. correction: the label to judge, None where it has none."""

    drawing: Drawing
    correction: Correction | None
    why: Why


@transaction.atomic
def next_turns(
    *, by: AbstractUser, count: int, holding: Collection[int] = (), at_random: bool = False
) -> list[Turn]:
    """Up to `count` turns, which nobody else gets for a minute; those of `holding` are prolonged.

    holding: the drawings that the reviewer has already. at_random: go on at random where nothing
    else waits.
    """
    renew(holding, by=by)
    count = min(count, MOST - len(holding))
    if count <= 0:
        return []
    done = ReviewDecision.objects.filter(by=by.pk).count() + len(holding)
    labels = [Turn(row.drawing, row, Why.LABEL) for row in review_queue.labels(by, holding)[:count]]
    doubts = [Turn(row, None, Why.DOUBT) for row in review_queue.doubts(by, holding)[: 2 * count]]

    def random_ones(place: int) -> Iterator[Turn]:
        drawings = review_queue.at_any(by, holding, place=place)
        return (Turn(drawing, None, Why.RANDOM) for drawing in drawings)

    places = range(done, done + count)
    turns = mixed(places, labels=labels, doubts=doubts, random=random_ones, at_random=at_random)
    return [turn for turn in turns if lease(turn, by=by)]


def mixed(
    places: Iterable[int],
    *,
    labels: Sequence[Turn],
    doubts: Sequence[Turn],
    random: Callable[[int], Iterable[Turn]],
    at_random: bool,
) -> list[Turn]:
    """The turns for these places, as `lane_at` says; no drawing twice.

    Random ones are mixed in: without anything else nothing waits, unless `at_random`.
    """
    chosen: dict[int, Turn] = {}

    def first(*waiting: Iterable[Turn]) -> Turn | None:
        every = (turn for lane in waiting for turn in lane)
        return next((turn for turn in every if turn.drawing.pk not in chosen), None)

    for place in places:
        lane = lane_at(place, settings.REVIEW_RANDOM_SHARE)
        turn = first(doubts, labels) if lane == Why.DOUBT else first(labels, doubts)
        if turn is None and not at_random:
            break
        if turn is None or lane == Why.RANDOM:
            turn = first(random(place)) or turn
        if turn is None:
            break
        chosen[turn.drawing.pk] = turn
    return list(chosen.values())


def lane_at(place: int, share: float) -> Why:
    """Which lane has the place, as long as it is not empty.

    Random ones are spread evenly at their share; of the other places every third is a doubt's.
    """
    before = int(place * share)
    if int((place + 1) * share) > before:
        return Why.RANDOM
    return Why.DOUBT if (place - before) % 3 == 2 else Why.LABEL


def lease(turn: Turn, *, by: AbstractUser) -> bool:
    """Takes the drawing for a minute; False where somebody else was faster."""
    values = {"by_id": by.pk, "why": turn.why, "until": timezone.now() + LEASE, "skipped": False}
    rows = ReviewLease.objects.filter(drawing=turn.drawing)
    kept = ReviewLease.objects.keeping_from(by.pk)
    if rows.exclude(pk__in=kept).update(**values):
        return True
    return ReviewLease.objects.get_or_create(drawing=turn.drawing, defaults=values)[1]


def renew(drawings: Collection[int], *, by: AbstractUser) -> None:
    """Prolongs what this person still has; what somebody else took meanwhile stays taken."""
    own = ReviewLease.objects.filter(drawing__in=drawings, by=by.pk, skipped=False)
    own.update(until=timezone.now() + LEASE)


def skip(*, drawing: Drawing, by: AbstractUser) -> None:
    """Leaves the drawing to others; whoever skipped it gets it again some minutes later."""
    rows = ReviewLease.objects.filter(drawing=drawing, by=by.pk)
    rows.update(until=timezone.now() + SKIPPED, skipped=True)


def done_today(by: AbstractUser) -> int:
    midnight = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    own = ReviewDecision.objects.standing().filter(by=by.pk, created_at__gte=midnight)
    return own.count()
