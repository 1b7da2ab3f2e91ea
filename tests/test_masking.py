import logging
import sys

import pytest
from django.conf import settings
from django.test import Client

from digitsite.masking import Mask, masked

TOKEN = "Ab3-" * 10 + "x_9"  # as secrets.token_urlsafe(32) makes them: 43 characters
LINK = "/accounts/reset/MQ/d1a2b3-0f0f0f0f/"


def test_a_password_reset_link_is_masked() -> None:
    line = f"GET {LINK}?x=1 HTTP/1.1"
    assert masked(line) == "GET /accounts/reset/...?x=1 HTTP/1.1"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (f"Authorization: Token {TOKEN}", "Authorization: Token ..."),
        (f"bearer {TOKEN[:30]}!", "bearer ...!"),
        (f"no token {TOKEN!r} here", "no token '...' here"),
        ("WEBHOOK_SECRET=whsec_c2VjcmV0+/x=", "WEBHOOK_SECRET=whsec_..."),
        ("mail to <ann.b+c@mail.example.org>", "mail to <...@...>"),
        ("GET /?next=ann%40example.org HTTP/1.1", "GET /?next=...@... HTTP/1.1"),
        ('[[{"x": 1.5, "y": 2}, {"t": 3}]]', "[[{...}, {...}]]"),
        ("{'x': 1.5, 'y': 2} {'x': 4, 'y", "{...} {...}"),
        ("data:image/png;base64,iVBORw0KGgo= end", "data:image/png;base64,... end"),
        (
            "DETAIL:  Failing row contains (1, [[1, 2]], \\x00),\n more",
            "DETAIL:  Failing row contains (...)",
        ),
        ("Key (email)=(x y) already exists.", "Key (email)=(...) already exists."),
    ],
)
def test_secrets_mail_addresses_and_ink_are_masked(text: str, shown: str) -> None:
    assert masked(text) == shown


@pytest.mark.parametrize(
    "text",
    [
        "GET /drawings/7/ HTTP/1.1",
        "job 12 ended: {'status': 'failed', 'step': 3}",
        "version 3 (" + "0123456789abcdef" * 4 + ") serves",
        "PATCH /api/v1/drawings/7/ 404",
        "no token was sent: token required",
    ],
)
def test_other_lines_are_unchanged(text: str) -> None:
    assert masked(text) == text


def test_the_error_of_a_line_is_masked() -> None:
    try:
        raise ValueError("no person ann@example.org")
    except ValueError:
        record = logging.LogRecord("x", logging.ERROR, "", 1, "failed", (), sys.exc_info())
    Mask().filter(record)

    shown = logging.Formatter().format(record)
    assert "ValueError: no person ...@..." in shown
    assert "ann@" not in shown


@pytest.mark.django_db
def test_the_log_of_a_failed_request_is_masked(caplog: pytest.LogCaptureFixture) -> None:
    caplog.handler.addFilter(Mask())  # as in the site's logging settings
    Client().put(LINK + "more")

    assert "Not Found: /accounts/reset/..." in caplog.text
    assert "d1a2b3" not in caplog.text


def test_the_console_log_is_masked() -> None:
    assert settings.LOGGING["handlers"]["console"]["filters"] == ["masked"]
    root = next(each for each in logging.getLogger().handlers if each.name == "console")
    assert any(isinstance(each, Mask) for each in root.filters)
