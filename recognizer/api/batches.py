"""Batches: many pictures in one request, read in the background. One's own only."""

from collections.abc import Iterator
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, StreamingHttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import ValidationError
from rest_framework.generics import ListAPIView
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from recognizer.accounts.downloads import lines_file
from recognizer.actions.reading.batches import request_batch
from recognizer.actions.reading.incoming import Incoming, from_archive, from_files
from recognizer.actions.reading.lifecycle import cancel_reading_job, delete_reading_job
from recognizer.actions.reading.results import pictures_of, result_lines
from recognizer.actions.reading.uploads import SpoolUploadHandler
from recognizer.api.access import person
from recognizer.api.exchange import IgnoreAccept
from recognizer.api.idempotency import repeatable
from recognizer.api.pagination import NewestFirst
from recognizer.api.schema import IDEMPOTENCY_KEY, errors
from recognizer.api.serializers import checked_form
from recognizer.api.serializers.batches import (
    BATCH_REQUEST,
    BatchRequestSerializer,
    BatchSerializer,
    ResultSerializer,
)
from recognizer.models import BatchPicture, ReadingJob, Scope


def find(request: Request, pk: int) -> ReadingJob:
    """Return one's own batch. Raises Http404."""
    return get_object_or_404(ReadingJob.objects.batches_of(person(request)), pk=pk)


class InOrder(NewestFirst):
    """A page of results, in the order of the files."""

    ordering = "index"


class Batches(ListAPIView[ReadingJob]):
    scope = Scope.DRAW
    parser_classes = [MultiPartParser]
    pagination_class = NewestFirst
    serializer_class = BatchSerializer

    def initialize_request(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Request:
        """Receive files on disk. It has to be said before anything reads the body."""
        if request.method == "POST":
            request.upload_handlers = [SpoolUploadHandler(request)]
        return super().initialize_request(request, *args, **kwargs)

    def get_queryset(self) -> QuerySet[ReadingJob]:
        return ReadingJob.objects.batches_of(self.request.user)

    @extend_schema(
        tags=["batches"], responses={200: BatchSerializer(many=True), **errors(400, 404)}
    )
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Your batches, newest first."""
        return super().get(request, *args, **kwargs)

    @extend_schema(
        tags=["batches"],
        request={"multipart/form-data": BATCH_REQUEST},
        parameters=[IDEMPOTENCY_KEY],
        responses={202: BatchSerializer, **errors(400, 409, 413, 415, 422)},
    )
    @repeatable()
    def post(self, request: Request) -> Response:
        """Send many pictures, as `files` or as a ZIP `archive`; a worker reads them.

        A file that cannot be read is named in the results with its reason, and the others are read.
        409 if you have too many unfinished batches.
        """
        values = checked_form(BatchRequestSerializer, request)
        job = request_batch(
            owner=person(request), files=incoming(values), save_drawings=values["save"]
        )
        location = reverse("api:batch", args=[job.pk])
        return Response(BatchSerializer(job).data, status=202, headers={"Location": location})


def incoming(values: dict[str, Any]) -> Iterator[Incoming]:
    if bool(values["files"]) == bool(values["archive"]):
        raise ValidationError(_("Send either pictures in `files`, or a ZIP archive in `archive`."))
    return from_archive(values["archive"]) if values["archive"] else from_files(values["files"])


class OneBatch(APIView):
    scope = Scope.DRAW

    @extend_schema(tags=["batches"], responses={200: BatchSerializer, **errors(404)})
    def get(self, request: Request, pk: int) -> Response:
        """A batch with its progress."""
        return Response(BatchSerializer(find(request, pk)).data)

    @extend_schema(tags=["batches"], responses={204: None, **errors(404)})
    def delete(self, request: Request, pk: int) -> Response:
        """Delete a batch with its results; one that runs is stopped. Saved drawings are kept."""
        delete_reading_job(job=find(request, pk))
        return Response(status=204)


class CancelBatch(APIView):
    scope = Scope.DRAW

    @extend_schema(
        tags=["batches"], request=None, responses={200: BatchSerializer, **errors(404, 409)}
    )
    def post(self, request: Request, pk: int) -> Response:
        """Cancel a queued batch, or ask a running one to stop. What was read is kept."""
        cancel_reading_job(job=find(request, pk))
        return Response(BatchSerializer(find(request, pk)).data)


class Results(ListAPIView[BatchPicture]):
    pagination_class = InOrder
    serializer_class = ResultSerializer

    def get_queryset(self) -> QuerySet[BatchPicture]:
        return pictures_of(find(self.request, self.kwargs["pk"]))

    @extend_schema(
        tags=["batches"], responses={200: ResultSerializer(many=True), **errors(400, 404)}
    )
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """What was read in each picture, in the order of the files."""
        return super().get(request, *args, **kwargs)


class ResultsCsv(APIView):
    content_negotiation_class = IgnoreAccept

    @extend_schema(tags=["batches"], responses={(200, "text/csv"): OpenApiTypes.STR, **errors(404)})
    def get(self, request: Request, pk: int) -> StreamingHttpResponse:
        """One line per file. Answer 10: not a digit."""
        return lines_file(
            result_lines(find(request, pk), "csv"), f"batch-{pk}", "csv", by=person(request)
        )


class ResultsNdjson(APIView):
    content_negotiation_class = IgnoreAccept

    @extend_schema(
        tags=["batches"],
        responses={(200, "application/x-ndjson"): OpenApiTypes.STR, **errors(404)},
    )
    def get(self, request: Request, pk: int) -> StreamingHttpResponse:
        """One JSON object per file and line."""
        return lines_file(
            result_lines(find(request, pk), "ndjson"), f"batch-{pk}", "ndjson", by=person(request)
        )
