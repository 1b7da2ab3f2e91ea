"""The site under other names, and below a path."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.test import Client

from digitsite.script_name import below, script_name
from recognizer.management.commands import serve


@pytest.mark.parametrize(("text", "path"), [("", ""), ("/digits/", "/digits"), ("/a/b", "/a/b")])
def test_the_path_below_which_the_site_is(text: str, path: str) -> None:
    assert script_name(text) == path


@pytest.mark.parametrize("text", ["digits", "https://a.example/digits", "/a b"])
def test_what_is_no_path_stops_the_start(text: str) -> None:
    with pytest.raises(ImproperlyConfigured, match="SCRIPT_NAME is"):
        script_name(text)


@pytest.mark.parametrize(
    ("asked", "seen"),
    [
        ("/digits/jobs/", "/jobs/"),
        ("/jobs/", "/jobs/"),
        ("/digits", "/"),
        ("/digitsjobs/", "/digitsjobs/"),
    ],
)
def test_a_proxy_may_pass_the_path_on_or_take_it_away(asked: str, seen: str) -> None:
    application = below("/digits", lambda environ, _: environ)
    environ = application({"PATH_INFO": asked}, None)
    assert (environ["SCRIPT_NAME"], environ["PATH_INFO"]) == ("/digits", seen)


def test_the_path_is_hidden_from_gunicorn(tmp_path: Path) -> None:
    """It takes SCRIPT_NAME from the environment, and answers 500 to a path without it."""
    program = (
        "import os, digitsite.wsgi as w; print('SCRIPT_NAME' in os.environ, w.settings.STATIC_URL)"
    )
    environment = {**os.environ, "SCRIPT_NAME": "/digits", "DIGITS_HOME": str(tmp_path)}
    environment["DJANGO_SETTINGS_MODULE"] = "digitsite.settings"
    done = subprocess.run(
        [sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=True
    )
    assert done.stdout == "False /digits/static/\n"


def test_a_name_that_is_not_allowed_is_named_with_the_setting(client: Client) -> None:
    page = client.get("/", headers={"host": "192.0.2.7:8000"})
    words = page.content.decode()
    assert page.status_code == 400
    assert "does not answer to the name <b>192.0.2.7</b>" in words
    assert "ALLOWED_HOSTS=localhost,127.0.0.1,192.0.2.7" in words

    answer = client.get("/api/v1/drawings/", headers={"host": "<b>.example"})
    assert answer.status_code == 400
    assert "ALLOWED_HOSTS" in answer.json()["error"]["message"]


def test_at_the_start_it_is_said_how_others_reach_the_site(
    monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    monkeypatch.setattr(serve, "own_address", lambda: "192.0.2.7")
    settings.ALLOWED_HOSTS = ["localhost"]
    assert serve.address_hint("127.0.0.1", 8000) == ""
    hint = serve.address_hint("0.0.0.0", 8000)  # noqa: S104
    assert "HOST=0.0.0.0 ALLOWED_HOSTS='localhost,192.0.2.7' make run" in hint
    settings.ALLOWED_HOSTS = ["192.0.2.7"]
    assert "ALLOWED_HOSTS" not in serve.address_hint("0.0.0.0", 8000)  # noqa: S104
