"""Turn pictures of a digit, from a camera, scanner or drawing program, into network inputs."""

import io
import math
import re
import struct
from concurrent.futures import ThreadPoolExecutor
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

# At this ratio a picture that is averaged down to WORKING_SIDE is 8 pixels wide.
LONGEST = 100  # times as long as wide

# The memory that decoding one picture may need. Pictures with more than LARGE pixels are decoded
# one at a time in a process, so that many of them at once need no more.
DECODER_MEMORY = 90_000_000  # bytes
LARGE = 1_000_000
_decoder = ThreadPoolExecutor(max_workers=1, thread_name_prefix="decoder")

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

    The EXIF orientation is applied. Of an animation, or of several pictures in a file, it is the
    first one. `mlcore.pictures.grayscale` treats transparency and colored ink.
    Raises InvalidInk: "too_large" above the limits, "unsupported_type" for another format,
    "invalid" for a damaged file and for a strip that is LONGEST times as long as wide.
    """
    _refuse_other_formats(data)
    if len(data) > limits.bytes:
        message = codes.FILE_TOO_LARGE(size=len(data), most=limits.bytes)
        raise InvalidInk(message, kind="too_large")
    try:
        # Before decoding, because a small file can hold a huge picture.
        large = _checked_size(data, limits) > LARGE
        return _decoder.submit(_gray, data, side).result() if large else _gray(data, side)
    except UnidentifiedImageError as error:
        raise InvalidInk(codes.NOT_A_PICTURE(), kind="unsupported_type") from error
    except _BOMBS as error:
        message = codes.FAR_TOO_MANY_PIXELS(most=limits.pixels)
        raise InvalidInk(message, kind="too_large") from error
    except InvalidInk:
        raise
    # libavif's errors are RuntimeErrors.
    except (OSError, ValueError, SyntaxError, EOFError, RuntimeError, struct.error) as error:
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


def _checked_size(data: bytes, limits: PictureLimits) -> int:
    """Return the number of pixels, from the file's header. Raises InvalidInk."""
    with Image.open(io.BytesIO(data), formats=FORMATS) as image:
        most = min(limits.pixels, int(DECODER_MEMORY / _bytes_a_pixel(image)))
        width, height = image.size
    if width * height > most:
        message = codes.TOO_MANY_PIXELS(width=width, height=height, most=most)
        raise InvalidInk(message, kind="too_large")
    if max(width, height) > LONGEST * min(width, height):
        raise InvalidInk(codes.PICTURE_TOO_NARROW(width=width, height=height, most=LONGEST))
    return width * height


def _bytes_a_pixel(image: Image.Image) -> float:
    """Return what decoding a pixel needs, with the memory that the C library keeps for later.

    tests/mlcore/pictures/test_memory.py measures it.
    """
    match image.format:
        case "WEBP":
            return 24.0
        case "AVIF":
            return 22.0
        case "JPEG" if "progressive" in image.info:
            # All coefficients of all components stay in memory, with two bytes each.
            shares = [across * down for _, across, down, _ in image.layer]  # type: ignore[attr-defined]
            return 2 * sum(shares) / max(shares) + 1
        case _:
            return 4.0


def upright_size(data: bytes) -> tuple[int, int]:
    """Return the width and height in pixels, after the EXIF orientation, of a readable picture."""
    with Image.open(io.BytesIO(data), formats=FORMATS) as image:
        lies = image.getexif().get(ExifTags.Base.Orientation) in LYING
        return image.size[::-1] if lies else image.size


def _gray(data: bytes, side: int) -> NDArray[np.uint8]:
    return shrunk(gray_of(_decoded(data, side)), side)


def _decoded(data: bytes, side: int) -> Image.Image:
    """Decode the picture in mode L, RGB or RGBA, upright, its longest side at most 2 * side.

    It is reduced band by band, so only the decoder holds all of its pixels in memory.
    """
    with Image.open(io.BytesIO(data), formats=FORMATS) as image:
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
    reduced = None
    for top in range(0, height, rows):
        bottom = min((top + rows) * factor, image.height)
        band = eight_bits(image.crop((0, top * factor, image.width, bottom)))
        reduced = reduced or Image.new(band.mode, (width, height))
        reduced.paste(band.reduce(factor), (0, top))
    assert reduced is not None, "a picture has rows"  # noqa: S101
    return reduced
