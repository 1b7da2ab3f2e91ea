"""Streamed download of drawings."""

from collections.abc import Iterable

from django.http import StreamingHttpResponse

CONTENT_TYPES = {"csv": "text/csv; charset=utf-8", "ndjson": "application/x-ndjson"}


def drawings_file(lines: Iterable[str], kind: str) -> StreamingHttpResponse:
    """Stream lines as a download. kind: "csv" or "ndjson", the format of the lines."""
    return StreamingHttpResponse(
        lines,
        content_type=CONTENT_TYPES[kind],
        headers={"Content-Disposition": f'attachment; filename="drawings.{kind}"'},
    )
