"""Streamed downloads."""

from collections.abc import Iterable

from django.http import StreamingHttpResponse

CONTENT_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "ndjson": "application/x-ndjson",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def lines_file(lines: Iterable[str], name: str, kind: str) -> StreamingHttpResponse:
    """Stream lines as a download named after `name` and `kind`, a key of CONTENT_TYPES."""
    return download(lines, name=f"{name}.{kind}", content_type=CONTENT_TYPES[kind])


def download(
    pieces: Iterable[str] | Iterable[bytes], *, name: str, content_type: str
) -> StreamingHttpResponse:
    """Stream the content of a file of this name."""
    return StreamingHttpResponse(
        pieces,
        content_type=content_type,
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )
