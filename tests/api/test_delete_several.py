from typing import Any

import pytest
from django.test import Client

from recognizer.models import Drawing, User
from tests.api.client import ask, post, problem
from tests.pages.rows import DRAWN, make_drawing

PATH = "drawings/delete/"


def test_it_deletes_all_of_them(as_owner: Client, owner: User) -> None:
    ids = [make_drawing(owner).pk for _ in range(3)]

    assert post(as_owner, PATH, {"ids": ids[:2]}).status_code == 204

    assert list(Drawing.objects.values_list("pk", flat=True)) == ids[2:]


def test_it_deletes_none_if_one_belongs_to_somebody_else(
    as_owner: Client, owner: User, stranger: User
) -> None:
    ids = [make_drawing(owner).pk, make_drawing(stranger).pk]

    response = post(as_owner, PATH, {"ids": ids})

    assert problem(response) == (404, "not_found")
    assert response.json()["error"]["message"] == (
        f"There is no drawing {ids[1]}. Nothing was done."
    )
    assert Drawing.objects.count() == 2


def test_the_error_names_at_most_five_missing_drawings(as_owner: Client, db: None) -> None:
    message = post(as_owner, PATH, {"ids": list(range(1, 9))}).json()["error"]["message"]

    assert message == "There are no drawings 1, 2, 3, 4, 5 and others. Nothing was done."


@pytest.mark.parametrize("number", [2**63, 10**40])
def test_an_impossible_number_is_not_found(as_owner: Client, number: int) -> None:
    assert problem(post(as_owner, PATH, {"ids": [number]})) == (404, "not_found")


@pytest.mark.parametrize(
    "body", [{}, {"ids": []}, {"ids": "1"}, {"ids": ["x"]}, {"ids": [0]}, {"ids": [None]}, [1]]
)
def test_it_refuses_anything_but_a_list_of_numbers(as_owner: Client, body: Any) -> None:
    assert problem(post(as_owner, PATH, body)) == (400, "invalid")


def test_it_accepts_at_most_five_hundred(as_owner: Client, owner: User) -> None:
    rows = [Drawing(owner=owner, **DRAWN) for _ in range(501)]
    ids = [row.pk for row in Drawing.objects.bulk_create(rows)]

    assert problem(post(as_owner, PATH, {"ids": ids})) == (413, "too_large")
    assert Drawing.objects.count() == 501
    assert post(as_owner, PATH, {"ids": ids[:500]}).status_code == 204
    assert Drawing.objects.count() == 1


def test_it_refuses_a_form(as_owner: Client) -> None:
    response = as_owner.post(f"/api/v1/{PATH}", {"ids": [1]})
    assert problem(response) == (415, "unsupported_type")


def test_get_is_not_allowed(as_owner: Client) -> None:
    assert problem(ask(as_owner, "GET", PATH)) == (405, "method_not_allowed")


def test_it_requires_sign_in(db: None) -> None:
    assert problem(post(Client(), PATH, {"ids": [1]})) == (401, "unauthenticated")
