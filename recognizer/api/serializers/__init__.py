"""What goes in and out as JSON, and how the schema describes it."""

from typing import Any

from rest_framework.exceptions import UnsupportedMediaType
from rest_framework.request import Request, is_form_media_type
from rest_framework.serializers import Serializer


def checked(serializer: type[Serializer], request: Request) -> dict[str, Any]:
    """The values of a JSON body; unknown keys are passed over. Raises ValidationError."""
    # REST framework takes a form that the CSRF check has read already for an empty body.
    if is_form_media_type(request.content_type):
        raise UnsupportedMediaType(request.content_type)
    reader = serializer(data=request.data)
    reader.is_valid(raise_exception=True)
    return reader.validated_data
