"""What every export says of a drawing, by column."""

from collections.abc import Iterator
from typing import Any

from django.db.models import Prefetch

from recognizer.models import Correction, Drawing, Review, label_name
from recognizer.models.drawings import DrawingQuerySet

BATCH = 200
COLUMNS = (
    "id",
    "created_at",
    "source",
    "answer",
    "confidence",
    "version",
    "label",
    "label_state",
    "probabilities",
)
PEOPLE = ("owner", "labeler", "reviewer")  # only in exports of everybody's drawings


def columns_of(*, people: bool) -> tuple[str, ...]:
    return COLUMNS + PEOPLE if people else COLUMNS


def in_batches(
    drawings: DrawingQuerySet, *, people: bool = False, batch: int = BATCH
) -> Iterator[Drawing]:
    """Yield the drawings for `row`, oldest first. Only one batch is in memory at a time."""
    rows = drawings.with_answers()
    if people:
        reviews = Review.objects.select_related("by")
        labels = Correction.objects.select_related("by").prefetch_related(
            Prefetch("reviews", reviews)
        )
        rows = rows.select_related("owner").prefetch_related(Prefetch("corrections", labels))
    return rows.order_by("id").iterator(chunk_size=batch)


def row(drawing: Drawing, *, people: bool = False) -> dict[str, Any]:
    """Return a drawing's values by column, in the order of `columns_of`."""
    answer = drawing.answer
    values = (
        drawing.pk,
        drawing.created_at.isoformat(),
        drawing.source,
        label_name(answer.label, answer.number_text) if answer else None,
        answer.confidence if answer else None,
        answer.version.number if answer else None,
        label_name(drawing.label, drawing.number),
        drawing.label_state,
        answer.probabilities if answer else [],
    )
    known = dict(zip(COLUMNS, values, strict=True))
    return known | people_of(drawing) if people else known


def people_of(drawing: Drawing) -> dict[str, str | None]:
    """Return the user names of owner, labeler and reviewer; None: nobody, or a deleted account."""
    passive = (Correction.State.REJECTED, Correction.State.WITHDRAWN)
    labels = [each for each in drawing.corrections.all() if each.state not in passive]
    current = max(labels, key=lambda each: each.pk, default=None)
    labeler = current.by if current else None
    reviewer = approver(current) if current else None
    users = (drawing.owner, labeler, reviewer)
    names = (user.get_username() if user else None for user in users)
    return dict(zip(PEOPLE, names, strict=True))


def approver(label: Correction) -> Any:
    """Return who approved the label; None if it waits, or counted without a review."""
    if label.state != Correction.State.APPROVED:
        return None
    approvals = [each for each in label.reviews.all() if each.verdict == Review.Verdict.APPROVED]
    newest = max(approvals, key=lambda each: each.pk, default=None)
    return newest.by if newest else None
