"""Backups that cannot be made, and archives that are not restored."""

import errno
import json
import os
import sqlite3
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from io import BytesIO, StringIO, TextIOWrapper
from pathlib import Path
from zipfile import ZipFile

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from recognizer.models import AuditEvent, Drawing, ModelVersion, User, Worker
from recognizer.operations.backups import sqlite
from recognizer.operations.backups.archive import MANIFEST
from recognizer.operations.backups.failures import BackupFailed, words_and_status
from recognizer.presentation.messages import in_english
from tests.conftest import person
from tests.test_full_disk import small_disk

pytestmark = pytest.mark.django_db(transaction=True)

Change = Callable[[dict], object]


def ran(*arguments: str | Path) -> str:
    output = StringIO()
    call_command(*map(str, arguments), stdout=output)
    return output.getvalue()


def refused(*arguments: str | Path) -> tuple[int, str]:
    """Return the exit status and the words of a command that fails."""
    with pytest.raises(CommandError) as failed:
        ran(*arguments)
    return failed.value.returncode, str(failed.value)


@pytest.fixture
def backup(transactional_db: None, tmp_path: Path) -> Path:
    """A backup of a database with tables and nothing else."""
    file = tmp_path / "backup.zip"
    ran("backup", file)
    return file


def changed(backup: Path, change: Change) -> Path:
    """Return a copy of the backup with another manifest."""
    copy = backup.with_name("changed.zip")
    with ZipFile(backup) as old, ZipFile(copy, "w") as new:
        manifest = json.loads(old.read(MANIFEST))
        change(manifest)
        for name in old.namelist():
            new.writestr(name, json.dumps(manifest) if name == MANIFEST else old.read(name))
    return copy


# Making one ---------------------------------------------------------------------------------------


def test_it_holds_the_database_and_a_manifest(draw: Callable[..., Drawing], tmp_path: Path) -> None:
    draw(person("owner"))
    file = tmp_path / "backup.zip"

    assert ran("backup", file).startswith(f"The backup is in {file} (")

    assert list(tmp_path.iterdir()) == [file]
    assert file.stat().st_mode & 0o777 == 0o600
    with ZipFile(file) as archive:
        assert archive.namelist() == [sqlite.PART, MANIFEST]
        archive.extract(sqlite.PART, tmp_path)
    with closing(sqlite3.connect(tmp_path / sqlite.PART)) as rows:
        assert rows.execute("SELECT count(*) FROM recognizer_drawing").fetchone() == (1,)
    assert " is whole (made 2" in ran("restore", "--check", file)


def recorded() -> list[tuple[str, str, int | None]]:
    events = AuditEvent.objects.order_by("pk")
    return [(each.kind, in_english(each.subject), each.by_number) for each in events]


def test_the_audit_has_backups_that_were_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = ("export", "the whole site, as a backup", None)
    refused("backup", tmp_path / "missing" / "backup.zip")
    assert recorded() == []

    ran("backup", tmp_path / "backup.zip")
    assert recorded() == [made]

    monkeypatch.setattr(sys, "stdout", TextIOWrapper(BytesIO()))
    ran("backup", "-")
    assert recorded() == [made, made]


def test_it_replaces_no_file(backup: Path) -> None:
    before = backup.read_bytes()
    assert refused("backup", backup) == (
        73,
        f"{backup} exists. Choose another name, or move it away.",
    )
    assert refused("backup", backup.parent) == (
        73,
        f"{backup.parent} is a folder. Name a file in it.",
    )
    assert backup.read_bytes() == before


def test_a_folder_that_is_missing_is_named(tmp_path: Path) -> None:
    status, words = refused("backup", tmp_path / "missing" / "backup.zip")
    assert status == 66
    assert words == f"There is no folder {tmp_path / 'missing'}."


@contextmanager
def without_permission(folder: Path) -> Iterator[None]:
    """Let nobody write into the folder. The superuser may always, so be somebody else."""
    folder.chmod(0o555)
    user = os.geteuid()
    if user == 0:
        os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(user)
        folder.chmod(0o755)


def test_a_folder_that_may_not_be_written_to_is_named(tmp_path: Path) -> None:
    ran("backup", tmp_path / "first.zip")  # loads what it needs while everything may be read
    with without_permission(tmp_path):
        status, words = refused("backup", tmp_path / "backup.zip")
    assert status == 77
    assert str(tmp_path) in words
    assert [path.name for path in tmp_path.iterdir()] == ["first.zip"]


@pytest.mark.parametrize("size", ["1m", "8m"], ids=["for the copy", "for the archive"])
def test_a_full_disk_leaves_nothing_behind(
    version: ModelVersion, tmp_path: Path, size: str
) -> None:
    disk = tmp_path / "disk"
    with small_disk(disk, size):
        status, words = refused("backup", disk / "backup.zip")
        assert list(disk.iterdir()) == []
    assert (status, "no space left" in words) == (74, True)


# Restoring one ------------------------------------------------------------------------------------


def test_what_is_no_backup_is_refused(tmp_path: Path) -> None:
    text, archive = tmp_path / "text", tmp_path / "other.zip"
    text.write_text("no archive")
    with ZipFile(archive, "w") as other:
        other.writestr("a", "b")
    for file in (text, archive):
        assert refused("restore", file) == (65, "The file is no backup of this program.")
    assert refused("restore", tmp_path / "missing")[0] == 66


@pytest.mark.parametrize("kept", [0.01, 0.5, 0.999])
def test_an_archive_that_was_cut_off_is_refused(backup: Path, kept: float) -> None:
    os.truncate(backup, int(backup.stat().st_size * kept))
    for option in ([], ["--check"]):
        status, words = refused("restore", *option, backup)
        assert (status, "has no end: it was cut off" in words) == (65, True)


def test_an_archive_with_flipped_bits_is_refused(backup: Path) -> None:
    """One bit may change nothing: repeated content can be packed in several ways."""
    content = bytearray(backup.read_bytes())
    for index in range(16):
        content[len(content) // 2 + index] ^= 255
    backup.write_bytes(content)
    for option in ([], ["--check"]):
        status, words = refused("restore", *option, backup)
        assert (status, "The archive is damaged" in words) == (65, True)


def wrong_checksum(manifest: dict) -> None:
    manifest["parts"][sqlite.PART]["sha256"] = "0" * 64


@pytest.mark.parametrize(
    ("change", "status", "reason"),
    [
        (wrong_checksum, 65, "database.sqlite3 does not have the checksum of its manifest"),
        (lambda manifest: manifest["parts"].clear(), 65, "it has no database.sqlite3"),
        (lambda manifest: manifest.pop("migrations"), 65, "is no backup of this program"),
        (lambda manifest: manifest.update(format=2), 78, "made by a newer program"),
        (
            lambda manifest: manifest["migrations"].append("recognizer.9999_later"),
            78,
            "made by a newer program: 0.1.0, with the migration recognizer.9999_later",
        ),
        (
            lambda manifest: manifest.update(database="postgresql"),
            78,
            "The backup is of PostgreSQL, this site's database is SQLite",
        ),
    ],
    ids=["checksum", "part", "field", "format", "migration", "database"],
)
def test_a_backup_that_does_not_fit_is_refused(
    backup: Path, change: Change, status: int, reason: str
) -> None:
    found, words = refused("restore", changed(backup, change))
    assert (found, reason in words) == (status, True), words


def test_a_database_with_accounts_is_not_replaced(backup: Path) -> None:
    person("owner")
    status, words = refused("restore", backup)
    assert (status, "is not empty (accounts: 1, drawings: 0)" in words) == (73, True)
    assert User.objects.count() == 1


def test_a_database_that_a_worker_uses_is_not_replaced(backup: Path) -> None:
    now = timezone.now()
    Worker.objects.create(name="worker@here", started_at=now, seen_at=now)
    status, words = refused("restore", "--overwrite", backup)
    assert (status, "stop the site first" in words) == (73, True)


def test_a_damaged_database_replaces_nothing(backup: Path, tmp_path: Path) -> None:
    with ZipFile(backup) as archive:
        archive.extract(sqlite.PART, tmp_path)
    damaged = tmp_path / sqlite.PART
    os.truncate(damaged, damaged.stat().st_size // 8192 * 4096)
    with pytest.raises(BackupFailed, match="The database is damaged"):
        sqlite.load(damaged)


def test_standard_input_and_output_have_no_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "backup.zip"
    with file.open("wb") as output, monkeypatch.context() as patched:
        patched.setattr(sys, "stdout", output)
        output.buffer = output  # type: ignore[attr-defined]
        call_command("backup", "-")
    assert "is whole" in ran("restore", "--check", file)


def test_other_errors_of_the_system_are_said() -> None:
    error = OSError(errno.EIO, "Input/output error", "/backup.zip")
    assert words_and_status(error, Path("x")) == ("/backup.zip: Input/output error.", 74)
