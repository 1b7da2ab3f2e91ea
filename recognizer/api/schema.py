"""Parts of the OpenAPI schema that views and serializers do not describe, and its page."""

from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.utils.decorators import method_decorator
from django.utils.translation import override
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import (
    OpenApiExample,
    OpenApiParameter,
    OpenApiResponse,
    extend_schema,
)
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView
from rest_framework import serializers
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from recognizer.api.errors import CODES, error_body
from recognizer.errors import QuotaReached
from recognizer.models.idempotency import KEY_LENGTH

HEADER = "Idempotency-Key"
REPLAYED = "Idempotent-Replayed"  # of an answer that was given before
IDEMPOTENCY_KEY = OpenApiParameter(
    HEADER,
    OpenApiTypes.STR,
    OpenApiParameter.HEADER,
    pattern=rf"^[\x21-\x7e]{{1,{KEY_LENGTH}}}$",
    description=(
        "Made by the client for this request, for example a UUID. If the request is sent again "
        "with it within a day, nothing is created twice: the first answer comes again, with the "
        f"header `{REPLAYED}: true`. 409 while the first request is still being done; 422 if the "
        "key was used for another request."
    ),
)
ERRORS = {
    400: ("The request is malformed.", "label: A valid integer is required."),
    401: ("Nobody is signed in, or the token is not valid.", "Sign in, or send a token."),
    403: (
        "The permission, or the token's scope, is missing.",
        "Your account does not have the permission for this.",
    ),
    404: ("It does not exist, or it is not yours.", "Not found."),
    409: ("The current state does not allow it.", "The job has already ended."),
    413: ("The request is too large.", "There are 65 strokes; at most 64 are allowed."),
    415: ("The type of the body or of the picture is not supported.", "Not a picture."),
    422: ("The Idempotency-Key was used for another request.", "Make a new one."),
    429: ("Too many requests; see Retry-After.", "Request was throttled."),
    503: ("No version is installed.", "No model version is installed."),
}


class ErrorDetailSerializer(serializers.Serializer[Any]):
    code = serializers.ChoiceField(choices=sorted({*CODES.values(), QuotaReached.code}))
    message = serializers.CharField(help_text="a text for people")
    fields_ = serializers.DictField(required=False, help_text="error messages by field")

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        """Rename `fields_`: serializers use the attribute `fields` themselves."""
        declared = super().get_fields()
        declared["fields"] = declared.pop("fields_")
        return declared


class ErrorSerializer(serializers.Serializer[Any]):
    """Describes `recognizer.api.errors.error_body`."""

    error = ErrorDetailSerializer()


def errors(*statuses: int) -> dict[int | tuple[int, str], OpenApiResponse]:
    """Return an operation's errors for `extend_schema(responses=...)`; 401, 403, 429 always."""
    return {
        status: OpenApiResponse(
            ErrorSerializer,
            description=ERRORS[status][0],
            examples=[OpenApiExample(CODES[status], error_body(CODES[status], ERRORS[status][1]))],
        )
        for status in sorted({401, 403, 429, *statuses})
    }


class TokenScheme(OpenApiAuthenticationExtension):
    target_class = "recognizer.api.authentication.TokenAuthentication"
    name = "token"

    def get_security_definition(self, auto_schema: object) -> dict[str, str]:
        return {"type": "http", "scheme": "bearer", "description": "A token made on the site"}


class Schema(SpectacularAPIView):
    """The schema as plain JSON, always in English. Its errors have the API's usual format."""

    renderer_classes = [JSONRenderer]

    @extend_schema(exclude=True)
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        with override(settings.LANGUAGE_CODE):
            schema: Response = super().get(request, *args, **kwargs)  # type: ignore[no-untyped-call]
            return schema


@method_decorator(login_required, name="dispatch")
class Docs(SpectacularSwaggerSplitView):
    """Swagger UI, under the site's strict content security policy."""

    template_name = "recognizer/api_docs.html"
    url_name = "api:schema"
