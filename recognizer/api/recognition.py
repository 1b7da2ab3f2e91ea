"""Answers to ink that is not stored."""

import base64

from drf_spectacular.utils import OpenApiExample, PolymorphicProxySerializer, extend_schema
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.throttling import BaseThrottle
from rest_framework.views import APIView

from mlcore.pictures.decoding import LIMITS, PictureLimits
from mlcore.pictures.encoding import png
from recognizer.accounts.throttles import AddressThrottle
from recognizer.actions.drawings.recognition import Mode, open_picture, recognize
from recognizer.actions.drawings.sent_pictures import keep_picture
from recognizer.api.access import SignedInOrTrying, is_picture, person
from recognizer.api.answers import answer_to
from recognizer.api.authentication import RecentSession, TokenAuthentication
from recognizer.api.ink import VISITORS_LIMITS, read_ink, sent_picture
from recognizer.api.parsers import JSONParser
from recognizer.api.schema import errors
from recognizer.api.scopes import InScope
from recognizer.api.serializers import checked_query
from recognizer.api.serializers.drawings import (
    KeptPictureSerializer,
    OpenedPictureSerializer,
    PictureSerializer,
    RecognitionSerializer,
    RecognizedSerializer,
    StrokesSerializer,
)
from recognizer.models import Scope

INK_PARSERS = [JSONParser, MultiPartParser]
SENT_AS_JSON = PolymorphicProxySerializer(
    component_name="StrokesOrKept",
    serializers=[StrokesSerializer, KeptPictureSerializer],
    resource_type_field_name=None,
)
INK_REQUEST = {"application/json": SENT_AS_JSON, "multipart/form-data": PictureSerializer}
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
        responses={200: RecognizedSerializer, **INK_ERRORS, **errors(404)},
        examples=[INK_EXAMPLE],
    )
    def post(self, request: Request) -> Response:
        """Recognize strokes or a picture; a blank picture is not an error.

        Nothing is stored unless `keep` asks for it, which needs an account.

        Also works without an account, unless the site has turned that off: without `augmented`,
        with pictures of at most 4 million pixels after a JPEG is reduced (HEIC and TIFF 25), and
        with lower rate limits.
        """
        wanted = checked_query(RecognitionSerializer, request)
        augmented, mode = wanted["augmented"], Mode(wanted["mode"])
        owner = person(request) if request.user.is_authenticated else None
        ink = read_ink(request.data, limits_of(request), owner=owner)
        answer = answer_to(recognize(ink, augmented=augmented, mode=mode))
        kept = keep_picture(owner=owner, ink=ink) if owner and wanted["keep"] else None
        return Response({**answer, "kept": kept})


class OpenPicture(Recognize):
    parser_classes = [MultiPartParser]

    @extend_schema(
        operation_id="open_picture",
        tags=["recognition"],
        auth=[{"token": [Scope.DRAW.value]}, {"cookieAuth": []}, {}],  # type: ignore[list-item]  # hinted as str
        request={"multipart/form-data": PictureSerializer},
        responses={200: OpenedPictureSerializer, **errors(400, 413, 415)},
    )
    def post(self, request: Request) -> Response:
        """Return a picture as it is read: gray, upright, at most 768 pixels a side.

        For programs that cannot open the file themselves, such as a HEIC or a PDF of one page.
        Nothing is stored. Access and limits are those of recognition.
        """
        gray = open_picture(sent_picture(request.data), limits_of(request)).gray
        height, width = gray.shape
        picture = base64.b64encode(png(gray)).decode()
        return Response({"width": width, "height": height, "picture": picture})


def limits_of(request: Request) -> PictureLimits:
    return LIMITS if request.user.is_authenticated else VISITORS_LIMITS
