"""Import drawings from a file in one of the formats of an export: all of them, or none."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO, Any

from django.conf import settings
from django.contrib.auth.models import AbstractUser
from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from mlcore.errors import InvalidInk
from recognizer import codes
from recognizer.actions.audit.events import Kind, record
from recognizer.actions.drawings.quota import locked_usage
from recognizer.actions.drawings.recognition import Ink, recognize_to_store
from recognizer.actions.drawings.store import new_drawing, save_drawings
from recognizer.actions.exchange import idx, ndjson, npz, png_folders
from recognizer.actions.exchange.entries import Entry, Limits
from recognizer.actions.exchange.tables import BYTE_ORDER_MARK
from recognizer.actions.exchange.zip_files import opened
from recognizer.actions.labels.label_history import label_new_drawings
from recognizer.models import Answer, Correction, Drawing
from recognizer.models.drawings import DrawingQuerySet

ZIP_START = b"PK"
START = 64  # bytes that tell ZIP from NDJSON


@dataclass(frozen=True)
class Imported:
    """How many drawings were created, how many of these got a label, and how many were skipped."""

    created: int
    labeled: int
    duplicates: int


def site_limits() -> Limits:
    """Return the limits of an import by a person on the site."""
    return Limits(settings.IMPORT_MAX_DRAWINGS, unpacked=2 * settings.IMPORT_MAX_BYTES)


def import_drawings(
    *, owner: AbstractUser, file: IO[bytes], limits: Limits | None = None
) -> Imported:
    """Store the drawings of a file as the owner's. Their labels wait for a reviewer.

    Drawings that equal one of the owner's are skipped. Everything is read and answered before the
    first row is written. Raises InvalidInk, which names the place in the file, Unavailable, and,
    with limits, QuotaReached.
    """
    own = Drawing.objects.owned_by(owner)
    newest = own.aggregate(pk=Max("pk"))["pk"] or 0
    known, now = set(known_keys(own)), timezone.now()
    rows: list[tuple[Drawing, Answer]] = []
    labels: list[tuple[Drawing, int | str]] = []
    number = 0
    for number, entry in enumerate(entries_of(file, limits), start=1):
        if limits and number > limits.drawings:
            raise InvalidInk(codes.TOO_MANY_DRAWINGS(most=limits.drawings), kind="too_large")
        if is_known(entry.ink, known):  # earlier releases stored all points
            continue
        recognition = recognize_to_store(entry.ink)
        if is_known(recognition.ink, known):
            continue
        known.update(keys_of(recognition.ink.strokes, recognition.ink.as_bytes))
        drawing, answer = new_drawing(owner=owner, recognition=recognition)
        drawing.created_at = entry.created_at or drawing.created_at
        drawing.imported_at = now
        rows.append((drawing, answer))
        if entry.label is not None:
            labels.append((drawing, entry.label))
    if not number:
        raise InvalidInk(codes.FILE_WITHOUT_DRAWINGS())
    with transaction.atomic():
        usage = locked_usage(owner)
        meanwhile = set(known_keys(own.filter(pk__gt=newest)))  # the same file, sent twice
        rows = [each for each in rows if not is_stored(each[0], meanwhile)]
        labels = [each for each in labels if not is_stored(each[0], meanwhile)]
        size = sum(drawing.size for drawing, answer in rows)
        usage.add(drawings=len(rows), size=size, limited=limits is not None)
        save_drawings(rows)
        usage.store()
        label_new_drawings(labels=labels, by=owner, source=Correction.Source.IMPORT)
        record(Kind.IMPORT, codes.ON_IMPORTED(count=len(rows)), by=owner)
    return Imported(len(rows), len(labels), duplicates=number - len(rows))


def entries_of(file: IO[bytes], limits: Limits | None) -> Iterator[Entry]:
    """Return the file's drawings. Its first bytes and its names tell its format."""
    start = file.read(START).removeprefix(BYTE_ORDER_MARK).lstrip()
    file.seek(0)
    if not start:
        raise InvalidInk(codes.FILE_WITHOUT_DRAWINGS())
    if start.startswith(b"{"):
        return ndjson.read(file)
    if not start.startswith(ZIP_START):
        raise InvalidInk(codes.FILE_UNKNOWN(), kind="unsupported_type")
    zip_file = opened(file, limits)
    names = zip_file.namelist()
    if any(name.endswith(".npy") for name in names):
        return npz.read(zip_file)
    if any(name.endswith("-ubyte") for name in names):
        return idx.read(zip_file)
    return png_folders.read(zip_file)


def known_keys(drawings: DrawingQuerySet) -> Iterator[bytes]:
    columns = drawings.order_by().values_list("strokes", "network_input")
    for strokes, network_input in columns.iterator():
        yield from keys_of(strokes, bytes(network_input))


def is_known(ink: Ink, known: set[bytes]) -> bool:
    return keys_of(ink.strokes, ink.as_bytes)[0] in known


def is_stored(drawing: Drawing, known: set[bytes]) -> bool:
    return keys_of(drawing.strokes, bytes(drawing.network_input))[0] in known


def keys_of(strokes: Any, network_input: bytes) -> list[bytes]:
    """Return hashes by which equal drawings are found: of the strokes, if any, then of the ink.

    Strokes equal the same strokes; a picture equals any drawing of the same ink.
    """
    ink = hashlib.sha256(network_input).digest()
    if strokes is None:
        return [ink]
    # PostgreSQL keeps the keys of objects in an order of its own.
    return [hashlib.sha256(json.dumps(strokes, sort_keys=True).encode()).digest(), ink]
