"""How the site does, for staff: what is drawn, how well it is read, what waits, and who is there.

Every part makes a fixed number of queries, and none reads more than NEWEST rows: with a million
drawings it takes about as long as with some thousands. Imported drawings are left out.
"""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.contrib.auth.models import AbstractUser
from django.db.models import Count, Exists, Min, OuterRef, QuerySet, Value
from django.utils import timezone

from mlcore.labels import CLASSES, Label
from recognizer.actions.labels.review_queue import pending_labels
from recognizer.actions.periods import start_of
from recognizer.models import Answer, Correction, Drawing, Job, LabelState, ReadingJob, User
from recognizer.models.counting import count_up_to
from recognizer.models.reviewing import ReviewDecision

DAYS = 28
WEEKS = 12
NEWEST = 10_000  # drawings that are read at most
PEOPLE = 8  # named at most
COUNTED = 1_000  # waiting labels are counted no further


@dataclass(frozen=True)
class Day:
    """Drawings that were saved on one day, by source."""

    day: date
    counts: dict[str, int]


@dataclass(frozen=True)
class Week:
    """The first answers to drawings of one week that have an approved label."""

    first: date
    right: int
    n: int


@dataclass(frozen=True)
class Queue:
    """What waits. oldest: since when the first; None if nothing waits."""

    key: str
    waiting: int
    oldest: datetime | None


@dataclass(frozen=True)
class Labels:
    """Drawings with an approved label: how many by label, numbers last, and how well by week.

    is_cut: whether there are more than were read.
    """

    balance: list[int] = field(default_factory=lambda: [0] * (CLASSES + 1))
    weeks: list[Week] = field(default_factory=list)
    is_cut: bool = False


@dataclass(frozen=True)
class People:
    """accounts: of all. joined, active: lately. drew, reviewed: (name, how many), most first.

    is_cut: whether more was drawn lately than was read for `drew` and `active`.
    """

    accounts: int
    joined: int
    active: int
    drew: list[tuple[str, int]]
    reviewed: list[tuple[str, int]]
    is_cut: bool


def saved() -> QuerySet[Drawing]:
    return Drawing.objects.filter(imported_at=None).order_by()


def drawings_by_day() -> list[Day]:
    """Count the drawings of the last DAYS days, today last, in one query.

    Each day is a range of an index; grouping by the date would compute it for every drawing.
    """
    today = timezone.localdate()
    days = [today - timedelta(days=back) for back in range(DAYS - 1, -1, -1)]
    parts = [
        saved()
        .filter(
            source=source,
            created_at__gte=start_of(day),
            created_at__lt=start_of(day + timedelta(days=1)),
        )
        .annotate(day=Value(i))
        .values("source", "day")
        .annotate(n=Count("pk"))
        .values_list("source", "day", "n")
        for i, day in enumerate(days)
        for source in Drawing.Source.values
    ]
    found = {(source, i): n for source, i, n in parts[0].union(*parts[1:], all=True)}
    return [
        Day(day, {source: found.get((source, i), 0) for source in Drawing.Source.values})
        for i, day in enumerate(days)
    ]


def labels() -> Labels:
    """Read the newest drawings with an approved label and their first answers, in one query."""
    newest = Drawing.objects.filter(label_state=LabelState.APPROVED, imported_at=None)
    earlier = Answer.objects.filter(drawing=OuterRef("drawing"), pk__lt=OuterRef("pk"))
    answers = Answer.objects.filter(
        ~Exists(earlier), drawing__in=newest.order_by("-pk").values("pk")[:NEWEST]
    )
    rows = list(answers.order_by().values_list("drawing__created_at", "drawing__label", "label"))
    return Labels(balance_of([label for _, label, _ in rows]), weeks_of(rows), len(rows) >= NEWEST)


def balance_of(found: Sequence[Label | None]) -> list[int]:
    counts = Counter(label if isinstance(label, int) else CLASSES for label in found)
    return [counts[label] for label in range(CLASSES + 1)]


def weeks_of(rows: Sequence[tuple[datetime, Label | None, Label]]) -> list[Week]:
    """Return the last WEEKS weeks, this one last; weeks begin on Monday."""
    today = timezone.localdate()
    monday = today - timedelta(days=today.weekday())
    firsts = [monday - timedelta(weeks=back) for back in range(WEEKS - 1, -1, -1)]
    right: defaultdict[date, int] = defaultdict(int)
    n: defaultdict[date, int] = defaultdict(int)
    for created_at, label, answer in rows:
        day = timezone.localtime(created_at).date()
        first = day - timedelta(days=day.weekday())
        n[first] += 1
        right[first] += label == answer
    return [Week(first, right[first], n[first]) for first in firsts]


def queues(by: AbstractUser) -> list[Queue]:
    """Return what waits: labels that `by` may review, trainings, and pictures to be read."""
    count = count_up_to(pending_labels(by), COUNTED)
    state = Correction.State.PENDING
    # Replaced labels of the same drawings are not left out: it has waited since the first.
    pending = Correction.objects.filter(state=state, drawing__label_state=state).exclude(by=by.pk)
    oldest = pending.aggregate(oldest=Min("created_at"))["oldest"] if count else None
    found = [Queue("labels", count, oldest)]
    for key, model in (("training", Job), ("reading", ReadingJob)):
        waits = model._default_manager.filter(status=model.Status.QUEUED).aggregate(
            n=Count("pk"), oldest=Min("created_at")
        )
        found.append(Queue(key, waits["n"], waits["oldest"]))
    return found


def people() -> People:
    """Return the accounts, and who drew and reviewed in the last DAYS days."""
    since = timezone.now() - timedelta(days=DAYS)
    accounts = User.objects.filter(is_active=True, closed_at=None)
    newest = saved().filter(created_at__gte=since, source__in=Drawing.Source.values)
    owners = list(newest.order_by("-created_at").values_list("owner_id", flat=True)[:NEWEST])
    drew = Counter(owners)
    decided = ReviewDecision.objects.not_undone().filter(created_at__gte=since, by__isnull=False)
    reviewed = Counter(
        decided.order_by("-pk").values_list("by_id", flat=True)[:NEWEST]  # the newest
    )
    most = {pk for counter in (drew, reviewed) for pk, _ in counter.most_common(PEOPLE)}
    names = dict(User.objects.filter(pk__in=most).values_list("pk", "username"))
    return People(
        accounts=accounts.count(),
        joined=accounts.filter(date_joined__gte=since).count(),
        active=len(drew),
        drew=named(drew, names),
        reviewed=named(reviewed, names),
        is_cut=len(owners) >= NEWEST,
    )


def named(counts: "Counter[int]", names: dict[int, str]) -> list[tuple[str, int]]:
    return [(names[pk], n) for pk, n in counts.most_common(PEOPLE) if pk in names]
