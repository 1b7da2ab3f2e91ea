"""Ink from a request's body."""

from collections.abc import Mapping
from uuid import UUID

from django.contrib.auth.models import AbstractBaseUser
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from rest_framework.exceptions import ValidationError
from rest_framework.serializers import UUIDField

from mlcore.pictures.decoding import LIMITS, PictureLimits
from recognizer.actions.drawings.recognition import Ink, read_picture, read_strokes
from recognizer.actions.drawings.sent_pictures import kept_ink

WANTED = gettext_noop(
    "Send either strokes, as JSON, or a picture, as multipart/form-data with the file in `image`."
)
# Limits without an account. A photograph of a phone is within them.
VISITORS_LIMITS = PictureLimits(pixels=4_000_000, apart=25_000_000)


def read_ink(
    data: object, limits: PictureLimits = LIMITS, *, owner: AbstractBaseUser | None = None
) -> Ink:
    """Read the ink from `strokes` or `image`, or with an owner from `kept`.

    Raises ValidationError, InvalidInk, Missing.
    """
    if owner and (kept := kept_id(data)):
        return kept_ink(owner=owner, pk=kept)
    if not isinstance(data, Mapping) or ("strokes" in data) == ("image" in data):
        raise ValidationError(_(WANTED))
    if "strokes" in data:
        return read_strokes(data["strokes"])
    return read_picture(sent_picture(data), limits)


def sent_picture(data: object) -> bytes:
    """Return the file in `image`. Raises ValidationError."""
    file = data.get("image") if isinstance(data, Mapping) else None
    if not isinstance(file, UploadedFile):
        no_file = _("This is not a file.")
        raise ValidationError({"image": [f"{no_file} {_(WANTED)}"]})
    return bytes(file.read())


def kept_id(data: object) -> UUID | None:
    """Return the id of a picture that was sent before; None if the body has other ink."""
    if not isinstance(data, Mapping) or "kept" not in data or {"strokes", "image"} & data.keys():
        return None
    sent = data["kept"]
    kept: UUID = UUIDField().run_validation(sent if isinstance(sent, str) else "")
    return kept
