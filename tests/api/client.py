"""Requests to the API, as a program sends them."""

from typing import Any

from django.test import Client

from tests.conftest import SEVEN

ROOT = "/api/v1/"
DRAWN = {"strokes": SEVEN}


def ask(client: Client, method: str, path: str, body: Any = None, **headers: str) -> Any:
    """Return the response to a JSON request. A body of bytes is sent unchanged."""
    content = {"data": "" if body is None else body, "content_type": "application/json"}
    if method == "GET":
        content = {}
    return getattr(client, method.lower())(ROOT + path, headers=headers or None, **content)


def post(client: Client, path: str, body: Any = None, **headers: str) -> Any:
    return ask(client, "POST", path, body, **headers)


def get(client: Client, path: str, **headers: str) -> Any:
    return ask(client, "GET", path, **headers)


def problem(response: Any) -> tuple[int, str]:
    """Return status and code of an error, and check that it has the API's error format."""
    assert response["Content-Type"] == "application/json"
    body = response.json()
    assert list(body) == ["error"]
    assert set(body["error"]) - {"fields"} == {"code", "message"}
    assert body["error"]["message"]
    return response.status_code, body["error"]["code"]


def by_token(secret: str, scheme: str = "Token") -> dict[str, str]:
    return {"Authorization": f"{scheme} {secret}"}
