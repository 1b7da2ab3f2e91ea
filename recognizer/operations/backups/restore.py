"""Restores a backup: checks all of it first, then replaces the database, whole or not at all."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO
from zipfile import ZipFile

from django.conf import settings
from django.db import connection
from django.db.migrations.loader import MigrationLoader

from recognizer.operations.backups import archive
from recognizer.operations.backups.database import (
    KINDS,
    kind_of_database,
    newest_migration,
    require_replaceable,
)
from recognizer.operations.backups.failures import UNSUITABLE, BackupFailed, explained


def check_backup(file: IO[bytes], name: Path) -> archive.Manifest:
    """Read a backup and compare it with its checksums. Raises BackupFailed."""
    with explained(name), archive.opened(file) as (packed, manifest):
        for part in manifest.parts:
            with unpacked(packed, manifest, part):
                pass
    return manifest


def restore_backup(file: IO[bytes], name: Path, *, overwrite: bool) -> archive.Manifest:
    """Replace the database by that of a backup. Raises BackupFailed, and then changes nothing.

    overwrite: also if the database is not empty. name: the file's, for messages.
    """
    with explained(name), archive.opened(file) as (packed, manifest):
        require_suitable(manifest)
        require_replaceable(overwrite=overwrite)
        kind = kind_of_database()
        with unpacked(packed, manifest, kind.part) as part:
            kind.load(part)
    return manifest


def require_suitable(manifest: archive.Manifest) -> None:
    """Raise BackupFailed if the backup is of another kind of database or of a newer program."""
    kind = kind_of_database()
    if manifest.database != connection.vendor:
        made_of = KINDS[manifest.database].name if manifest.database in KINDS else "another kind"
        raise BackupFailed(
            f"The backup is of {made_of}, this site's database is {kind.name}. Restore it into "
            f"{made_of} (DATABASE_URL). To move drawings between them: manage.py export and "
            "manage.py import.",
            UNSUITABLE,
        )
    known = {f"{app}.{name}" for app, name in MigrationLoader(None).disk_migrations}
    if unknown := [name for name in manifest.migrations if name not in known]:
        raise BackupFailed(
            f"The backup was made by a newer program: {manifest.program}, with the migration "
            f"{newest_migration(unknown) or unknown[-1]}. This is {settings.PROJECT['version']}. "
            "Install that program or a newer one to restore it.",
            UNSUITABLE,
        )


@contextmanager
def unpacked(packed: ZipFile, manifest: archive.Manifest, part: str) -> Iterator[Path]:
    """Yield a part as a temporary file, after it was compared with its checksum."""
    with TemporaryDirectory(dir=settings.HOME, prefix=".restore-") as folder:
        file = Path(folder, part)
        archive.unpack(packed, manifest, part, to=file)
        yield file
