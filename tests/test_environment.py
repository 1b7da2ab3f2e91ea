import errno
import json
import os
import stat
import subprocess
import sys
from urllib.parse import quote, unquote

import pytest
from django.core.exceptions import ImproperlyConfigured

from digitsite.environment import (
    envbool,
    envbroker,
    envcommand,
    envcron,
    envdatabase,
    envfloat,
    envint,
    envlist,
    envloglevel,
    envrate,
    envurl,
    envwebhooksecret,
)
from digitsite.home import prepare_home, secret_key
from digitsite.mail import read_mail_url
from tests.processes.waiting import wait_for


def test_a_wrong_boolean_error_names_the_allowed_values(monkeypatch):
    monkeypatch.setenv("DEBUG", "maybe")
    with pytest.raises(ImproperlyConfigured, match=r"DEBUG is 'maybe': .*\. Allowed: 1, true"):
        envbool("DEBUG", False)


@pytest.mark.parametrize(
    ("value", "expected"), [("1", True), ("YES", True), ("off", False), ("", False)]
)
def test_it_reads_a_boolean(monkeypatch, value, expected):
    monkeypatch.setenv("HTTPS", value)
    assert envbool("HTTPS", not expected) is expected


@pytest.mark.parametrize("value", ["-1", "two", "2.5", ""])
def test_it_refuses_an_invalid_integer(monkeypatch, value):
    monkeypatch.setenv("JOB_LEASE_SECONDS", value)
    with pytest.raises(ImproperlyConfigured, match=r"JOB_LEASE_SECONDS is .* of 3 or more"):
        envint("JOB_LEASE_SECONDS", 30, least=3)


@pytest.mark.parametrize("value", ["nan", "1.1", "lots"])
def test_it_refuses_a_share_out_of_range(monkeypatch, value):
    monkeypatch.setenv("LOW_CONFIDENCE", value)
    with pytest.raises(ImproperlyConfigured, match=r"LOW_CONFIDENCE is .* from 0\.0 to 1\.0"):
        envfloat("LOW_CONFIDENCE", 0.8)


def test_it_splits_a_list_at_commas(monkeypatch):
    monkeypatch.setenv("ALLOWED_HOSTS", "a.example, b.example,")
    assert envlist("ALLOWED_HOSTS", []) == ["a.example", "b.example"]


def test_the_secret_is_made_once_and_readable_only_by_its_owner(monkeypatch, tmp_path):
    monkeypatch.delenv("SECRET_KEY", raising=False)
    prepare_home(tmp_path)
    secret = secret_key(tmp_path)
    assert len(secret) >= 50
    prepare_home(tmp_path)
    assert secret_key(tmp_path) == secret
    assert stat.S_IMODE((tmp_path / "secret-key").stat().st_mode) == 0o600
    assert {path.name for path in tmp_path.iterdir()} == {"queue", "secret-key"}


def test_an_empty_secret_file_is_made_anew(monkeypatch, tmp_path):
    monkeypatch.delenv("SECRET_KEY", raising=False)
    (tmp_path / "secret-key").touch()
    prepare_home(tmp_path)
    assert len(secret_key(tmp_path)) >= 50


def test_a_full_disk_leaves_no_part_of_a_secret(monkeypatch, tmp_path):
    def full(file):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.delenv("SECRET_KEY", raising=False)
    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        prepare_home(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["queue"]


def test_a_given_secret_is_not_written_to_a_file(monkeypatch, tmp_path):
    monkeypatch.setenv("SECRET_KEY", "given")
    prepare_home(tmp_path)
    assert secret_key(tmp_path) == "given"
    assert [path.name for path in tmp_path.iterdir()] == ["queue"]


def test_without_a_secret_file_the_secret_is_empty(monkeypatch, tmp_path):
    monkeypatch.delenv("SECRET_KEY", raising=False)
    assert secret_key(tmp_path) == ""


def test_reading_the_settings_writes_nothing(tmp_path):
    home = tmp_path / "home"
    ended = start(home, "from django.conf import settings; print(settings.HOME)")
    assert ended.returncode == 0, ended.stderr
    assert ended.stdout.strip() == str(home)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("name", ["wsgi", "asgi"])
def test_a_web_server_makes_the_home(tmp_path, name):
    home = tmp_path / "deep" / "home"
    script = f"""
import digitsite.{name}
from django.conf import settings
print(settings.SECRET_KEY)
"""
    environment = {"PATH": os.environ["PATH"], "DIGITS_HOME": str(home)}
    secret = subprocess.check_output([sys.executable, "-c", script], env=environment, text=True)
    assert secret.strip() == (home / "secret-key").read_text()
    assert len(secret) > 50
    assert stat.S_IMODE(home.stat().st_mode) == 0o700
    assert [path.name for path in (home / "queue").iterdir()] == ["messages"]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("program", "made"),
    [("worker --pool solo", "queue/control"), ("beat --pidfile=", "beat-schedule")],
)
def test_worker_and_clock_make_the_home(tmp_path, program, made):
    """Each is the only program that ever ran in this home."""
    home = tmp_path / "deep" / "home"
    environment = {"PATH": os.environ["PATH"], "DIGITS_HOME": str(home)}
    command = [sys.executable, "-m", "celery", "-A", "digitsite", "--quiet", *program.split()]
    if "worker" in program:
        command += ["--include", "tests.processes.secret_in_use"]
        made = "secret-in-use"
    with (tmp_path / "log").open("wb") as log:
        running = subprocess.Popen(command, env=environment, stdout=log, stderr=log)
    try:
        wait_for(lambda: list(home.glob(f"{made}*")), name=made)
    finally:
        running.kill()
        running.wait()
    secret = (home / "secret-key").read_text()
    if "worker" in program:
        assert (home / made).read_text() == secret


@pytest.mark.parametrize("value", ["lots", "10", "10/fortnight", "-1/min", "10/min\n"])
def test_it_refuses_an_invalid_rate(monkeypatch, value):
    monkeypatch.setenv("API_RATE", value)
    with pytest.raises(ImproperlyConfigured, match=r"API_RATE is .*1200/min"):
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
def test_an_empty_schedule_is_none(monkeypatch, value):
    monkeypatch.setenv("RETRAIN_SCHEDULE", value)
    assert envcron("RETRAIN_SCHEDULE") is None


def test_it_reads_a_schedule_in_cron_format(monkeypatch):
    monkeypatch.setenv("RETRAIN_SCHEDULE", " 30  3 * * mon-fri")
    schedule = envcron("RETRAIN_SCHEDULE")
    assert (schedule.minute, schedule.hour, schedule.day_of_week) == ({30}, {3}, {1, 2, 3, 4, 5})
    assert schedule.day_of_month == set(range(1, 32))


@pytest.mark.parametrize(
    "value",
    ["0 3 * *", "@daily", "61 * * * *", "0 3 * * 7", "0 0 30 2 *", "-1 * * * *", "a b c d e"],
)
def test_an_invalid_schedule_is_refused(monkeypatch, value):
    monkeypatch.setenv("RETRAIN_SCHEDULE", value)
    with pytest.raises(ImproperlyConfigured, match=r"RETRAIN_SCHEDULE is .* five fields"):
        envcron("RETRAIN_SCHEDULE")


@pytest.mark.parametrize(
    "value",
    ["ftp://host/x", "file:///etc/passwd", "host/x", "http://", "http://host:99999/", "http://["],
)
def test_an_invalid_address_is_refused(monkeypatch, value):
    monkeypatch.setenv("WEBHOOK_URL", value)
    with pytest.raises(ImproperlyConfigured, match=r"WEBHOOK_URL is .* http:// or https://"):
        envurl("WEBHOOK_URL")


@pytest.mark.parametrize("value", ["", "https://host.example:8443/hook?x=1", "http://10.0.0.1"])
def test_a_valid_address_is_unchanged(monkeypatch, value):
    monkeypatch.setenv("WEBHOOK_URL", value)
    assert envurl("WEBHOOK_URL") == value


def start(tmp_path, script, **environment):
    """Run a script in a process with the site's settings."""
    home = {"DIGITS_HOME": str(tmp_path), "DJANGO_SETTINGS_MODULE": "digitsite.settings"}
    command = [sys.executable, "-c", f"import django\ndjango.setup()\n{script}"]
    given = {**os.environ, **home, **environment}
    return subprocess.run(command, env=given, capture_output=True, text=True, check=False)


@pytest.mark.parametrize(
    "address", ["nothing://u:secret@host/x", "postgresql://u:secret@host:lots/x", "secret"]
)
def test_an_invalid_database_url_is_refused_and_not_shown(tmp_path, address):
    ended = start(tmp_path, "", DATABASE_URL=address)
    assert ended.returncode == 1
    assert "DATABASE_URL cannot be read. Allowed: postgresql://user:password@" in ended.stderr
    assert "secret" not in ended.stderr


# A "5/" at the beginning is read as a port and a path, so nothing else would notice.
@pytest.mark.parametrize(
    "password", ["se/cret", "se#cret", "se?cret", "se[cret", "5/cret", "5?cret"]
)
@pytest.mark.parametrize(
    ("variable", "address"),
    [
        ("DATABASE_URL", "postgresql://digits:{}@host:5432/digits"),
        ("CELERY_BROKER_URL", "redis://:{}@host:6379/0"),
        ("EMAIL_URL", "smtp://digits:{}@host:587"),
    ],
)
def test_a_password_that_is_not_quoted_is_refused_with_the_variable_and_how_to_quote(
    monkeypatch, password, variable, address
):
    read = {
        "DATABASE_URL": envdatabase,
        "CELERY_BROKER_URL": lambda name: envbroker(name, "filesystem://"),
        "EMAIL_URL": lambda name: read_mail_url(os.environ[name]),
    }[variable]
    monkeypatch.setenv(variable, address.format(password))
    with pytest.raises(ImproperlyConfigured) as refused:
        read(variable)
    assert f"{variable} cannot be read." in str(refused.value)
    assert "/ as %2F, # as %23, ? as %3F, : as %3A" in str(refused.value)
    assert "cret" not in str(refused.value)
    monkeypatch.setenv(variable, address.format(quote(password, safe="")))
    read(variable)


@pytest.mark.parametrize("given", ["p:w", "p@w", "p%3Aw"])
def test_a_password_that_can_be_read_without_quoting_is_kept(monkeypatch, given):
    monkeypatch.setenv("DATABASE_URL", f"postgresql://digits:{given}@host:5432/digits")
    database = envdatabase("DATABASE_URL")
    assert (database["PASSWORD"], database["HOST"]) == (unquote(given), "host")


def test_web_processes_limit_statements_and_no_process_waits_long_for_a_server(tmp_path):
    show = """
from django.conf import settings
print(json.dumps(settings.DATABASES["default"]["OPTIONS"]))
"""
    own = "connect_timeout=9&options=-c%20search_path%3Dy"
    given = {"DATABASE_URL": f"postgresql://u@host/x?{own}", "SECRET_KEY": "secret"}
    web = start(tmp_path, f"import json\nimport digitsite.wsgi{show}", **given)
    other = start(tmp_path, f"import json{show}", **given)
    web, other = json.loads(web.stdout), json.loads(other.stdout)
    assert other["options"] == "-c jit=off -c random_page_cost=1.1 -c search_path=y"
    assert web == other | {"options": f"{other['options']} -c statement_timeout=30000"}
    assert (other["connect_timeout"], other["tcp_user_timeout"]) == (9, 5000)


@pytest.mark.parametrize(("value", "expected"), [("debug", 10), ("WARNING", 30)])
def test_it_reads_a_log_level_in_any_case(monkeypatch, value, expected):
    monkeypatch.setenv("LOG_LEVEL", value)
    assert envloglevel("LOG_LEVEL", 20) == expected


def test_an_invalid_log_level_is_refused(monkeypatch):
    monkeypatch.setenv("LOG_LEVEL", "loud")
    with pytest.raises(ImproperlyConfigured, match=r"LOG_LEVEL is 'loud': .*Allowed: DEBUG, INFO"):
        envloglevel("LOG_LEVEL", 20)


def test_a_webhook_without_a_secret_stops_the_start(tmp_path):
    ended = start(tmp_path, "", WEBHOOK_URL="http://host/")
    assert ended.returncode == 1
    assert "WEBHOOK_SECRET is not set, though WEBHOOK_URL is." in ended.stderr


@pytest.mark.parametrize(
    "value",
    [
        "known to both",
        "a" * 40,
        "whsec_",
        "whsec_c2hvcnQ=",
        "whsec_" + "a" * 88,
        "whsec_!" + "a" * 40,
    ],
)
def test_an_invalid_webhook_secret_is_refused(monkeypatch, value):
    """whsec_ and base64 of 24 to 64 bytes."""
    monkeypatch.setenv("WEBHOOK_SECRET", value)
    with pytest.raises(ImproperlyConfigured, match=r"WEBHOOK_SECRET .*whsec_ and 24") as refused:
        envwebhooksecret("WEBHOOK_SECRET")
    assert value == "whsec_" or value not in str(refused.value)


@pytest.mark.parametrize("value", ["", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"])
def test_a_valid_webhook_secret_is_unchanged(monkeypatch, value):
    monkeypatch.setenv("WEBHOOK_SECRET", value)
    assert envwebhooksecret("WEBHOOK_SECRET") == value


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
    assert names == ["web", "worker", "reader", "beat"]


@pytest.mark.parametrize(
    ("database", "days", "mail"),
    [("", "0", "console"), ("postgresql://somebody@localhost/digits", "1", "dummy")],
)
def test_defaults_with_a_database_server_are_for_unknown_users_and_without_printed_mails(
    tmp_path, database, days, mail
):
    """Without one, labels of new accounts count, and mails are printed on the console."""
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
