"""Scores labels by how well they fit what others say, for the order in which they are reviewed.

A worker does it some seconds after a label was given. Until then, and where no worker runs, the
review page goes by how much the stored answer speaks for the label.
"""

import logging
from collections.abc import Sequence
from datetime import timedelta
from functools import cache

import numpy as np
from celery import current_app
from django.db.models import Q, QuerySet
from django.utils import timezone
from kombu.exceptions import ChannelError, OperationalError

from mlcore.data import reference_sets
from mlcore.recognition import bundle
from mlcore.recognition.duplicates import near_duplicates
from mlcore.recognition.inference import Recognizer
from mlcore.recognition.label_quality import Witnesses, described, label_quality_scores
from recognizer.models import Chore, Correction
from recognizer.models.corrections import giver

logger = logging.getLogger(__name__)
State = Correction.State

CHORE = "label quality"
TASK = "recognizer.score_corrections"
WAKE_AGAIN_AFTER = timedelta(seconds=20)
LEASE = timedelta(minutes=5)  # a run takes seconds; after this its worker is taken for dead
NEW, WAITING, APPROVED = 2_000, 1_000, 2_000  # corrections that one run looks at, at most
FROZEN = -1  # who gave the frozen drawings their labels; people have other numbers
SAME = 1e-3  # a score that moved less is left as it is


def to_score() -> QuerySet[Correction]:
    """What waits for its first score, oldest first. Gold drawings are nobody's witnesses."""
    active = Correction.objects.filter(state__in=[State.PENDING, State.APPROVED])
    return active.filter(label_quality=None, drawing__gold_at=None).order_by("pk")


def wake_if_due() -> None:
    """Tells a worker that labels wait for a score, unless it was told a moment ago."""
    if not to_score().exists():
        return
    now = timezone.now()
    Chore.objects.get_or_create(name=CHORE)
    quiet = Q(woken_at=None) | Q(woken_at__lt=now - WAKE_AGAIN_AFTER)
    if free_chore().filter(quiet).update(woken_at=now) != 1:
        return
    try:
        current_app.send_task(TASK, expires=WAKE_AGAIN_AFTER.total_seconds())
    except (OSError, OperationalError, ChannelError) as error:
        logger.warning("labels wait for the broker to be scored: %s", error)


def free_chore() -> QuerySet[Chore]:
    now = timezone.now()
    return Chore.objects.filter(Q(lease_until=None) | Q(lease_until__lt=now), name=CHORE)


def score_corrections() -> int:
    """Scores what waits and, with what was learned meanwhile, the newest again; returns how many
    rows changed. Done by one worker at a time: for others there is nothing to do."""
    Chore.objects.get_or_create(name=CHORE)
    until = timezone.now() + LEASE
    if free_chore().update(lease_until=until) != 1:
        return 0
    try:
        return store(scored(rows_to_look_at()))
    finally:
        Chore.objects.filter(name=CHORE, lease_until=until).update(lease_until=None)


def rows_to_look_at() -> list[Correction]:
    active = Correction.objects.filter(drawing__gold_at=None).order_by("-pk")
    chosen = set(to_score().values_list("pk", flat=True)[:NEW])
    for state, count in ((State.PENDING, WAITING), (State.APPROVED, APPROVED)):
        chosen |= set(active.filter(state=state).values_list("pk", flat=True)[:count])
    rows = Correction.objects.filter(pk__in=chosen).select_related("drawing")
    return list(rows.defer("drawing__strokes", "drawing__picture").order_by("drawing_id", "pk"))


def scored(rows: Sequence[Correction]) -> list[Correction]:
    """Those whose score or likeness to an older drawing changed, with the new values, not saved."""
    if not rows:
        return []
    drawings = list({row.drawing_id: row.drawing for row in rows}.values())
    images = np.stack([drawing.as_array for drawing in drawings])
    place = {drawing.pk: i for i, drawing in enumerate(drawings)}
    places = np.array([place[row.drawing_id] for row in rows])
    asked = Witnesses(
        described(images, network()).take(places),
        np.array([row.to_label for row in rows]),
        np.array([giver(row.by_id) for row in rows]),
    )
    approved = np.array([row.state == State.APPROVED for row in rows])
    scores = label_quality_scores(asked, frozen() + asked.take(approved)).tolist()
    twins = [drawings[i].pk if i >= 0 else None for i in near_duplicates(images)]
    return [
        row
        for row, score, where in zip(rows, scores, places, strict=True)
        if changed(row, round(score, 4), twins[where])
    ]


def changed(row: Correction, score: float, twin: int | None) -> bool:
    """Gives the row its new values where they differ from the old."""
    if row.label_quality is not None and abs(row.label_quality - score) < SAME:
        score = row.label_quality
    if (row.label_quality, row.near_duplicate_of_id) == (score, twin):
        return False
    row.label_quality, row.near_duplicate_of_id = score, twin
    return True


def store(rows: list[Correction]) -> int:
    """In small steps, since reviewers write at the same time. Where a twin is deleted at this very
    moment the database refuses the step; the next run does it."""
    Correction.objects.bulk_update(rows, ["label_quality", "near_duplicate_of"], batch_size=100)
    return len(rows)


@cache
def network() -> Recognizer:
    """The shipped version's: it has learned from nobody's corrections."""
    return bundle.shipped().recognizer()


@cache
def frozen() -> Witnesses:
    digits, others = reference_sets.reference(), reference_sets.reference_negatives()
    images = np.concatenate([digits.images, others.images])
    labels = np.concatenate([digits.labels, others.labels])
    return Witnesses(described(images, network()), labels, np.full(len(labels), FROZEN))
