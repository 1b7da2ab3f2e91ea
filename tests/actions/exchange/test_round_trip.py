"""What a format can hold comes back equal from another account."""

import io
import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import numpy as np
import pytest

from mlcore.pictures.encoding import photographed, png
from recognizer.actions.drawings.recognition import read_picture, read_strokes
from recognizer.actions.drawings.store import save_drawing
from recognizer.actions.exchange.export_drawings import export_file
from recognizer.actions.exchange.import_drawings import Imported, import_drawings
from recognizer.actions.labels.label_history import label_drawing
from recognizer.models import Drawing, User
from tests.conftest import ONE, SEVEN

TIMED = [[{"x": 10, "y": 5 * i, "t": 16.5 * i, "p": 0.25} for i in range(12)]]
THEN = datetime(2025, 3, 9, 8, 7, 6, 543210, tzinfo=UTC)
HELD = {  # the columns that each format holds
    "ndjson": ("label", "created_at", "source", "strokes", "picture", "network_input", "planes"),
    "npz": ("label", "created_at", "network_input"),
    "idx": ("label", "network_input"),
    "png": ("label", "network_input"),
}


def file_of(name: str, owner: User) -> io.BytesIO:
    drawings = Drawing.objects.owned_by(owner)
    return io.BytesIO(b"".join(export_file(drawings=drawings, name=name).pieces))


def values(owner: User, columns: tuple[str, ...]) -> list[list[Any]]:
    drawings = Drawing.objects.owned_by(owner).order_by("pk")
    return [[as_plain(getattr(each, column)) for column in columns] for each in drawings]


def as_plain(value: Any) -> Any:
    return value.tolist() if isinstance(value, np.ndarray) else value


@pytest.fixture
def several(owner: User, draw: Callable[..., Drawing]) -> list[Drawing]:
    """Strokes, strokes with times and pressure, and a picture; a digit, no label, "not a digit"."""
    digit = read_strokes(SEVEN).network_input
    assert digit is not None
    photograph = png(photographed(np.pad(digit[..., 0], 40), 2, paper=231, black=37))
    drawings = [
        draw(owner),
        draw(owner, TIMED),
        save_drawing(owner=owner, ink=read_picture(photograph)),
    ]
    label_drawing(drawing=drawings[0], by=owner, label=7, source="api")
    label_drawing(drawing=drawings[2], by=owner, label=10, source="api")
    Drawing.objects.filter(pk=drawings[1].pk).update(created_at=THEN)
    return drawings


@pytest.mark.parametrize("name", HELD)
def test_nothing_that_the_format_holds_is_lost(
    several: list[Drawing], owner: User, stranger: User, name: str
) -> None:
    done = import_drawings(owner=stranger, file=file_of(name, owner))

    assert done == Imported(created=3, labeled=2, duplicates=0)
    # PNG files are in the order of the drawings, as in the other formats.
    assert values(stranger, HELD[name]) == values(owner, HELD[name])
    assert all(each.answer for each in Drawing.objects.owned_by(stranger))


@pytest.mark.parametrize("name", HELD)
def test_the_own_export_is_all_duplicates(several: list[Drawing], owner: User, name: str) -> None:
    done = import_drawings(owner=owner, file=file_of(name, owner))

    assert done == Imported(created=0, labeled=0, duplicates=3)
    assert Drawing.objects.count() == 3


def test_images_survive_ndjson_too(
    several: list[Drawing], owner: User, stranger: User, reviewer: User
) -> None:
    """An imported image is not read again like a photograph."""
    import_drawings(owner=stranger, file=file_of("idx", owner))
    import_drawings(owner=reviewer, file=file_of("ndjson", stranger))

    columns = HELD["ndjson"]
    assert values(reviewer, columns) == values(stranger, columns)


def test_strokes_with_other_times_are_no_duplicates(
    owner: User, draw: Callable[..., Drawing]
) -> None:
    draw(owner, ONE)
    timed = [[{"x": x, "y": y, "t": 9 * i} for i, (x, y) in enumerate(stroke)] for stroke in ONE]

    done = import_drawings(owner=owner, file=io.BytesIO(json.dumps({"strokes": timed}).encode()))

    assert (done.created, done.duplicates) == (1, 0)


@pytest.mark.parametrize("name", ["ndjson", "npz", "png"])
@pytest.mark.parametrize("number", ["10", "3.5", "12:30", "3/4", "-4%"])
def test_numbers_come_back_with_their_signs(
    owner: User, stranger: User, draw: Callable[..., Drawing], name: str, number: str
) -> None:
    label_drawing(drawing=draw(owner), by=owner, label=number, source="api")

    import_drawings(owner=stranger, file=file_of(name, owner))

    assert values(stranger, ("label", "number")) == values(owner, ("label", "number"))
    assert Drawing.objects.owned_by(stranger).get().number == number


def test_idx_has_no_room_for_numbers_and_leaves_their_drawings_out(
    owner: User, stranger: User, draw: Callable[..., Drawing]
) -> None:
    label_drawing(drawing=draw(owner), by=owner, label="2026", source="api")
    label_drawing(drawing=draw(owner, ONE), by=owner, label=1, source="api")

    done = import_drawings(owner=stranger, file=file_of("idx", owner))

    assert done == Imported(created=1, labeled=1, duplicates=0)
    assert Drawing.objects.owned_by(stranger).get().label == 1
