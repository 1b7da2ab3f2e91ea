"""Downloads of a person's drawings."""

from collections.abc import Iterable

from django.http import StreamingHttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.parsers import BaseParser
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request
from rest_framework.views import APIView

from recognizer.actions.drawings.export import export_lines
from recognizer.api.access import person
from recognizer.api.schema import errors
from recognizer.models import Drawing
from recognizer.presentation.downloads import drawings_file


class IgnoreAccept(BaseContentNegotiation):
    """Ignore Accept: the URL determines the file type. Errors are JSON, as in the whole API."""

    def select_parser(self, request: Request, parsers: Iterable[BaseParser]) -> None:
        return None

    def select_renderer(
        self, request: Request, renderers: Iterable[BaseRenderer], format_suffix: str | None = None
    ) -> tuple[BaseRenderer, str]:
        renderer = next(iter(renderers))
        return renderer, renderer.media_type


class ExportCsv(APIView):
    content_negotiation_class = IgnoreAccept

    @extend_schema(tags=["drawings"], responses={(200, "text/csv"): OpenApiTypes.STR, **errors()})
    def get(self, request: Request) -> StreamingHttpResponse:
        """One line per drawing, oldest first, without strokes. Label and answer 10: not a digit."""
        return drawings_file(export_lines(Drawing.objects.owned_by(person(request)), "csv"), "csv")


class ExportNdjson(APIView):
    content_negotiation_class = IgnoreAccept

    @extend_schema(
        tags=["drawings"], responses={(200, "application/x-ndjson"): OpenApiTypes.STR, **errors()}
    )
    def get(self, request: Request) -> StreamingHttpResponse:
        """One JSON object per line, oldest first, with strokes and network input."""
        return drawings_file(
            export_lines(Drawing.objects.owned_by(person(request)), "ndjson"), "ndjson"
        )
