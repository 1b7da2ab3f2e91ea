"""Why a backup or a restore was not made, with an exit status as sysexits.h defines them."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.db import DatabaseError

from recognizer.actions.jobs.database_errors import has_no_space

DAMAGED = os.EX_DATAERR  # 65: not an archive, cut off, or altered
NO_INPUT = os.EX_NOINPUT  # 66
UNAVAILABLE = os.EX_UNAVAILABLE  # 69: the database, or a program such as pg_dump
EXISTS = os.EX_CANTCREAT  # 73: a file or a database that would be overwritten
IO_ERROR = os.EX_IOERR  # 74: a full disk, for example
NOT_PERMITTED = os.EX_NOPERM  # 77
UNSUITABLE = os.EX_CONFIG  # 78: of a newer program, or of another kind of database


class BackupFailed(Exception):
    """words: what is wrong and what to do. status: the exit status of the command."""

    def __init__(self, words: str, status: int) -> None:
        super().__init__(words)
        self.words = words
        self.status = status


@contextmanager
def explained(file: Path) -> Iterator[None]:
    """Turn errors of the system and of the database into BackupFailed."""
    try:
        yield
    except (OSError, DatabaseError) as error:
        raise BackupFailed(*words_and_status(error, file)) from error


def words_and_status(error: OSError | DatabaseError, file: Path) -> tuple[str, int]:
    if has_no_space(error):
        return f"A disk has no space left: {error}. Nothing was changed.", IO_ERROR
    if isinstance(error, DatabaseError):
        return f"The database cannot be used: {error}", UNAVAILABLE
    name = error.filename or file
    if isinstance(error, PermissionError):
        return f"{name} may not be used by this user: {error.strerror}.", NOT_PERMITTED
    if isinstance(error, FileNotFoundError | NotADirectoryError | IsADirectoryError):
        return f"{name}: {error.strerror}.", NO_INPUT
    return f"{name}: {error.strerror}.", IO_ERROR
