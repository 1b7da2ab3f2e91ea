"""Streamed downloads, a few at once for each person."""

import threading
from collections.abc import Iterable, Iterator
from typing import Any
from weakref import WeakSet

from django.conf import settings
from django.contrib.auth.models import AbstractUser
from django.http import StreamingHttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from recognizer.errors import TooMany

CONTENT_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "ndjson": "application/x-ndjson",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
RETRY_SECONDS = 10
AT_ONCE = 4  # of all people: half of a web process's threads (gunicorn.conf.py)


class Running(Iterator[Any]):
    """The pieces of a download that counts as running until it is closed.

    Raises TooMany if this process already has DOWNLOADS_AT_ONCE of the person, or AT_ONCE of all.
    """

    open: "WeakSet[Running]" = WeakSet()  # one whose response never reached the server vanishes
    lock = threading.Lock()

    def __init__(self, pieces: Iterable[str] | Iterable[bytes], person: int) -> None:
        self.person, self.source, self.pieces = person, pieces, iter(pieces)
        with self.lock:
            self.refuse_one_more(person)
            self.open.add(self)

    @classmethod
    def refuse_one_more(cls, person: int) -> None:
        """Raise TooMany if as many run as may."""
        if sum(each.person == person for each in cls.open) >= settings.DOWNLOADS_AT_ONCE:
            raise TooMany(own_downloads_run(settings.DOWNLOADS_AT_ONCE), wait=RETRY_SECONDS)
        if len(cls.open) >= AT_ONCE:
            words = _("Many downloads are running. Try again in a moment.")
            raise TooMany(words, wait=RETRY_SECONDS)

    def __next__(self) -> Any:
        return next(self.pieces)

    def close(self) -> None:
        """End the download. The web server calls it, also if the client has gone."""
        with self.lock:
            self.open.discard(self)
        if hasattr(self.source, "close"):
            self.source.close()


def require_room(by: AbstractUser) -> None:
    """Raise TooMany if a download would be refused now: before the audit records an export."""
    with Running.lock:
        Running.refuse_one_more(by.pk)


def own_downloads_run(count: int) -> str:
    return ngettext(
        "A download of yours is still running. Try again when it has ended.",
        "%(count)d downloads of yours are still running. Try again when one has ended.",
        count,
    ) % {"count": count}


def lines_file(
    lines: Iterable[str], name: str, kind: str, *, by: AbstractUser
) -> StreamingHttpResponse:
    """Stream lines as a download named after `name` and `kind`, a key of CONTENT_TYPES."""
    return download(lines, name=f"{name}.{kind}", content_type=CONTENT_TYPES[kind], by=by)


def download(
    pieces: Iterable[str] | Iterable[bytes], *, name: str, content_type: str, by: AbstractUser
) -> StreamingHttpResponse:
    """Stream the content of a file of this name. Raises TooMany."""
    return StreamingHttpResponse(
        Running(pieces, by.pk),
        content_type=content_type,
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )
