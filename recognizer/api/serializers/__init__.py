"""JSON bodies of requests and responses, and their schema."""

from functools import cache
from typing import Any

from rest_framework.exceptions import UnsupportedMediaType, ValidationError
from rest_framework.request import Request, is_form_media_type
from rest_framework.serializers import Serializer

from recognizer.api.serializers.json_types import wrong_types


def checked(serializer: type[Serializer[Any]], request: Request) -> dict[str, Any]:
    """Return the values of a JSON body; unknown keys are ignored. Raises ValidationError.

    A value of another JSON type, such as 0 for false, is not converted.
    """
    # The CSRF check may have read a form already; REST framework then sees an empty body.
    if is_form_media_type(request.content_type):
        raise UnsupportedMediaType(request.content_type)
    if wrong := wrong_types(serializer(), request.data):
        raise ValidationError(wrong)
    return checked_form(serializer, request)


def checked_query(serializer: type[Serializer[Any]], request: Request) -> dict[str, Any]:
    """Return the values of a query; unknown parameters are ignored. Raises ValidationError.

    An empty value is a value, not a missing one.
    """
    given = request.query_params.dict()
    return _checked(serializer, given) if given else dict(_defaults(serializer))


def checked_form(serializer: type[Serializer[Any]], request: Request) -> dict[str, Any]:
    """Return the values of a body for a view that also parses forms. Raises ValidationError."""
    return _checked(serializer, request.data)


def _checked(serializer: type[Serializer[Any]], given: Any) -> dict[str, Any]:
    reader = serializer(data=given)
    reader.is_valid(raise_exception=True)
    values: dict[str, Any] = reader.validated_data
    return values


@cache
def _defaults(serializer: type[Serializer[Any]]) -> dict[str, Any]:
    """Return the values of an empty query. Remembered, because most answers have one."""
    return _checked(serializer, {})
