"""Decode the file of a picture to gray, with bounded memory."""

import io
import math
import struct
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from PIL import ExifTags, Image

from mlcore import codes
from mlcore.errors import InvalidInk
from mlcore.pictures.apart import decoded_apart
from mlcore.pictures.formats import Way, format_of, is_pdf
from mlcore.pictures.grayscale import Gray, as_meant, eight_bits, gray_of, shrunk


@dataclass(frozen=True)
class PictureLimits:
    """What a picture may have at most, and need.

    bytes: of the file. pixels: that are decoded; a JPEG is decoded at a half, a quarter or an
    eighth of its sides if that is enough. apart: pixels of TIFF and HEIC, which have a process of
    their own. memory: bytes that the decoder of the others needs.
    """

    bytes: int = 5 * 1024 * 1024
    pixels: int = 20_000_000
    apart: int = 50_000_000
    memory: int = 90_000_000


LIMITS = PictureLimits()
FORMATS = ("PNG", "JPEG", "BMP", "WEBP", "AVIF", "GIF")

# At this ratio a picture that is averaged down to WORKING_SIDE is 8 pixels wide.
LONGEST = 100  # times as long as wide

# Pictures with more pixels are decoded one at a time in a process, so that many of them at once
# need no more memory than one.
LARGE = 1_000_000
_decoder = ThreadPoolExecutor(max_workers=1, thread_name_prefix="decoder")
# Of a JPEG before it is reduced, for the time. Pillow warns of bombs above 89 million.
JPEG_PIXELS = 85_000_000
JPEG_SCALES = (8, 4, 2, 1)

# Larger pictures are averaged down to this longest side, enough for a digit on a sheet of paper.
# They are first reduced by a whole factor to at most twice as much, then by a fraction.
WORKING_SIDE = 768
BAND_PIXELS = 500_000

PNG = b"\x89PNG\r\n\x1a\n"
LONGEST_KEYWORD = 79  # bytes, of a text in a PNG

# How a picture becomes upright, by its EXIF orientation; in LYING width and height are exchanged.
UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
LYING = (5, 6, 7, 8)

_BOMBS = (Image.DecompressionBombError, Image.DecompressionBombWarning)
# What Pillow raises for damaged files; libavif's errors are RuntimeErrors.
_DAMAGED = (OSError, ValueError, SyntaxError, EOFError, RuntimeError, struct.error)


@dataclass(frozen=True)
class Picture:
    """A decoded picture: gray, (h, w) uint8, and its width and height as sent, both upright.

    is_transparent: no pixel of it is visible.
    """

    gray: Gray
    size: tuple[int, int]
    is_transparent: bool = False

    @property
    def reduced(self) -> float:
        """Pixels of the picture as it was sent for one of `gray`."""
        return max(self.size) / max(self.gray.shape)


def read_picture(data: bytes, limits: PictureLimits = LIMITS, *, side: int = WORKING_SIDE) -> Gray:
    """Return the gray of `open_picture`."""
    return open_picture(data, limits, side=side).gray


def open_picture(
    data: bytes, limits: PictureLimits = LIMITS, *, side: int = WORKING_SIDE
) -> Picture:
    """Decode a picture file to gray, at most `side` pixels a side.

    The EXIF orientation is applied. Of an animation, or of several pictures in a file, it is the
    first one. `mlcore.pictures.grayscale` treats transparency and colored ink.
    Raises InvalidInk: "too_large" above the limits, "unsupported_type" for another format,
    "invalid" for a damaged file and for a strip that is LONGEST times as long as wide.
    """
    if len(data) > limits.bytes:
        message = codes.FILE_TOO_LARGE(size=len(data), most=limits.bytes)
        raise InvalidInk(message, kind="too_large")
    way = _way_of(data)
    if way is Way.APART:
        return Picture(*decoded_apart(data, most=limits.apart, side=side))
    return decoded_here(_without_texts(data), limits, side)


def decoded_here(
    data: bytes, limits: PictureLimits, side: int, formats: tuple[str, ...] = FORMATS
) -> Picture:
    """Decode with Pillow in this process. formats: Pillow's names of them. Raises InvalidInk."""
    try:
        # Before decoding, because a small file can hold a huge picture.
        large = _checked_pixels(data, limits, side, formats) > LARGE
        decoding = data, limits, side, formats
        return _decoder.submit(_picture, *decoding).result() if large else _picture(*decoding)
    except _BOMBS as error:
        message = codes.FAR_TOO_MANY_PIXELS(most=limits.pixels)
        raise InvalidInk(message, kind="too_large") from error
    except InvalidInk:
        raise
    except _DAMAGED as error:
        raise InvalidInk(codes.DAMAGED_PICTURE()) from error  # its beginning is that of a picture


def _way_of(data: bytes) -> Way:
    """Return how the format is read. Raises InvalidInk for one that is not."""
    if not data:
        raise InvalidInk(codes.EMPTY_FILE())
    if is_pdf(data):
        raise InvalidInk(codes.PDF_ELSEWHERE(), kind="unsupported_type")
    name, way = format_of(data)
    if way is Way.NOT:
        message = codes.FOREIGN_FORMAT(name=name) if name else codes.NOT_A_PICTURE()
        raise InvalidInk(message, kind="unsupported_type")
    return way


def _without_texts(data: bytes) -> bytes:
    """Leave compressed texts out of a PNG; other files stay as they are.

    Nothing of them is used, a short one may need much memory, and Pillow refuses the file then.
    """
    if not data.startswith(PNG):
        return data
    kept, whole, start = [memoryview(PNG)], memoryview(data), len(PNG)
    while start < len(data):
        end = start + 12 + int.from_bytes(data[start : start + 4])  # with length, name and CRC
        if not _is_compressed_text(data[start + 4 : start + 10 + LONGEST_KEYWORD]):
            kept.append(whole[start:end])
        start = end
    return b"".join(kept)


def _is_compressed_text(beginning: bytes) -> bool:
    """Whether a chunk is a compressed text, from its name, keyword and flag."""
    name, rest = beginning[:4], beginning[4:].partition(b"\0")[2]
    return name == b"zTXt" or (name == b"iTXt" and rest[:1] not in (b"", b"\0"))


def _checked_pixels(data: bytes, limits: PictureLimits, side: int, formats: tuple[str, ...]) -> int:
    """Return the number of pixels, from the file's header. Raises InvalidInk."""
    with Image.open(io.BytesIO(data), formats=formats) as image:
        scale = _scale(image, side, limits)
        most = min(limits.pixels * scale**2, int(limits.memory / _bytes_a_pixel(image, scale)))
        if _is_jpeg(image):
            most = min(most, JPEG_PIXELS)
        width, height = image.size
    if width * height > most:
        message = codes.TOO_MANY_PIXELS(width=width, height=height, most=most)
        raise InvalidInk(message, kind="too_large")
    if max(width, height) > LONGEST * min(width, height):
        raise InvalidInk(codes.PICTURE_TOO_NARROW(width=width, height=height, most=LONGEST))
    return width * height


def _bytes_a_pixel(image: Image.Image, scale: int) -> float:
    """Return what decoding a pixel needs, with the memory that the C library keeps for later.

    tests/mlcore/pictures/test_memory.py measures it.
    """
    match image.format:
        case "WEBP":
            return 24.0
        case "AVIF":
            return 22.0
        case "GIF" | "TIFF":
            return 8.0
        case "HEIF":
            return 12.0
        case "JPEG" | "MPO" if "progressive" in image.info:
            # All coefficients of all components stay in memory, with two bytes each.
            shares = [across * down for _, across, down, _ in image.layer]  # type: ignore[attr-defined]
            return 2 * sum(shares) / max(shares) + 1 / scale**2
        case _:
            return 4.0 / scale**2


def _is_jpeg(image: Image.Image) -> bool:
    return image.format in ("JPEG", "MPO")  # MPO: several in a file


def _scale(image: Image.Image, side: int, limits: PictureLimits) -> int:
    """Return the divisor of a JPEG's sides: it stays above `side` if memory allows."""
    if not _is_jpeg(image):
        return 1
    enough = next((each for each in JPEG_SCALES if max(image.size) >= each * side), 1)
    pixels = image.width * image.height
    smaller = [each for each in reversed(JPEG_SCALES) if each >= enough]
    return next((each for each in smaller if 4 * pixels <= limits.memory * each**2), smaller[-1])


def upright_size(data: bytes) -> tuple[int, int]:
    """Return the width and height in pixels, after the EXIF orientation, of a stored picture."""
    with Image.open(io.BytesIO(data), formats=FORMATS) as image:
        return image.size[::-1] if _orientation(image) in LYING else image.size


def _orientation(image: Image.Image) -> int:
    """Return the EXIF orientation; 1, upright, without one and if the EXIF is damaged.

    All else in the EXIF may be wrong.
    """
    try:
        found = image.getexif().get(ExifTags.Base.Orientation)
    except (*_DAMAGED, TypeError, LookupError):
        return 1
    return found if isinstance(found, int) else 1


def _picture(data: bytes, limits: PictureLimits, side: int, formats: tuple[str, ...]) -> Picture:
    decoded, size = _decoded(data, limits, side, formats)
    is_transparent = decoded.mode == "RGBA" and decoded.getchannel("A").getextrema()[1] == 0
    return Picture(shrunk(gray_of(decoded), side), size, is_transparent)


def _decoded(
    data: bytes, limits: PictureLimits, side: int, formats: tuple[str, ...]
) -> tuple[Image.Image, tuple[int, int]]:
    """Decode the picture in mode L, RGB or RGBA, upright, its longest side at most 2 * side.

    Its size as it was sent, upright, comes with it. It is reduced band by band, so only the decoder
    holds all of its pixels in memory.
    """
    with Image.open(io.BytesIO(data), formats=formats) as image:
        size = image.size
        scale = _scale(image, side, limits)
        if scale > 1:
            image.draft(None, (image.width // scale, image.height // scale))
        image.load()
        whole = as_meant(image)
        orientation = _orientation(image)
        reduced = _reduced(whole, math.ceil(max(whole.size) / (2 * side)))
    turn = UPRIGHT.get(orientation)
    upright = reduced if turn is None else reduced.transpose(turn)
    return upright, size[::-1] if orientation in LYING else size


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
