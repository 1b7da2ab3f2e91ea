"""What goes in and out as JSON, and how the schema describes it."""

from typing import Any

from rest_framework.serializers import Serializer


def checked(serializer: type[Serializer], data: Any) -> dict[str, Any]:
    """The values of a request's body. Raises ValidationError; unknown keys are passed over."""
    reader = serializer(data=data)
    reader.is_valid(raise_exception=True)
    return reader.validated_data
