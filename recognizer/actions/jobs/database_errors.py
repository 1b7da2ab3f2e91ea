"""Kinds of database errors: unavailable, no space left, or a unique constraint violated."""

import errno
import shutil
import sqlite3

from django.conf import settings
from django.db import IntegrityError, InterfaceError, OperationalError
from django.db.models import Model

from mlcore.messages import Message
from recognizer import codes
from recognizer.errors import NoSpace, Refused, Unavailable

LEAST_BYTES = 2**20  # with fewer free bytes a disk counts as full
# PostgreSQL's SQLSTATE
DISK_FULL = "53100"
UNIQUE_VIOLATION = "23505"


def is_away(error: BaseException | None) -> bool:
    """Whether the database is unavailable, so that a retry may succeed."""
    return isinstance(error, OperationalError | InterfaceError) and not is_full(error)


def is_full(error: BaseException | None) -> bool:
    """Whether the database's disk is full or its size limit is reached."""
    cause = getattr(error, "__cause__", None)  # the driver's exception
    sqlite = (getattr(cause, "sqlite_errorcode", None) or 0) & 0xFF  # without the kind of its kind
    if sqlite in (sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN):
        # SQLite has these for the files beside the database, whatever is wrong with them.
        return shutil.disk_usage(settings.HOME).free < LEAST_BYTES
    return sqlite == sqlite3.SQLITE_FULL or getattr(cause, "sqlstate", None) == DISK_FULL


def has_no_space(error: BaseException | None) -> bool:
    """Whether a disk is full: the database's, or one to which this process writes a file."""
    if isinstance(error, OSError):
        return error.errno in (errno.ENOSPC, errno.EDQUOT)
    return is_full(error)


def refusal_of(error: BaseException | None) -> Refused | None:
    """Return what a request is told about a full disk or a database that is away, else None."""
    if has_no_space(error):
        return NoSpace(codes.SITE_IS_FULL())
    return Unavailable(codes.DATABASE_AWAY()) if is_away(error) else None


def is_taken(error: IntegrityError, model: type[Model], *fields: str) -> bool:
    """Whether the error is a violation of the unique constraint over exactly these fields."""
    cause, table = error.__cause__, model._meta.db_table
    column_of = {field.name: str(field.column) for field in model._meta.concrete_fields}
    columns = [column_of[name] for name in fields]
    if getattr(cause, "sqlite_errorcode", None) == sqlite3.SQLITE_CONSTRAINT_UNIQUE:
        named = ", ".join(f"{table}.{column}" for column in columns)
        return str(cause) == f"UNIQUE constraint failed: {named}"
    diagnosis = getattr(cause, "diag", None)
    if diagnosis is None or diagnosis.sqlstate != UNIQUE_VIOLATION or diagnosis.table_name != table:
        return False
    # "Key (sequence)=(2) already exists.", in the server's language.
    return f"({', '.join(columns)})=(" in (diagnosis.message_detail or "")


def message_of_full(error: Exception) -> Message:
    """Return the message for a full database. Its detail is what the database said."""
    return codes.DATABASE_FULL() | {"detail": str(error).strip() or type(error).__name__}
