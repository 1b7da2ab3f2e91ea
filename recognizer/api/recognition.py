"""Answers to ink that is not stored."""

from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.throttling import BaseThrottle
from rest_framework.views import APIView

from mlcore.pictures.preprocessing import LIMITS
from recognizer.accounts.throttles import AddressThrottle
from recognizer.actions.drawings.recognition import Mode, recognize
from recognizer.api.access import SignedInOrTrying, is_picture
from recognizer.api.answers import answer_to
from recognizer.api.authentication import RecentSession, TokenAuthentication
from recognizer.api.ink import VISITORS_LIMITS, read_ink
from recognizer.api.parsers import JSONParser
from recognizer.api.schema import errors
from recognizer.api.scopes import InScope
from recognizer.api.serializers import checked_query
from recognizer.api.serializers.drawings import (
    AnswerSerializer,
    PictureSerializer,
    RecognitionSerializer,
    StrokesSerializer,
)
from recognizer.models import Scope

INK_PARSERS = [JSONParser, MultiPartParser]
INK_REQUEST = {"application/json": StrokesSerializer, "multipart/form-data": PictureSerializer}
INK_ERRORS = errors(400, 413, 415, 503)
INK_EXAMPLE = OpenApiExample(
    "a seven",
    {"strokes": [[[80, 80], [240, 80], [190, 190], [150, 300]]]},
    request_only=True,
    media_type="application/json",
)


class Recognize(APIView):
    scope = Scope.DRAW
    authentication_classes = [TokenAuthentication, RecentSession]
    parser_classes = INK_PARSERS
    permission_classes = [SignedInOrTrying, InScope]

    def get_throttles(self) -> list[BaseThrottle]:
        if self.request.user.is_authenticated:
            return super().get_throttles()
        if is_picture(self.request):
            return [AddressThrottle("try"), AddressThrottle("try-picture")]
        return [AddressThrottle("try")]

    @extend_schema(
        operation_id="recognize",
        tags=["recognition"],
        auth=[{"token": [Scope.DRAW.value]}, {"cookieAuth": []}, {}],  # type: ignore[list-item]  # hinted as str
        request=INK_REQUEST,
        parameters=[RecognitionSerializer],
        responses={200: AnswerSerializer, **INK_ERRORS},
        examples=[INK_EXAMPLE],
    )
    def post(self, request: Request) -> Response:
        """Recognize strokes or a picture. Nothing is stored; a blank picture is not an error.

        Also works without an account, unless the site has turned that off: without `augmented`,
        with pictures of at most a million pixels and 2 MB, and with lower rate limits.
        """
        wanted = checked_query(RecognitionSerializer, request)
        augmented, mode = wanted["augmented"], Mode(wanted["mode"])
        limits = LIMITS if request.user.is_authenticated else VISITORS_LIMITS
        ink = read_ink(request.data, limits)
        return Response(answer_to(recognize(ink, augmented=augmented, mode=mode)))
