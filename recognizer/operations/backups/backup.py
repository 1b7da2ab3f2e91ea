"""Makes a backup, also while the site runs."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import IO

from django.conf import settings
from django.db import connection

from recognizer.operations.backups import archive
from recognizer.operations.backups.database import (
    applied_migrations,
    kind_of_database,
    newest_migration,
)
from recognizer.operations.backups.failures import (
    EXISTS,
    NO_INPUT,
    UNSUITABLE,
    BackupFailed,
    explained,
)


def save_backup(file: Path) -> archive.Manifest:
    """Make a backup as a new file. Raises BackupFailed."""
    with new_file(file) as part:
        return write_backup(part, folder=file.parent)


@contextmanager
def new_file(file: Path) -> Iterator[IO[bytes]]:
    """Yield a new file that only this user can read; it gets its name when it is whole.

    Raises BackupFailed, also if there is something of this name.
    """
    with explained(file):
        require_new(file)
        with NamedTemporaryFile(dir=file.parent, prefix=f".{file.name}.", delete=False) as part:
            try:
                yield part
                part.flush()
                os.fsync(part.fileno())
                require_new(file)
                Path(part.name).rename(file)
            finally:
                Path(part.name).unlink(missing_ok=True)


def require_new(file: Path) -> None:
    if not file.parent.is_dir():
        raise BackupFailed(f"There is no folder {file.parent}.", NO_INPUT)
    if file.is_dir():
        raise BackupFailed(f"{file} is a folder. Name a file in it.", EXISTS)
    if os.path.lexists(file):
        raise BackupFailed(f"{file} exists. Choose another name, or move it away.", EXISTS)


def write_backup(output: IO[bytes], *, folder: Path | None = None) -> archive.Manifest:
    """Write a backup to a stream. folder: for temporary files. Raises BackupFailed.

    Everything that was committed before this call is in it.
    """
    with explained(Path("the backup")):
        kind = kind_of_database()
        migrations = applied_migrations()
        if not migrations:
            raise BackupFailed("The database is empty: nothing was set up.", UNSUITABLE)
        with archive.new(output) as packed:
            with kind.dump(folder) as content:
                part = archive.add(packed, kind.part, content)
            manifest = archive.Manifest(
                program=settings.PROJECT["version"],
                made_at=datetime.now(UTC).isoformat(timespec="seconds"),
                database=connection.vendor,
                newest_migration=newest_migration(migrations),
                migrations=migrations,
                parts={kind.part: part},
            )
            archive.describe(packed, manifest)
    return manifest
