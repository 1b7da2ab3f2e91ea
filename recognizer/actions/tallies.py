"""Figures over all approved labels: counted at once while they are few, else by a worker.

A page shows what was counted last, and when. Only figures that somebody looks at are counted, and
none more than once in KEPT.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from django.db.models import Q
from django.utils import timezone

from recognizer.actions.jobs.leases import send_task
from recognizer.actions.training.selection import counted_examples
from recognizer.actions.versions.answer_changes import answered_by, cells_of
from recognizer.models import Correction, Drawing, ModelVersion, Tally
from recognizer.models.counting import count_up_to

TASK = "recognizer.count"
LIVE = 5_000  # approved labels that are counted while a page is made
KEPT = timedelta(minutes=5)
EXAMPLES, ANSWERS = "training examples", "answers of version"  # the second with a version's id


@dataclass(frozen=True)
class Tallied:
    """figures: None if a worker has not counted them yet. at: None if they are of this moment."""

    figures: Any
    at: datetime | None = None


def training_examples() -> Tallied:
    """Return `selection.counted_examples`."""
    return _tallied(EXAMPLES)


def answers_by(version: ModelVersion) -> Tallied:
    """Return `answer_changes.cells_of` all drawings with an approved label."""
    return _tallied(f"{ANSWERS} {version.pk}")


def are_few() -> bool:
    """Whether so few labels are approved that a page may go through all of them."""
    approved = Correction.objects.filter(state=Correction.State.APPROVED)
    return count_up_to(approved, LIVE + 1) <= LIVE


def count(name: str) -> None:
    """Count and store figures. Called in a worker; what does not exist any more is not counted."""
    counter = _counter(name)
    if counter is not None:
        values = {"figures": counter(), "counted_at": timezone.now()}
        Tally.objects.update_or_create(name=name, defaults=values)


def _tallied(name: str) -> Tallied:
    if are_few():
        counter = _counter(name)
        return Tallied(counter() if counter else None)
    tally, _ = Tally.objects.get_or_create(name=name)
    now = timezone.now()
    lately = Q(asked_at=None) | Q(asked_at__lt=now - KEPT)
    if Tally.objects.filter(lately, name=name).update(asked_at=now):
        send_task(TASK, args=[name], expires=KEPT.total_seconds())
    return Tallied(tally.figures, tally.counted_at)


def _counter(name: str) -> Callable[[], Any] | None:
    if name == EXAMPLES:
        return counted_examples
    version = ModelVersion.objects.filter(pk=int(name.removeprefix(ANSWERS))).first()
    return None if version is None else partial(_cells, version)


def _cells(version: ModelVersion) -> list[Any]:
    return cells_of(answered_by(Drawing.objects.kept(), version))
