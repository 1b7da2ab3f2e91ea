"""Streamed downloads, a few at once for each person."""

import threading
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

from django.conf import settings
from django.contrib.auth.models import AbstractUser
from django.http import StreamingHttpResponse
from django.utils.translation import ngettext

from recognizer.errors import TooMany

CONTENT_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "ndjson": "application/x-ndjson",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
RETRY_SECONDS = 10


class Running(Iterator[Any]):
    """The pieces of a download that counts as running until it is closed.

    Raises TooMany if the person already has DOWNLOADS_AT_ONCE of them in this process.
    """

    counts: Counter[int] = Counter()
    lock = threading.RLock()  # __del__ may come at any moment

    def __init__(self, pieces: Iterable[str] | Iterable[bytes], person: int) -> None:
        self.person: int | None = None  # nothing to give back yet
        most = settings.DOWNLOADS_AT_ONCE
        with self.lock:
            if self.counts[person] >= most:
                raise TooMany(
                    ngettext(
                        "A download of yours is still running. Try again when it has ended.",
                        "%(count)d downloads of yours are still running. Try again when one has "
                        "ended.",
                        most,
                    )
                    % {"count": most},
                    wait=RETRY_SECONDS,
                )
            self.counts[person] += 1
        self.person, self.source = person, pieces
        self.pieces = iter(pieces)

    def __next__(self) -> Any:
        return next(self.pieces)

    def close(self) -> None:
        """End the download. The web server calls it, also if the client has gone."""
        with self.lock:
            person, self.person = self.person, None
            if person is None:
                return
            self.counts[person] -= 1
            if self.counts[person] <= 0:
                del self.counts[person]
        if hasattr(self.source, "close"):
            self.source.close()

    def __del__(self) -> None:
        self.close()  # a response that never reached the web server


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
