import json
import os
import stat
import subprocess
import sys

import pytest
from django.core.exceptions import ImproperlyConfigured

from digitsite.environment import (
    envbool,
    envcommand,
    envcron,
    envfloat,
    envint,
    envlist,
    envrate,
    envurl,
    secret_key,
)


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


def test_a_command_is_split_as_a_shell_does(monkeypatch):
    monkeypatch.setenv("TRAINING_COMMAND", "nice -n 5 '/opt/my python' -m mlcore")
    assert envcommand("TRAINING_COMMAND", ["x"]) == [
        "nice", "-n", "5", "/opt/my python", "-m", "mlcore"
    ]  # fmt: skip
    monkeypatch.setenv("TRAINING_COMMAND", " ")
    assert envcommand("TRAINING_COMMAND", ["x"]) == ["x"]


def test_a_command_with_an_open_quote_is_refused(monkeypatch):
    monkeypatch.setenv("TRAINING_COMMAND", "python '-m mlcore")
    with pytest.raises(ImproperlyConfigured, match=r"TRAINING_COMMAND .*: No closing quotation"):
        envcommand("TRAINING_COMMAND", [])


@pytest.mark.parametrize("value", ["", "  "])
def test_without_a_schedule_there_is_none(monkeypatch, value):
    monkeypatch.setenv("RETRAIN_SCHEDULE", value)
    assert envcron("RETRAIN_SCHEDULE") is None


def test_a_schedule_is_read_as_cron_writes_it(monkeypatch):
    monkeypatch.setenv("RETRAIN_SCHEDULE", " 30  3 * * mon-fri")
    schedule = envcron("RETRAIN_SCHEDULE")
    assert (schedule.minute, schedule.hour, schedule.day_of_week) == ({30}, {3}, {1, 2, 3, 4, 5})
    assert schedule.day_of_month == set(range(1, 32))


@pytest.mark.parametrize(
    "value",
    ["0 3 * *", "@daily", "61 * * * *", "0 3 * * 7", "0 0 30 2 *", "-1 * * * *", "a b c d e"],
)
def test_a_schedule_that_cannot_be_is_refused(monkeypatch, value):
    monkeypatch.setenv("RETRAIN_SCHEDULE", value)
    with pytest.raises(ImproperlyConfigured, match=r"RETRAIN_SCHEDULE .* five fields are due"):
        envcron("RETRAIN_SCHEDULE")


@pytest.mark.parametrize(
    "value",
    ["ftp://host/x", "file:///etc/passwd", "host/x", "http://", "http://host:99999/", "http://["],
)
def test_an_address_that_cannot_be_is_refused(monkeypatch, value):
    monkeypatch.setenv("WEBHOOK_URL", value)
    with pytest.raises(ImproperlyConfigured, match=r"WEBHOOK_URL is .* http:// or https://"):
        envurl("WEBHOOK_URL")


@pytest.mark.parametrize("value", ["", "https://host.example:8443/hook?x=1", "http://10.0.0.1"])
def test_an_address_is_taken_as_it_is(monkeypatch, value):
    monkeypatch.setenv("WEBHOOK_URL", value)
    assert envurl("WEBHOOK_URL") == value


def start(tmp_path, script, **environment):
    """A process that reads the site's settings."""
    home = {"DIGITS_HOME": str(tmp_path), "DJANGO_SETTINGS_MODULE": "digitsite.settings"}
    command = [sys.executable, "-c", f"import django\ndjango.setup()\n{script}"]
    given = {**os.environ, **home, **environment}
    return subprocess.run(command, env=given, capture_output=True, text=True, check=False)


def test_a_webhook_without_a_secret_stops_the_start(tmp_path):
    ended = start(tmp_path, "", WEBHOOK_URL="http://host/")
    assert ended.returncode == 1
    assert "WEBHOOK_SECRET is not set, though WEBHOOK_URL is." in ended.stderr


def test_a_schedule_becomes_the_clocks_only_entry(tmp_path):
    script = """
import json
from celery import current_app
import recognizer.tasks
from recognizer.management.commands.serve import programs
schedule = current_app.conf.beat_schedule
names = [program.name for program in programs("127.0.0.1", 8000)]
tasks = {name: entry["task"] in current_app.tasks for name, entry in schedule.items()}
print(json.dumps([tasks, str(schedule["retrain"]["schedule"]), names]))
"""
    ended = start(tmp_path, script, RETRAIN_SCHEDULE="0 3 * * *")
    assert ended.returncode == 0, ended.stderr
    tasks, schedule, names = json.loads(ended.stdout)
    assert tasks == {"retrain": True}
    assert schedule == "<crontab: 0 3 * * * (m/h/dM/MY/d)>"
    assert names == ["web", "worker", "beat"]


@pytest.mark.parametrize(
    ("database", "days", "mail"),
    [("", "0", "console"), ("postgresql://somebody@localhost/digits", "1", "dummy")],
)
def test_a_site_with_a_database_server_expects_strangers_and_shows_nobody_its_mails(
    tmp_path, database, days, mail
):
    """Elsewhere labels of young accounts count, and the mail for a lost password is printed."""
    environment = {
        "PATH": os.environ["PATH"],
        "DIGITS_HOME": str(tmp_path),
        "DATABASE_URL": database,
        "SECRET_KEY": "shared",
    }
    script = """
from digitsite.settings import EMAIL_BACKEND, MIN_ACCOUNT_AGE_DAYS
print(MIN_ACCOUNT_AGE_DAYS, EMAIL_BACKEND)
"""
    told = subprocess.check_output([sys.executable, "-c", script], env=environment, text=True)
    assert told.split() == [days, f"django.core.mail.backends.{mail}.EmailBackend"]
