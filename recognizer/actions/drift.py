"""How answers are distributed lately, and in the weeks before.

Counted are the first answers to drawings that people saved; imported drawings are left out, and
answers of a re-scoring. Drawings of the canvas and pictures are counted apart.
"""

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.core.cache import cache
from django.db.models import Exists, OuterRef
from django.utils import timezone

from mlcore.evaluation.drift import Difference, difference
from mlcore.labels import DIGITS, NOT_A_DIGIT, Label
from recognizer.models import Answer, Drawing

DAY, WEEK = "day", "week"
PERIODS = {DAY: timedelta(days=1), WEEK: timedelta(days=7)}
REFERENCE = timedelta(days=28)  # the time before the week
NEWEST = 10_000  # drawings of a source that are counted at most, lately and before
NUMBER = "number"
SHOWN = (*DIGITS, NOT_A_DIGIT, NUMBER)  # what an answer shows
BOUNDS = (0.5, 0.8, 0.9, 0.95, 0.99, 0.999)  # between the classes of confidence
SECONDS_KEPT = 300

Row = tuple[datetime, Label, float, Label | None]  # saved at, answer, confidence, label


@dataclass(frozen=True)
class Counts:
    """Answers by what they show and by confidence, and of those with a label how many differ."""

    shown: list[int] = field(default_factory=lambda: [0] * len(SHOWN))
    confidence: list[int] = field(default_factory=lambda: [0] * (len(BOUNDS) + 1))
    labeled: int = 0
    corrected: int = 0

    @property
    def total(self) -> int:
        return sum(self.shown)

    @property
    def refused(self) -> int:
        return self.shown[SHOWN.index(NOT_A_DIGIT)]

    @property
    def is_cut(self) -> bool:
        """Whether there may be more answers than were counted."""
        return self.total >= NEWEST


@dataclass(frozen=True)
class Drift:
    """The answers of a period beside those of the weeks before, and how they differ."""

    source: str
    period: str
    now: Counts
    before: Counts
    differences: dict[str, Difference]


def differences(now: Counts, before: Counts) -> dict[str, Difference]:
    """Return how answers, confidences, and the shares of refused and corrected answers differ."""
    return {
        "answers": difference(now.shown, before.shown),
        "confidence": difference(now.confidence, before.confidence),
        "refused": difference(
            [now.refused, now.total - now.refused],
            [before.refused, before.total - before.refused],
        ),
        "corrected": difference(
            [now.corrected, now.labeled - now.corrected],
            [before.corrected, before.labeled - before.corrected],
        ),
    }


def drifts() -> list[Drift]:
    """Return the distributions of each source and period. Makes two queries for each source."""
    now = timezone.now()
    week = now - PERIODS[WEEK]
    found = []
    for source in Drawing.Source.values:
        before = counted(answers(source, since=week - REFERENCE, until=week))
        rows = answers(source, since=week, until=now)
        for period, length in PERIODS.items():
            lately = counted(row for row in rows if row[0] >= now - length)
            differ = differences(lately, before)
            found.append(Drift(source, period, lately, before, differ))
    return found


def recent_drifts() -> list[Drift]:
    """Return `drifts`, at most SECONDS_KEPT old."""
    found: list[Drift] = cache.get_or_set("drifts", drifts, SECONDS_KEPT)  # type: ignore[assignment]
    return found


def answers(source: str, *, since: datetime, until: datetime) -> list[Row]:
    """Return the first answers to the newest drawings of the time, at most NEWEST."""
    newest = Drawing.objects.filter(
        source=source, imported_at=None, created_at__gte=since, created_at__lt=until
    ).order_by("-created_at")
    earlier = Answer.objects.filter(drawing=OuterRef("drawing"), pk__lt=OuterRef("pk"))
    rows = Answer.objects.filter(~Exists(earlier), drawing__in=newest.values("pk")[:NEWEST])
    columns = ("drawing__created_at", "label", "confidence", "drawing__label")
    return list(rows.order_by("-drawing__created_at").values_list(*columns))


def counted(rows: Iterable[Row]) -> Counts:
    shown: Counter[Label] = Counter()
    confidence: Counter[int] = Counter()
    labeled = corrected = 0
    for _, answer, sure, label in rows:
        shown[NUMBER if isinstance(answer, str) else answer] += 1
        confidence[bisect_right(BOUNDS, sure)] += 1
        labeled += label is not None
        corrected += label is not None and label != answer
    return Counts(
        [shown[each] for each in SHOWN],
        [confidence[place] for place in range(len(BOUNDS) + 1)],
        labeled,
        corrected,
    )
