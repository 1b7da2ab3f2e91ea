"""A full disk and a database that is away: words and the right status, on pages and in the API."""

import errno
import sqlite3
from collections.abc import Callable
from contextlib import closing
from types import SimpleNamespace

import pytest
from django.contrib.sessions.backends.db import SessionStore
from django.db import OperationalError
from django.test import Client

from recognizer.actions.jobs import database_errors
from recognizer.actions.jobs.database_errors import has_no_space, refusal_of
from recognizer.models import ModelVersion, User
from recognizer.pages.drawings import history
from tests.conftest import SEVEN, signed_in


def of_sqlite(code: int) -> OperationalError:
    cause = sqlite3.OperationalError("of SQLite")
    cause.sqlite_errorcode = code
    return caused_by(cause)


def caused_by(cause: Exception) -> OperationalError:
    error = OperationalError(str(cause))
    error.__cause__ = cause
    return error


class OfPostgresql(Exception):
    def __init__(self, sqlstate: str) -> None:
        self.sqlstate = sqlstate


FULL = of_sqlite(sqlite3.SQLITE_FULL)
AWAY = OperationalError("could not connect to server db.internal")
NO_SPACE = "disk is full, so nothing can be stored at present"
TRY_AGAIN = "database cannot be reached or is too slow at present"


def raising(error: Exception) -> Callable[..., None]:
    def fail(*args: object, **values: object) -> None:
        raise error

    return fail


@pytest.fixture
def client(owner: User, version: ModelVersion) -> Client:
    client = signed_in(owner)
    client.raise_request_exception = False
    return client


@pytest.mark.parametrize(
    ("error", "status", "code", "words"),
    [
        (FULL, 507, "no_space", NO_SPACE),
        (caused_by(OfPostgresql("53100")), 507, "no_space", NO_SPACE),
        (OSError(errno.ENOSPC, "No space left on device"), 507, "no_space", NO_SPACE),
        (OSError(errno.EDQUOT, "Disk quota exceeded"), 507, "no_space", NO_SPACE),
        (AWAY, 503, "unavailable", TRY_AGAIN),
        (of_sqlite(sqlite3.SQLITE_BUSY), 503, "unavailable", TRY_AGAIN),
        (caused_by(OfPostgresql("57014")), 503, "unavailable", TRY_AGAIN),
        (OSError(errno.EIO, "Input/output error"), 500, "error", "Something went wrong"),
        (ValueError("a mistake"), 500, "error", "Something went wrong"),
    ],
)
def test_pages_and_api_say_what_is_wrong(
    client: Client, monkeypatch: pytest.MonkeyPatch, error, status, code, words
) -> None:
    monkeypatch.setattr(history, "page_of", raising(error))
    monkeypatch.setattr("recognizer.api.drawings.save_drawing", raising(error))

    page = client.get("/drawings/")
    saved = client.post("/api/v1/drawings/", {"strokes": SEVEN}, content_type="application/json")

    assert (page.status_code, saved.status_code) == (status, status)
    assert words in page.content.decode()
    assert saved.json()["error"]["code"] == code
    assert words in saved.json()["error"]["message"]
    assert "db.internal" not in page.content.decode() + saved.content.decode()
    assert ("Retry-After" in page, "Retry-After" in saved) == ((status == 503,) * 2)


@pytest.mark.parametrize("address", ["/", "/api/v1/jobs/"])
@pytest.mark.parametrize(("error", "status"), [(FULL, 507), (AWAY, 503)])
def test_what_fails_before_the_view_says_so_too(
    client: Client, monkeypatch: pytest.MonkeyPatch, error: Exception, status: int, address: str
) -> None:
    monkeypatch.setattr(SessionStore, "load", raising(error))

    response = client.get(address)

    assert response.status_code == status
    assert (NO_SPACE if status == 507 else TRY_AGAIN) in response.content.decode()


def test_signing_in_on_a_full_disk(
    owner: User, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(SessionStore, "save", raising(FULL))
    stranger = Client(raise_request_exception=False)

    asked = {"username": "owner", "password": "correct horse"}
    assert stranger.post("/accounts/login/", asked).status_code == 507


def test_files_beside_a_sqlite_database_that_cannot_be_written_on_a_full_disk(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    broken = of_sqlite(sqlite3.SQLITE_IOERR | (22 << 8))  # SQLITE_IOERR_SHMMAP
    for free, expected in ((0, True), (2**30, False)):
        usage = SimpleNamespace(free=free)
        monkeypatch.setattr(database_errors.shutil, "disk_usage", lambda path, usage=usage: usage)
        assert has_no_space(broken) is expected


def test_a_real_full_database_is_known() -> None:
    with closing(sqlite3.connect(":memory:")) as database:
        database.execute("PRAGMA max_page_count=1")
        with pytest.raises(sqlite3.OperationalError) as full:
            database.execute("CREATE TABLE drawings (content)")
    refusal = refusal_of(caused_by(full.value))
    assert refusal is not None
    assert refusal.status == 507


@pytest.mark.parametrize("path", ["/", "/api/v1/recognize/"])
def test_visitors_draw_while_the_database_is_away(
    version: ModelVersion, monkeypatch: pytest.MonkeyPatch, settings, path: str
) -> None:
    settings.SERVING_CHECK_SECONDS = 0.0
    visitor = Client(raise_request_exception=False)
    ask = {
        "/": lambda: visitor.get("/"),
        "/api/v1/recognize/": lambda: visitor.post(
            "/api/v1/recognize/", {"strokes": SEVEN}, content_type="application/json"
        ),
    }[path]
    assert ask().status_code == 200  # the version is loaded

    with monkeypatch.context() as patch:
        patch.setattr("django.db.backends.utils.CursorWrapper.execute", raising(AWAY))
        found = [ask().status_code for _ in range(3)]

    assert found == [200] * 3
