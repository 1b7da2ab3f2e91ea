"""Render the pages of a PDF file as pictures, in a process of its own.

PDFium is not thread-safe, and a file from outside may need endless time or memory, or crash it. As
a child process with limits it can neither block nor end the process that asked.

    python -m mlcore.pages.pdf FOLDER MOST < FILE.pdf
"""

import json
import os
import resource
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pypdfium2

from mlcore import codes
from mlcore.errors import InvalidInk
from mlcore.pages.reading import PAGE_SIDE
from mlcore.pictures.encoding import png
from mlcore.pictures.grayscale import Gray, gray_of

SECONDS = 60  # for all pages; one of a scan takes a quarter of a second
MEMORY = 2**30  # bytes; a page scanned in color at 600 dots per inch takes 0.2 GB
WRONG_PASSWORD = 4  # FPDF_ERR_PASSWORD


def render_pages(data: bytes, folder: Path, *, most: int, seconds: float = SECONDS) -> list[Path]:
    """Render each page of a PDF to a PNG file in an empty folder; return the files in order.

    They are gray, upright, and PAGE_SIDE pixels on their longer side. Raises InvalidInk:
    "too_large" if there are more than `most` pages or if it takes longer than `seconds`, "invalid"
    if the file is encrypted, damaged, has no pages or needs too much memory.
    """
    command = [sys.executable, "-m", "mlcore.pages.pdf", str(folder), str(most)]
    root = Path(__file__).resolve().parents[2]
    try:
        child = subprocess.run(command, input=data, capture_output=True, cwd=root, timeout=seconds)
    except subprocess.TimeoutExpired as error:
        raise InvalidInk(codes.PDF_TOO_SLOW(seconds=round(seconds)), kind="too_large") from error
    if child.stdout:
        refusal = json.loads(child.stdout)
        raise InvalidInk(refusal["message"], kind=refusal["kind"])
    files = sorted(folder.iterdir())
    if child.returncode or not files:  # it crashed, or needed too much memory
        raise InvalidInk(codes.PDF_DAMAGED())
    return files


def pages_of(data: bytes, *, most: int) -> Iterator[Gray]:
    """Yield each page, (h, w) uint8. Raises InvalidInk as `render_pages` does."""
    try:
        document = pypdfium2.PdfDocument(data)
        document.init_forms()  # without it, what is filled in is not drawn
    except pypdfium2.PdfiumError as error:
        encrypted = error.err_code == WRONG_PASSWORD
        raise InvalidInk(codes.PDF_ENCRYPTED() if encrypted else codes.PDF_DAMAGED()) from error
    with document:
        count = len(document)
        if count > most:
            raise InvalidInk(codes.PDF_TOO_LONG(pages=count, most=most), kind="too_large")
        try:
            for page in document:
                yield _rendered(page)
                page.close()
        except (pypdfium2.PdfiumError, ValueError, ArithmeticError, MemoryError) as error:
            raise InvalidInk(codes.PDF_DAMAGED()) from error


def _rendered(page: pypdfium2.PdfPage) -> Gray:
    """Render a page; its own size is of no matter, so a huge one does not need more pixels."""
    bitmap = page.render(scale=(PAGE_SIDE - 0.5) / max(page.get_size()))  # sides are rounded up
    gray = gray_of(bitmap.to_pil().convert("RGB"))
    bitmap.close()
    return gray


def _limit_itself() -> None:
    os.nice(10)  # other people's requests go first
    if sys.platform == "linux":
        resource.setrlimit(resource.RLIMIT_DATA, (MEMORY, MEMORY))


def main() -> None:
    folder, most = Path(sys.argv[1]), int(sys.argv[2])
    _limit_itself()
    try:
        for number, gray in enumerate(pages_of(sys.stdin.buffer.read(), most=most), start=1):
            (folder / f"{number:06}.png").write_bytes(png(gray))
    except InvalidInk as refusal:
        sys.stdout.write(json.dumps({"message": refusal.message, "kind": refusal.kind}))


if __name__ == "__main__":
    main()
