"""Export drawings as CSV or NDJSON. They are read in batches, so any number can be exported."""

import base64
import csv
import json
from collections.abc import Iterator
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder

from recognizer.models import Drawing
from recognizer.models.drawings import DrawingQuerySet

BATCH = 200
COLUMNS = (
    "id",
    "created_at",
    "source",
    "answer",
    "confidence",
    "version",
    "label",
    "label_state",
    "probabilities",
)
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


class Echo:
    """A file object for csv.writer whose `write` returns the line."""

    def write(self, line: str) -> str:
        return line


def csv_lines(drawings: DrawingQuerySet) -> Iterator[str]:
    """Yield a header, then one line per drawing, oldest first. Label 10 is "not a digit"."""
    writer = csv.writer(Echo())
    yield writer.writerow(COLUMNS)
    for drawing in in_batches(drawings.defer("picture", "strokes", "network_input", "directions")):
        values = row(drawing)
        values["probabilities"] = " ".join(f"{p:.6f}" for p in values["probabilities"])
        yield writer.writerow([safe_cell(value) for value in values.values()])


def ndjson_lines(drawings: DrawingQuerySet) -> Iterator[str]:
    """Yield one JSON object per drawing, oldest first: COLUMNS, strokes, network_input.

    network_input: the ink that the network saw, 28x28 bytes in base64.
    """
    for drawing in in_batches(drawings.defer("picture", "directions")):
        network_input = base64.b64encode(bytes(drawing.network_input)).decode()
        record = {**row(drawing), "strokes": drawing.strokes, "network_input": network_input}
        yield json.dumps(record, cls=DjangoJSONEncoder) + "\n"


def in_batches(drawings: DrawingQuerySet) -> Iterator[Drawing]:
    return drawings.with_answers().order_by("id").iterator(chunk_size=BATCH)


def row(drawing: Drawing) -> dict[str, Any]:
    """Return a drawing's values by column, in the order of COLUMNS."""
    answer = drawing.answer
    values = (
        drawing.pk,
        drawing.created_at.isoformat(),
        drawing.source,
        answer.label if answer else None,
        answer.confidence if answer else None,
        answer.version.number if answer else None,
        drawing.label,
        drawing.label_state,
        answer.probabilities if answer else [],
    )
    return dict(zip(COLUMNS, values, strict=True))


def safe_cell(value: object) -> object:
    """Quote text that a spreadsheet would run as a formula. Numbers are not changed."""
    if isinstance(value, str) and value.startswith(FORMULA_STARTS):
        return "'" + value
    return value


LINES = {"csv": csv_lines, "ndjson": ndjson_lines}


def export_lines(drawings: DrawingQuerySet, kind: str) -> Iterator[str]:
    """Yield the lines of an export. kind: "csv" or "ndjson"."""
    return LINES[kind](drawings)
