import logging
from typing import Any

import pytest
from django.test import Client
from rest_framework.throttling import UserRateThrottle

from recognizer.models import ModelVersion, User
from tests.api.client import DRAWN, ROOT, ask, get, post, problem


@pytest.mark.parametrize("path", ["/api/", "/api/v2/x/", "/api/v1/", "/api/v1/jobs", "/api/x.php"])
def test_an_unknown_address_is_answered_in_json(as_owner: Client, path: str) -> None:
    assert problem(as_owner.get(path)) == (404, "not_found")
    assert problem(as_owner.post(path)) == (404, "not_found")


@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", "recognize/"), ("PUT", "drawings/"), ("PATCH", "jobs/"), ("DELETE", "versions/")],
)
def test_a_wrong_method_is_answered_in_json(as_owner: Client, method: str, path: str) -> None:
    response = ask(as_owner, method, path)
    assert problem(response) == (405, "method_not_allowed")
    assert "OPTIONS" in response["Allow"]


def test_an_unsupported_accept_header_is_answered_in_json(as_owner: Client) -> None:
    assert problem(get(as_owner, "jobs/", Accept="text/html")) == (406, "not_acceptable")


def test_a_throttled_response_says_when_to_retry(
    as_owner: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(UserRateThrottle, "THROTTLE_RATES", {"user": "2/min"})
    assert [get(as_owner, "jobs/").status_code for _ in range(2)] == [200, 200]
    response = get(as_owner, "jobs/")
    assert problem(response) == (429, "throttled")
    assert 0 < int(response["Retry-After"]) <= 60


def test_users_are_throttled_separately(
    as_owner: Client, as_stranger: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(UserRateThrottle, "THROTTLE_RATES", {"user": "1/min"})
    get(as_owner, "jobs/")
    assert get(as_owner, "jobs/").status_code == 429
    assert get(as_stranger, "jobs/").status_code == 200


def test_a_form_that_is_too_large_is_answered_in_json(as_owner: Client, settings: Any) -> None:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 10
    response = as_owner.post(ROOT + "recognize/", {"strokes": "x" * 100})
    assert problem(response) == (413, "too_large")


def test_a_form_with_too_many_fields_is_answered_in_json(as_owner: Client, settings: Any) -> None:
    settings.DATA_UPLOAD_MAX_NUMBER_FIELDS = 2
    response = as_owner.post(ROOT + "recognize/", {"a": 1, "b": 2, "c": 3})
    assert problem(response) == (400, "invalid")


def test_an_unexpected_error_is_logged_and_answered_in_json(
    owner: User,
    version: ModelVersion,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    def breaks(ink: object, *, augmented: bool, mode: str) -> None:
        raise RuntimeError("an internal detail")

    monkeypatch.setattr("recognizer.api.recognition.recognize", breaks)
    client = Client(raise_request_exception=False)
    client.force_login(owner)
    with caplog.at_level(logging.ERROR, logger="recognizer.api.errors"):
        response = post(client, "recognize/", DRAWN)
    assert problem(response) == (500, "error")
    assert b"internal detail" not in response.content
    assert "an internal detail" in caplog.text


def test_an_unexpected_error_sends_djangos_signal(
    as_owner: Client, version: ModelVersion, monkeypatch: pytest.MonkeyPatch
) -> None:
    def breaks(ink: object, *, augmented: bool, mode: str) -> None:
        raise RuntimeError

    monkeypatch.setattr("recognizer.api.recognition.recognize", breaks)
    with pytest.raises(RuntimeError):  # the test client receives the same signal
        post(as_owner, "recognize/", DRAWN)
