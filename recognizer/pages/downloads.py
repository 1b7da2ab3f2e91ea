"""Files that are sent at once, to be stored by the browser."""

from django.http import HttpResponse


def file_response(content: bytes, name: str, kind: str) -> HttpResponse:
    """kind: the content type."""
    disposition = f'attachment; filename="{name}"'
    return HttpResponse(content, kind, headers={"Content-Disposition": disposition})
