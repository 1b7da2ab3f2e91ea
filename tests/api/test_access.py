"""Permissions: every endpoint, requested by every kind of user."""

import re
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from drf_spectacular.generators import SchemaGenerator

from recognizer.actions.accounts.tokens import create_token
from recognizer.actions.jobs.job_requests import request_retraining
from recognizer.actions.labels.label_history import label_drawing
from recognizer.actions.reading.batches import request_batch
from recognizer.actions.reading.incoming import Incoming
from recognizer.actions.reading.pages import request_pages
from recognizer.actions.versions.deployment import deploy_version
from recognizer.models import Drawing, ModelVersion, User
from tests.actions.labels.queue import labeled, review
from tests.actions.reading.files import picture
from tests.api.client import DRAWN, ask, problem
from tests.conftest import signed_in

# Statuses for the owner, a stranger, a reviewer and a trainer.
ENDPOINTS = {
    ("POST", "recognize/"): (200, 200, 200, 200),
    ("POST", "pictures/"): (415, 415, 415, 415),  # JSON
    ("POST", "explain/"): (200, 200, 200, 200),
    ("GET", "drawings/"): (200, 200, 200, 200),
    ("POST", "drawings/"): (201, 201, 201, 201),
    ("GET", "drawings/{drawing}/"): (200, 404, 200, 404),
    ("DELETE", "drawings/{drawing}/"): (204, 404, 404, 404),
    ("POST", "drawings/delete/"): (204, 404, 404, 404),
    ("POST", "drawings/restore/"): (404, 404, 404, 404),  # nothing is deleted; test_restore.py
    ("POST", "drawings/{drawing}/label/"): (201, 404, 201, 404),
    ("GET", "drawings/{drawing}/labels/"): (200, 404, 200, 404),
    # None of them may mark as gold; test_label_history.py has a user who may.
    ("PUT", "drawings/{drawing}/gold/"): (403, 404, 403, 404),
    ("DELETE", "drawings/{drawing}/gold/"): (403, 404, 403, 404),
    ("POST", "corrections/{correction}/withdraw/"): (403, 404, 200, 404),
    ("GET", "drawings/export/"): (200, 200, 200, 200),
    ("POST", "import/"): (415, 415, 415, 415),  # JSON; test_import.py sends files
    ("GET", "versions/"): (200, 200, 200, 200),
    ("POST", "versions/{version}/promote/"): (403, 403, 403, 201),
    ("POST", "versions/roll-back/"): (403, 403, 403, 201),
    ("GET", "jobs/"): (200, 200, 200, 200),
    ("POST", "jobs/"): (403, 403, 403, 201),
    ("GET", "jobs/{job}/"): (200, 200, 200, 200),
    ("GET", "jobs/{job}/log/"): (200, 200, 200, 200),
    ("POST", "jobs/{job}/cancel/"): (403, 403, 403, 200),
    ("POST", "review/next/"): (403, 403, 200, 403),
    ("POST", "review/decisions/"): (403, 403, 201, 403),
    ("POST", "review/decisions/{decision}/undo/"): (403, 403, 200, 403),
    ("POST", "review/skip/"): (403, 403, 204, 403),
    ("GET", "tokens/"): (200, 200, 200, 200),
    ("POST", "tokens/"): (201, 201, 201, 201),
    ("DELETE", "tokens/{token}/"): (204, 404, 404, 404),
    ("GET", "batches/"): (200, 200, 200, 200),
    ("POST", "batches/"): (415, 415, 415, 415),  # test_batches.py sends forms
    ("GET", "batches/{batch}/"): (200, 404, 404, 404),
    ("DELETE", "batches/{batch}/"): (204, 404, 404, 404),
    ("POST", "batches/{batch}/cancel/"): (200, 404, 404, 404),
    ("GET", "batches/{batch}/results/"): (200, 404, 404, 404),
    ("GET", "batches/{batch}/results.csv"): (200, 404, 404, 404),
    ("GET", "batches/{batch}/results.ndjson"): (200, 404, 404, 404),
    ("GET", "pages/"): (200, 200, 200, 200),
    ("POST", "pages/"): (415, 415, 415, 415),  # test_pages.py sends forms
    ("GET", "pages/{page}/"): (200, 404, 404, 404),
    ("PATCH", "pages/{page}/"): (400, 404, 404, 404),  # it has not been read
    ("DELETE", "pages/{page}/"): (204, 404, 404, 404),
    ("POST", "pages/{page}/cancel/"): (200, 404, 404, 404),
    ("GET", "pages/{page}/table.csv"): (409, 404, 404, 404),  # it has not been read
    ("GET", "pages/{page}/table.xlsx"): (409, 404, 404, 404),
    ("GET", "schema/"): (200, 200, 200, 200),
    ("GET", "nothing/here/"): (404, 404, 404, 404),
}
# The schema does not describe itself. The other one is an example of an unknown address.
NOT_IN_THE_SCHEMA = {("GET", "schema/"), ("GET", "nothing/here/")}
PEOPLE = ("owner", "stranger", "reviewer", "trainer")


def body_of(path: str, places: dict[str, Any]) -> dict[str, Any]:
    """Return the body for an endpoint."""
    waiting = {"drawing": places["waiting_drawing"], "correction": places["waiting"]}
    return {
        "recognize/": DRAWN,
        "explain/": DRAWN,
        "drawings/": DRAWN,
        "drawings/delete/": {"ids": [places["drawing"]]},
        "drawings/restore/": {"ids": [places["drawing"]]},
        "drawings/{drawing}/label/": {"label": 7},
        "corrections/{correction}/withdraw/": {"reason": "a seven"},
        "review/decisions/": {"key": str(uuid.uuid4()), "label": 7, **waiting},
        "review/skip/": {"drawing": places["waiting_drawing"]},
        "jobs/": {"recipe": {"steps": 7}},
        "tokens/": {"name": "lab"},
    }.get(path, {})


@pytest.fixture
def places(
    owner: User,
    reviewer: User,
    version: ModelVersion,
    second_version: ModelVersion,
    draw: Callable[..., Drawing],
) -> dict[str, Any]:
    """Rows that make every request possible, and their ids for the paths."""
    drawing = draw(owner)
    correction = label_drawing(drawing=drawing, by=reviewer, label=1, source="admin")
    waiting, reviewed = labeled(owner), labeled(owner)
    deploy_version(version=second_version, kind="promotion")
    token, _ = create_token(owner=owner, name="laptop")
    job = request_retraining(by=None)
    return {
        "drawing": drawing.pk,
        "correction": correction.pk,
        "waiting": waiting.pk,
        "waiting_drawing": waiting.drawing_id,
        "reviewed_drawing": reviewed.drawing_id,
        "decision": review(reviewed, reviewer, 7).key,
        "version": version.number,
        "job": job.pk,
        "batch": request_batch(owner=owner, files=[Incoming("1.png", b"")]).pk,
        "page": request_pages(owner=owner, name="1.png", file=picture())[0].pk,
        "token": token.pk,
    }


def asked(client: Client, endpoint: tuple[str, str], places: dict[str, Any]) -> Any:
    method, path = endpoint
    body = body_of(path, places) if method == "POST" else None
    return ask(client, method, path.format(**places), body)


def test_every_endpoint_of_the_schema_is_tested() -> None:
    """The names in braces differ between the two lists, so they are not compared."""
    paths = SchemaGenerator().get_schema(request=None, public=True)["paths"]
    described = {
        (method.upper(), re.sub(r"{\w+}", "{}", path.removeprefix("/api/v1/")))
        for path, operations in paths.items()
        for method in operations
    }
    listed = {(method, re.sub(r"{\w+}", "{}", path)) for method, path in ENDPOINTS}
    assert described - listed == set()
    assert listed - described == NOT_IN_THE_SCHEMA


@pytest.mark.parametrize("endpoint", ENDPOINTS, ids=" ".join)
def test_each_user_gets_the_expected_status(
    endpoint: tuple[str, str], places: dict[str, Any], request: pytest.FixtureRequest
) -> None:
    # Requests that are refused come first: a deletion would change the others' answers.
    expected = sorted(zip(ENDPOINTS[endpoint], PEOPLE, strict=True), reverse=True)
    for status, name in expected:
        response = asked(signed_in(request.getfixturevalue(name)), endpoint, places)
        assert (name, response.status_code) == (name, status)
        if status >= 400:
            problem(response)


# test_without_account.py tests requests without an account.
@pytest.mark.parametrize(
    "endpoint",
    sorted(ENDPOINTS.keys() - {("POST", "recognize/"), ("POST", "pictures/")}),
    ids=" ".join,
)
def test_requests_without_sign_in_are_refused(
    endpoint: tuple[str, str], places: dict[str, Any]
) -> None:
    response = asked(Client(), endpoint, places)
    assert problem(response) == (401, "unauthenticated")
    assert response["WWW-Authenticate"] == "Token"


def test_the_list_has_only_own_drawings(
    places: dict[str, Any], as_owner: Client, as_reviewer: Client
) -> None:
    assert [row["id"] for row in ask(as_owner, "GET", "drawings/").json()["results"]] == [
        places["reviewed_drawing"],
        places["waiting_drawing"],
        places["drawing"],
    ]
    assert ask(as_reviewer, "GET", "drawings/").json()["results"] == []


def test_the_export_has_only_own_drawings(places: dict[str, Any], as_reviewer: Client) -> None:
    response = ask(as_reviewer, "GET", "drawings/export/")
    assert b"".join(response) == b""


def test_a_session_without_the_csrf_token_changes_nothing(owner: User, version: object) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(owner)
    assert problem(ask(client, "POST", "drawings/", DRAWN)) == (403, "forbidden")
    assert not Drawing.objects.exists()
