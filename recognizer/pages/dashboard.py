"""The dashboard: how the site does. For staff; for others it is missing."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from mlcore.labels import CLASSES, NOT_A_DIGIT
from recognizer.actions import dashboard as actions
from recognizer.actions import drift
from recognizer.actions.dashboard import Day, Labels, Queue, Week
from recognizer.actions.periods import start_of
from recognizer.models import Drawing
from recognizer.pages.requests import SignedInRequest
from recognizer.pages.versions.answers import verdict
from recognizer.presentation.charts import Columns, columns
from recognizer.presentation.numbers import percent
from recognizer.presentation.version_charts import Point, Trend, trend
from recognizer.templatetags.digits import sign, thousands
from recognizer.templatetags.moments import moment

SIGNS = [*(sign(label) for label in range(CLASSES)), "#"]
OLD = timedelta(days=3)  # what waits longer is marked
QUEUES = {
    "labels": (gettext_noop("Labels waiting for review"), "recognizer:review"),
    "training": (gettext_noop("Trainings waiting"), "recognizer:jobs"),
    "reading": (gettext_noop("Batches and pages waiting"), "recognizer:batches"),
}


@dataclass(frozen=True)
class ShownQueue:
    name: str
    queue: Queue
    address: str
    age: timedelta | None
    is_old: bool


@login_required
@require_safe
@never_cache
def dashboard(request: SignedInRequest) -> HttpResponse:
    if not request.user.is_staff:
        raise Http404
    days, labels = actions.drawings_by_day(), actions.labels()
    context = {
        **drawn(days),
        **labeled(labels),
        "queues": [shown_queue(each) for each in actions.queues(request.user)],
        "people": actions.people(),
        "drifts": drifts(),
        "span": actions.DAYS,
        "newest": actions.NEWEST,
        "counted": actions.COUNTED,
    }
    return render(request, "recognizer/dashboard.html", context)


def drawn(days: list[Day]) -> dict[str, Any]:
    """Chart the drawings of each day; every seventh day is named, today among them."""
    totals = [sum(each.counts.values()) for each in days]
    names = [
        moment(start_of(each.day), "day of year") if (len(days) - 1 - i) % 7 == 0 else ""
        for i, each in enumerate(days)
    ]
    sources = {
        str(Drawing.Source(source).label): sum(each.counts[source] for each in days)
        for source in Drawing.Source.values
    }
    return {"days": columns(totals, names), "today": totals[-1], "drawn": sources, "all": totals}


def labeled(labels: Labels) -> dict[str, Any]:
    """Chart the balance of the labels, and the accuracy of their first answers by week."""
    total = sum(labels.balance)
    digits = labels.balance[:NOT_A_DIGIT]
    return {
        "total": total,
        "balance": balance(labels.balance) if total else None,
        "rarest": min(range(10), key=digits.__getitem__) if total else None,
        "rarest_count": min(digits),
        "weeks": accuracy(labels.weeks),
        "week_rows": [week for week in labels.weeks if week.n],
        "labels_cut": labels.is_cut,
    }


def balance(counts: list[int]) -> Columns:
    shown = CLASSES + (1 if counts[CLASSES] else 0)  # numbers only if there are any
    return columns(counts[:shown], SIGNS[:shown])


def accuracy(weeks: list[Week]) -> Trend | None:
    return trend([[point(week) for week in weeks]], list(range(len(weeks))))


def point(week: Week) -> Point | None:
    if not week.n:
        return None
    words = _("Week of %(day)s: %(share)s (%(right)s of %(n)s)") % {
        "day": moment(start_of(week.first), "day of year"),
        "share": percent(week.right / week.n),
        "right": thousands(week.right),
        "n": thousands(week.n),
    }
    return Point.of_share(week.right, week.n, words)


def shown_queue(queue: Queue) -> ShownQueue:
    name, address = QUEUES[queue.key]
    age = timezone.now() - queue.oldest if queue.oldest else None
    return ShownQueue(_(name), queue, address, age, age is not None and age > OLD)


def drifts() -> list[tuple[str, int, list[tuple[str, str, bool]]]]:
    """Return of each source its answers of the last week, and what is said of their drift."""
    return [
        (
            str(Drawing.Source(each.source).label),
            each.now.total,
            [
                (_(name), verdict(each.differences[key]), not each.differences[key].is_chance)
                for key, name in FIGURES.items()
            ],
        )
        for each in drift.recent_drifts()
        if each.period == drift.WEEK
    ]


FIGURES = {
    "answers": gettext_noop("Answers"),
    "confidence": gettext_noop("Confidence"),
    "refused": gettext_noop("Refused"),
    "corrected": gettext_noop("Corrected"),
}
