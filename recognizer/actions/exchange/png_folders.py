"""Drawings as PNG files in a ZIP file, in one folder a label."""

from collections.abc import Iterator
from pathlib import PurePosixPath
from zipfile import ZipFile, ZipInfo

import numpy as np

from mlcore import codes as mlcore_codes
from mlcore.errors import InvalidInk
from mlcore.ink.geometry import IMAGE_SIDE
from mlcore.pictures.decoding import LIMITS, read_picture
from mlcore.pictures.encoding import png
from mlcore.pictures.grayscale import MIDDLE
from recognizer import codes
from recognizer.actions.drawings.recognition import Ink, read_gray, read_image
from recognizer.actions.exchange.entries import Entry, entry_of, naming
from recognizer.actions.exchange.records import in_order
from recognizer.actions.exchange.streamed_zip import Member, zipped
from recognizer.actions.exchange.zip_files import content, shown
from recognizer.models import label_name
from recognizer.models.drawings import DrawingQuerySet

UNLABELED = "unlabeled"
SAFE = {"/": "~", ":": ";"}  # signs of numbers, and what stands for them in names of folders


def write(drawings: DrawingQuerySet, people: bool) -> Iterator[bytes]:
    """Yield the bytes of the ZIP file: `7/123.png` is drawing 123, labeled 7.

    A picture is the ink of the network input: 28x28, gray, white on black.
    """
    return zipped(members(drawings))


def members(drawings: DrawingQuerySet) -> Iterator[Member]:
    for drawing in in_order(drawings.defer("picture", "strokes", "directions")):
        folder = folder_of(label_name(drawing.label, drawing.number)) or UNLABELED
        yield f"{folder}/{drawing.pk}.png", [png(drawing.as_array)]


def read(zip_file: ZipFile) -> Iterator[Entry]:
    """Yield the drawings of pictures in folders named by label. Raises InvalidInk.

    A picture of 28x28 pixels on black is the network input. Any other is read like an upload.
    Hidden files, such as those that macOS adds, are left out.
    """
    for info in zip_file.infolist():
        if info.is_dir() or is_hidden(info):
            continue
        with naming(shown(info)):
            entry = entry_of(ink_of(zip_file, info), label_of(info))
        yield entry


def is_hidden(info: ZipInfo) -> bool:
    parts = PurePosixPath(info.filename).parts
    return any(part.startswith(".") or part == "__MACOSX" for part in parts)


def folder_of(label: str | None) -> str:
    """Return a label as the name of a folder: no file system allows "/", Windows no ":" either."""
    folder = label or ""
    for sign, safe in SAFE.items():
        folder = folder.replace(sign, safe)
    return folder


def label_of(info: ZipInfo) -> str | None:
    folder = PurePosixPath(info.filename).parent.name
    if not folder:
        raise InvalidInk(codes.NO_FOLDER())
    for sign, safe in SAFE.items():
        folder = folder.replace(safe, sign)
    return None if folder == UNLABELED else folder


def ink_of(zip_file: ZipFile, info: ZipInfo) -> Ink:
    if info.file_size > LIMITS.bytes:
        message = mlcore_codes.FILE_TOO_LARGE(size=info.file_size, most=LIMITS.bytes)
        raise InvalidInk(message, kind="too_large")
    gray = read_picture(content(zip_file, info))
    is_image = gray.shape == (IMAGE_SIDE, IMAGE_SIDE) and np.median(gray) < MIDDLE
    return read_image(gray) if is_image else read_gray(gray)
