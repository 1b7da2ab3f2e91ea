"""Kinds of database errors: unavailable, no space left, or a unique constraint violated."""

import sqlite3

from django.db import IntegrityError, InterfaceError, OperationalError
from django.db.models import Model

from mlcore.messages import Message
from recognizer import codes

# PostgreSQL's SQLSTATE
DISK_FULL = "53100"
UNIQUE_VIOLATION = "23505"


def is_away(error: Exception) -> bool:
    """Whether the database is unavailable, so that a retry may succeed."""
    return isinstance(error, OperationalError | InterfaceError) and not is_full(error)


def is_full(error: Exception) -> bool:
    """Whether the database's disk is full or its size limit is reached."""
    cause = error.__cause__  # the driver's exception
    sqlite = getattr(cause, "sqlite_errorcode", None) == sqlite3.SQLITE_FULL
    return sqlite or getattr(cause, "sqlstate", None) == DISK_FULL


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
