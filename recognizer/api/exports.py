"""Export of drawings as a file."""

from collections.abc import Iterable

from django.http import StreamingHttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.parsers import BaseParser
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request
from rest_framework.views import APIView

from recognizer.actions.exchange.export_drawings import FORMATS, export_drawings
from recognizer.api.access import person
from recognizer.api.schema import errors
from recognizer.api.serializers.exchange import ExportSerializer
from recognizer.presentation.downloads import download


class IgnoreAccept(BaseContentNegotiation):
    """Ignore Accept: the URL determines the file type. Errors are JSON, as in the whole API."""

    def select_parser(self, request: Request, parsers: Iterable[BaseParser]) -> None:
        return None

    def select_renderer(
        self, request: Request, renderers: Iterable[BaseRenderer], format_suffix: str | None = None
    ) -> tuple[BaseRenderer, str]:
        renderer = next(iter(renderers))
        return renderer, renderer.media_type


CONTENT_TYPES = {each.content_type.partition(";")[0] for each in FORMATS.values()}


class Export(APIView):
    content_negotiation_class = IgnoreAccept

    @extend_schema(
        tags=["drawings"],
        parameters=[ExportSerializer],
        responses={
            **{(200, content_type): OpenApiTypes.BINARY for content_type in sorted(CONTENT_TYPES)},
            **errors(400, 403),
        },
    )
    def get(self, request: Request) -> StreamingHttpResponse:
        """Your drawings, oldest first, as NDJSON, NumPy arrays, IDX, PNG files or a table.

        NDJSON has the strokes and pictures, and `/import/` reads it without a loss. docs/export.md
        describes the formats.
        """
        query = ExportSerializer(data=request.query_params)
        query.is_valid(raise_exception=True)
        file = export_drawings(
            by=person(request),
            wanted=query.wanted(),
            name=query.validated_data["format"],
            everybody=query.validated_data["everybody"],
        )
        return download(file.pieces, name=file.name, content_type=file.content_type)
