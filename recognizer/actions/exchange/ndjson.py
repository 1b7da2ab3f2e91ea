"""Drawings as NDJSON, one a line, with their strokes or their picture. Nothing is lost."""

import base64
import json
from collections.abc import Iterator
from itertools import count
from typing import IO, Any

from django.db.models.expressions import Combinable

from mlcore.errors import InvalidInk
from mlcore.ink.geometry import IMAGE_SIDE
from mlcore.pictures.decoding import read_picture
from recognizer import codes
from recognizer.actions.drawings.recognition import (
    Ink,
    picture_of,
    read_gray,
    read_image,
    read_strokes,
)
from recognizer.actions.exchange.entries import Entry, entry_of, naming
from recognizer.actions.exchange.records import as_text, rows_of
from recognizer.models.drawings import DrawingQuerySet

MAX_LINE = 8 * 1024**2  # bytes; a picture of 5 MB in base64, or 10,000 points, and the other fields


def write(drawings: DrawingQuerySet, people: bool) -> Iterator[bytes]:
    """Yield one JSON object per drawing, oldest first.

    It has the columns, strokes (null for a picture), picture (a PNG in base64; null for strokes),
    and network_input: the ink that the network saw, 28x28 bytes in base64.
    """
    more: dict[str, str | Combinable] = {
        "strokes": as_text("strokes"),
        "picture": "picture",
        "network_input": "network_input",
    }
    for row in rows_of(drawings, more, people=people):
        picture = row.pop("picture")
        # What is JSON or base64 needs no escaping, and is most of a line.
        plain = {
            "picture": "null" if picture is None else f'"{in_base64(picture)}"',
            "network_input": f'"{in_base64(row.pop("network_input"))}"',
            "probabilities": row.pop("probabilities"),
            "strokes": row.pop("strokes") or "null",
        }
        rest = "".join([f', "{name}": {value}' for name, value in plain.items()])
        yield f"{json.dumps(row)[:-1]}{rest}}}\n".encode()


def in_base64(data: bytes | memoryview) -> str:
    return base64.b64encode(data).decode()


def read(file: IO[bytes]) -> Iterator[Entry]:
    """Yield the drawings of a file. Raises InvalidInk with the number of a wrong line."""
    for number in count(1):
        line = file.readline(MAX_LINE + 1)
        if not line:
            return
        if line.strip():
            with naming(codes.LINE_OF_FILE(number=number)):
                entry = entry_of_line(line)
            yield entry


def entry_of_line(line: bytes) -> Entry:
    if len(line) > MAX_LINE:
        raise InvalidInk(codes.LINE_TOO_LONG(most=MAX_LINE), kind="too_large")
    try:
        record = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise InvalidInk(codes.NOT_JSON()) from error
    if not isinstance(record, dict):
        raise InvalidInk(codes.NOT_JSON_OBJECT())
    return entry_of(ink_of(record), record.get("label"), record.get("created_at"))


def ink_of(record: dict[str, Any]) -> Ink:
    strokes, picture = record.get("strokes"), record.get("picture")
    if (strokes is None) == (picture is None):
        raise InvalidInk(codes.STROKES_OR_PICTURE())
    if picture is None:
        return read_strokes(strokes)
    gray = read_picture(from_base64("picture", picture))
    image = picture_of(gray)
    # A drawing that was imported as an image: its picture shows nothing but its network input.
    given = record.get("network_input")
    sides = (IMAGE_SIDE, IMAGE_SIDE)
    if image.shape == sides and given == in_base64(image.tobytes()):
        return read_image(image)
    return read_gray(gray)


def from_base64(name: str, value: object) -> bytes:
    try:
        return base64.b64decode(value if isinstance(value, str) else "?", validate=True)
    except ValueError as error:
        raise InvalidInk(codes.NOT_BASE64(name=name)) from error
