"""Streamed downloads."""

from collections.abc import Iterable

from django.http import StreamingHttpResponse


def download(pieces: Iterable[bytes], *, name: str, content_type: str) -> StreamingHttpResponse:
    """Stream the bytes of a file of this name."""
    return StreamingHttpResponse(
        pieces,
        content_type=content_type,
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )
