"""Label quality: scores how well a label agrees with other labels, to order the review queue.

A worker computes the score some seconds after a label was given. Until then, and if no worker runs,
the review queue uses the stored answer's confidence instead.
"""

from collections.abc import Sequence
from datetime import timedelta
from functools import cache

import numpy as np
from django.db.models import QuerySet

from mlcore.data import reference_sets
from mlcore.data.datasets import Part
from mlcore.recognition import bundle
from mlcore.recognition.duplicates import near_duplicates
from mlcore.recognition.inference import Recognizer
from mlcore.recognition.label_quality import Witnesses, described, label_quality_scores
from recognizer.actions.jobs.leases import send_task
from recognizer.models import Chore, Correction
from recognizer.models.corrections import labeler_number

State = Correction.State

CHORE = "label quality"
TASK = "recognizer.score_corrections"
WAKE_AGAIN_AFTER = timedelta(seconds=20)
LEASE = timedelta(minutes=5)  # a run takes seconds; after this its worker counts as dead
NEW, WAITING, APPROVED = 2_000, 1_000, 2_000  # maximum corrections per run
REFERENCE_LABELER = -1  # labeler of the reference sets; people have numbers from 0
TOLERANCE = 1e-3  # smaller changes of a score are not stored


def to_score() -> QuerySet[Correction]:
    """Return corrections without a score, oldest first. Gold drawings are not used."""
    active = single_digits().filter(state__in=[State.PENDING, State.APPROVED])
    return active.filter(label_quality=None).order_by("pk")


def single_digits() -> QuerySet[Correction]:
    """Return labels that say a digit or that there is none; numbers have no score."""
    return Correction.objects.filter(number="", drawing__gold_at=None)


def wake_if_due() -> None:
    """Send a worker the scoring task if labels need a score, at most every WAKE_AGAIN_AFTER."""
    if not to_score().exists():
        return
    if Chore.objects.is_due(CHORE, every=WAKE_AGAIN_AFTER):
        send_task(TASK, expires=WAKE_AGAIN_AFTER.total_seconds())


def score_corrections() -> int:
    """Score new corrections, and score recent ones again. Returns how many rows changed.

    A lease makes sure that only one worker does this at a time; other calls return 0.
    """
    until = Chore.objects.take(CHORE, lease=LEASE)
    if until is None:
        return 0
    try:
        return store(scored(rows_to_score()))
    finally:
        Chore.objects.release(CHORE, until)


def rows_to_score() -> list[Correction]:
    """Return corrections without a score, the newest pending ones and the newest approved ones."""
    active = single_digits().order_by("-pk")
    chosen = set(to_score().values_list("pk", flat=True)[:NEW])
    for state, count in ((State.PENDING, WAITING), (State.APPROVED, APPROVED)):
        chosen |= set(active.filter(state=state).values_list("pk", flat=True)[:count])
    rows = Correction.objects.filter(pk__in=chosen).select_related("drawing")
    return list(rows.defer("drawing__strokes", "drawing__picture").order_by("drawing_id", "pk"))


def scored(rows: Sequence[Correction]) -> list[Correction]:
    """Return the unsaved rows whose score or near duplicate changed, with the new values."""
    if not rows:
        return []
    drawings = list({row.drawing_id: row.drawing for row in rows}.values())
    inputs = np.stack([drawing.planes for drawing in drawings])
    index_of = {drawing.pk: i for i, drawing in enumerate(drawings)}
    indices = np.array([index_of[row.drawing_id] for row in rows])
    labels = Witnesses(
        described(inputs, network()).take(indices),
        np.array([row.to_label for row in rows]),
        np.array([labeler_number(row.by_id) for row in rows]),
    )
    approved = np.array([row.state == State.APPROVED for row in rows])
    scores = label_quality_scores(labels, reference_labels() + labels.take(approved)).tolist()
    duplicates = [drawings[i].pk if i >= 0 else None for i in near_duplicates(inputs[..., 0])]
    return [
        row
        for row, score, index in zip(rows, scores, indices, strict=True)
        if changed(row, round(score, 4), duplicates[index])
    ]


def changed(row: Correction, score: float, duplicate_of: int | None) -> bool:
    """Set the row's new values. Returns whether they differ from the old ones."""
    if row.label_quality is not None and abs(row.label_quality - score) < TOLERANCE:
        score = row.label_quality
    if (row.label_quality, row.near_duplicate_of_id) == (score, duplicate_of):
        return False
    row.label_quality, row.near_duplicate_of_id = score, duplicate_of
    return True


def store(rows: list[Correction]) -> int:
    """Save the rows in small batches, because reviewers write at the same time.

    The database refuses a batch if a near duplicate was just deleted; the next run repeats it.
    """
    Correction.objects.bulk_update(rows, ["label_quality", "near_duplicate_of"], batch_size=100)
    return len(rows)


@cache
def network() -> Recognizer:
    """Return the shipped version's network, which has learned from no corrections."""
    return bundle.shipped().recognizer()


@cache
def reference_labels() -> Witnesses:
    sets = (reference_sets.reference(), reference_sets.pen(), reference_sets.reference_negatives())
    known = Part.joined(sets)
    labelers = np.full(len(known), REFERENCE_LABELER)
    return Witnesses(described(known.inputs, network()), known.labels, labelers)
