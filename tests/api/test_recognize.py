import base64
import json
import time
from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import OperationalError
from django.test import Client
from django.utils import timezone
from PIL import Image

from recognizer.actions import housekeeping
from recognizer.actions.drawings.sent_pictures import KEPT, MOST
from recognizer.api.authentication import RecentSession
from recognizer.models import Deployment, Drawing, ModelVersion, SentPicture, User
from tests.api.client import DRAWN, ROOT, get, post, problem

pytestmark = pytest.mark.usefixtures("version")


def send(client: Client, picture: bytes, name: str = "one.png", asked: str = "") -> Any:
    return client.post(ROOT + f"recognize/{asked}", {"image": SimpleUploadedFile(name, picture)})


def test_it_reads_strokes(as_owner: Client, version: ModelVersion) -> None:
    answer = post(as_owner, "recognize/", DRAWN).json()
    assert (answer["is_digit"], answer["digit"], answer["blank"]) == (True, 7, False)
    assert answer["top"][0]["digit"] == 7
    assert len(answer["top"]) == 3
    assert len(answer["probabilities"]) == 10
    assert sum(answer["probabilities"]) == pytest.approx(1)
    shares = answer["class_probabilities"]
    assert sum(shares) == pytest.approx(1)
    assert (shares[7], shares[10]) == (answer["confidence"], answer["not_a_digit"])
    assert 0.5 < answer["confidence"] <= 1
    assert answer["version"] == version.number
    assert len(base64.b64decode(answer["network_input"], validate=True)) == 784


def test_it_reads_a_picture(as_owner: Client, picture: Callable[..., bytes]) -> None:
    assert send(as_owner, picture()).json()["digit"] == 1
    assert send(as_owner, picture(kind=".webp"), "one.webp").json()["digit"] == 1


def test_it_ignores_unknown_keys(as_owner: Client) -> None:
    assert post(as_owner, "recognize/", {**DRAWN, "brush": 12, "color": "red"}).status_code == 200


def test_it_averages_over_augmented_views_on_request(as_owner: Client) -> None:
    plain = post(as_owner, "recognize/?augmented=false", DRAWN).json()
    augmented = post(as_owner, "recognize/?augmented=true", DRAWN).json()
    assert post(as_owner, "recognize/", DRAWN).json()["probabilities"] == plain["probabilities"]
    assert augmented["probabilities"] != plain["probabilities"]
    assert augmented["digit"] == 7
    assert augmented["network_input"] == plain["network_input"]


def test_it_refuses_an_invalid_value_of_augmented(as_owner: Client) -> None:
    response = post(as_owner, "recognize/?augmented=perhaps", DRAWN)
    assert problem(response) == (400, "invalid")
    assert "augmented" in response.json()["error"]["fields"]


def test_it_stores_nothing(as_owner: Client) -> None:
    post(as_owner, "recognize/", DRAWN)
    assert not Drawing.objects.exists()


@pytest.mark.parametrize("strokes", [[], [[]], [[], []]])
def test_it_reports_empty_strokes_as_blank(as_owner: Client, strokes: list) -> None:
    response = post(as_owner, "recognize/", {"strokes": strokes})
    assert response.status_code == 200
    answer = response.json()
    assert answer["blank"] is True
    assert answer["is_digit"] is False
    assert answer["digit"] is None
    assert answer["message"] == "Nothing is drawn yet."
    assert answer["top"] == []
    assert answer["probabilities"] == [0] * 10
    assert base64.b64decode(answer["network_input"]) == bytes(784)


def test_it_reports_a_white_picture_as_blank(
    as_owner: Client, picture: Callable[..., bytes]
) -> None:
    assert send(as_owner, picture(blank=True)).json()["blank"] is True


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (b"{", (400, "invalid")),
        (b"\xff\xfe", (400, "invalid")),
        (b'{"strokes": [[[NaN, 1]]]}', (400, "invalid")),
        (b'{"strokes": [[[1e999, 1]]]}', (400, "invalid")),
        (b'{"strokes": ' + b"[" * 100_000 + b"]" * 100_000 + b"}", (400, "invalid")),
        ({"strokes": [[[1]]]}, (400, "invalid")),
        ({"strokes": [[["1", "2"]]]}, (400, "invalid")),
        ({"strokes": [[{"x": 1}]]}, (400, "invalid")),
        ({"strokes": None}, (400, "invalid")),
        ({"strokes": "seven"}, (400, "invalid")),
        ({}, (400, "invalid")),
        ([], (400, "invalid")),
        (b"null", (400, "invalid")),
        ({"image": "aGVsbG8="}, (400, "invalid")),
        ({"strokes": [], "image": ""}, (400, "invalid")),
        ({"strokes": [[[1, 1]]] * 65}, (413, "too_large")),
        ({"strokes": [[[1, 1]] * 10_001]}, (413, "too_large")),
    ],
)
def test_it_refuses_invalid_strokes(as_owner: Client, body: Any, expected: tuple[int, str]) -> None:
    assert problem(post(as_owner, "recognize/", body)) == expected


def test_it_refuses_a_file_that_is_not_a_picture(as_owner: Client) -> None:
    assert problem(send(as_owner, b"GIF89a not really")) == (400, "invalid")
    assert problem(send(as_owner, b"<svg>")) == (415, "unsupported_type")
    assert problem(send(as_owner, b"")) == (400, "invalid")


def test_it_refuses_a_damaged_picture(as_owner: Client, picture: Callable[..., bytes]) -> None:
    assert problem(send(as_owner, picture()[:60])) == (400, "invalid")


def test_it_refuses_a_picture_that_is_too_large(as_owner: Client) -> None:
    five_and_a_half_megabytes = bytes(5_500_000)
    assert problem(send(as_owner, five_and_a_half_megabytes)) == (413, "too_large")


def test_it_refuses_a_body_that_is_too_large(as_owner: Client) -> None:
    assert problem(post(as_owner, "recognize/", b" " * 7_000_000)) == (413, "too_large")


def test_it_refuses_strokes_and_a_picture_at_once(
    as_owner: Client, picture: Callable[..., bytes]
) -> None:
    both = {"image": SimpleUploadedFile("a.png", picture()), "strokes": json.dumps([])}
    assert problem(as_owner.post(ROOT + "recognize/", both)) == (400, "invalid")


def test_it_refuses_a_form_without_strokes_or_picture(as_owner: Client) -> None:
    assert problem(as_owner.post(ROOT + "recognize/", {"name": "x"})) == (400, "invalid")


def test_it_refuses_a_broken_form(owner: User) -> None:
    # Django reads a form before the view does, to find the CSRF token.
    client = Client(enforce_csrf_checks=True, headers={"X-CSRFToken": "a" * 32})
    client.cookies["csrftoken"] = "a" * 32
    client.force_login(owner)
    broken = "multipart/form-data; boundary="
    response = client.post(ROOT + "recognize/", b"--x\r\n", content_type=broken)
    assert problem(response) == (400, "invalid")


@pytest.mark.parametrize("kind", ["text/plain", "image/png", "application/x-www-form-urlencoded"])
def test_it_refuses_other_types(as_owner: Client, kind: str) -> None:
    response = as_owner.post(ROOT + "recognize/", b"strokes=1", content_type=kind)
    assert problem(response) == (415, "unsupported_type")


def test_without_a_serving_version_it_is_unavailable(as_owner: Client) -> None:
    Deployment.objects.all().delete()
    assert problem(post(as_owner, "recognize/", DRAWN)) == (503, "unavailable")


def test_a_session_is_looked_up_once_in_some_seconds(
    as_owner: Client, django_assert_num_queries: Callable, monkeypatch: pytest.MonkeyPatch
) -> None:
    post(as_owner, "recognize/", DRAWN)  # loads the network
    with django_assert_num_queries(0):
        assert post(as_owner, "recognize/", DRAWN).status_code == 200

    later = time.monotonic() + RecentSession.SECONDS
    monkeypatch.setattr(time, "monotonic", lambda: later)
    with django_assert_num_queries(3):  # the session, its user, and the newest deployment
        assert post(as_owner, "recognize/", DRAWN).status_code == 200

    as_owner.logout()
    assert problem(get(as_owner, "drawings/")) == (401, "unauthenticated")


def test_a_session_that_was_just_seen_needs_a_csrf_token(owner: User) -> None:
    client = Client(enforce_csrf_checks=True)
    client.cookies["csrftoken"] = "a" * 32
    client.force_login(owner)
    right = {"X-CSRFToken": "a" * 32}
    assert post(client, "recognize/", DRAWN, **right).status_code == 200

    assert problem(post(client, "recognize/", DRAWN)) == (403, "forbidden")
    assert post(client, "recognize/", DRAWN, **right).status_code == 200


def test_two_sessions_are_two_people(owner: User, stranger: User) -> None:
    clients = [Client() for _ in (owner, stranger)]
    for client, person in zip(clients, (owner, stranger), strict=True):
        client.force_login(person)
        post(client, "recognize/", DRAWN)
    seen = [post(client, "recognize/", DRAWN).wsgi_request.user for client in (*clients, *clients)]
    assert seen == [owner, stranger] * 2


def test_a_picture_is_kept_on_request_and_saved_without_being_sent_again(
    as_owner: Client, as_stranger: Client, picture: Callable[..., bytes]
) -> None:
    read = send(as_owner, picture(), asked="?keep=true").json()
    kept = {"kept": read["kept"]}
    assert problem(post(as_stranger, "drawings/", kept)) == (404, "not_found")
    assert post(as_owner, "explain/", kept).json()["answer"]["digit"] == 1

    saved = post(as_owner, "drawings/", kept).json()

    assert saved["source"] == "upload"
    assert saved["answer"]["network_input"] == read["network_input"]
    assert problem(post(as_owner, "drawings/", kept)) == (404, "not_found")
    assert send(as_owner, picture()).json()["kept"] is None


def test_kept_pictures_are_few_and_go_after_an_hour(
    as_owner: Client, picture: Callable[..., bytes]
) -> None:
    for _ in range(MOST + 1):
        send(as_owner, picture(), asked="?keep=true")
    assert SentPicture.objects.count() == MOST

    SentPicture.objects.update(created_at=timezone.now() - KEPT)
    housekeeping.clean()

    assert not SentPicture.objects.exists()


def test_after_an_hour_a_picture_cannot_be_saved_even_if_nothing_cleaned_it(
    as_owner: Client, picture: Callable[..., bytes]
) -> None:
    kept = {"kept": send(as_owner, picture(), asked="?keep=true").json()["kept"]}
    SentPicture.objects.update(created_at=timezone.now() - KEPT)

    assert problem(post(as_owner, "drawings/", kept)) == (404, "not_found")


def test_a_picture_that_cannot_be_kept_is_still_recognized(
    as_owner: Client, picture: Callable[..., bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*args: Any, **values: Any) -> None:
        raise OperationalError("database or disk is full")

    monkeypatch.setattr(SentPicture, "save", full)
    answer = send(as_owner, picture(), asked="?keep=true").json()

    assert (answer["digit"], answer["kept"]) == (1, None)


def test_a_session_that_just_ended_keeps_no_picture(
    as_owner: Client, picture: Callable[..., bytes]
) -> None:
    send(as_owner, picture())
    session = as_owner.cookies["sessionid"].value
    as_owner.logout()
    as_owner.cookies["sessionid"] = session

    send(as_owner, picture(), asked="?keep=true")

    assert not SentPicture.objects.exists()


@pytest.mark.parametrize("kept", ["x", "", None, 7])
def test_a_wrong_id_of_a_picture_is_refused(as_owner: Client, kept: object) -> None:
    assert problem(post(as_owner, "drawings/", {"kept": kept})) == (400, "invalid")


@pytest.mark.parametrize(
    ("alpha", "message"),
    [(0, "The picture is transparent"), (255, "No ink was found in the picture")],
)
def test_an_empty_picture_says_what_is_missing(as_owner: Client, alpha: int, message: str) -> None:
    empty = BytesIO()
    Image.new("RGBA", (64, 64), (255, 255, 255, alpha)).save(empty, "PNG")
    answer = send(as_owner, empty.getvalue()).json()
    assert answer["blank"] is True
    assert answer["message"].startswith(message)
