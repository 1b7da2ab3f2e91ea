"""Pictures of a digit, from a camera, a scanner or a drawing program, into the field."""

import io
import struct

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps, UnidentifiedImageError

from mlcore.errors import InvalidInk
from mlcore.geometry import place, with_pen_width
from mlcore.paper import separate_ink

MAX_PICTURE_BYTES = 5 * 1024 * 1024
MAX_PICTURE_PIXELS = 20_000_000
FORMATS = ("PNG", "JPEG", "BMP", "WEBP")

# Larger pictures are averaged down to this longest side: enough for a digit on a sheet of paper.
WORKING_SIDE = 768

_ACCEPTED = "PNG, JPEG, BMP and WebP pictures are read"
_BOMBS = (Image.DecompressionBombError, Image.DecompressionBombWarning)


def field_from_picture(data: bytes) -> NDArray[np.float32] | None:
    """The field, (28, 28) float32 in [0, 1], of a picture file's bytes; None if it is blank.

    Raises InvalidInk as `read_picture` does.
    """
    return field_from_grey(read_picture(data))


def field_from_grey(grey: NDArray[np.uint8]) -> NDArray[np.float32] | None:
    """The field, (28, 28) float32 in [0, 1], of a grey picture (h, w) uint8; None: blank."""
    ink = find_ink(grey)
    return None if ink is None else place(with_pen_width(ink))


def find_ink(grey: NDArray[np.uint8]) -> NDArray[np.float32] | None:
    """The ink in a grey picture, (h, w) uint8, as (h, w) float32 in [0, 1]; None if blank.

    Dark on light or light on dark, unevenly lit, with specks or bits of lines at the edge.
    """
    return separate_ink(grey)


def read_picture(data: bytes) -> NDArray[np.uint8]:
    """Decode a picture file to grey, (h, w) uint8, at most WORKING_SIDE pixels a side.

    Turned as its EXIF data says, laid on white where transparent. Raises InvalidInk: "too_large"
    above MAX_PICTURE_BYTES or MAX_PICTURE_PIXELS, "unsupported_type" for another format, "invalid"
    for a damaged file.
    """
    if len(data) > MAX_PICTURE_BYTES:
        raise InvalidInk(
            f"The file has {len(data):,} bytes; at most {MAX_PICTURE_BYTES:,} are read.",
            code="too_large",
        )
    try:
        with Image.open(io.BytesIO(data), formats=FORMATS) as image:
            _check_size(image)  # before a pixel is decoded: a small file can hold a huge picture
            return _shrunk(_grey(ImageOps.exif_transpose(image)))
    except UnidentifiedImageError as error:
        raise InvalidInk(f"Not a picture; {_ACCEPTED}.", code="unsupported_type") from error
    except _BOMBS as error:
        raise InvalidInk(_too_many_pixels("too many"), code="too_large") from error
    except InvalidInk:
        raise
    except (OSError, ValueError, SyntaxError, EOFError, struct.error) as error:
        raise InvalidInk("The picture is damaged and cannot be decoded.") from error


def _check_size(image: Image.Image) -> None:
    if image.width * image.height > MAX_PICTURE_PIXELS:
        raise InvalidInk(_too_many_pixels(f"{image.width} x {image.height}"), code="too_large")


def _too_many_pixels(found: str) -> str:
    return f"The picture has {found} pixels; at most {MAX_PICTURE_PIXELS:,} are read."


def _grey(image: Image.Image) -> NDArray[np.uint8]:
    if image.mode.startswith(("I", "F")):
        # 16 bits a pixel; Pillow's own way to 8 bits cuts off everything above 255.
        return (np.clip(np.asarray(image, np.float32), 0, 65535) / 257).round().astype(np.uint8)
    if image.has_transparency_data:
        image = image.convert("RGBA")
        white = Image.new("RGBA", image.size, "white")
        image = Image.alpha_composite(white, image)
    return np.asarray(image.convert("RGB").convert("L"))


def _shrunk(grey: NDArray[np.uint8]) -> NDArray[np.uint8]:
    factor = WORKING_SIDE / max(grey.shape)
    if factor >= 1:
        return grey
    size = [max(1, round(side * factor)) for side in grey.shape[::-1]]
    return cv2.resize(grey, size, interpolation=cv2.INTER_AREA).astype(np.uint8)
