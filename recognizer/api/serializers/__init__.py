"""JSON bodies of requests and responses, and their schema."""

from typing import Any

from rest_framework.exceptions import UnsupportedMediaType
from rest_framework.request import Request, is_form_media_type
from rest_framework.serializers import Serializer


def checked(serializer: type[Serializer[Any]], request: Request) -> dict[str, Any]:
    """Return the values of a JSON body; unknown keys are ignored. Raises ValidationError."""
    # The CSRF check may have read a form already; REST framework then sees an empty body.
    if is_form_media_type(request.content_type):
        raise UnsupportedMediaType(request.content_type)
    return checked_form(serializer, request)


def checked_form(serializer: type[Serializer[Any]], request: Request) -> dict[str, Any]:
    """Return the values of a body for a view that also parses forms. Raises ValidationError."""
    reader = serializer(data=request.data)
    reader.is_valid(raise_exception=True)
    values: dict[str, Any] = reader.validated_data
    return values
