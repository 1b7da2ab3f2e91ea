import io
import json
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from recognizer.accounts.throttles import ImportThrottle
from recognizer.actions.accounts.tokens import create_token
from recognizer.models import Drawing, ModelVersion, User
from tests.api.client import ROOT, by_token, get, post, problem
from tests.conftest import ONE, SEVEN

SEVENS_LINE = json.dumps({"strokes": SEVEN, "label": "7"}).encode()


def send(client: Client, data: bytes, **headers: str) -> Any:
    file = SimpleUploadedFile("drawings", data)
    return client.post(f"{ROOT}import/", {"file": file}, headers=headers or None)


def test_it_stores_the_drawings_of_a_file(
    as_owner: Client, owner: User, version: ModelVersion
) -> None:
    response = send(as_owner, SEVENS_LINE)

    assert response.status_code == 201
    assert response.json() == {"created": 1, "labeled": 1, "duplicates": 0}
    assert Drawing.objects.get().owner == owner
    assert send(as_owner, SEVENS_LINE).json() == {"created": 0, "labeled": 0, "duplicates": 1}


def test_an_export_can_be_imported_with_a_token(
    as_owner: Client, owner: User, stranger: User, draw: Callable[..., Drawing]
) -> None:
    draw(owner), draw(owner, ONE)
    _, secret = create_token(owner=stranger, name="laptop")
    data = get(as_owner, "drawings/export/?format=npz").getvalue()

    response = send(Client(), data, **by_token(secret))

    assert response.json() == {"created": 2, "labeled": 0, "duplicates": 0}
    assert Drawing.objects.owned_by(stranger).count() == 2


@pytest.mark.parametrize(
    ("data", "status", "code"),
    [
        (b"", 400, "invalid"),
        (SEVENS_LINE + b"\n{}", 400, "invalid"),
        (b"\x89PNG", 415, "unsupported_type"),
        (b'{"picture": "AAAA"}', 415, "unsupported_type"),
        (json.dumps({"strokes": [SEVEN[0]] * 65}).encode(), 413, "too_large"),
    ],
)
def test_a_bad_file_is_refused_as_a_whole(
    as_owner: Client, version: ModelVersion, data: bytes, status: int, code: str
) -> None:
    assert problem(send(as_owner, data)) == (status, code)
    assert not Drawing.objects.exists()


def test_requests_without_a_file(as_owner: Client) -> None:
    assert problem(as_owner.post(f"{ROOT}import/", {})) == (400, "invalid")
    assert problem(post(as_owner, "import/", {"file": "x"})) == (415, "unsupported_type")


def test_more_drawings_than_the_setting(
    as_owner: Client, version: ModelVersion, settings: Any
) -> None:
    settings.IMPORT_MAX_DRAWINGS = 1
    lines = SEVENS_LINE + b"\n" + json.dumps({"strokes": ONE}).encode()

    response = send(as_owner, lines)

    assert problem(response) == (413, "too_large")
    assert "more than 1 drawings" in response.json()["error"]["message"]


def test_a_file_may_be_larger_than_other_requests(
    as_owner: Client, version: ModelVersion, settings: Any
) -> None:
    """It is then in a temporary file."""
    line = SEVENS_LINE + b"\n" * (settings.MAX_BODY_BYTES + 1)

    assert send(as_owner, line).status_code == 201


@pytest.mark.parametrize("most", [1, 7])
def test_a_file_that_is_larger_than_the_setting(as_owner: Client, settings: Any, most: int) -> None:
    settings.IMPORT_MAX_BYTES = most * 1024**2

    response = send(as_owner, b"\n" * ((most + 1) * 1024**2))

    assert problem(response) == (413, "too_large")
    assert response.json()["error"]["message"] == f"The request is larger than {most} MB."


def test_imports_are_counted_by_account(
    as_owner: Client, as_stranger: Client, version: ModelVersion, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(ImportThrottle.THROTTLE_RATES, "import", "1/hour")

    assert send(as_owner, SEVENS_LINE).status_code == 201
    assert problem(send(as_owner, SEVENS_LINE)) == (429, "throttled")
    assert send(as_stranger, SEVENS_LINE).status_code == 201
    page = as_owner.post("/drawings/import/", {"file": io.BytesIO(SEVENS_LINE)})
    assert page.status_code == 429
    assert "Too many imports." in page.content.decode()
