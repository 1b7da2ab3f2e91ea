"""Drawings as NDJSON, one a line, with their strokes or their picture. Nothing is lost."""

import base64
import json
from collections.abc import Iterator

from recognizer.actions.exchange.records import in_batches, row
from recognizer.models.drawings import DrawingQuerySet

BATCH = 20  # pictures are large


def write(drawings: DrawingQuerySet, people: bool) -> Iterator[bytes]:
    """Yield one JSON object per drawing, oldest first.

    It has the columns, strokes (null for a picture), picture (a PNG in base64; null for strokes),
    and network_input: the ink that the network saw, 28x28 bytes in base64.
    """
    for drawing in in_batches(drawings.defer("directions"), people=people, batch=BATCH):
        record = {
            **row(drawing, people=people),
            "strokes": drawing.strokes,
            "picture": None if drawing.picture is None else in_base64(drawing.picture),
            "network_input": in_base64(drawing.network_input),
        }
        yield json.dumps(record).encode() + b"\n"


def in_base64(data: bytes | memoryview) -> str:
    return base64.b64encode(bytes(data)).decode()
