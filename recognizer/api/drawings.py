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

from recognizer.actions.drawings.deletion import delete_drawings, restore_drawings
from recognizer.actions.drawings.sent_pictures import forget_picture
from recognizer.actions.drawings.store import save_drawing
from recognizer.actions.labels.label_history import label_drawing
from recognizer.actions.labels.reviewers import may_label
from recognizer.api.access import person
from recognizer.api.idempotency import repeatable
from recognizer.api.ink import kept_id, read_ink
from recognizer.api.pagination import NewestFirst
from recognizer.api.recognition import INK_ERRORS, INK_EXAMPLE, INK_PARSERS, INK_REQUEST
from recognizer.api.schema import IDEMPOTENCY_KEY, errors
from recognizer.api.scopes import require_scope
from recognizer.api.serializers import checked
from recognizer.api.serializers.drawings import ChosenSerializer, DrawingSerializer, LabelSerializer
from recognizer.models import Correction, Drawing, Scope
from recognizer.models.drawings import DrawingQuerySet


def find(request: Request, pk: int) -> Drawing:
    """Return one's own drawing, or anybody's for reviewers. Raises Http404."""
    visible = Drawing.objects.visible_to(person(request))
    return get_object_or_404(visible.with_answers().defer("picture", "directions"), pk=pk)


class Drawings(ListAPIView[Drawing]):
    scope = Scope.DRAW
    parser_classes = INK_PARSERS
    pagination_class = NewestFirst
    serializer_class = DrawingSerializer

    def get_queryset(self) -> DrawingQuerySet:
        own = Drawing.objects.owned_by(self.request.user)
        return own.with_answers().defer("picture", "directions")

    @extend_schema(
        tags=["drawings"], responses={200: DrawingSerializer(many=True), **errors(400, 404)}
    )
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Your drawings, newest first."""
        return super().get(request, *args, **kwargs)

    @extend_schema(
        tags=["drawings"],
        request=INK_REQUEST,
        parameters=[IDEMPOTENCY_KEY],
        responses={201: DrawingSerializer, **INK_ERRORS, **errors(404, 409, 422)},
        examples=[INK_EXAMPLE],
    )
    @repeatable(shows_drawing=True)
    def post(self, request: Request) -> Response:
        """Recognize and store strokes or a picture. A blank one is refused with 400.

        409 with the code `quota` if you have as many drawings as the site keeps for a person.
        """
        owner = person(request)
        drawing = save_drawing(owner=owner, ink=read_ink(request.data, owner=owner))
        if kept := kept_id(request.data):
            forget_picture(owner=owner, pk=kept)
        return Response(DrawingSerializer(drawing).data, status=201)


class OneDrawing(APIView):
    scope = Scope.DRAW

    @extend_schema(tags=["drawings"], responses={200: DrawingSerializer, **errors(404)})
    def get(self, request: Request, pk: int) -> Response:
        """A drawing with its newest answer. Reviewers see everybody's drawings."""
        return Response(DrawingSerializer(find(request, pk)).data)

    @extend_schema(tags=["drawings"], responses={204: None, **errors(404)})
    def delete(self, request: Request, pk: int) -> Response:
        """Delete one of your drawings with its answers and labels.

        You can bring it back for some days, see `drawings/restore/`.
        """
        delete_drawings(owner=person(request), ids=[pk])
        return Response(status=204)


class DeleteDrawings(APIView):
    scope = Scope.DRAW

    @extend_schema(
        tags=["drawings"],
        request=ChosenSerializer,
        responses={204: None, **errors(400, 404, 413, 415)},
        examples=[OpenApiExample("three", {"ids": [4, 5, 8]}, request_only=True)],
    )
    def post(self, request: Request) -> Response:
        """Delete several of your drawings with their answers and labels.

        All or none: 404 if one of them does not exist or is not yours. You can bring them back for
        some days, see `drawings/restore/`.
        """
        delete_drawings(owner=person(request), ids=checked(ChosenSerializer, request)["ids"])
        return Response(status=204)


class RestoreDrawings(APIView):
    scope = Scope.DRAW

    @extend_schema(
        tags=["drawings"],
        request=ChosenSerializer,
        responses={204: None, **errors(400, 404, 409, 413, 415)},
        examples=[OpenApiExample("three", {"ids": [4, 5, 8]}, request_only=True)],
    )
    def post(self, request: Request) -> Response:
        """Bring back drawings that you deleted lately, with their answers and labels.

        All or none: 404 if one of them was not deleted, was deleted too long ago or is not yours,
        and 409 with the code `quota` if there is no room for them.
        """
        restore_drawings(owner=person(request), ids=checked(ChosenSerializer, request)["ids"])
        return Response(status=204)


class DrawingLabel(APIView):
    scope = Scope.DRAW

    @extend_schema(
        tags=["drawings"],
        request=LabelSerializer,
        parameters=[IDEMPOTENCY_KEY],
        responses={201: DrawingSerializer, **errors(400, 403, 404, 409, 422)},
    )
    @repeatable(shows_drawing=True)
    def post(self, request: Request, pk: int) -> Response:
        """Label a drawing.

        A reviewer's label of somebody else's drawing counts at once, other labels once approved.
        For it a token needs the scope `review` as well.
        """
        drawing = find(request, pk)
        if not may_label(person(request), drawing):
            raise PermissionDenied(_("You may view this drawing, but not label it."))
        if drawing.owner_id != person(request).pk:
            require_scope(request, Scope.REVIEW)
        values = checked(LabelSerializer, request)
        source = Correction.Source.API if request.auth else values["source"]
        label_drawing(drawing=drawing, by=person(request), label=values["label"], source=source)
        return Response(DrawingSerializer(find(request, pk)).data, status=201)
