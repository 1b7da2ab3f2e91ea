"""Your API tokens, for people signed in to the site. No token can see or create tokens."""

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from recognizer.actions.accounts.tokens import create_token, revoke_token
from recognizer.api.access import OnSite, person
from recognizer.api.schema import errors
from recognizer.api.serializers import checked
from recognizer.api.serializers.tokens import (
    NewTokenSerializer,
    TokenListSerializer,
    TokenRequestSerializer,
    TokenSerializer,
)
from recognizer.models import ApiToken


class Tokens(APIView):
    permission_classes = [IsAuthenticated, OnSite]

    @extend_schema(tags=["tokens"], responses={200: TokenListSerializer, **errors(403)})
    def get(self, request: Request) -> Response:
        """Your tokens, without their secrets. Needs a session, not a token."""
        tokens = ApiToken.objects.filter(owner=person(request))
        return Response(TokenListSerializer({"results": tokens}).data)

    @extend_schema(
        tags=["tokens"],
        request=TokenRequestSerializer,
        responses={201: NewTokenSerializer, **errors(400, 403, 409)},
    )
    def post(self, request: Request) -> Response:
        """Create a token. Only this response has its secret. Needs a session, not a token."""
        asked = checked(TokenRequestSerializer, request)
        token, secret = create_token(owner=person(request), **asked)
        return Response({**TokenSerializer(token).data, "secret": secret}, status=201)


class OneToken(APIView):
    permission_classes = [IsAuthenticated, OnSite]

    @extend_schema(tags=["tokens"], responses={204: None, **errors(403, 404)})
    def delete(self, request: Request, pk: int) -> Response:
        """Revoke a token permanently. Needs a session, not a token."""
        token = get_object_or_404(ApiToken, owner=person(request), pk=pk)
        revoke_token(token=token, by=person(request))
        return Response(status=204)
