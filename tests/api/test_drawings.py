from collections.abc import Callable

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from recognizer.models import Drawing, ModelVersion, User
from tests.api.client import DRAWN, ROOT, ask, get, post, problem
from tests.conftest import ONE

Draw = Callable[..., Drawing]


def test_it_stores_strokes_and_their_answer(
    as_owner: Client, owner: User, version: ModelVersion
) -> None:
    response = post(as_owner, "drawings/", DRAWN)
    assert response.status_code == 201
    drawing = Drawing.objects.get()
    body = response.json()
    assert drawing.owner == owner
    assert (body["id"], body["url"]) == (drawing.pk, f"/drawings/{drawing.pk}/")
    assert body["source"] == "canvas"
    assert body["strokes"][0][0] == {"x": 80.0, "y": 80.0}
    assert (body["label"], body["label_state"]) == (None, "")
    assert body["answer"]["digit"] == 7
    assert body["answer"]["version"] == version.number


def test_it_stores_a_picture(
    as_owner: Client, version: ModelVersion, picture: Callable[..., bytes]
) -> None:
    upload = {"image": SimpleUploadedFile("one.png", picture())}
    body = as_owner.post(ROOT + "drawings/", upload).json()
    assert (body["source"], body["strokes"]) == ("upload", None)
    assert bytes(Drawing.objects.get().picture or b"").startswith(b"\x89PNG")


def test_a_stored_answer_is_the_one_given_when_saving(
    as_owner: Client, version: ModelVersion
) -> None:
    kept = post(as_owner, "drawings/", DRAWN).json()
    again = get(as_owner, f"drawings/{kept['id']}/").json()
    assert again["answer"] == kept["answer"]
    assert again["strokes"] == kept["strokes"]


def test_a_digit_with_a_sign_is_answered_alike_before_and_after_saving(
    as_owner: Client, version: ModelVersion
) -> None:
    drawn = {"strokes": [[[-20, 180], [50, 178]], *DRAWN["strokes"]]}
    asked = post(as_owner, "recognize/", drawn).json()
    kept = post(as_owner, "drawings/", drawn).json()
    again = get(as_owner, f"drawings/{kept['id']}/").json()
    for answer in (asked, kept["answer"], again["answer"]):
        said = [answer[name] for name in ("is_digit", "reason", "text")]
        assert said == [False, "several", "-7"]


def test_it_stores_no_blank_drawing(as_owner: Client, version: ModelVersion) -> None:
    assert problem(post(as_owner, "drawings/", {"strokes": []})) == (400, "invalid")
    assert not Drawing.objects.exists()


def test_it_refuses_invalid_strokes(as_owner: Client, version: ModelVersion) -> None:
    assert problem(post(as_owner, "drawings/", {"strokes": [[["x", 1]]]})) == (400, "invalid")


def test_it_lists_pages_newest_first(as_owner: Client, owner: User, draw: Draw) -> None:
    ids = [draw(owner).pk for _ in range(5)]
    page = get(as_owner, "drawings/?page_size=2").json()
    seen = [row["id"] for row in page["results"]]
    assert page["previous"] is None
    newest = draw(owner)  # must not shift what is on the next page
    while page["next"]:
        page = as_owner.get(page["next"]).json()
        seen += [row["id"] for row in page["results"]]
    assert seen == ids[::-1]
    assert get(as_owner, "drawings/").json()["results"][0]["id"] == newest.pk


def test_the_number_of_queries_does_not_grow_with_the_drawings(
    as_owner: Client, owner: User, draw: Draw, django_assert_num_queries: Callable
) -> None:
    for _ in range(6):
        draw(owner, ONE)
    # session, user, drawings, answers with versions
    with django_assert_num_queries(4):
        assert len(get(as_owner, "drawings/").json()["results"]) == 6


@pytest.mark.parametrize(
    "cursor", ["x", "cD1hYmM=", "bz0tMQ==", "cD05OTk5OTk5OTk5OTk5OTk5OTk5OTk5", "é"]
)
def test_it_refuses_an_invalid_cursor(as_owner: Client, cursor: str) -> None:
    assert problem(get(as_owner, f"drawings/?cursor={cursor}")) == (404, "not_found")


def test_it_accepts_the_largest_position_in_a_cursor(as_owner: Client) -> None:
    largest = "cD05OTk5OTk5OTk5OTk5OTk5OTk="  # p=999999999999999999
    assert get(as_owner, f"drawings/?cursor={largest}").json()["results"] == []


def test_it_deletes_an_own_drawing(as_owner: Client, owner: User, draw: Draw) -> None:
    drawing = draw(owner)
    assert ask(as_owner, "DELETE", f"drawings/{drawing.pk}/").status_code == 204
    assert not Drawing.objects.exists()
    assert problem(get(as_owner, f"drawings/{drawing.pk}/")) == (404, "not_found")


def test_it_does_not_delete_for_a_stranger(as_stranger: Client, owner: User, draw: Draw) -> None:
    drawing = draw(owner)
    ask(as_stranger, "DELETE", f"drawings/{drawing.pk}/")
    assert Drawing.objects.filter(pk=drawing.pk).exists()


@pytest.mark.parametrize("pk", [0, 2**63, 10**40])
def test_an_impossible_number_is_not_found(as_owner: Client, pk: int) -> None:
    assert problem(get(as_owner, f"drawings/{pk}/")) == (404, "not_found")
