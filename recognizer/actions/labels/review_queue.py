"""The review queues, each an ordered query.

Seconds: drawings for which a second label was asked; they come first. Labels: pending labels, and
approved labels of low label quality. Doubts: unlabeled drawings with an answer of low confidence.
Random: any unlabeled drawing, to find confident wrong answers as well. A reviewer does not get
their own labels, their own unlabeled drawings, gold drawings, or drawings that are leased to
somebody else.

However much waits, a query sorts only some hundred rows: the first ones by an index.
"""

from collections.abc import Collection, Iterator

from django.conf import settings
from django.contrib.auth.models import AbstractUser
from django.db.models import (
    Case,
    Exists,
    F,
    FloatField,
    Max,
    Min,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Coalesce
from django.db.models.lookups import LessThan

from recognizer.actions.labels.label_history import newer_labels
from recognizer.actions.labels.second_labels import waiting_for
from recognizer.models import (
    Answer,
    Correction,
    Drawing,
    LabelState,
    ReviewDecision,
    ReviewLease,
)
from recognizer.models.drawings import DrawingQuerySet, of_closed_accounts

State = Correction.State

GOLDEN_RATIO = (5**0.5 - 1) / 2
FETCHED = 24  # random drawings per query; more than one person may hold
COUNTED = 100  # of what waits; pages show "99+"
FIRST = 200  # rows that are sorted by what no index has


def labels(by: AbstractUser, holding: Collection[int] = (), *, most: int) -> QuerySet[Correction]:
    """Return labels to review, at most `most`, lowest quality first.

    Near duplicates of a drawing that has the same label approved come last. Of labels without a
    quality, the oldest FIRST are compared.
    """
    blocking = ReviewLease.objects.blocking(by.pk).filter(drawing=OuterRef("drawing"))
    repeats = Q(
        near_duplicate_of__label=F("to_label"),
        near_duplicate_of__label_state=LabelState.APPROVED,
    )
    pending, suspect = (
        rows.filter(~Exists(blocking)).exclude(drawing__in=holding).order_by("label_quality", "pk")
        for rows in (pending_labels(by), suspect_labels(by))
    )
    judged = (pending.filter(label_quality__isnull=False), suspect)
    first = keys(pending.filter(label_quality=None), FIRST)
    for kind in judged:
        first += keys(kind.exclude(repeats), most)
    if len(first) < most:  # repeats come last
        for kind in judged:
            first += keys(kind.filter(repeats), most)
    ordered = (
        Correction.objects.filter(pk__in=first)
        .annotate(
            repeats=Case(When(repeats, then=Value(1)), default=Value(0)),
            quality=Coalesce("label_quality", quality_by_answer()),
        )
        .order_by("repeats", F("quality").asc(nulls_last=True), "pk")
    )
    shown = ordered.select_related("drawing__owner", "by")
    return shown.defer("drawing__picture", "drawing__directions")[:most]


def keys(rows: QuerySet[Correction], most: int) -> list[int]:
    return list(rows.values_list("pk", flat=True)[:most])


def waiting_labels(by: AbstractUser) -> QuerySet[Correction]:
    """Return the current labels, of other people, that are pending or approved with low quality."""
    return _current_labels(by).filter(Q(state=State.PENDING) | _is_suspect())


def pending_labels(by: AbstractUser) -> QuerySet[Correction]:
    return _current_labels(by).filter(state=State.PENDING)


def suspect_labels(by: AbstractUser) -> QuerySet[Correction]:
    return _current_labels(by).filter(_is_suspect())


def _is_suspect() -> Q:
    """Whether a label is approved with low quality, and no reviewer has judged it since."""
    judged = ReviewDecision.objects.not_undone().filter(correction=OuterRef("pk"))
    low = Q(state=State.APPROVED, label_quality__lte=settings.REVIEW_LABEL_QUALITY)
    return low & Q(~Exists(judged))


def _current_labels(by: AbstractUser) -> QuerySet[Correction]:
    """Return labels of other people that no newer label of the drawing replaces."""
    rows = Correction.objects.filter(~Exists(newer_labels()), drawing__gold_at=None)
    return rows.exclude(drawing__in=of_closed_accounts()).exclude(by=by.pk)


def quality_by_answer() -> Case:
    """Estimate the quality of a label without a score from the serving version's answer."""
    answers = Answer.objects.filter(drawing=OuterRef("drawing")).serving_first()
    confidence = Subquery(answers.values("confidence")[:1])
    same = Q(to_label=Subquery(answers.values("label")[:1]))
    return Case(When(same, then=confidence), default=1.0 - confidence, output_field=FloatField())


def doubts(by: AbstractUser, holding: Collection[int] = ()) -> DrawingQuerySet:
    """Return unlabeled drawings, lowest confidence first."""
    drawings = free(unlabeled(by), by, holding).filter(pk=OuterRef("drawing"))
    answers = unsure_answers().filter(Exists(drawings)).order_by("confidence", "drawing")
    first = list(answers.values_list("drawing", flat=True)[:FIRST])
    return unsure(unlabeled(by).filter(pk__in=first)).order_by(F("newest_confidence"), "pk")


def doubtful(by: AbstractUser) -> DrawingQuerySet:
    return unsure(unlabeled(by).filter(pk__in=unsure_answers().values("drawing")))


def unsure_answers() -> QuerySet[Answer]:
    """Return answers of low confidence by any version; an index has them."""
    return Answer.objects.filter(confidence__lt=settings.LOW_CONFIDENCE)


def unsure(drawings: DrawingQuerySet) -> DrawingQuerySet:
    """Return those whose newest answer has a low confidence."""
    is_low = LessThan(F("newest_confidence"), settings.LOW_CONFIDENCE)
    return drawings.with_newest_answer().filter(is_low)


def seconds(by: AbstractUser, holding: Collection[int] = ()) -> DrawingQuerySet:
    """Return drawings for which a second label was asked, oldest first."""
    rows = waiting_for(by).select_related("owner").defer("picture", "directions")
    return free(rows, by, holding).order_by("pk")


def random_drawings(
    by: AbstractUser, holding: Collection[int] = (), *, place: int = 0
) -> Iterator[Drawing]:
    """Yield unlabeled drawings, starting at a position that does not depend on what they show.

    The positions for the places 0, 1, 2, ... are spread evenly over all drawings, old and new, and
    need no other state: they are multiples of the golden ratio, modulo 1.
    """
    ends = Drawing.objects.aggregate(first=Min("pk"), last=Max("pk"))
    if ends["first"] is None:
        return
    start = ends["first"] + int(place * GOLDEN_RATIO % 1 * (ends["last"] - ends["first"] + 1))
    rows = free(unlabeled(by), by, holding).order_by("pk")
    yield from rows.filter(pk__gte=start)[:FETCHED]
    yield from rows.filter(pk__lt=start)[:FETCHED]


def unlabeled(by: AbstractUser) -> DrawingQuerySet:
    """Return unlabeled drawings of other people that are not gold."""
    rows = Drawing.objects.kept().filter(label=None, gold_at=None).exclude(owner=by.pk)
    return rows.select_related("owner").defer("picture", "directions")


def free(rows: DrawingQuerySet, by: AbstractUser, holding: Collection[int]) -> DrawingQuerySet:
    blocking = ReviewLease.objects.blocking(by.pk).filter(drawing=OuterRef("pk"))
    return rows.filter(~Exists(blocking)).exclude(pk__in=holding)
