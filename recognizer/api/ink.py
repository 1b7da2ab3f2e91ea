"""Ink from a request's body."""

from collections.abc import Mapping

from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from rest_framework.exceptions import ValidationError

from mlcore.pictures.preprocessing import LIMITS, PictureLimits
from recognizer.actions.drawings.recognition import Ink, read_picture, read_strokes

WANTED = gettext_noop(
    "Send either strokes, as JSON, or a picture, as multipart/form-data with the file in `image`."
)
# Limits without an account: enough for the home page, and small enough to read quickly.
VISITORS_LIMITS = PictureLimits(bytes=2 * 1024 * 1024, pixels=1_000_000)


def read_ink(data: object, limits: PictureLimits = LIMITS) -> Ink:
    """Read the ink from `strokes` or `image`. Raises ValidationError, InvalidInk."""
    if not isinstance(data, Mapping) or ("strokes" in data) == ("image" in data):
        raise ValidationError(_(WANTED))
    if "strokes" in data:
        return read_strokes(data["strokes"])
    if not isinstance(data["image"], UploadedFile):
        no_file = _("This is not a file.")
        raise ValidationError({"image": [f"{no_file} {_(WANTED)}"]})
    return read_picture(data["image"].read(), limits)
