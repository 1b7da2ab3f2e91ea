"""Several drawings at once: selected ones, and all that pass the filters."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from recognizer.actions.drawings import deletion as actions
from recognizer.actions.labels.label_history import label_drawing
from recognizer.models import Answer, Correction, Drawing, ModelVersion, User
from tests.conftest import signed_in
from tests.pages.rows import answered, make_drawing, make_version

DELETE, EXPORT = "/drawings/delete/", "/drawings/export/"


@pytest.fixture
def client(owner: User) -> Client:
    return signed_in(owner)


@pytest.fixture
def three(owner: User, first: ModelVersion) -> list[int]:
    """Ids of three drawings, answered 0, 1 and 2."""
    drawings = [make_drawing(owner) for _ in range(3)]
    for answer, drawing in enumerate(drawings):
        answered(drawing, first, answer)
    return [drawing.pk for drawing in drawings]


def exported(response: Any) -> list[int]:
    """Return the ids in an NDJSON export."""
    assert response.status_code == 200
    assert response["Content-Type"] == "application/x-ndjson"
    return [json.loads(line)["id"] for line in b"".join(response).splitlines()]


def test_nothing_is_deleted_before_it_is_confirmed(client: Client, three: list[int]) -> None:
    response = client.post(DELETE, {"drawings": three[:2]})

    words = response.content.decode()
    assert response.status_code == 200
    assert "Delete 2 drawings?" in words
    assert words.count('<path d="M') == 2
    for pk in three[:2]:
        assert f'name="drawings" value="{pk}"' in words
    assert Drawing.objects.count() == 3


def test_confirmed_drawings_are_deleted_and_the_filters_kept(
    client: Client, three: list[int], owner: User
) -> None:
    label_drawing(drawing=Drawing.objects.get(pk=three[0]), by=owner, label=7, source="history")
    sent = {"drawings": three[:2], "confirmed": "1"}

    response = client.post(f"{DELETE}?label=none&before=9", sent, follow=True)

    assert response.redirect_chain == [("/drawings/?label=none&before=9", 302)]
    assert "2 drawings are deleted." in response.content.decode()
    assert list(Drawing.objects.values_list("pk", flat=True)) == three[2:]
    assert Answer.objects.count() == 1
    assert not Correction.objects.exists()


def test_the_confirmation_says_what_else_is_affected(
    client: Client, three: list[int], owner: User, first: ModelVersion
) -> None:
    learned, gold = Drawing.objects.filter(pk__in=three[:2])
    Drawing.objects.filter(pk=gold.pk).update(
        label=1, label_state="approved", gold_at="2026-01-01T00:00Z"
    )
    correction = label_drawing(drawing=learned, by=owner, label=7, source="history")
    make_version(2).learned_from.add(correction)

    words = client.post(DELETE, {"drawings": three}).content.decode()

    assert "2 have labels." in words
    assert "1 is in the gold set: versions will no longer be measured on it." in words
    assert "Version 2 learned from some of them and will not forget it." in words


def test_deleting_a_learned_drawing_keeps_the_version(
    client: Client, three: list[int], owner: User, first: ModelVersion
) -> None:
    correction = label_drawing(
        drawing=Drawing.objects.get(pk=three[0]), by=owner, label=7, source="history"
    )
    first.learned_from.add(correction)

    client.post(DELETE, {"drawings": three, "confirmed": "1"})

    assert not Drawing.objects.exists()
    assert list(first.learned_from.all()) == []


@pytest.mark.parametrize("address", [DELETE, EXPORT])
@pytest.mark.parametrize("missing", ["a stranger's", 2**63, 10**40])
def test_a_drawing_of_somebody_else_is_not_found_and_stops_all(
    client: Client, three: list[int], stranger: User, address: str, missing: Any
) -> None:
    other = make_drawing(stranger).pk if missing == "a stranger's" else missing

    response = client.post(address, {"drawings": [*three, other], "confirmed": "1"})

    assert response.status_code == 404
    assert f"There is no drawing {other}. Nothing was done." in response.content.decode()
    assert Drawing.objects.filter(pk__in=three).count() == 3


def test_a_reviewer_cannot_delete_others_drawings(three: list[int], reviewer: User) -> None:
    sent = {"drawings": three, "confirmed": "1"}

    assert signed_in(reviewer).post(DELETE, sent).status_code == 404
    assert Drawing.objects.count() == 3


@pytest.mark.parametrize("address", [DELETE, EXPORT])
@pytest.mark.parametrize(
    ("sent", "status", "complaint"),
    [
        ([], 400, "Choose at least one."),
        (["x"], 400, "Enter a whole number."),
        ([0], 400, "greater than or equal to 1"),
        ([-4], 400, "greater than or equal to 1"),
        (range(1, 502), 413, "501 drawings were chosen; at most 500 are allowed at a time."),
    ],
)
def test_an_invalid_selection_is_explained(
    client: Client, address: str, sent: list, status: int, complaint: str
) -> None:
    response = client.post(address, {"drawings": list(sent), "confirmed": "1"})

    assert response.status_code == status
    assert complaint in response.content.decode()


def test_a_repeated_number_is_one_drawing(client: Client, three: list[int]) -> None:
    sent = {"drawings": [three[0]] * 2, "confirmed": "1"}

    assert "is deleted." in client.post(DELETE, sent, follow=True).content.decode()
    assert Drawing.objects.count() == 2


def test_a_final_deletion_does_not_fetch_strokes_or_pictures(
    owner: User, three: list[int], settings: Any
) -> None:
    settings.UNDO_DAYS = 0
    with CaptureQueriesContext(
        connection,
    ) as queries:
        actions.delete_drawings(owner=owner, ids=three)

    assert not Drawing.objects.exists()
    for query in queries:
        assert '"picture"' not in query["sql"]
        assert '"strokes"' not in query["sql"]


def test_exactly_the_selected_drawings_are_exported(client: Client, three: list[int]) -> None:
    assert exported(client.post(EXPORT, {"drawings": [three[2], three[0]]})) == [three[0], three[2]]
    table = client.post(EXPORT, {"drawings": three[:1], "format": "csv"})
    assert table["Content-Type"] == "text/csv; charset=utf-8"
    assert table["Content-Disposition"] == 'attachment; filename="drawings.csv"'
    assert [line.split(b",")[0] for line in b"".join(table).splitlines()] == [
        b"id",
        str(three[0]).encode(),
    ]


@pytest.mark.parametrize(
    ("query", "expected"), [({}, [0, 1, 2]), ({"answer": 1}, [1]), ({"label": 4}, [])]
)
def test_all_that_pass_the_filters_are_exported(
    client: Client,
    three: list[int],
    stranger: User,
    query: dict[str, int],
    expected: list[int],
) -> None:
    make_drawing(stranger)

    assert exported(client.get(EXPORT, query)) == [three[each] for each in expected]


def test_an_export_explains_a_bad_filter_or_format(client: Client) -> None:
    for wrong in ({"answer": "11"}, {"format": "11"}):
        response = client.get(EXPORT, wrong)

        assert response.status_code == 400
        assert "“11” is not one of the choices." in response.content.decode()


def test_a_filtered_export_reads_in_batches(
    client: Client,
    three: list[int],
    django_assert_num_queries: Callable,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("recognizer.actions.exchange.records.BATCH", 2)
    # session, user, three for the audit, keys; versions, answers and drawings in two batches
    with django_assert_num_queries(12):
        assert len(exported(client.get(EXPORT, {"wrong": ""}))) == 3


def test_the_page_offers_exports_of_selected_and_of_filtered_drawings(
    client: Client, three: list[int]
) -> None:
    words = client.get("/drawings/?answer=1&before=999").content.decode()

    assert f'name="drawings" value="{three[1]}"' in words
    assert f'formaction="{EXPORT}"' in words
    assert f'action="{EXPORT}"' in words
    assert '<input type="hidden" name="answer" value="1">' in words
    assert words.count('<option value="npz">NPZ: NumPy arrays</option>') == 2
    assert "Drawings of all people" not in words
    assert f'formaction="{DELETE}?answer=1&amp;before=999"' in words
    assert "All that match the filters" in words
    assert "All that match the filters" not in client.get("/drawings/").content.decode()


def test_a_page_without_drawings_links_to_the_newest_with_the_same_filters(
    client: Client, three: list[int]
) -> None:
    words = client.get(f"/drawings/?answer=1&before={three[1]}").content.decode()

    assert "No older drawings" in words
    assert 'href="?answer=1"' in words


@pytest.mark.parametrize("address", [DELETE, EXPORT])
def test_the_forms_need_the_csrf_token(owner: User, three: list[int], address: str) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(owner)

    response = client.post(address, {"drawings": three, "confirmed": "1"})

    assert response.status_code == 403
    assert Drawing.objects.count() == 3
