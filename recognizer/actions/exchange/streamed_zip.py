"""A ZIP file as a stream: no more than a part of one member is in memory."""

import io
from collections.abc import Iterable, Iterator
from typing import IO, Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from django.utils import timezone

CHUNK = 64 * 1024  # minimum bytes sent at a time

Member = tuple[str, Iterable[bytes]]


def zipped(members: Iterable[Member]) -> Iterator[bytes]:
    """Yield the bytes of a ZIP file of these members, (name, content in pieces), in chunks."""
    pipe = Pipe()
    with ZipFile(pipe, "w") as zip_file:
        for name, pieces in members:
            info = ZipInfo(name, timezone.localtime().timetuple()[:6])
            info.compress_type = ZIP_DEFLATED
            with zip_file.open(info, "w", force_zip64=True) as member:
                for piece in pieces:
                    member.write(piece)
                    if len(pipe.written) >= CHUNK:
                        yield pipe.take()
    yield pipe.take()


def after_header(header: bytes, content: IO[bytes]) -> Iterator[bytes]:
    """Yield the header, then the whole file in pieces."""
    yield header
    content.seek(0)
    yield from iter(lambda: content.read(CHUNK), b"")


class Pipe(io.RawIOBase):
    """An unseekable file that collects written bytes until `take` returns them."""

    def __init__(self) -> None:
        self.written = bytearray()

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self.written += data
        return len(data)

    def take(self) -> bytes:
        data = bytes(self.written)
        self.written.clear()
        return data
