"""What waits for a reviewer, in three queues; each a query in the order in which it is looked at.

Labels: what waits for approval, and what is approved but of low label
quality. Doubts: drawings without a label
whose answer was doubtful. Random: any drawing without a label, so that what is confidently wrong is
found too. A reviewer gets neither labels of their own, nor unlabeled drawings of their own, nor
gold ones, nor what somebody else looks at.
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

from recognizer.models import (
    Answer,
    Correction,
    Drawing,
    LabelState,
    ReviewDecision,
    ReviewLease,
)
from recognizer.models.drawings import DrawingQuerySet

State = Correction.State

GOLDEN = (5**0.5 - 1) / 2
FEW = 24  # more than anybody holds


def labels(by: AbstractUser, holding: Collection[int] = ()) -> QuerySet[Correction]:
    """The lowest quality first; what repeats a drawing that is approved with that label, last."""
    kept = ReviewLease.objects.keeping_from(by.pk).filter(drawing=OuterRef("drawing"))
    repeats = Q(
        near_duplicate_of__label=F("to_label"),
        near_duplicate_of__label_state=LabelState.APPROVED,
    )
    rows = waiting_labels(by).filter(~Exists(kept)).exclude(drawing__in=holding)
    ordered = rows.annotate(
        repeats=Case(When(repeats, then=Value(1)), default=Value(0)),
        quality=Coalesce("label_quality", quality_by_answer()),
    ).order_by("repeats", F("quality").asc(nulls_last=True), "pk")
    return ordered.select_related("drawing__owner", "by").defer("drawing__picture")


def waiting_labels(by: AbstractUser) -> QuerySet[Correction]:
    """What stands as a drawing's label, is not this person's and is to be judged."""
    newer = Correction.objects.filter(drawing=OuterRef("drawing"), pk__gt=OuterRef("pk"))
    newer = newer.filter(state__in=[State.PENDING, State.APPROVED])
    judged = ReviewDecision.objects.not_undone().filter(correction=OuterRef("pk"))
    low = Q(state=State.APPROVED, label_quality__lte=settings.REVIEW_LABEL_QUALITY)
    again = low & ~Exists(judged)
    rows = Correction.objects.filter(Q(state=State.PENDING) | again, drawing__gold_at=None)
    return rows.filter(~Exists(newer)).exclude(by=by.pk)


def quality_by_answer() -> Case:
    """Of a label that has no score yet: how much the answer that counts speaks for it."""
    answers = Answer.objects.filter(drawing=OuterRef("drawing")).serving_first()
    confidence = Subquery(answers.values("confidence")[:1])
    same = Q(to_label=Subquery(answers.values("label")[:1]))
    return Case(When(same, then=confidence), default=1.0 - confidence, output_field=FloatField())


def doubts(by: AbstractUser, holding: Collection[int] = ()) -> DrawingQuerySet:
    """Drawings without a label, the most doubtful answer first."""
    return free(doubtful(by), by, holding).order_by(F("newest_confidence"), "pk")


def doubtful(by: AbstractUser) -> DrawingQuerySet:
    ever = Answer.objects.filter(confidence__lt=settings.LOW_CONFIDENCE)
    rows = unlabeled(by).filter(pk__in=ever.values("drawing")).with_newest_answer()
    return rows.filter(LessThan(F("newest_confidence"), settings.LOW_CONFIDENCE))


def at_any(by: AbstractUser, holding: Collection[int] = (), *, place: int = 0) -> Iterator[Drawing]:
    """Drawings without a label from some place on, which has nothing to do with what they show.

    The places 0, 1, 2, ... are spread evenly over all drawings, old and new, and each is found
    without reading the others: multiples of the golden ratio, modulo 1.
    """
    ends = Drawing.objects.aggregate(first=Min("pk"), last=Max("pk"))
    if ends["first"] is None:
        return
    start = ends["first"] + int(place * GOLDEN % 1 * (ends["last"] - ends["first"] + 1))
    rows = free(unlabeled(by), by, holding).order_by("pk")
    yield from rows.filter(pk__gte=start)[:FEW]
    yield from rows.filter(pk__lt=start)[:FEW]


def unlabeled(by: AbstractUser) -> DrawingQuerySet:
    """Without a label, not this person's own, not gold."""
    rows = Drawing.objects.filter(label=None, gold_at=None).exclude(owner=by.pk)
    return rows.select_related("owner").defer("picture")


def free(rows: DrawingQuerySet, by: AbstractUser, holding: Collection[int]) -> DrawingQuerySet:
    kept = ReviewLease.objects.keeping_from(by.pk).filter(drawing=OuterRef("pk"))
    return rows.filter(~Exists(kept)).exclude(pk__in=holding)
