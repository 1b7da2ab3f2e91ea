"""Values of another type than the schema says are refused, not converted."""

from typing import Any

import pytest
from django.test import Client

from recognizer.models import ApiToken, User
from tests.api.client import get, post, problem
from tests.conftest import signed_in


@pytest.mark.parametrize("value", ["null", "", "0", "-1", "201", "2.0", "ten", "%D9%A1"])
def test_a_page_size_that_is_no_number_in_range_is_refused(as_owner: Client, value: str) -> None:
    response = get(as_owner, f"drawings/?page_size={value}")
    assert problem(response) == (400, "invalid")
    assert response.json()["error"]["fields"] == {"page_size": ["A number from 1 to 200."]}


@pytest.mark.parametrize("name", ["t", "p"])
def test_a_point_without_time_or_pressure_leaves_them_out(
    as_owner: Client, version: Any, name: str
) -> None:
    point = {"x": 1, "y": 2}
    assert post(as_owner, "recognize/", {"strokes": [[point]]}).status_code == 200
    assert problem(post(as_owner, "recognize/", {"strokes": [[{**point, name: None}]]}))[0] == 400


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("review/next/", {"at_random": 0}),
        ("review/next/", {"at_random": "true"}),
        ("review/next/", {"count": "4"}),
        ("review/next/", {"count": True}),
        ("review/next/", {"holding": ["5"]}),
        ("drawings/delete/", {"ids": ["5"]}),
        ("drawings/restore/", {"ids": ["5"]}),
        ("jobs/", {"kind": "rescore", "version": "2"}),
        ("versions/roll-back/", {"reason": 5}),
        ("tokens/", {"name": 5}),
        ("tokens/", {"name": "lab", "scopes": [5]}),
    ],
)
def test_a_value_of_another_json_type_is_refused(
    administrator: User, path: str, body: dict[str, Any]
) -> None:
    response = post(signed_in(administrator), path, body)
    assert problem(response) == (400, "invalid")
    assert set(response.json()["error"]["fields"]) == {list(body)[-1]}
    assert not ApiToken.objects.exists()


def test_a_number_without_a_fraction_is_an_integer(administrator: User) -> None:
    assert post(signed_in(administrator), "review/next/", {"count": 2.0}).status_code == 200
    assert problem(post(signed_in(administrator), "review/next/", {"count": 2.5}))[0] == 400


@pytest.mark.parametrize("query", ["mode=", "augmented=", "augmented=null"])
def test_an_empty_value_of_a_query_is_not_a_missing_one(as_owner: Client, query: str) -> None:
    body = {"strokes": [[[1, 2]]]}
    assert problem(post(as_owner, f"recognize/?{query}", body))[0] == 400


def test_an_export_with_an_empty_day_is_refused(as_owner: Client) -> None:
    assert problem(get(as_owner, "drawings/export/?until="))[0] == 400
    assert get(as_owner, "drawings/export/?low=1").status_code == 200
