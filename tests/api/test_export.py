import base64
import csv
import io
import json
from collections.abc import Callable

import pytest
from django.test import Client

from recognizer.actions.drawings.export import safe_cell
from recognizer.actions.labels.label_history import label_drawing
from recognizer.models import Drawing, User
from tests.api.client import get
from tests.conftest import ONE

Draw = Callable[..., Drawing]


def text(response: object) -> str:
    return b"".join(response).decode()  # type: ignore[call-overload]


def test_csv_has_one_line_per_drawing_oldest_first(
    as_owner: Client, owner: User, draw: Draw
) -> None:
    first, second = draw(owner), draw(owner, ONE)
    label_drawing(drawing=second, by=owner, label=10, source="api")
    response = get(as_owner, "drawings/export.csv")
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    assert response["Content-Disposition"] == 'attachment; filename="drawings.csv"'
    rows = list(csv.DictReader(io.StringIO(text(response))))
    assert [row["id"] for row in rows] == [str(first.pk), str(second.pk)]
    assert (rows[0]["answer"], rows[0]["source"], rows[0]["version"]) == ("7", "canvas", "1")
    assert (rows[0]["label"], rows[0]["label_state"]) == ("", "")
    assert (rows[1]["label"], rows[1]["label_state"]) == ("10", "pending")
    assert rows[0]["created_at"] == first.created_at.isoformat()
    assert sum(map(float, rows[0]["probabilities"].split())) == pytest.approx(1, abs=1e-4)
    assert "strokes" not in rows[0]


def test_ndjson_has_the_strokes_and_the_network_input(
    as_owner: Client, owner: User, draw: Draw
) -> None:
    drawing = draw(owner)
    response = get(as_owner, "drawings/export.ndjson")
    assert response["Content-Type"] == "application/x-ndjson"
    (record,) = [json.loads(line) for line in text(response).splitlines()]
    assert record["id"] == drawing.pk
    assert record["strokes"] == drawing.strokes
    assert base64.b64decode(record["network_input"]) == bytes(drawing.network_input)
    assert len(record["probabilities"]) == 10


def test_it_ignores_the_accept_header(as_owner: Client) -> None:
    response = get(as_owner, "drawings/export.csv", Accept="text/csv")
    assert response.status_code == 200
    assert text(response).startswith("id,created_at,source,answer,")


def test_it_reads_in_batches(
    as_owner: Client,
    owner: User,
    draw: Draw,
    django_assert_num_queries: Callable,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for _ in range(5):
        draw(owner)
    monkeypatch.setattr("recognizer.actions.drawings.export.BATCH", 2)
    # session, user, drawings, and the answers of each of three batches
    with django_assert_num_queries(6):
        lines = text(get(as_owner, "drawings/export.csv")).splitlines()
    assert len(lines) == 6


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_a_cell_is_never_a_formula(start: str) -> None:
    assert safe_cell(f"{start}HYPERLINK()") == f"'{start}HYPERLINK()"


def test_numbers_and_other_text_are_unchanged() -> None:
    assert [safe_cell(value) for value in (-1.5, 7, None, "a=b", "")] == [-1.5, 7, None, "a=b", ""]
