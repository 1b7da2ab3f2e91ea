"""Scopes: what a token may do. Every endpoint of the schema is asked."""

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.test import Client
from drf_spectacular.generators import SchemaGenerator

from recognizer.actions.accounts.tokens import create_token
from recognizer.models import Correction, Drawing, Job, Scope, User
from tests.api.client import ask, by_token, post, problem
from tests.api.test_access import ENDPOINTS
from tests.conftest import ONE

SCOPES = set(Scope.values)
KEY = "123e4567-e89b-12d3-a456-426614174000"


def endpoints() -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Yield method, path and operation of every endpoint of the schema."""
    schema = SchemaGenerator().get_schema(request=None, public=True)
    for path, operations in schema["paths"].items():
        for method, operation in operations.items():
            yield method.upper(), path.removeprefix("/api/v1/"), operation


def scope_in(operation: dict[str, Any]) -> str | None:
    """Return the scope that the schema names; None if no token is accepted."""
    found = [each["token"] for each in operation["security"] if "token" in each]
    if not found:
        return None
    ((scope,),) = found
    return str(scope)


ALL = list(endpoints())
NAMES = [f"{method} {path}" for method, path, _ in ALL]


def secret(owner: User, *scopes: str) -> str:
    return create_token(owner=owner, name="t", scopes=scopes)[1]


def test_every_endpoint_has_a_scope_but_those_of_tokens() -> None:
    none = [path for _, path, operation in ALL if scope_in(operation) is None]
    assert len(ALL) > 40
    assert sorted(none) == ["tokens/", "tokens/", "tokens/{id}/"]
    assert {scope_in(operation) for _, _, operation in ALL} == {*SCOPES, None}


def test_reading_needs_the_scope_to_read_and_everything_else_another_one() -> None:
    for method, path, operation in ALL:
        scope = scope_in(operation)
        assert (scope == "read") == (method == "GET" and scope is not None), (method, path)


@pytest.mark.parametrize(("method", "path", "operation"), ALL, ids=NAMES)
def test_a_token_without_the_scope_is_refused_and_one_with_it_is_not(
    administrator: User, client: Client, method: str, path: str, operation: dict[str, Any]
) -> None:
    """There are no rows, so the second answer is anything but a refusal for the scope."""
    needed = scope_in(operation)
    address = re.sub(r"{\w+}", lambda found: KEY if found[0] == "{key}" else "1", path)
    others = secret(administrator, *(SCOPES - {needed}))
    refused = ask(client, method, address, {}, **by_token(others))

    assert problem(refused) == (403, "forbidden")
    assert "403" in operation["responses"]
    if needed is None:
        assert "not with a token" in refused.json()["error"]["message"]
        return
    assert f"the scope “{needed}”" in refused.json()["error"]["message"]
    assert f"A token needs the scope `{needed}`." in operation["description"]
    allowed = ask(client, method, address, {}, **by_token(secret(administrator, needed)))
    assert allowed.status_code not in (401, 403, 405, 500)


def test_every_endpoint_that_is_listed_for_access_is_asked() -> None:
    """The list has the schema's own address and an unknown one besides."""
    assert len(ENDPOINTS) == len(ALL) + 2


@pytest.mark.parametrize("path", ["schema/", "nothing/here/"])
def test_the_schema_and_unknown_addresses_need_no_scope(
    owner: User, client: Client, path: str
) -> None:
    answer = ask(client, "GET", path, **by_token(secret(owner, "train")))
    assert answer.status_code == (200 if path == "schema/" else 404)


def test_an_unknown_method_is_not_allowed_whatever_the_scope(owner: User, client: Client) -> None:
    response = ask(client, "PUT", "drawings/", {}, **by_token(secret(owner, "read")))
    assert problem(response) == (405, "method_not_allowed")


def test_a_reviewers_token_labels_other_peoples_drawings_only_with_the_scope_to_review(
    client: Client, reviewer: User, owner: User, draw: Callable[..., Drawing]
) -> None:
    theirs, own = draw(owner), draw(reviewer, ONE)
    drawing = secret(reviewer, "draw")
    address = f"drawings/{theirs.pk}/label/"

    assert problem(post(client, address, {"label": 7}, **by_token(drawing))) == (403, "forbidden")
    assert not Correction.objects.exists()
    on_own = post(client, f"drawings/{own.pk}/label/", {"label": 1}, **by_token(drawing))
    both = post(client, address, {"label": 7}, **by_token(secret(reviewer, "draw", "review")))
    assert (on_own.status_code, both.status_code) == (201, 201)


def test_a_scope_gives_no_permission_that_the_account_lacks(owner: User, client: Client) -> None:
    response = post(client, "jobs/", {}, **by_token(secret(owner, "train")))
    assert problem(response) == (403, "forbidden")
    assert "Your account" in response.json()["error"]["message"]
    assert not Job.objects.exists()
