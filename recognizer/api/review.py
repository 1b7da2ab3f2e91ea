"""Reviewing labels one drawing after the other. Everything here needs `review_correction`."""

from uuid import UUID

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from recognizer import permissions
from recognizer.actions.labels import review_queue
from recognizer.actions.labels.review_decisions import review_drawing, undo_decision
from recognizer.actions.labels.review_items import done_today, next_review_items, skip
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
from recognizer.models import Drawing, ReviewDecision, User


def reviewer(request: Request) -> User:
    require(request, permissions.REVIEW)
    return person(request)


class NextReviewItems(APIView):
    @extend_schema(
        tags=["review"],
        request=NextSerializer,
        responses={200: QueueSerializer, **errors(400, 403)},
    )
    def post(self, request: Request) -> Response:
        """Take the next drawings to look at; for a minute nobody else gets them.

        Labels of the lowest quality and the most doubtful answers come first, random drawings in
        between. Nobody gets labels of their own.
        """
        by = reviewer(request)
        items = next_review_items(by=by, **checked(NextSerializer, request))
        body = {
            "results": ReviewItemSerializer(items, many=True).data,
            "waiting_labels": review_queue.waiting_labels(by).count(),
            "doubtful": review_queue.doubtful(by).count(),
            "done_today": done_today(by),
        }
        return Response(body)


class Decisions(APIView):
    @extend_schema(
        tags=["review"],
        request=AnswerOfReviewerSerializer,
        responses={201: DecisionSerializer, **errors(400, 403, 404, 409)},
    )
    def post(self, request: Request) -> Response:
        """Say what a drawing shows. The label it has is approved if it says the same.

        Otherwise it is rejected, and the reviewer's own label is added, which counts or waits as
        any label of theirs. 409 where somebody else was faster.
        """
        by = reviewer(request)
        values = checked(AnswerOfReviewerSerializer, request)
        drawing = get_object_or_404(Drawing.objects.visible_to(by), pk=values.pop("drawing"))
        decision = review_drawing(drawing=drawing, by=by, **values)
        return Response(DecisionSerializer(decision).data, status=201)


class UndoDecision(APIView):
    @extend_schema(
        tags=["review"],
        request=None,
        responses={200: DecisionSerializer, **errors(403, 404, 409)},
    )
    def post(self, request: Request, key: UUID) -> Response:
        """Take back a decision of one's own; the history keeps both.

        409 where the label was changed since, or a version has learned from it.
        """
        by = reviewer(request)
        decision = get_object_or_404(ReviewDecision, key=key, by=by)
        return Response(DecisionSerializer(undo_decision(decision=decision, by=by)).data)


class Skip(APIView):
    @extend_schema(
        tags=["review"], request=SkipSerializer, responses={204: None, **errors(400, 403, 404)}
    )
    def post(self, request: Request) -> Response:
        """Leave a drawing to others; it comes again some minutes later."""
        by = reviewer(request)
        wanted = checked(SkipSerializer, request)["drawing"]
        skip(drawing=get_object_or_404(Drawing.objects.visible_to(by), pk=wanted), by=by)
        return Response(status=204)
