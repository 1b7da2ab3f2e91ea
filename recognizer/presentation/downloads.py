"""Drawings as a file that is made while it is sent."""

from collections.abc import Iterable

from django.http import StreamingHttpResponse

CONTENT_TYPES = {"csv": "text/csv; charset=utf-8", "ndjson": "application/x-ndjson"}


def drawings_file(lines: Iterable[str], kind: str) -> StreamingHttpResponse:
    """`kind`: "csv" or "ndjson", which the lines are."""
    return StreamingHttpResponse(
        lines,
        content_type=CONTENT_TYPES[kind],
        headers={"Content-Disposition": f'attachment; filename="drawings.{kind}"'},
    )
