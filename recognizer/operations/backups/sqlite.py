"""Copies of an SQLite database, made by its backup API: consistent, whatever is written meanwhile.

A plain copy of the file would lack what is still in the write-ahead log beside it.
"""

import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO

from django.db import DatabaseError, connection

from recognizer.operations.backups.failures import DAMAGED, BackupFailed

PART = "database.sqlite3"
LOCK_SECONDS = 30.0


@contextmanager
def dump(folder: Path | None) -> Iterator[IO[bytes]]:
    """Yield the content of a copy that lies in `folder` for that time.

    The copy is one read transaction. With a write-ahead log it keeps nobody from writing. (Copied
    in steps, it would begin again after every write of another process.)
    """
    with TemporaryDirectory(dir=folder, prefix=".backup-") as place:
        copy = Path(place, PART)
        with closing(sqlite3.connect(copy)) as target:
            copy_database(opened(), target)
            require_sound(target)
        with copy.open("rb") as content:
            yield content


def load(file: Path) -> None:
    """Replace the database's content, in one transaction, by that of a file."""
    with closing(sqlite3.connect(file)) as source:
        require_sound(source)
        copy_database(source, opened())


def opened() -> sqlite3.Connection:
    connection.ensure_connection()
    found: sqlite3.Connection = connection.connection
    return found


def copy_database(source: sqlite3.Connection, target: sqlite3.Connection) -> None:
    """Copy all content in one step. Raises django.db.DatabaseError, also if one stays locked."""
    give_up_at = time.monotonic() + LOCK_SECONDS

    def stop_waiting(status: int, remaining: int, total: int) -> None:
        if status in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED) and time.monotonic() > give_up_at:
            raise sqlite3.OperationalError("it is locked by another program")

    with connection.wrap_database_errors:
        source.backup(target, progress=stop_waiting)


def require_sound(database: sqlite3.Connection) -> None:
    """Raise BackupFailed if SQLite finds damage in the file."""
    try:
        with connection.wrap_database_errors:
            found = database.execute("PRAGMA integrity_check(1)").fetchone()[0]
    except DatabaseError as error:
        found = str(error)
    if found != "ok":
        raise BackupFailed(f"The database is damaged: {found}", DAMAGED)
