"""Export and import of drawings as a file."""

from collections.abc import Iterable
from dataclasses import asdict

from django.http import StreamingHttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.parsers import BaseParser, MultiPartParser
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from recognizer.accounts.downloads import download, require_room
from recognizer.accounts.throttles import AccountThrottle, ImportThrottle
from recognizer.actions.drawings.filters import DrawingFilter
from recognizer.actions.exchange.export_drawings import FORMATS, export_drawings
from recognizer.actions.exchange.import_drawings import import_drawings, site_limits
from recognizer.api.access import person
from recognizer.api.idempotency import repeatable
from recognizer.api.schema import IDEMPOTENCY_KEY, errors
from recognizer.api.serializers import checked_query
from recognizer.api.serializers.exchange import (
    ExportSerializer,
    ImportedSerializer,
    ImportSerializer,
)
from recognizer.models import Scope


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
        query = checked_query(ExportSerializer, request)
        name, everybody = query.pop("format"), query.pop("everybody")
        wanted = DrawingFilter(**query)
        require_room(person(request))
        file = export_drawings(by=person(request), wanted=wanted, name=name, everybody=everybody)
        return download(
            file.pieces, name=file.name, content_type=file.content_type, by=person(request)
        )


class Import(APIView):
    scope = Scope.DRAW
    parser_classes = [MultiPartParser]
    throttle_classes = [AccountThrottle, ImportThrottle]

    @extend_schema(
        operation_id="import_drawings",
        tags=["drawings"],
        request={"multipart/form-data": ImportSerializer},
        parameters=[IDEMPOTENCY_KEY],
        responses={201: ImportedSerializer, **errors(400, 409, 413, 415, 422, 503)},
    )
    @repeatable()
    def post(self, request: Request) -> Response:
        """Store the drawings of a file as yours: all, or none if one cannot be read.

        The file is NDJSON, NPZ, or a ZIP file with IDX or PNG, as in an export; its content tells
        which. Labels wait for a reviewer. Drawings that you already have are skipped.
        """
        sent = ImportSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        file = sent.validated_data["file"]
        done = import_drawings(owner=person(request), file=file, limits=site_limits())
        return Response(asdict(done), status=201)
