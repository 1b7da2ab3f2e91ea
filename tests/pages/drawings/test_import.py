"""The page that imports a file."""

import io
import json
from typing import Any

import pytest
from django.test import Client

from recognizer.models import Drawing, ModelVersion, User
from tests.conftest import ONE, SEVEN, signed_in

IMPORT = "/drawings/import/"
TWO = "".join(json.dumps({"strokes": each, "label": "7"}) + "\n" for each in (SEVEN, ONE)).encode()


@pytest.fixture
def client(owner: User, version: ModelVersion) -> Client:
    return signed_in(owner)


def send(client: Client, data: bytes) -> Any:
    return client.post(IMPORT, {"file": io.BytesIO(data)}, follow=True)


def test_the_page_says_what_is_allowed(client: Client) -> None:
    words = client.get(IMPORT).content.decode()

    assert "At most 2,000 drawings and 32 MB at a time." in words
    assert 'enctype="multipart/form-data"' in words
    assert f'href="{IMPORT}"' in client.get("/drawings/").content.decode()


def test_an_import_ends_on_the_history(client: Client, owner: User) -> None:
    response = send(client, TWO)

    assert response.redirect_chain == [("/drawings/", 302)]
    assert "2 drawings are imported." in response.content.decode()
    assert Drawing.objects.owned_by(owner).count() == 2
    words = send(client, TWO).content.decode()
    assert "0 drawings are imported. 2 were there already." in words


@pytest.mark.parametrize(
    ("data", "status", "reason"),
    [
        (b"", 400, "The file holds no drawings."),
        (TWO + b"{}", 400, "Line 3: Either “strokes” or “picture” is expected."),
        (b"a,b", 415, "The file can be NDJSON, NPZ, or a ZIP file with IDX or PNG"),
    ],
)
def test_a_refused_file_is_explained_at_the_field(
    client: Client, data: bytes, status: int, reason: str
) -> None:
    response = send(client, data)

    assert response.status_code == status
    assert reason in response.content.decode()
    assert 'aria-invalid="true"' in response.content.decode()
    assert not Drawing.objects.exists()


def test_a_form_without_a_file(client: Client) -> None:
    response = client.post(IMPORT, {})

    assert response.status_code == 400
    assert "This field is required." in response.content.decode()


def test_the_form_needs_the_csrf_token(owner: User, version: ModelVersion) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(owner)

    assert send(client, TWO).status_code == 403
    assert not Drawing.objects.exists()
