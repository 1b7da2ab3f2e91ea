"""Files in requests."""

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

# Of pictures that are sent: mlcore.pictures.formats and mlcore.pictures.decoding.
KINDS = "PNG, JPEG, WebP, HEIC, AVIF, GIF, BMP or TIFF"
PIXELS = (
    "20 million pixels (JPEG 85 and progressive 14 to 29, HEIC and TIFF 50, GIF 11, AVIF 4, "
    "WebP 3.7)"
)


@extend_schema_field(OpenApiTypes.BINARY)
class SentFile(serializers.FileField):
    """A file in a form. The schema would have it as the address of a file, as in a response."""
