"""Who may do what: every endpoint, asked by everybody."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from recognizer.actions.accounts.tokens import create_token
from recognizer.actions.jobs.job_requests import request_retraining
from recognizer.actions.labels.label_history import label_drawing
from recognizer.actions.versions.deployment import deploy
from recognizer.models import Drawing, ModelVersion, User
from tests.api.asking import DRAWN, ask, problem
from tests.conftest import signed_in

# Statuses for the owner, a stranger, a reviewer and a trainer.
ENDPOINTS = {
    ("POST", "recognize/"): (200, 200, 200, 200),
    ("POST", "explain/"): (200, 200, 200, 200),
    ("GET", "drawings/"): (200, 200, 200, 200),
    ("POST", "drawings/"): (201, 201, 201, 201),
    ("GET", "drawings/{drawing}/"): (200, 404, 200, 404),
    ("DELETE", "drawings/{drawing}/"): (204, 404, 404, 404),
    ("POST", "drawings/{drawing}/label/"): (201, 404, 201, 404),
    ("GET", "drawings/export.csv"): (200, 200, 200, 200),
    ("GET", "drawings/export.ndjson"): (200, 200, 200, 200),
    ("GET", "versions/"): (200, 200, 200, 200),
    ("POST", "versions/{version}/promote/"): (403, 403, 403, 201),
    ("POST", "versions/roll-back/"): (403, 403, 403, 201),
    ("GET", "jobs/"): (200, 200, 200, 200),
    ("POST", "jobs/"): (403, 403, 403, 201),
    ("GET", "jobs/{job}/"): (200, 200, 200, 200),
    ("POST", "jobs/{job}/cancel/"): (403, 403, 403, 200),
    ("GET", "tokens/"): (200, 200, 200, 200),
    ("POST", "tokens/"): (201, 201, 201, 201),
    ("DELETE", "tokens/{token}/"): (204, 404, 404, 404),
    ("GET", "schema/"): (200, 200, 200, 200),
    ("GET", "nothing/here/"): (404, 404, 404, 404),
}
TRIED = {("POST", "recognize/")}  # what is read without an account is in test_trying.py
PEOPLE = ("owner", "stranger", "reviewer", "trainer")
BODIES = {
    "recognize/": DRAWN,
    "explain/": DRAWN,
    "drawings/": DRAWN,
    "drawings/{drawing}/label/": {"label": 7},
    "tokens/": {"name": "lab"},
}


@pytest.fixture
def places(
    owner: User,
    reviewer: User,
    version: ModelVersion,
    second_version: ModelVersion,
    draw: Callable[..., Drawing],
) -> dict[str, int]:
    """A world in which everything can be done by whoever may."""
    drawing = draw(owner)
    label_drawing(drawing=drawing, by=reviewer, label=1, source="admin")
    deploy(version=second_version, kind="promotion")
    token, _ = create_token(owner=owner, name="laptop")
    job = request_retraining(by=None)
    return {
        "drawing": drawing.pk,
        "version": version.number,
        "job": job.pk,
        "token": token.pk,
    }


def asked(client: Client, endpoint: tuple[str, str], places: dict[str, int]) -> Any:
    method, path = endpoint
    body = BODIES.get(path, {}) if method == "POST" else None
    return ask(client, method, path.format(**places), body)


@pytest.mark.parametrize("endpoint", ENDPOINTS, ids=" ".join)
def test_it_answers_each_person_as_is_due(
    endpoint: tuple[str, str], places: dict[str, int], request: pytest.FixtureRequest
) -> None:
    # The refused ask first: whoever may delete leaves nothing for others to ask for.
    expected = sorted(zip(ENDPOINTS[endpoint], PEOPLE, strict=True), reverse=True)
    for status, name in expected:
        response = asked(signed_in(request.getfixturevalue(name)), endpoint, places)
        assert (name, response.status_code) == (name, status)
        if status >= 400:
            problem(response)


# What is read without an account is in test_trying.py.
@pytest.mark.parametrize(
    "endpoint", sorted(ENDPOINTS.keys() - {("POST", "recognize/")}), ids=" ".join
)
def test_it_knows_nobody_who_is_not_signed_in(
    endpoint: tuple[str, str], places: dict[str, int]
) -> None:
    response = asked(Client(), endpoint, places)
    assert problem(response) == (401, "unauthenticated")
    assert response["WWW-Authenticate"] == "Token"


def test_it_lists_only_ones_own_drawings(
    places: dict[str, int], as_owner: Client, as_reviewer: Client
) -> None:
    assert [row["id"] for row in ask(as_owner, "GET", "drawings/").json()["results"]] == [
        places["drawing"]
    ]
    assert ask(as_reviewer, "GET", "drawings/").json()["results"] == []


def test_it_gives_nobody_else_ones_drawings_as_a_file(
    places: dict[str, int], as_reviewer: Client
) -> None:
    response = ask(as_reviewer, "GET", "drawings/export.ndjson")
    assert b"".join(response) == b""


def test_a_session_without_the_csrf_token_changes_nothing(owner: User, version: object) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(owner)
    assert problem(ask(client, "POST", "drawings/", DRAWN)) == (403, "forbidden")
    assert not Drawing.objects.exists()
