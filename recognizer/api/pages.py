"""Pages: pictures of paper with numbers, read in the background. One's own only."""

from django.db.models import QuerySet
from django.http import StreamingHttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.generics import ListAPIView
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from recognizer.accounts.downloads import CONTENT_TYPES, download, lines_file
from recognizer.actions.reading.lifecycle import cancel_reading_job, delete_reading_job
from recognizer.actions.reading.page_tables import csv_lines, xlsx
from recognizer.actions.reading.pages import correct_cell, request_pages
from recognizer.api.access import person
from recognizer.api.exchange import IgnoreAccept
from recognizer.api.idempotency import repeatable
from recognizer.api.pagination import NewestFirst
from recognizer.api.schema import IDEMPOTENCY_KEY, errors
from recognizer.api.serializers import checked, checked_form
from recognizer.api.serializers.pages import (
    CellCorrectionSerializer,
    PageFileSerializer,
    PageSerializer,
    PageWithRowsSerializer,
    PlacedCellSerializer,
    SentPageSerializer,
)
from recognizer.models import ReadingJob, Scope


def find(request: Request, pk: int) -> ReadingJob:
    """Return one's own page. Raises Http404."""
    return get_object_or_404(ReadingJob.objects.pages_of(person(request)), pk=pk)


class Pages(ListAPIView[ReadingJob]):
    scope = Scope.DRAW
    parser_classes = [MultiPartParser]
    pagination_class = NewestFirst
    serializer_class = PageSerializer

    def get_queryset(self) -> QuerySet[ReadingJob]:
        return ReadingJob.objects.pages_of(self.request.user)

    @extend_schema(tags=["pages"], responses={200: PageSerializer(many=True), **errors(400, 404)})
    def get(self, request: Request, *args: object, **kwargs: object) -> Response:
        """Your pages, newest first, without their rows."""
        return super().get(request, *args, **kwargs)

    @extend_schema(
        tags=["pages"],
        request={"multipart/form-data": PageFileSerializer},
        parameters=[IDEMPOTENCY_KEY],
        responses={202: SentPageSerializer, **errors(400, 409, 413, 415, 422)},
    )
    @repeatable()
    def post(self, request: Request) -> Response:
        """Send the picture of a page, or a PDF; a worker reads all numbers on it.

        Each page of a PDF becomes a page of its own: the answer is the first one, and `others` has
        the addresses of the others. A page that cannot be read ends as `failed`, and `error` says
        what to do. 409 if you have too many pages.
        """
        image = checked_form(PageFileSerializer, request)["image"]
        jobs = request_pages(owner=person(request), name=image.name or "", file=image.read())
        location, *others = (reverse("api:page", args=[job.pk]) for job in jobs)
        sent = PageWithRowsSerializer(find(request, jobs[0].pk)).data
        return Response({**sent, "others": others}, status=202, headers={"Location": location})


class OnePage(APIView):
    scope = Scope.DRAW

    @extend_schema(tags=["pages"], responses={200: PageWithRowsSerializer, **errors(404)})
    def get(self, request: Request, pk: int) -> Response:
        """A page with its progress, and its rows as soon as it has been read."""
        return Response(PageWithRowsSerializer(find(request, pk)).data)

    @extend_schema(
        tags=["pages"],
        request=CellCorrectionSerializer,
        responses={200: PlacedCellSerializer, **errors(400, 404, 415)},
    )
    def patch(self, request: Request, pk: int) -> Response:
        """Correct the text of a cell. What was read is kept beside it; files have your text."""
        job = find(request, pk)
        cell = correct_cell(job=job, **checked(CellCorrectionSerializer, request))
        return Response(PlacedCellSerializer(cell).data)

    @extend_schema(tags=["pages"], responses={204: None, **errors(404)})
    def delete(self, request: Request, pk: int) -> Response:
        """Delete a page with its picture and its rows; one that runs is stopped."""
        delete_reading_job(job=find(request, pk))
        return Response(status=204)


class CancelPage(APIView):
    scope = Scope.DRAW

    @extend_schema(
        tags=["pages"], request=None, responses={200: PageSerializer, **errors(404, 409)}
    )
    def post(self, request: Request, pk: int) -> Response:
        """Cancel a queued page, or ask the worker that reads it to stop."""
        cancel_reading_job(job=find(request, pk))
        return Response(PageSerializer(find(request, pk)).data)


class PageCsv(APIView):
    content_negotiation_class = IgnoreAccept

    @extend_schema(
        tags=["pages"], responses={(200, "text/csv"): OpenApiTypes.STR, **errors(404, 409)}
    )
    def get(self, request: Request, pk: int) -> StreamingHttpResponse:
        """The rows with your corrections. 409 before the page has been read."""
        return lines_file(csv_lines(find(request, pk)), f"page-{pk}", "csv", by=person(request))


class PageXlsx(APIView):
    content_negotiation_class = IgnoreAccept

    @extend_schema(
        tags=["pages"],
        responses={(200, CONTENT_TYPES["xlsx"]): OpenApiTypes.BINARY, **errors(404, 409)},
    )
    def get(self, request: Request, pk: int) -> StreamingHttpResponse:
        """The same as a workbook; cells are numbers or texts. 409 before it has been read."""
        return download(
            [xlsx(find(request, pk))],
            name=f"page-{pk}.xlsx",
            content_type=CONTENT_TYPES["xlsx"],
            by=person(request),
        )
