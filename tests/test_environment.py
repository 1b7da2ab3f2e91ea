import os
import stat
import subprocess
import sys

import pytest
from django.core.exceptions import ImproperlyConfigured

from digitsite.environment import envbool, envfloat, envint, envlist, envrate, secret_key


def test_a_wrong_switch_names_what_is_allowed(monkeypatch):
    monkeypatch.setenv("DEBUG", "maybe")
    with pytest.raises(ImproperlyConfigured, match="DEBUG is 'maybe'; allowed:"):
        envbool("DEBUG", False)


@pytest.mark.parametrize(("value", "expected"), [("1", True), ("YES", True), ("off", False)])
def test_it_reads_a_switch(monkeypatch, value, expected):
    monkeypatch.setenv("HTTPS", value)
    assert envbool("HTTPS", not expected) is expected


@pytest.mark.parametrize("value", ["-1", "two", "2.5", ""])
def test_it_refuses_what_is_no_whole_number(monkeypatch, value):
    monkeypatch.setenv("JOB_LEASE_SECONDS", value)
    with pytest.raises(ImproperlyConfigured, match="3 or more"):
        envint("JOB_LEASE_SECONDS", 30, least=3)


@pytest.mark.parametrize("value", ["nan", "1.1", "lots"])
def test_it_refuses_a_share_out_of_range(monkeypatch, value):
    monkeypatch.setenv("LOW_CONFIDENCE", value)
    with pytest.raises(ImproperlyConfigured, match=r"from 0\.0 to 1\.0"):
        envfloat("LOW_CONFIDENCE", 0.8)


def test_it_splits_a_list_at_commas(monkeypatch):
    monkeypatch.setenv("ALLOWED_HOSTS", "a.example, b.example,")
    assert envlist("ALLOWED_HOSTS", []) == ["a.example", "b.example"]


def test_the_secret_is_made_once_and_only_its_owner_reads_it(monkeypatch, tmp_path):
    monkeypatch.delenv("SECRET_KEY", raising=False)
    secret = secret_key(tmp_path)
    assert len(secret) >= 50
    assert secret_key(tmp_path) == secret
    assert stat.S_IMODE((tmp_path / "secret-key").stat().st_mode) == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["secret-key"]


def test_a_given_secret_is_not_written_down(monkeypatch, tmp_path):
    monkeypatch.setenv("SECRET_KEY", "given")
    assert secret_key(tmp_path) == "given"
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("value", ["lots", "10", "10/fortnight", "-1/min"])
def test_it_refuses_what_is_no_rate(monkeypatch, value):
    monkeypatch.setenv("API_RATE", value)
    with pytest.raises(ImproperlyConfigured, match="1200/min"):
        envrate("API_RATE", "1200/min")


def test_a_database_server_without_a_shared_secret_stops_the_start(tmp_path):
    environment = {
        "PATH": os.environ["PATH"],
        "DIGITS_HOME": str(tmp_path),
        "DATABASE_URL": "postgresql://somebody@localhost/digits",
    }
    done = subprocess.run(
        [sys.executable, "-c", "import digitsite.settings"],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode != 0
    assert "SECRET_KEY is not set" in done.stderr


def test_a_home_with_odd_characters_keeps_its_database(tmp_path):
    home = tmp_path / "C#" / "what?%20"
    environment = {"PATH": os.environ["PATH"], "DIGITS_HOME": str(home)}
    script = "from digitsite.settings import DATABASES; print(DATABASES['default']['NAME'])"
    named = subprocess.check_output([sys.executable, "-c", script], env=environment, text=True)
    assert named.strip() == str(home / "digits.sqlite3")
