"""Receive many files of one request without holding them in memory."""

import io
from tempfile import TemporaryFile
from typing import IO, Any, cast

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler
from django.utils.translation import gettext as _

from recognizer.errors import TooLarge
from recognizer.presentation.numbers import localized


class SpoolUploadHandler(FileUploadHandler):
    """Writes all files of a request one after another into one unnamed temporary file.

    A file of its own for each would need thousands of file descriptors. Raises TooLarge for more
    than BATCH_MAX_FILES files.
    """

    # Made for the first file, and closed with the request's files, or by Django if these are
    # refused. A request without files has none.
    file: IO[bytes]

    def __init__(self, request: Any = None) -> None:
        super().__init__(request)
        self.count = 0
        self.start = 0

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        self.count += 1
        require_file_count(self.count)
        if not hasattr(self, "file"):
            self.file = TemporaryFile()  # noqa: SIM115
        self.start = self.file.tell()

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        self.file.write(raw_data)

    def file_complete(self, file_size: int) -> "UploadedFile[Any]":
        part = cast(IO[bytes], Part(self.file, self.start, file_size))
        return UploadedFile(part, self.file_name, self.content_type, file_size, self.charset)


class Part(io.RawIOBase):
    """A part of a file, as a file of its own. Closing it closes the whole file."""

    def __init__(self, whole: IO[bytes], start: int, size: int) -> None:
        self.whole, self.start, self.size = whole, start, size
        self.position = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        origin = {io.SEEK_SET: 0, io.SEEK_CUR: self.position, io.SEEK_END: self.size}[whence]
        if origin + offset < 0:
            raise OSError("negative position")
        self.position = origin + offset
        return self.position

    def tell(self) -> int:
        return self.position

    def readinto(self, buffer: Any) -> int:
        left = max(0, self.size - self.position)
        self.whole.seek(self.start + self.position)
        data = self.whole.read(min(len(buffer), left))
        buffer[: len(data)] = data
        self.position += len(data)
        return len(data)

    def close(self) -> None:
        self.whole.close()
        super().close()


def require_file_count(count: int) -> None:
    if count > settings.BATCH_MAX_FILES:
        words = _("A batch may have at most %(most)s files.")
        raise TooLarge(words % {"most": localized(f"{settings.BATCH_MAX_FILES:,}")})


def require_size(size: int) -> None:
    """size: of all files of a batch, in bytes."""
    if size > max_bytes():
        words = _("A batch may have at most %(most)d MB, also when it is unpacked.")
        raise TooLarge(words % {"most": settings.BATCH_MAX_MB})


def max_bytes() -> int:
    return settings.BATCH_MAX_MB * 1024**2
