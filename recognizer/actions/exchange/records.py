"""What every export says of a drawing, by column.

What belongs to a drawing is read by columns, with a few queries for each batch. Model instances of
answers, labels, reviews and people would take most of the time of an export.
"""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

from recognizer.models import (
    Answer,
    Correction,
    Drawing,
    Review,
    User,
    label_name,
)
from recognizer.models.drawings import DrawingQuerySet, number_text

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
PASSIVE = (Correction.State.REJECTED, Correction.State.WITHDRAWN)

Row = dict[str, Any]


def columns_of(*, people: bool) -> tuple[str, ...]:
    return COLUMNS + PEOPLE if people else COLUMNS


def in_order(drawings: DrawingQuerySet, *, batch: int = BATCH) -> Iterator[Drawing]:
    """Yield the drawings, oldest first. Only one batch is in memory at a time."""
    return drawings.order_by("id").iterator(chunk_size=batch)


def with_rows(
    drawings: DrawingQuerySet, *, people: bool = False, batch: int = BATCH
) -> Iterator[tuple[Drawing, Row]]:
    """Yield each drawing, oldest first, with its values by column, in the order of `columns_of`."""
    names: dict[int | None, str] = {}
    in_turn = in_order(drawings, batch=batch)
    while found := list(islice(in_turn, batch)):
        answers = answers_of(found)
        labels = labels_of(found) if people else {}
        if people:
            names.update(names_of(found, labels.values(), known=names))
        for drawing in found:
            known = row(drawing, answers.get(drawing.pk))
            if people:
                labeler, reviewer = labels.get(drawing.pk, (None, None))
                whose = (drawing.owner_id, labeler, reviewer)
                known |= zip(PEOPLE, (names.get(each) for each in whose), strict=True)
            yield drawing, known


def row(drawing: Drawing, answer: Row | None) -> Row:
    values = (
        drawing.pk,
        drawing.created_at.isoformat(),
        drawing.source,
        label_name(answer["label"], number_text(answer["number"])) if answer else None,
        answer["confidence"] if answer else None,
        answer["version__number"] if answer else None,
        label_name(drawing.label, drawing.number),
        drawing.label_state,
        answer["probabilities"] if answer else [],
    )
    return dict(zip(COLUMNS, values, strict=True))


def answers_of(drawings: Iterable[Drawing]) -> dict[int, Row]:
    """Return of each drawing the answer that counts, as `Drawing.answer`."""
    columns = ("drawing_id", "label", "confidence", "probabilities", "number", "version__number")
    rows = Answer.objects.filter(drawing__in=[each.pk for each in drawings]).serving_first()
    found: dict[int, Row] = {}
    for answer in rows.values(*columns):
        found.setdefault(answer["drawing_id"], answer)
    return found


def labels_of(drawings: Iterable[Drawing]) -> dict[int, tuple[int | None, int | None]]:
    """Return of each labeled drawing who gave its newest label that counts, and who approved it.

    None: a deleted account; as reviewer also nobody: it waits, or counted without a review.
    """
    rows = Correction.objects.filter(drawing__in=[each.pk for each in drawings]).order_by("pk")
    labels = {
        drawing: (pk, by, state)
        for drawing, pk, by, state in rows.values_list("drawing_id", "pk", "by_id", "state")
        if state not in PASSIVE
    }
    approved = [pk for pk, _, state in labels.values() if state == Correction.State.APPROVED]
    reviews = Review.objects.filter(correction__in=approved, verdict=Review.Verdict.APPROVED)
    approvers = dict(reviews.order_by("pk").values_list("correction_id", "by_id"))
    return {drawing: (by, approvers.get(pk)) for drawing, (pk, by, _) in labels.items()}


def names_of(
    drawings: Iterable[Drawing],
    labels: Iterable[tuple[int | None, int | None]],
    *,
    known: dict[int | None, str],
) -> dict[int | None, str]:
    """Return the user names of owners, labelers and reviewers that are not known yet."""
    wanted = {each.owner_id for each in drawings} | {pk for pair in labels for pk in pair}
    asked = [pk for pk in wanted if pk is not None and pk not in known]
    rows = User.objects.filter(pk__in=asked)
    return dict(rows.values_list("pk", "username"))
