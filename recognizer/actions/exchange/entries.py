"""What the readers of files yield, and what they share."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

from django.utils import timezone
from django.utils.dateparse import parse_datetime

from mlcore.errors import InvalidInk
from mlcore.messages import Message
from recognizer import codes
from recognizer.actions.drawings.recognition import Ink
from recognizer.actions.exchange.label_names import label_named

EARLIEST = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Limits:
    """The most that one import may hold: drawings, and bytes of an unpacked ZIP file."""

    drawings: int
    unpacked: int


@dataclass(frozen=True, eq=False)
class Entry:
    """A drawing of a file. label: None without one. created_at: None if the file has no times."""

    ink: Ink
    label: str | None
    created_at: datetime | None = None


@contextmanager
def naming(place: Message | str) -> Iterator[None]:
    """Add the place in the file to the reason of an InvalidInk."""
    try:
        yield
    except InvalidInk as error:
        message = codes.AT_PLACE(place=place, reason=error.message)
        raise InvalidInk(message, kind=error.kind) from error


def entry_of(ink: Ink, label: object, created_at: object = None) -> Entry:
    """Return the entry of values as they are in a file. Raises InvalidInk, also for blank ink."""
    if ink.network_input is None:
        raise InvalidInk(codes.NOTHING_DRAWN())
    return Entry(ink, label_named(label), time_of(created_at))


def time_of(value: object) -> datetime | None:
    if value is None or value == "":
        return None
    try:
        time = parse_datetime(value) if isinstance(value, str) else None
        if time is None or time.tzinfo is None or not EARLIEST <= time <= timezone.now():
            raise InvalidInk(codes.WRONG_TIME())
    except (ValueError, OverflowError) as error:
        raise InvalidInk(codes.WRONG_TIME()) from error
    return time
