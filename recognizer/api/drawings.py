"""Drawings: storing, listing, labeling, deleting."""

from typing import Any

from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.exceptions import PermissionDenied
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from recognizer.actions.drawings.store import delete_drawings, save_drawing
from recognizer.actions.labels.label_history import label_drawing
from recognizer.actions.labels.reviewers import may_label
from recognizer.api.access import person
from recognizer.api.ink import read_ink
from recognizer.api.pagination import NewestFirst
from recognizer.api.recognition import INK_ERRORS, INK_EXAMPLE, INK_PARSERS, INK_REQUEST
from recognizer.api.schema import errors
from recognizer.api.serializers import checked
from recognizer.api.serializers.drawings import ChosenSerializer, DrawingSerializer, LabelSerializer
from recognizer.models import Correction, Drawing
from recognizer.models.drawings import DrawingQuerySet


def find(request: Request, pk: int) -> Drawing:
    """One's own drawing, or anybody's for reviewers. Raises Http404."""
    visible = Drawing.objects.visible_to(person(request))
    return get_object_or_404(visible.with_answers().defer("picture"), pk=pk)


class Drawings(ListAPIView[Drawing]):
    parser_classes = INK_PARSERS
    pagination_class = NewestFirst
    serializer_class = DrawingSerializer

    def get_queryset(self) -> DrawingQuerySet:
        own = Drawing.objects.owned_by(self.request.user)
        return own.with_answers().defer("picture")

    @extend_schema(tags=["drawings"], responses={200: DrawingSerializer(many=True), **errors(404)})
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """One's own drawings, newest first."""
        return super().get(request, *args, **kwargs)

    @extend_schema(
        tags=["drawings"],
        request=INK_REQUEST,
        responses={201: DrawingSerializer, **INK_ERRORS},
        examples=[INK_EXAMPLE],
    )
    def post(self, request: Request) -> Response:
        """Recognize and store strokes or a picture. There must be something on it."""
        drawing = save_drawing(owner=person(request), ink=read_ink(request.data))
        return Response(DrawingSerializer(drawing).data, status=201)


class OneDrawing(APIView):
    @extend_schema(tags=["drawings"], responses={200: DrawingSerializer, **errors(404)})
    def get(self, request: Request, pk: int) -> Response:
        """A drawing with its newest answer. Reviewers see everybody's."""
        return Response(DrawingSerializer(find(request, pk)).data)

    @extend_schema(tags=["drawings"], responses={204: None, **errors(404)})
    def delete(self, request: Request, pk: int) -> Response:
        """Delete one's own drawing, with its answers and labels, for ever."""
        delete_drawings(owner=person(request), ids=[pk])
        return Response(status=204)


class DeleteDrawings(APIView):
    @extend_schema(
        tags=["drawings"],
        request=ChosenSerializer,
        responses={204: None, **errors(400, 404, 413, 415)},
        examples=[OpenApiExample("three", {"ids": [4, 5, 8]}, request_only=True)],
    )
    def post(self, request: Request) -> Response:
        """Delete several of one's own drawings, with their answers and labels, for ever.

        All of them or none: a number that is not there, or is not yours, is 404.
        """
        delete_drawings(owner=person(request), ids=checked(ChosenSerializer, request)["ids"])
        return Response(status=204)


class DrawingLabel(APIView):
    @extend_schema(
        tags=["drawings"],
        request=LabelSerializer,
        responses={201: DrawingSerializer, **errors(400, 403, 404)},
    )
    def post(self, request: Request, pk: int) -> Response:
        """Say what a drawing shows.

        A reviewer's word about somebody else's drawing counts at once, others' once approved.
        """
        drawing = find(request, pk)
        if not may_label(person(request), drawing):
            raise PermissionDenied(_("Your account may look at this drawing, but not label it."))
        values = checked(LabelSerializer, request)
        source = Correction.Source.API if request.auth else values["source"]
        label_drawing(drawing=drawing, by=person(request), label=values["label"], source=source)
        return Response(DrawingSerializer(find(request, pk)).data, status=201)
