"""The review queue. Everything here needs `review_correction`."""

from uuid import UUID

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from recognizer import permissions
from recognizer.actions.labels import review_queue
from recognizer.actions.labels.review_decisions import review_drawing, undo_decision
from recognizer.actions.labels.review_items import done_today, next_review_items, skip_drawing
from recognizer.api.access import person, require
from recognizer.api.schema import errors
from recognizer.api.serializers import checked
from recognizer.api.serializers.review import (
    AnswerOfReviewerSerializer,
    DecisionSerializer,
    NextSerializer,
    QueueSerializer,
    ReviewItemSerializer,
    SkipSerializer,
)
from recognizer.models import Drawing, ReviewDecision, Scope, User
from recognizer.models.counting import count_up_to


def reviewer(request: Request) -> User:
    require(request, permissions.REVIEW)
    return person(request)


class NextReviewItems(APIView):
    scope = Scope.REVIEW

    @extend_schema(
        tags=["review"],
        request=NextSerializer,
        responses={200: QueueSerializer, **errors(400, 403)},
    )
    def post(self, request: Request) -> Response:
        """Take the next drawings to review. They are leased: for a minute nobody else gets them.

        Labels of the lowest quality and the most uncertain answers come first, random drawings in
        between. Nobody gets their own labels.
        """
        by = reviewer(request)
        items = next_review_items(by=by, **checked(NextSerializer, request))
        body = {
            "results": ReviewItemSerializer(items, many=True).data,
            "waiting_labels": count_up_to(review_queue.waiting_labels(by), review_queue.COUNTED),
            "doubtful": count_up_to(review_queue.doubtful(by), review_queue.COUNTED),
            "done_today": done_today(by),
        }
        return Response(body)


class Decisions(APIView):
    scope = Scope.REVIEW

    @extend_schema(
        tags=["review"],
        request=AnswerOfReviewerSerializer,
        responses={201: DecisionSerializer, **errors(400, 403, 404, 409)},
    )
    def post(self, request: Request) -> Response:
        """Review a drawing. Its label is approved if the reviewer gives the same one.

        Otherwise it is rejected, and the reviewer's label is added; it counts or waits like any
        label of theirs. 409 if somebody else was faster.
        """
        by = reviewer(request)
        values = checked(AnswerOfReviewerSerializer, request)
        drawing = get_object_or_404(Drawing.objects.visible_to(by), pk=values.pop("drawing"))
        decision = review_drawing(drawing=drawing, by=by, **values)
        return Response(DecisionSerializer(decision).data, status=201)


class UndoDecision(APIView):
    scope = Scope.REVIEW

    @extend_schema(
        tags=["review"],
        request=None,
        responses={200: DecisionSerializer, **errors(403, 404, 409)},
    )
    def post(self, request: Request, key: UUID) -> Response:
        """Undo one of your decisions; the history keeps both.

        409 if the label has changed since, or a version was trained on it.
        """
        by = reviewer(request)
        decision = get_object_or_404(ReviewDecision, key=key, by=by)
        return Response(DecisionSerializer(undo_decision(decision=decision, by=by)).data)


class Skip(APIView):
    scope = Scope.REVIEW

    @extend_schema(
        tags=["review"], request=SkipSerializer, responses={204: None, **errors(400, 403, 404)}
    )
    def post(self, request: Request) -> Response:
        """Skip a drawing; it comes again some minutes later."""
        by = reviewer(request)
        wanted = checked(SkipSerializer, request)["drawing"]
        skip_drawing(drawing=get_object_or_404(Drawing.objects.visible_to(by), pk=wanted), by=by)
        return Response(status=204)
