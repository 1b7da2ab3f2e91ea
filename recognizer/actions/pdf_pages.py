"""Render PDFs, few at once."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import BoundedSemaphore

from django.utils.translation import gettext as _

from mlcore.codes import FILE_TOO_LARGE, PDF_OF_SEVERAL_PAGES, PDF_TOO_LONG
from mlcore.errors import InvalidInk
from mlcore.pages.pdf import SECONDS, render_pages
from recognizer.errors import TooMany

# PDFs that a web process renders at once, so that it has threads for other requests.
RENDERING = BoundedSemaphore(2)
# Of these, PDFs that are one drawing, which visitors may send as well: another is left for pages.
AS_DRAWINGS = BoundedSemaphore(1)
WAIT_SECONDS = 5  # until one of them is done
ONE_PAGE_SECONDS = 5


def rendered_pages(
    file: bytes, *, most: int, most_bytes: int, seconds: float = SECONDS
) -> list[bytes]:
    """Return each page as a PNG. Raises InvalidInk, and TooMany while other PDFs are rendered."""
    if len(file) > most_bytes:
        raise InvalidInk(FILE_TOO_LARGE(size=len(file), most=most_bytes), kind="too_large")
    with one_of(RENDERING), TemporaryDirectory() as folder:
        files = render_pages(file, Path(folder), most=most, seconds=seconds)
        return [file.read_bytes() for file in files]


@contextmanager
def one_of(slots: BoundedSemaphore) -> Iterator[None]:
    if not slots.acquire(timeout=WAIT_SECONDS):
        words = _("Other PDFs are being opened. Try again in a few seconds.")
        raise TooMany(words, wait=WAIT_SECONDS)
    try:
        yield
    finally:
        slots.release()


def only_page(file: bytes, *, most_bytes: int) -> bytes:
    """Return the page of a PDF that has one, as a PNG. Raises InvalidInk and TooMany."""
    try:
        with one_of(AS_DRAWINGS):
            (page,) = rendered_pages(file, most=1, most_bytes=most_bytes, seconds=ONE_PAGE_SECONDS)
    except InvalidInk as refusal:
        if refusal.message["code"] != PDF_TOO_LONG.code:
            raise
        raise InvalidInk(PDF_OF_SEVERAL_PAGES(), kind="too_large") from refusal
    return page
