"""What an error of the database tells: it is away, or it is there and has no room left."""

import sqlite3

from django.db import InterfaceError, OperationalError

from mlcore.messages import Message
from recognizer import codes

DISK_FULL = "53100"  # PostgreSQL's SQLSTATE


def is_away(error: Exception) -> bool:
    """Whether it may be back in a moment, so that waiting is all there is to do."""
    return isinstance(error, OperationalError | InterfaceError) and not is_full(error)


def is_full(error: Exception) -> bool:
    """Whether its disk is full, or it may not grow any more."""
    cause = error.__cause__  # the driver's own
    sqlite = getattr(cause, "sqlite_errorcode", None) == sqlite3.SQLITE_FULL
    return sqlite or getattr(cause, "sqlstate", None) == DISK_FULL


def message_of_full(error: Exception) -> Message:
    """With the database's own words."""
    lines = str(error).strip().splitlines() or [type(error).__name__]
    return codes.DATABASE_FULL(reason=lines[0])
