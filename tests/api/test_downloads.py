"""A few downloads at once for each person."""

import gc
import runpy
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from recognizer.accounts.downloads import AT_ONCE
from recognizer.models import AuditEvent, User
from tests.api.client import get, problem
from tests.conftest import signed_in

EXPORT = "drawings/export/"


@pytest.fixture(autouse=True)
def two_at_once(settings: Any) -> None:
    settings.DOWNLOADS_AT_ONCE = 2


def test_a_third_download_at_once_is_refused_with_words(as_owner: Client, owner: User) -> None:
    running = [get(as_owner, EXPORT), as_owner.get("/drawings/export/?format=ndjson")]
    assert [response.status_code for response in running] == [200, 200]

    refused = get(as_owner, EXPORT)
    assert problem(refused) == (429, "throttled")
    assert refused["Retry-After"] == "10"
    page = as_owner.get("/account/export.zip")
    assert page.status_code == 429
    assert "2 downloads of yours are still running." in page.content.decode()

    for response in running:
        response.close()
    assert get(as_owner, EXPORT).status_code == 200


def test_a_refused_download_is_no_export_in_the_audit(as_owner: Client) -> None:
    running = [get(as_owner, EXPORT) for _ in range(2)]
    before = AuditEvent.objects.count()
    addresses = (
        "/api/v1/drawings/export/",
        "/drawings/export/?format=ndjson",
        "/account/export.zip",
    )
    assert {as_owner.get(each).status_code for each in addresses} == {429}
    assert AuditEvent.objects.count() == before
    for response in running:
        response.close()


def test_people_do_not_wait_for_the_downloads_of_others(
    as_owner: Client, as_stranger: Client
) -> None:
    running = [get(as_owner, EXPORT) for _ in range(2)]
    assert get(as_stranger, EXPORT).status_code == 200
    assert {response.status_code for response in running} == {200}


def test_all_people_together_leave_half_of_the_threads(
    as_owner: Client, as_stranger: Client, as_reviewer: Client
) -> None:
    running = [get(each, EXPORT) for each in (as_owner, as_stranger) for _ in range(2)]
    assert {response.status_code for response in running} == {200}

    refused = get(as_reviewer, EXPORT)
    assert problem(refused) == (429, "throttled")
    assert "Many downloads are running." in refused.json()["error"]["message"]

    running.pop().close()
    assert get(as_reviewer, EXPORT).status_code == 200


def test_the_web_server_has_threads_beside_those_of_downloads(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("PROMETHEUS_MULTIPROC_DIR", "not made")
    conf = runpy.run_path(str(Path(settings.BASE_DIR) / "gunicorn.conf.py"))
    assert conf["threads"] >= 2 * AT_ONCE


def test_downloads_that_are_read_to_their_end_do_not_count(owner: User) -> None:
    for _ in range(4):
        response = get(signed_in(owner), EXPORT)
        assert b"".join(response) == b""
        response.close()
        assert response.status_code == 200


def test_a_download_that_nobody_sent_does_not_count(as_owner: Client) -> None:
    """Its response is dropped, as if a middleware had failed."""
    for _ in range(4):
        assert get(as_owner, EXPORT).status_code == 200
        gc.collect()
