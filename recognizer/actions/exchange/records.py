"""What every export says of a drawing, by column.

Rows are read by columns, with a few queries for each batch. Model instances would take most of the
time of an export, and so would JSON that is read and written again: it stays text.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from django.db.models import Q, TextField
from django.db.models.expressions import Combinable
from django.db.models.fields.json import KT
from django.db.models.functions import Cast

from recognizer.models import (
    Answer,
    Correction,
    Drawing,
    Review,
    User,
    label_name,
)
from recognizer.models.drawings import DrawingQuerySet
from recognizer.models.versions import in_serving_order

BATCH = 500
LARGEST_BATCH = 8 * 2**20  # bytes of ink; pictures can be large
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
NO_ANSWER = (None, None, None, "[]")

Row = dict[str, Any]
# Of an answer: its label as files write it, confidence, number of the version, probabilities.
AnswerValues = tuple[str | None, float | None, int | None, str]


def columns_of(*, people: bool) -> tuple[str, ...]:
    return COLUMNS + PEOPLE if people else COLUMNS


def in_order(drawings: DrawingQuerySet) -> Iterator[Drawing]:
    """Yield the drawings, oldest first. Only one batch is in memory at a time."""
    return drawings.order_by("id").iterator(chunk_size=BATCH)


def as_text(column: str) -> Combinable:
    """The JSON of a column as it is stored."""
    return Cast(column, TextField())


def rows_of(
    drawings: DrawingQuerySet,
    more: Mapping[str, str | Combinable] | None = None,
    *,
    people: bool = False,
) -> Iterator[Row]:
    """Yield the values of each drawing by column, oldest first.

    They are those of `columns_of`, and `more` of the drawing's own, by the name that they get.
    "probabilities" is JSON.
    """
    more = more or {}
    columns = (*columns_of(people=people), *more)
    names: dict[int | None, str] = {}
    for ids in batches(drawings):
        answers = answers_of(ids)
        labels = labels_of(ids) if people else {}
        own = ("owner_id", "id", "created_at", "source", "label", "number", "label_state")
        found = Drawing.objects.filter(among("pk", ids, times=1)).order_by("id")
        rows = list(found.values_list(*own, *more.values()))
        if people:
            owners = {owner for owner, *_ in rows}
            names |= names_of(owners, labels.values(), known=names)
        for owner, pk, created_at, source, label, number, state, *others in rows:
            *answer, probabilities = answers.get(pk, NO_ANSWER)
            shown = label_name(label, number)
            values = (pk, created_at.isoformat(), source, *answer, shown, state, probabilities)
            whose = (owner, *labels.get(pk, (None, None))) if people else ()
            yield dict(zip(columns, (*values, *map(names.get, whose), *others), strict=True))


def batches(drawings: DrawingQuerySet) -> Iterator[list[int]]:
    """Yield the keys of the drawings, oldest first, as many as may be in memory at a time."""
    batch: list[int] = []
    total = 0
    for pk, size in drawings.order_by("id").values_list("id", "size").iterator():
        if batch and (len(batch) == BATCH or total + size > LARGEST_BATCH):
            yield batch
            batch, total = [], 0
        batch.append(pk)
        total += size
    if batch:
        yield batch


def among(column: str, keys: Sequence[int], *, times: int = 2) -> Q:
    """Match a column with sorted keys, and if these lie close together with all between them.

    A list of hundreds of keys takes longer to send than the few rows more that a range finds.
    times: the range has fewer than so many keys for one of these; 1: no others, since a row of a
    drawing may be large.
    """
    if not keys or keys[-1] - keys[0] >= times * len(keys):
        return Q(**{f"{column}__in": keys})
    return Q(**{f"{column}__gte": keys[0], f"{column}__lte": keys[-1]})


def answers_of(ids: Sequence[int]) -> dict[int, AnswerValues]:
    """Return of each drawing the answer that counts, as `Drawing.answer`."""
    columns = ("drawing_id", "version_id", "label", "confidence", KT("number__text"))
    asked = Answer.objects.filter(among("drawing", ids)).order_by()
    rows = list(asked.values_list(*columns, as_text("probabilities")))
    versions = in_serving_order()  # afterwards: it has the versions of all these answers
    ranks = {pk: rank for rank, pk in enumerate(versions)}
    found: dict[int, tuple[int, AnswerValues]] = {}
    for drawing, version, label, confidence, number, probabilities in rows:
        rank = ranks[version]
        if drawing not in found or rank < found[drawing][0]:
            name = label_name(label, number or "")
            found[drawing] = rank, (name, confidence, versions[version], probabilities)
    return {drawing: values for drawing, (rank, values) in found.items()}


def numbers_in(probabilities: str) -> list[float]:
    """Return the probabilities of a row; none without an answer."""
    values: list[float] = json.loads(probabilities)
    return values


def labels_of(ids: Sequence[int]) -> dict[int, tuple[int | None, int | None]]:
    """Return of each labeled drawing who gave its newest label that counts, and who approved it.

    None: a deleted account; as reviewer also nobody: it waits, or counted without a review.
    """
    rows = Correction.objects.filter(among("drawing", ids)).order_by("pk")
    labels = {
        drawing: (pk, by, state)
        for drawing, pk, by, state in rows.values_list("drawing_id", "pk", "by_id", "state")
        if state not in PASSIVE
    }
    approved = sorted(pk for pk, _, state in labels.values() if state == Correction.State.APPROVED)
    reviews = Review.objects.filter(among("correction", approved), verdict=Review.Verdict.APPROVED)
    approvers = dict(reviews.order_by("pk").values_list("correction_id", "by_id"))
    return {drawing: (by, approvers.get(pk)) for drawing, (pk, by, _) in labels.items()}


def names_of(
    owners: Iterable[int],
    labels: Iterable[tuple[int | None, int | None]],
    *,
    known: dict[int | None, str],
) -> dict[int | None, str]:
    """Return the user names of owners, labelers and reviewers that are not known yet."""
    wanted = {*owners, *(pk for pair in labels for pk in pair)}
    asked = [pk for pk in wanted if pk is not None and pk not in known]
    rows = User.objects.filter(pk__in=asked)
    return dict(rows.values_list("pk", "username"))
