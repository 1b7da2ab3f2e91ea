"""Streamed downloads."""

from collections.abc import Iterable

from django.http import StreamingHttpResponse

CONTENT_TYPES = {"csv": "text/csv; charset=utf-8", "ndjson": "application/x-ndjson"}


def drawings_file(lines: Iterable[str], kind: str) -> StreamingHttpResponse:
    """Stream drawings as a download. kind: "csv" or "ndjson", the format of the lines."""
    return lines_file(lines, "drawings", kind)


def lines_file(lines: Iterable[str], name: str, kind: str) -> StreamingHttpResponse:
    """Stream lines as a download named after `name` and `kind`."""
    return StreamingHttpResponse(
        lines,
        content_type=CONTENT_TYPES[kind],
        headers={"Content-Disposition": f'attachment; filename="{name}.{kind}"'},
    )
