"""The label history of a drawing, withdrawing an approval, and the gold set."""

from django.db.models import Prefetch, QuerySet
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from recognizer import permissions
from recognizer.actions.labels.gold import mark_gold, unmark_gold
from recognizer.actions.labels.label_history import withdraw_approval
from recognizer.api.access import person, require
from recognizer.api.drawings import find
from recognizer.api.schema import errors
from recognizer.api.serializers import checked
from recognizer.api.serializers.drawings import DrawingSerializer
from recognizer.api.serializers.labels import CorrectionSerializer, WithdrawalSerializer
from recognizer.models import Correction, Drawing, ModelVersion, Scope


def visible_corrections(request: Request) -> QuerySet[Correction]:
    """Return corrections of the drawings that the person may see, newest first, with relations."""
    rows = Correction.objects.filter(drawing__in=Drawing.objects.visible_to(person(request)))
    versions = ModelVersion.objects.only("number").order_by("number")
    return rows.select_related("by").prefetch_related(
        "reviews__by", Prefetch("learned_by", versions)
    )


class LabelHistory(APIView):
    @extend_schema(tags=["labels"], responses={200: CorrectionSerializer(many=True), **errors(404)})
    def get(self, request: Request, pk: int) -> Response:
        """All labels of a drawing, their reviews, and the versions that were trained on them."""
        drawing = find(request, pk)
        rows = visible_corrections(request).filter(drawing=drawing)
        return Response(CorrectionSerializer(rows, many=True).data)


class WithdrawApproval(APIView):
    scope = Scope.REVIEW

    @extend_schema(
        tags=["labels"],
        request=WithdrawalSerializer,
        responses={200: CorrectionSerializer, **errors(400, 403, 404, 409)},
    )
    def post(self, request: Request, pk: int) -> Response:
        """Withdraw the approval of a correction, with a reason. Needs `review_correction`.

        The drawing's label then follows from the rest of its history.
        """
        correction = get_object_or_404(visible_corrections(request), pk=pk)
        require(request, permissions.REVIEW)
        reason = checked(WithdrawalSerializer, request)["reason"]
        withdraw_approval(correction=correction, by=person(request), reason=reason)
        withdrawn = get_object_or_404(visible_corrections(request), pk=pk)
        return Response(CorrectionSerializer(withdrawn).data)


class Gold(APIView):
    scope = Scope.REVIEW

    @extend_schema(
        tags=["labels"],
        request=None,
        responses={200: DrawingSerializer, **errors(403, 404, 409)},
    )
    def put(self, request: Request, pk: int) -> Response:
        """Add a drawing to the gold set: versions are measured on it and never trained on it.

        Needs `mark_gold`. The drawing needs an approved label that no version was trained on.
        """
        drawing = find(request, pk)
        require(request, permissions.MARK_GOLD)
        mark_gold(drawings=[drawing], by=person(request))
        return Response(DrawingSerializer(find(request, pk)).data)

    @extend_schema(
        tags=["labels"],
        request=None,
        responses={200: DrawingSerializer, **errors(403, 404)},
    )
    def delete(self, request: Request, pk: int) -> Response:
        """Remove a drawing from the gold set. Needs `mark_gold`."""
        drawing = find(request, pk)
        require(request, permissions.MARK_GOLD)
        unmark_gold(drawings=[drawing])
        return Response(DrawingSerializer(find(request, pk)).data)
