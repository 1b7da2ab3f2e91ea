from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from recognizer.actions.accounts.tokens import create_token
from recognizer.api import drawings
from recognizer.models import Correction, Drawing, User
from tests.api.client import by_token, post, problem

Draw = Callable[..., Drawing]


@pytest.fixture
def path(owner: User, draw: Draw) -> str:
    return f"drawings/{draw(owner).pk}/label/"


def test_an_owners_label_waits_for_approval(as_owner: Client, owner: User, path: str) -> None:
    response = post(as_owner, path, {"label": 10})
    assert response.status_code == 201
    assert (response.json()["label"], response.json()["label_state"]) == (10, "pending")
    correction = Correction.objects.get()
    assert (correction.by, correction.to_label, correction.source) == (owner, 10, "api")


def test_a_reviewers_label_counts_at_once(as_reviewer: Client, path: str) -> None:
    body = post(as_reviewer, path, {"label": 0}).json()
    assert (body["label"], body["label_state"]) == (0, "approved")


@pytest.mark.parametrize("source", ["studio", "history", "api"])
def test_a_page_may_set_the_source(as_owner: Client, path: str, source: str) -> None:
    post(as_owner, path, {"label": 1, "source": source})
    assert Correction.objects.get().source == source


def test_with_a_token_the_source_is_always_api(client: Client, owner: User, path: str) -> None:
    _, secret = create_token(owner=owner, name="laptop")
    post(client, path, {"label": 1, "source": "studio"}, **by_token(secret))
    assert Correction.objects.get().source == "api"


@pytest.mark.parametrize(
    "body",
    [
        {"label": 11},
        {"label": -1},
        {"label": "x"},
        {"label": None},
        {"label": True},
        {"label": 1.5},
        {"label": [1]},
        {"label": 10**400},
        {"label": 1, "source": "admin"},
        {"label": 1, "source": "nowhere"},
        {},
        [7],
    ],
)
def test_it_refuses_an_invalid_label(as_owner: Client, path: str, body: Any) -> None:
    response = post(as_owner, path, body)
    assert problem(response) == (400, "invalid")
    assert not Correction.objects.exists()


def test_the_error_names_the_wrong_field(as_owner: Client, path: str) -> None:
    error = post(as_owner, path, {"label": 11}).json()["error"]
    assert list(error["fields"]) == ["label"]
    assert error["message"].startswith("label: ")


def test_it_refuses_a_form(as_owner: Client, path: str) -> None:
    response = as_owner.post(
        "/api/v1/" + path, "label=7", content_type="application/x-www-form-urlencoded"
    )
    assert problem(response) == (415, "unsupported_type")


def test_a_drawing_that_is_deleted_meanwhile_is_not_found(
    as_owner: Client, path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def slow(request: Any, pk: int) -> Drawing:
        drawing = Drawing.objects.get(pk=pk)
        Drawing.objects.filter(pk=pk).delete()
        return drawing

    monkeypatch.setattr(drawings, "find", slow)
    assert problem(post(as_owner, path, {"label": 7})) == (404, "not_found")


@pytest.mark.parametrize(
    ("given", "label", "text"),
    [
        ("2026", None, "2026"),
        ("3.5", None, "3.5"),
        ("10", None, "10"),
        ("7", 7, "7"),
        (10, 10, "not_a_digit"),
        ("not_a_digit", 10, "not_a_digit"),
    ],
)
def test_a_label_is_a_class_or_a_text(
    as_owner: Client, path: str, given: object, label: int | None, text: str
) -> None:
    body = post(as_owner, path, {"label": given}).json()
    assert (body["label"], body["label_text"]) == (label, text)
    (row,) = as_owner.get(f"/api/v1/drawings/{body['id']}/labels/").json()
    assert (row["to_label"], row["to_text"]) == (label, text)


@pytest.mark.parametrize("given", ["20?6", "", "x", "1" * 25, 7.5, None, [7], {"label": 7}])
def test_what_is_no_label_is_refused_with_what_is(
    as_owner: Client, path: str, given: object
) -> None:
    response = post(as_owner, path, {"label": given})
    assert problem(response)[0] == 400
    assert not Correction.objects.exists()
