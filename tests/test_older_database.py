"""A database from before the first release is refused with an explanation, and not changed."""

import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from recognizer.models import Drawing, User
from recognizer.operations.checks import check_database_is_not_older, is_older
from tests.processes.waiting import free_port

ROOT = Path(__file__).resolve().parent.parent
OLD = [
    *("0001_initial", "0002_job_kinds", "0003_the_loop", "0004_survival"),
    *("0005_review", "0006_learned_from", "0007_log"),
]


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A site's folder with a database of the seven old migrations, without most tables."""
    rows = sqlite3.connect(tmp_path / "digits.sqlite3")
    rows.executescript(
        """
        CREATE TABLE django_migrations
            (id integer PRIMARY KEY, app varchar(255), name varchar(255), applied datetime);
        CREATE TABLE auth_user (id integer PRIMARY KEY, username varchar(150));
        CREATE TABLE recognizer_trainingjob (id integer PRIMARY KEY, status varchar(10));
        INSERT INTO auth_user VALUES (1, 'ada');
        """
    )
    migrations = [("auth", "0001_initial"), *(("recognizer", name) for name in OLD)]
    rows.executemany(
        "INSERT INTO django_migrations (app, name, applied) VALUES (?, ?, '2026-01-01')", migrations
    )
    rows.commit()
    rows.close()
    return tmp_path


def content(home: Path) -> list[str]:
    rows = sqlite3.connect(home / "digits.sqlite3")
    lines = list(rows.iterdump())
    rows.close()
    return lines


def run(command: list[str], environment: dict[str, str]) -> tuple[int, str]:
    """Run manage.py, and return its exit status and standard error."""
    program = [sys.executable, "manage.py", *command]
    with subprocess.Popen(
        program, cwd=ROOT, env=environment, stderr=subprocess.PIPE, text=True
    ) as process:
        try:
            said = process.communicate(timeout=60)[1]
        finally:
            process.terminate()  # ends the site in case it has started
    return process.returncode, said


@pytest.mark.parametrize(
    "command", [["migrate"], ["setup"], ["serve", "--port", str(free_port())]], ids=lambda c: c[0]
)
def test_it_is_refused_with_instructions_and_not_migrated(home: Path, command: list[str]) -> None:
    before = content(home)
    inherited = {k: v for k, v in os.environ.items() if not k.startswith(("DJANGO_", "DATABASE_"))}

    status, said = run(command, {**inherited, "DIGITS_HOME": str(home)})

    assert status == 1
    assert "recognizer.E003" in said
    assert "was made before the program's first release" in said
    assert "export their data" in said
    assert "Traceback" not in said
    assert content(home) == before


def test_a_current_database_passes(db: None) -> None:
    assert check_database_is_not_older(None, databases=["default"]) == []
    assert check_database_is_not_older(None) == []


def test_the_missing_table_identifies_it_on_any_database(
    db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    recorded = {("recognizer", "0001_initial"): None}
    monkeypatch.setattr(MigrationRecorder, "applied_migrations", lambda recorder: recorded)
    assert not is_older(connection)
    monkeypatch.setattr(connection.introspection, "table_names", lambda: ["auth_user"])
    assert is_older(connection)
    monkeypatch.setattr(
        connection.introspection, "table_names", lambda: [User._meta.db_table, "another"]
    )
    assert is_older(connection)
    recorded.clear()
    assert not is_older(connection)  # empty: not migrated yet


def test_a_database_without_the_directions_of_drawings_is_refused(db: None) -> None:
    assert not is_older(connection)
    with connection.cursor() as cursor:
        table = Drawing._meta.db_table
        cursor.execute(f"ALTER TABLE {table} RENAME COLUMN directions TO something_else")
    [refusal] = check_database_is_not_older(None, databases=["default"])
    assert refusal.id == "recognizer.E003"
