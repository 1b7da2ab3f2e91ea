import base64
import csv
import io
import json
from collections.abc import Callable

import pytest
from django.test import Client

from recognizer.actions.exchange import records
from recognizer.actions.exchange.tables import safe_cell
from recognizer.actions.labels.label_history import label_drawing, review_corrections
from recognizer.models import Drawing, User
from tests.api.client import get, problem
from tests.conftest import ONE, signed_in

Draw = Callable[..., Drawing]


def text(response: object) -> str:
    return b"".join(response).decode()  # type: ignore[call-overload]


def test_csv_has_one_line_per_drawing_oldest_first(
    as_owner: Client, owner: User, draw: Draw
) -> None:
    first, second = draw(owner), draw(owner, ONE)
    label_drawing(drawing=second, by=owner, label=10, source="api")
    response = get(as_owner, "drawings/export/?format=csv")
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    assert response["Content-Disposition"] == 'attachment; filename="drawings.csv"'
    rows = list(csv.DictReader(io.StringIO(text(response))))
    assert [row["id"] for row in rows] == [str(first.pk), str(second.pk)]
    assert (rows[0]["answer"], rows[0]["source"], rows[0]["version"]) == ("7", "canvas", "1")
    assert (rows[0]["label"], rows[0]["label_state"]) == ("", "")
    assert (rows[1]["label"], rows[1]["label_state"]) == ("not_a_digit", "pending")
    assert rows[0]["created_at"] == first.created_at.isoformat()
    assert sum(map(float, rows[0]["probabilities"].split())) == pytest.approx(1, abs=1e-4)
    assert "strokes" not in rows[0]


def test_ndjson_has_the_strokes_and_the_network_input(
    as_owner: Client, owner: User, draw: Draw
) -> None:
    drawing = draw(owner)
    response = get(as_owner, "drawings/export/")
    assert response["Content-Type"] == "application/x-ndjson"
    (record,) = [json.loads(line) for line in text(response).splitlines()]
    assert record["id"] == drawing.pk
    assert record["strokes"] == drawing.strokes
    assert record["picture"] is None
    assert "owner" not in record
    assert base64.b64decode(record["network_input"]) == bytes(drawing.network_input)
    assert len(record["probabilities"]) == 10


def test_it_ignores_the_accept_header(as_owner: Client) -> None:
    response = get(as_owner, "drawings/export/?format=csv", Accept="text/csv")
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
    monkeypatch.setattr(records, "BATCH", 2)
    # session, user, three for the audit, keys, and the versions, answers and drawings of each of
    # three batches
    with django_assert_num_queries(15):
        lines = text(get(as_owner, "drawings/export/")).splitlines()
    assert len(lines) == 5


def test_a_batch_of_large_drawings_is_small(
    owner: User, draw: Draw, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = [draw(owner).pk for _ in range(3)]
    monkeypatch.setattr(records, "LARGEST_BATCH", 100_000)
    Drawing.objects.filter(pk=ids[0]).update(size=60_000)
    Drawing.objects.filter(pk=ids[1]).update(size=30_000)
    Drawing.objects.filter(pk=ids[2]).update(size=200_000)
    assert list(records.batches(Drawing.objects.all())) == [ids[:2], ids[2:]]


def test_what_lies_between_the_own_drawings_is_not_exported(
    as_owner: Client, owner: User, stranger: User, draw: Draw
) -> None:
    drawings = [draw(each) for each in (owner, stranger, owner)]
    lines = text(get(as_owner, "drawings/export/")).splitlines()
    assert [json.loads(line)["id"] for line in lines] == [drawings[0].pk, drawings[2].pk]


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_a_cell_is_never_a_formula(start: str) -> None:
    assert safe_cell(f"{start}HYPERLINK()") == f"'{start}HYPERLINK()"


@pytest.mark.parametrize(
    "text", ["-", "-3+1", "-3-3", "-A1", "-3\n", "--3", "-1e5", "-" + "1" * 24]
)
def test_what_is_not_wholly_a_number_may_be_a_formula(text: str) -> None:
    assert safe_cell(text) == f"'{text}"


@pytest.mark.parametrize("text", ["-3", "+5", "-2.5", "-1,000.50", "-50%"])
def test_a_number_is_no_formula(text: str) -> None:
    assert safe_cell(text) == text


def test_numbers_and_other_text_are_unchanged() -> None:
    assert [safe_cell(value) for value in (-1.5, 7, None, "a=b", "")] == [-1.5, 7, None, "a=b", ""]


def test_it_takes_the_filters_of_the_history(as_owner: Client, owner: User, draw: Draw) -> None:
    draw(owner)
    labeled, approved = draw(owner, ONE), draw(owner, ONE)
    label_drawing(drawing=labeled, by=owner, label=1, source="api")
    Drawing.objects.filter(pk=approved.pk).update(label=1, label_state="approved")

    def exported(query: str) -> list[int]:
        response = get(as_owner, f"drawings/export/?{query}")
        return [json.loads(line)["id"] for line in text(response).splitlines()]

    assert exported("label=1") == [labeled.pk, approved.pk]
    assert exported("approved=1") == [approved.pk]
    assert exported("until=2001-01-01") == []


@pytest.mark.parametrize("query", ["format=xml", "label=12", "since=yesterday"])
def test_wrong_queries_are_refused(as_owner: Client, query: str) -> None:
    assert problem(get(as_owner, f"drawings/export/?{query}")) == (400, "invalid")


def test_only_staff_export_everybodys_drawings(
    owner: User, reviewer: User, administrator: User, draw: Draw
) -> None:
    drawing = draw(owner)
    correction = label_drawing(drawing=drawing, by=owner, label=7, source="api")
    review_corrections(corrections=[correction], by=reviewer, verdict="approved")
    address = "drawings/export/?everybody=1"

    for user in (owner, reviewer):
        assert problem(get(signed_in(user), address)) == (403, "forbidden")
    (record,) = map(json.loads, text(get(signed_in(administrator), address)).splitlines())
    people = (record["owner"], record["labeler"], record["reviewer"])
    assert people == ("owner", "owner", "reviewer")
    assert text(get(signed_in(administrator), "drawings/export/")) == ""
