"""Versions: list, promote, roll back."""

from typing import Any

from django.db.models import BooleanField, ExpressionWrapper, Q, QuerySet, Subquery
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from recognizer import permissions
from recognizer.actions.versions.deployment import roll_back_version
from recognizer.actions.versions.promotion import promote_version
from recognizer.api.access import person, require
from recognizer.api.pagination import NewestFirst
from recognizer.api.schema import errors
from recognizer.api.serializers import checked
from recognizer.api.serializers.versions import (
    DeploymentSerializer,
    PromoteSerializer,
    RollBackSerializer,
    VersionSerializer,
)
from recognizer.models import Deployment, ModelVersion, Scope
from recognizer.models.versions import with_versions

NEWEST_DEPLOYMENT = Deployment.objects.order_by("-sequence").values("version_id")[:1]
SERVING = ExpressionWrapper(Q(pk=Subquery(NEWEST_DEPLOYMENT)), output_field=BooleanField())


class Versions(ListAPIView[ModelVersion]):
    pagination_class = NewestFirst
    serializer_class = VersionSerializer

    def get_queryset(self) -> QuerySet[ModelVersion]:
        versions = with_versions(ModelVersion.objects.defer("manifest"), "parent")
        return versions.annotate(serving=SERVING).prefetch_related("tags")

    @extend_schema(
        tags=["versions"], responses={200: VersionSerializer(many=True), **errors(400, 404)}
    )
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """All versions, newest first."""
        return super().get(request, *args, **kwargs)


class Promote(APIView):
    scope = Scope.TRAIN

    @extend_schema(
        tags=["versions"],
        request=PromoteSerializer,
        responses={201: DeploymentSerializer, **errors(400, 403, 404, 409)},
    )
    def post(self, request: Request, number: int) -> Response:
        """Promote a version. Needs the permission `deploy_version`.

        A `reason` is required (else 400) if the version failed a gate, was never gated, or passed
        the gates against another version than the serving one. The log keeps the reason.
        """
        require(request, permissions.DEPLOY_VERSION)
        values = checked(PromoteSerializer, request)
        deployment = promote_version(
            version=get_object_or_404(ModelVersion, number=number),
            by=person(request),
            reason=values["reason"],
            expected=values["expected_serving"],
        )
        return Response(DeploymentSerializer(deployment).data, status=201)


class RollBack(APIView):
    scope = Scope.TRAIN

    @extend_schema(
        tags=["versions"],
        request=RollBackSerializer,
        responses={201: DeploymentSerializer, **errors(400, 403, 409)},
    )
    def post(self, request: Request) -> Response:
        """Roll back to the last good version before the serving one. Needs the permission
        `deploy_version`.

        A version that was itself rolled back from is not good. A version with damaged files is a
        conflict, as it is when promoted.
        """
        require(request, permissions.DEPLOY_VERSION)
        values = checked(RollBackSerializer, request)
        deployment = roll_back_version(
            by=person(request), reason=values["reason"], expected=values["expected_serving"]
        )
        return Response(DeploymentSerializer(deployment).data, status=201)
