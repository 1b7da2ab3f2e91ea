"""Drawings as a file that is made while it is sent."""

from django.http import StreamingHttpResponse

from recognizer.actions.export import csv_lines, ndjson_lines
from recognizer.models.drawings import DrawingQuerySet

LINES = {"csv": csv_lines, "ndjson": ndjson_lines}
CONTENT_TYPES = {"csv": "text/csv; charset=utf-8", "ndjson": "application/x-ndjson"}


def drawings_file(drawings: DrawingQuerySet, kind: str) -> StreamingHttpResponse:
    """`kind`: "csv" or "ndjson", as `actions.export` writes them."""
    return StreamingHttpResponse(
        LINES[kind](drawings),
        content_type=CONTENT_TYPES[kind],
        headers={"Content-Disposition": f'attachment; filename="drawings.{kind}"'},
    )
