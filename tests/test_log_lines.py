"""Log lines as JSON: application, access log, and what they say about the request."""

import json
import logging
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.test import Client
from gunicorn.config import Config

from digitsite import access_log
from digitsite.environment import envchoice
from digitsite.log_lines import JsonLine
from digitsite.masking import Mask
from recognizer.actions.accounts.tokens import create_token
from recognizer.models import AuditEvent, User
from recognizer.pages.drawings import history
from tests.conftest import signed_in

GIVEN = "proxy-7f3a.1"


class Lines(logging.Handler):
    """Keeps the lines that the console would get with LOG_FORMAT=json."""

    def __init__(self) -> None:
        super().__init__()
        self.setFormatter(JsonLine())
        self.addFilter(Mask())
        self.lines: list[dict[str, Any]] = []

    def emit(self, record: logging.LogRecord) -> None:
        text = self.format(record)
        assert "\n" not in text
        self.lines.append(json.loads(text))


@pytest.fixture
def lines() -> Any:
    handler = Lines()
    logging.getLogger().addHandler(handler)
    yield handler.lines
    logging.getLogger().removeHandler(handler)


def test_a_line_is_one_object(lines: list[dict[str, Any]]) -> None:
    try:
        raise ValueError("a\nb")
    except ValueError:
        logging.getLogger("digits.test").exception("It failed\nfor %s", "ann@example.org")

    (line,) = lines
    assert set(line) == {"time", "level", "logger", "message", "error"}
    assert line["time"].endswith("+00:00")
    assert (line["level"], line["logger"]) == ("ERROR", "digits.test")
    assert line["message"] == "It failed\nfor ...@..."
    assert line["error"].endswith("ValueError: a\nb")


def test_a_line_names_request_address_and_account(
    lines: list[dict[str, Any]], owner: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*args: object, **values: object) -> None:
        logging.getLogger("digits.test").warning("inside")
        raise RuntimeError("unexpected")

    monkeypatch.setattr(history, "render", fail)
    client = signed_in(owner)
    client.raise_request_exception = False
    lines.clear()
    response = client.get("/drawings/", REMOTE_ADDR="192.0.2.9")

    facts = {"request": response["X-Request-ID"], "address": "192.0.2.9", "account": owner.pk}
    assert [line["message"] for line in lines] == ["inside", "Internal Server Error: /drawings/"]
    assert [{name: line[name] for name in facts} for line in lines] == [facts, facts]
    assert "RuntimeError: unexpected" in lines[1]["error"]
    assert f">{response['X-Request-ID']}<" in response.text
    assert owner.username not in json.dumps(lines)


def test_a_line_about_a_tokens_request_has_its_account(
    lines: list[dict[str, Any]], owner: User
) -> None:
    secret = create_token(owner=owner, name="laptop")[1]
    headers = {"Authorization": f"Token {secret}"}
    Client(headers=headers).get("/api/v1/drawings/123456/")

    assert [line["account"] for line in lines if line["logger"] == "django.request"] == [owner.pk]


def test_a_line_makes_no_query(
    lines: list[dict[str, Any]], owner: User, django_assert_num_queries: Any
) -> None:
    client = signed_in(owner)
    lines.clear()
    with django_assert_num_queries(0):
        response = client.post("/livez")  # nothing asks who sent it

    (line,) = lines
    assert line["request"] == response["X-Request-ID"]
    assert "account" not in line


@pytest.mark.parametrize(
    ("proxies", "headers", "kept"),
    [
        (1, {"X-Forwarded-For": "192.0.2.9"}, True),
        (0, {"X-Forwarded-For": "192.0.2.9"}, False),
        (1, {}, False),
    ],
)
def test_the_id_of_the_proxy_is_kept(
    db: None, settings: Any, proxies: int, headers: dict[str, str], kept: bool
) -> None:
    settings.PROXIES = proxies
    response = Client(headers=headers | {"X-Request-ID": GIVEN}).get("/livez")
    assert (response["X-Request-ID"] == GIVEN) == kept
    assert response["X-Request-ID"]


@pytest.mark.parametrize("given", ["", "a b", "x" * 65, "é", "<b>", "a\tb", "ann@example.org"])
def test_an_id_that_is_not_well_formed_is_replaced(db: None, settings: Any, given: str) -> None:
    settings.PROXIES = 1
    headers = {"X-Forwarded-For": "192.0.2.9", "X-Request-ID": given}
    assert len(Client(headers=headers).get("/livez")["X-Request-ID"]) == 32


def test_every_request_has_its_own(db: None) -> None:
    assert Client().get("/livez")["X-Request-ID"] != Client().get("/livez")["X-Request-ID"]


def test_pages_of_errors_show_the_id(owner: User) -> None:
    client = signed_in(owner)
    strict = Client(enforce_csrf_checks=True)
    for response in (
        client.get("/no-such-page/"),
        client.get("/drawings/export/?format=x"),
        strict.post("/accounts/login/", {"username": "x", "password": "y"}),
    ):
        assert response.status_code >= 400
        assert f">{response['X-Request-ID']}</code>" in response.text


def test_the_audit_has_it(owner: User) -> None:
    client = Client()
    client.post("/accounts/login/", {"username": owner.username, "password": "wrong"})
    response = client.post("/accounts/login/", {"username": owner.username, "password": "wrong"})

    newest = AuditEvent.objects.filter(kind="sign_in_failed").order_by("-pk")[0]
    assert newest.request_id == response["X-Request-ID"]


def test_outside_a_request_there_is_none(owner: User) -> None:
    owner.is_staff = True
    owner.save()
    assert AuditEvent.objects.get(kind="account_changed").request_id == ""


# The access log -----------------------------------------------------------------------------------


def access(monkeypatch: pytest.MonkeyPatch, capsys: Any, form: str) -> str:
    """Return the line of the access log about one request."""
    monkeypatch.setattr(access_log, "LOG_FORMAT", form)
    config = Config()
    config.set("accesslog", "-")
    logger = access_log.MaskedLogger(config)
    environ = {
        **{"REQUEST_METHOD": "GET", "SERVER_PROTOCOL": "HTTP/1.1", "QUERY_STRING": ""},
        **{"RAW_URI": "/accounts/reset/MQ/d1a2b3/", "PATH_INFO": "/accounts/reset/MQ/d1a2b3/"},
        **{"REMOTE_ADDR": "10.0.0.1", "HTTP_USER_AGENT": "curl ann@example.org"},
        **{"digits.request_id": GIVEN, "digits.address": "192.0.2.9", "digits.account": 7},
    }
    response = SimpleNamespace(status="404 Not Found", sent=123, headers=[])
    try:
        logger.access(response, SimpleNamespace(headers=[]), environ, timedelta(seconds=0.25))
    finally:
        for log in (logger.error_log, logger.access_log):
            log.handlers.clear()
    return capsys.readouterr().out


def test_the_access_log_as_json(monkeypatch: pytest.MonkeyPatch, capsys: Any) -> None:
    line = json.loads(access(monkeypatch, capsys, "json"))
    del line["time"]
    assert line == {
        **{"level": "INFO", "logger": "gunicorn.access"},
        **{"message": "GET /accounts/reset/... HTTP/1.1"},
        **{"request": GIVEN, "address": "192.0.2.9", "account": 7},
        **{"method": "GET", "path": "/accounts/reset/...", "status": 404, "bytes": 123},
        **{"seconds": 0.25, "agent": "curl ...@..."},
    }


def test_the_access_log_as_text_is_masked(monkeypatch: pytest.MonkeyPatch, capsys: Any) -> None:
    line = access(monkeypatch, capsys, "text")
    assert '"GET /accounts/reset/... HTTP/1.1" 404 123' in line
    assert "ann@" not in line


def test_another_format_stops_the_start(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOG_FORMAT", "xml")
    with pytest.raises(ImproperlyConfigured, match=r"LOG_FORMAT is 'xml'.*text or json"):
        envchoice("LOG_FORMAT", ["text", "json"])
