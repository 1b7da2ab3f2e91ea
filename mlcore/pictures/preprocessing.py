"""Turn pictures of a digit, from a camera, scanner or drawing program, into network inputs."""

import io
import math
import re
import struct
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import ExifTags, Image, ImageOps, UnidentifiedImageError

from mlcore import codes
from mlcore.errors import InvalidInk
from mlcore.ink.geometry import place, quantized, with_pen_width
from mlcore.pictures.grayscale import as_meant, eight_bits, gray_of, shrunk
from mlcore.pictures.ink_extraction import separate_ink
from mlcore.pictures.ink_network import InkNetwork


@dataclass(frozen=True)
class PictureLimits:
    """The maximum file size of a picture in bytes, and its maximum number of pixels."""

    bytes: int = 5 * 1024 * 1024
    pixels: int = 20_000_000


LIMITS = PictureLimits()
FORMATS = ("PNG", "JPEG", "BMP", "WEBP", "AVIF")
# How files of other formats begin, to refuse them by name. HEIC is not read: the only library that
# decodes it comes with an encoder under the GPL.
PDF = b"%PDF-"
OTHER_FORMATS = {
    "GIF": rb"GIF8[79]a",
    "TIFF": rb"II[*+]\0|MM\0[*+]",
    "HEIC": rb".{4}ftyp(.{4}){0,12}?he(ic|ix|im|is|vc|vx|vm|vs)",  # among the brands of the file
}

# Larger pictures are averaged down to this longest side, enough for a digit on a sheet of paper.
# They are first reduced by a whole factor to at most twice as much, then by a fraction.
WORKING_SIDE = 768
BAND_PIXELS = 500_000

# The EXIF orientations in which width and height are exchanged.
LYING = (5, 6, 7, 8)

_BOMBS = (Image.DecompressionBombError, Image.DecompressionBombWarning)


def image_from_picture(
    data: bytes, network: InkNetwork | None = None
) -> NDArray[np.float32] | None:
    """Return the image, (28, 28) float32 in [0, 1], of a picture file; None if it is blank.

    network: a version's; otherwise the one that comes with the program. Raises InvalidInk as
    `read_picture` does.
    """
    return image_from_gray(read_picture(data), network)


def image_from_gray(
    gray: NDArray[np.uint8], network: InkNetwork | None = None
) -> NDArray[np.float32] | None:
    """Return the image, (28, 28) float32 in [0, 1], of a gray picture (h, w) uint8; None: blank.

    Its values are those of `quantized`.
    """
    ink = separate_ink(gray, network)
    image = None if ink is None else place(with_pen_width(ink))
    return None if image is None else quantized(image)


def read_picture(
    data: bytes, limits: PictureLimits = LIMITS, *, side: int = WORKING_SIDE
) -> NDArray[np.uint8]:
    """Decode a picture file to gray, (h, w) uint8, at most `side` pixels a side.

    The EXIF orientation is applied. `mlcore.pictures.grayscale` treats transparency and colored
    ink.
    Raises InvalidInk: "too_large" above the limits, "unsupported_type" for another format,
    "invalid" for a damaged file.
    """
    _refuse_other_formats(data)
    if len(data) > limits.bytes:
        message = codes.FILE_TOO_LARGE(size=len(data), most=limits.bytes)
        raise InvalidInk(message, kind="too_large")
    try:
        return shrunk(gray_of(_decoded(data, limits, side)), side)
    except UnidentifiedImageError as error:
        raise InvalidInk(codes.NOT_A_PICTURE(), kind="unsupported_type") from error
    except _BOMBS as error:
        message = codes.FAR_TOO_MANY_PIXELS(most=limits.pixels)
        raise InvalidInk(message, kind="too_large") from error
    except InvalidInk:
        raise
    except (OSError, ValueError, SyntaxError, EOFError, struct.error) as error:
        raise InvalidInk(codes.DAMAGED_PICTURE()) from error


def is_pdf(data: bytes) -> bool:
    return data.startswith(PDF)


def _refuse_other_formats(data: bytes) -> None:
    """Raise InvalidInk for a known format that is not read; its first bytes tell it."""
    if is_pdf(data):
        raise InvalidInk(codes.PDF_ELSEWHERE(), kind="unsupported_type")
    for name, beginning in OTHER_FORMATS.items():
        if re.match(beginning, data, re.DOTALL):
            raise InvalidInk(codes.FOREIGN_FORMAT(name=name), kind="unsupported_type")


def _check_size(image: Image.Image, limits: PictureLimits) -> None:
    if image.width * image.height > limits.pixels:
        message = codes.TOO_MANY_PIXELS(width=image.width, height=image.height, most=limits.pixels)
        raise InvalidInk(message, kind="too_large")


def upright_size(data: bytes) -> tuple[int, int]:
    """Return the width and height in pixels, after the EXIF orientation, of a readable picture."""
    with Image.open(io.BytesIO(data), formats=FORMATS) as image:
        lies = image.getexif().get(ExifTags.Base.Orientation) in LYING
        return image.size[::-1] if lies else image.size


def _decoded(data: bytes, limits: PictureLimits, side: int) -> Image.Image:
    """Decode the picture in mode L, RGB or RGBA, upright, its longest side at most 2 * side.

    It is reduced band by band, so only the decoder holds all of its pixels in memory.
    """
    with Image.open(io.BytesIO(data), formats=FORMATS) as image:
        # Check this before decoding, because a small file can hold a huge picture.
        _check_size(image, limits)
        # A JPEG is decoded at a half, a quarter or an eighth of its size.
        share = side / max(image.size)
        image.draft(None, (math.ceil(share * image.width), math.ceil(share * image.height)))
        image.load()
        whole = as_meant(image)
        reduced = _reduced(whole, math.ceil(max(whole.size) / (2 * side)))
        # Keep the orientation. Drop the transparency, which is in the alpha channel now.
        reduced.info = {key: image.info[key] for key in image.info if key != "transparency"}
    return ImageOps.exif_transpose(reduced)


def _reduced(image: Image.Image, factor: int) -> Image.Image:
    """Average every `factor` x `factor` pixels to one, weighted by alpha."""
    width, height = (math.ceil(side / factor) for side in image.size)
    rows = max(1, BAND_PIXELS // (factor * image.width))  # of the reduced picture, in one band
    bands = []
    for top in range(0, height, rows):
        bottom = min((top + rows) * factor, image.height)
        band = eight_bits(image.crop((0, top * factor, image.width, bottom)))
        bands.append(band.reduce(factor))
    reduced = Image.new(bands[0].mode, (width, height))
    for i, band in enumerate(bands):
        reduced.paste(band, (0, i * rows))
    return reduced
