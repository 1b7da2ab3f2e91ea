"""Files in requests."""

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers


@extend_schema_field(OpenApiTypes.BINARY)
class SentFile(serializers.FileField):
    """A file in a form. The schema would have it as the address of a file, as in a response."""
