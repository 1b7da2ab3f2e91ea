"""Pack drawings with all rows that belong to them, and store the rows again as they were."""

import json
import zlib
from collections import defaultdict
from collections.abc import Collection, Iterator
from typing import Any

from django.core import serializers
from django.db.models import F, Field, Model

from recognizer.models import (
    Answer,
    BatchPicture,
    Correction,
    Drawing,
    ModelVersion,
    Review,
    ReviewDecision,
    SecondLabel,
)

# What is deleted with a drawing, in an order in which it can be stored, with the way to it.
BELONGING: tuple[tuple[type[Model], str], ...] = (
    (Answer, "drawing"),
    (Correction, "drawing"),
    (ModelVersion.learned_from.through, "correction__drawing"),
    (Review, "correction__drawing"),
    (ReviewDecision, "drawing"),
    (SecondLabel, "drawing"),
)
# What stays and no longer points to the drawing.
POINTING: tuple[tuple[type[Model], str], ...] = (
    (BatchPicture, "drawing"),
    (Correction, "near_duplicate_of"),
)


def packed_drawings(ids: Collection[int]) -> Iterator[tuple[Drawing, bytes]]:
    """Yield each drawing with its packed rows. The number of queries does not depend on how many.

    All of them are in memory: pass some at a time.
    """
    belonging: defaultdict[int, list[Model]] = defaultdict(list)
    pointing: defaultdict[int, list[tuple[str, str, int]]] = defaultdict(list)
    for model, path in BELONGING:
        rows = model._default_manager.filter(**{f"{path}__in": ids}).order_by("pk")
        for row in rows.annotate(packed_with=F(path)):
            belonging[row.packed_with].append(row)
    for model, name in POINTING:
        rows = model._default_manager.filter(**{f"{name}__in": ids}).order_by("pk")
        for pk, drawing in rows.values_list("pk", name):
            pointing[drawing].append((model._meta.label, name, pk))
    for drawing in Drawing.objects.filter(pk__in=ids).order_by("pk"):
        kept = {
            "rows": serializers.serialize("python", [drawing, *belonging[drawing.pk]]),
            "pointing": pointing[drawing.pk],
        }
        # Times as text with microseconds; Django's encoder would cut them off.
        yield drawing, zlib.compress(json.dumps(kept, default=str).encode())


def unpacked_rows(packed: bytes | memoryview) -> dict[str, Any]:
    """Return "rows", serialized, the drawing first, and what was "pointing" to it."""
    content: dict[str, Any] = json.loads(zlib.decompress(packed))
    return content


def store_again(packed: Collection[bytes | memoryview]) -> None:
    """Store packed rows with their old ids. Call it in a transaction.

    What they point to may be gone: a person's name is then left out, and so is what cannot be
    without the other row, such as the answer of a deleted version.
    """
    contents = [unpacked_rows(each) for each in packed]
    rows = [row for content in contents for row in content["rows"]]
    # A column that a newer release dropped is ignored.
    loaded = list(serializers.deserialize("python", rows, ignorenonexistent=True))
    name_owners([each.object for each in loaded])
    there = existing([each.object for each in loaded])
    for each in loaded:
        if all(can_be_stored(each.object, field, there) for field in references(each.object)):
            each.save(force_insert=True)
    for content in contents:
        drawing = content["rows"][0]["pk"]
        for label, name, pk in content["pointing"]:
            model = next(model for model, _ in POINTING if model._meta.label == label)
            model._default_manager.filter(pk=pk, **{name: None}).update(**{name: drawing})


def name_owners(rows: Collection[Model]) -> None:
    """Say whose the answers are: the release that packed them may not have stored it."""
    owners = {row.pk: row.owner_id for row in rows if isinstance(row, Drawing)}
    for row in rows:
        if isinstance(row, Answer):
            row.owner_id = owners[row.drawing_id]


def references(row: Model) -> list[Any]:
    return [field for field in row._meta.concrete_fields if field.is_relation]


def existing(rows: Collection[Model]) -> dict[Any, set[Any]]:
    """Return the ids of what the rows point to, as far as it exists, and their own, by model.

    What exists is locked, so that it stays until the rows are stored.
    """
    wanted: defaultdict[Any, set[Any]] = defaultdict(set)
    there: defaultdict[Any, set[Any]] = defaultdict(set)
    for row in rows:
        there[type(row)].add(row.pk)
        for field in references(row):
            wanted[field.related_model].add(getattr(row, field.attname))
    for model, ids in wanted.items():
        found = model._default_manager.filter(pk__in=ids - there[model] - {None}).order_by("pk")
        there[model] |= set(found.select_for_update(no_key=True).values_list("pk", flat=True))
    return there


def can_be_stored(row: Model, field: "Field[Any, Any]", there: dict[Any, set[Any]]) -> bool:
    """Whether the row can be stored with this reference, or without it: then it is taken out."""
    value = getattr(row, field.attname)
    if value is not None and value not in there[field.related_model]:
        if not field.null:
            return False
        setattr(row, field.attname, None)
    return True
