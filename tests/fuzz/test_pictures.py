"""Pictures that are random, damaged, or of another format: read, or refused with words."""

import io
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from mlcore.errors import InvalidInk
from mlcore.pictures.decoding import FORMATS, read_picture
from mlcore.pictures.preprocessing import image_from_picture

MODES = ["1", "L", "LA", "P", "RGB", "RGBA", "CMYK", "I;16"]
sizes = st.tuples(st.integers(1, 40), st.integers(1, 40))
FEW = settings(max_examples=settings.default.max_examples * 5)


def encoded(image: Image.Image, kind: str, **options: Any) -> bytes:
    file = io.BytesIO()
    try:
        image.save(file, kind, **options)
    except (OSError, ValueError):  # this format has no such mode
        image.convert("RGB").save(file, kind, **options)
    return file.getvalue()


@st.composite
def pictures(draw: st.DrawFn) -> bytes:
    """A file of random pixels, in any format and mode, now and then turned or animated."""
    width, height = draw(sizes)
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    mode = draw(st.sampled_from(MODES))
    if mode == "I;16":
        image = Image.fromarray(rng.integers(0, 65536, (height, width)).astype(np.uint16))
    else:
        pixels = rng.integers(0, 256, (height, width, 4)).astype(np.uint8)
        opaque = Image.fromarray(pixels[..., :3])
        image = Image.fromarray(pixels) if mode in ("RGBA", "LA") else opaque
        image = image.convert(mode)
    options: dict[str, Any] = {}
    if draw(st.booleans()):
        exif = Image.Exif()
        exif[0x0112] = draw(st.integers(0, 9))
        options["exif"] = exif
    kind = draw(st.sampled_from(FORMATS))
    return encoded(image, kind, **(options if kind != "BMP" else {}))


@FEW
@given(pictures())
def test_every_picture_is_read(picture: bytes) -> None:
    gray = read_picture(picture)
    assert gray.dtype == np.uint8
    assert 1 <= min(gray.shape) <= max(gray.shape) <= 40
    image = image_from_picture(picture)
    assert image is None or (image.shape == (28, 28) and 0 <= image.min() <= image.max() <= 1)


@FEW
@given(pictures(), st.data())
def test_a_damaged_picture_is_read_or_refused_with_words(
    picture: bytes, data: st.DataObject
) -> None:
    damaged = bytearray(picture)
    for _ in range(data.draw(st.integers(1, 6))):
        place = data.draw(st.integers(0, len(damaged) - 1))
        match data.draw(st.sampled_from(["byte", "cut", "insert", "double"])):
            case "byte":
                damaged[place] = data.draw(st.integers(0, 255))
            case "cut":
                del damaged[place : place + data.draw(st.integers(1, 40))]
            case "insert":
                damaged[place:place] = data.draw(st.binary(max_size=8))
            case "double":
                damaged[place:place] = damaged[place : place + 20]
        if not damaged:
            break
    refused_with_words(bytes(damaged))


@FEW
@given(st.binary(max_size=300))
@pytest.mark.parametrize("beginning", [b"", b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"BM", b"RIFF"])
def test_bytes_are_refused_with_words(beginning: bytes, rest: bytes) -> None:
    refused_with_words(beginning + rest)


def refused_with_words(data: bytes) -> None:
    """Read it. Fails on any other exception than a refusal with words."""
    try:
        gray = read_picture(data)
    except InvalidInk as refusal:
        words, kind = str(refusal), refusal.kind
    else:
        assert gray.ndim == 2
        return
    assert words
    assert kind in ("invalid", "too_large", "unsupported_type")
