"""A page of a list of drawings in one of several orders, and how many drawings the list has."""

from dataclasses import dataclass
from typing import Any

from django.db.models import F, Q, QuerySet

from recognizer.actions.drawings.filters import DrawingFilter
from recognizer.actions.versions.deployment import serving_deployment
from recognizer.models import Drawing
from recognizer.models.counting import count_up_to
from recognizer.models.drawings import DrawingQuerySet

NEWEST, OLDEST, UNSURE, SURE = "newest", "oldest", "unsure", "sure"
BACKWARDS = {NEWEST: OLDEST, OLDEST: NEWEST, UNSURE: SURE, SURE: UNSURE}
COUNTED = 10_000  # drawings that are counted; a list of a million would take seconds


@dataclass(frozen=True)
class Place:
    """Where a page begins: after the drawing with this key; by confidence, after this one."""

    before: int | None = None
    confidence: float | None = None


def ordered(drawings: DrawingQuerySet, sort: str, after: Place) -> DrawingQuerySet:
    """Return the drawings after a place, in one of the four orders.

    By confidence there are only drawings that the serving version has read: an index sorts its
    answers, however many there are.
    """
    if sort in (UNSURE, SURE):
        return by_confidence(drawings, after, rising=sort == UNSURE)
    if sort == OLDEST:
        later = drawings if after.before is None else drawings.filter(pk__gt=after.before)
        return later.order_by("pk")
    return drawings if after.before is None else drawings.filter(pk__lt=after.before)


def first_of(drawings: DrawingQuerySet, count: int) -> DrawingQuerySet:
    """Return the first drawings of a list.

    Their keys are looked up first: indexes are enough for these, while drawings are large.
    """
    return drawings.filter(pk__in=list(drawings.values_list("pk", flat=True)[:count]))


def neighbors(
    drawings: DrawingQuerySet, sort: str, shown: Drawing
) -> tuple[int | None, int | None]:
    """Return the keys of the drawings before and after this one in the list; None at its ends."""
    answer = shown.answer
    place = Place(shown.pk, answer.confidence if answer else None)
    before = ordered(drawings, BACKWARDS[sort or NEWEST], place)
    after = ordered(drawings, sort, place)
    return before.values_list("pk", flat=True).first(), after.values_list("pk", flat=True).first()


def by_confidence(drawings: Any, after: Place, *, rising: bool) -> DrawingQuerySet:
    serving = serving_deployment()
    version = serving.version_id if serving else None
    # The owner is compared for an index that sorts the answers to one person's drawings.
    read = drawings.filter(answers__version=version, answers__owner=F("owner"))
    rows = read.annotate(sure=F("answers__confidence"))
    if after.before is not None and after.confidence is not None:
        step = "gt" if rising else "lt"
        beyond = Q(**{f"sure__{step}": after.confidence})
        tied = Q(**{"sure": after.confidence, f"pk__{step}": after.before})
        rows = rows.filter(beyond | tied, **{f"sure__{step}e": after.confidence})  # a range of it
    in_order: DrawingQuerySet = rows.order_by(*(("sure", "pk") if rising else ("-sure", "-pk")))
    return in_order


@dataclass(frozen=True)
class Counts:
    """How many drawings match, and of how many.

    matching_more, total_more: there are more than that. among: only the newest of these were
    looked at; None if all were.
    """

    matching: int
    matching_more: bool
    total: int
    total_more: bool
    among: int | None = None


def counted(drawings: DrawingQuerySet, wanted: DrawingFilter) -> Counts:
    """Count drawings, at most COUNTED of them, and those that pass the filters.

    Filters by answer look at the newest COUNTED alone, in a list that has more.
    """
    total, total_more = up_to_limit(drawings)
    if wanted == DrawingFilter():
        return Counts(total, total_more, total, total_more)
    columns = wanted.by_columns(drawings)
    among = None
    if wanted.asks_answers:
        if total_more and up_to_limit(columns)[1]:
            columns, among = newest_of(columns), COUNTED
        columns = wanted.by_answers(columns)
    matching, matching_more = up_to_limit(columns)
    return Counts(matching, matching_more, total, total_more, among)


def newest_of(drawings: DrawingQuerySet) -> DrawingQuerySet:
    """Return the newest COUNTED of the drawings."""
    last = drawings.order_by("-pk").values_list("pk", flat=True)[COUNTED - 1]
    return drawings.filter(pk__gte=last)


def up_to_limit(rows: QuerySet[Any]) -> tuple[int, bool]:
    """Count rows, at most COUNTED, and say whether there are more."""
    found = count_up_to(rows, COUNTED + 1)
    return min(found, COUNTED), found > COUNTED
