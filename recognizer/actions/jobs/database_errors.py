"""What an error of the database tells: it is away, has no room left, or has such a row already."""

import sqlite3

from django.db import IntegrityError, InterfaceError, OperationalError
from django.db.models import Model

from mlcore.messages import Message
from recognizer import codes

# PostgreSQL's SQLSTATE
DISK_FULL = "53100"
UNIQUE_VIOLATION = "23505"


def is_away(error: Exception) -> bool:
    """Whether it may be back in a moment, so that waiting is all there is to do."""
    return isinstance(error, OperationalError | InterfaceError) and not is_full(error)


def is_full(error: Exception) -> bool:
    """Whether its disk is full, or it may not grow any more."""
    cause = error.__cause__  # the driver's own
    sqlite = getattr(cause, "sqlite_errorcode", None) == sqlite3.SQLITE_FULL
    return sqlite or getattr(cause, "sqlstate", None) == DISK_FULL


def is_taken(error: IntegrityError, model: type[Model], *fields: str) -> bool:
    """Whether a unique constraint over these fields refused the row, and nothing else did."""
    cause, table = error.__cause__, model._meta.db_table
    known = {field.name: str(field.column) for field in model._meta.concrete_fields}
    columns = [known[name] for name in fields]
    if getattr(cause, "sqlite_errorcode", None) == sqlite3.SQLITE_CONSTRAINT_UNIQUE:
        named = ", ".join(f"{table}.{column}" for column in columns)
        return str(cause) == f"UNIQUE constraint failed: {named}"
    diagnosis = getattr(cause, "diag", None)
    if diagnosis is None or diagnosis.sqlstate != UNIQUE_VIOLATION or diagnosis.table_name != table:
        return False
    # "Key (sequence)=(2) already exists.", in the language of the server.
    return f"({', '.join(columns)})=(" in (diagnosis.message_detail or "")


def message_of_full(error: Exception) -> Message:
    """With the database's own words."""
    lines = str(error).strip().splitlines() or [type(error).__name__]
    return codes.DATABASE_FULL(reason=lines[0])
