import contextlib
import io
import struct
import subprocess
import sys
import zlib
from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image

from mlcore.errors import InvalidInk
from mlcore.pictures import apart
from mlcore.pictures.decoding import FORMATS, LIMITS, open_picture, read_picture
from mlcore.pictures.preprocessing import image_from_picture
from tests.mlcore.picture_kinds.cameras import encoded
from tests.mlcore.picture_kinds.canvases import SEVEN, difference, drawn, image_of, noise


def chunk(name, body):
    """A chunk of a PNG file."""
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def with_chunk(png, name, body):
    """The PNG file with another chunk after its header."""
    return png[:33] + chunk(name, body) + png[33:]


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "BMP", "WEBP", "AVIF", "GIF", "TIFF"])
def test_the_formats_are_read(kind):
    gray = read_picture(encoded(drawn(SEVEN), kind))
    assert (gray.shape, gray.dtype) == ((300, 300), np.uint8)
    assert difference(image_from_picture(encoded(drawn(SEVEN), kind)), SEVEN) < 0.01


def test_a_heic_picture_is_read():
    data = (Path(__file__).parent / "seven.heic").read_bytes()
    picture = open_picture(data)
    assert (picture.gray.shape, picture.size) == ((300, 300), (300, 300))
    assert difference(image_from_picture(data), SEVEN) < 0.01
    with pytest.raises(InvalidInk, match="damaged"):
        read_picture(data[: len(data) // 2])


BRANDS = b"\0\0\0\x18ftyp%s\0\0\0\0mif1%s" + bytes(40)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"not a picture", "Not a supported picture"),
        (b"BM is no bitmap", "Not a supported picture"),
        (b"\xff\x0a" + bytes(20), "JPEG XL files are not read"),
        (b"8BPS" + bytes(20), "Photoshop files are not read"),
        (b'<?xml version="1.0"?>\n<svg width="2">', "SVG files are not read"),
        (b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom", "MP4 or MOV video files are not read"),
    ],
)
def test_other_formats_are_refused_by_their_own_name(data, words):
    with pytest.raises(InvalidInk, match=f"^{words}.*PNG, JPEG, WebP, HEIC") as refusal:
        read_picture(data)
    assert refusal.value.kind == "unsupported_type"


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "BMP", "WEBP", "AVIF", "GIF", "TIFF"])
def test_a_truncated_file_is_damaged_and_not_unknown(kind):
    data = encoded(drawn(SEVEN) + noise(9).astype(np.uint8), kind)
    for part in (data[:30], data[: len(data) * 2 // 3]):
        with pytest.raises(InvalidInk, match="damaged") as refusal:
            read_picture(part)
        assert refusal.value.kind == "invalid"


@pytest.mark.parametrize("brands", [(b"heic", b"miaf"), (b"mif1", b"heic"), (b"avif", b"miaf")])
def test_a_container_without_a_picture_is_damaged(brands):
    with pytest.raises(InvalidInk, match="damaged"):
        read_picture(BRANDS % brands)


def test_an_empty_file_is_called_empty():
    with pytest.raises(InvalidInk, match="empty"):
        read_picture(b"")


@pytest.mark.parametrize("progressive", [False, True])
def test_a_photograph_of_24_megapixels_is_read(progressive):
    large = Image.fromarray(drawn(SEVEN, size=600)).resize((6_000, 4_000))
    picture = open_picture(encoded(large, "JPEG", progressive=progressive))
    assert (picture.gray.shape, picture.size) == ((512, 768), (6_000, 4_000))
    assert picture.reduced == 6_000 / 768
    small = np.asarray(Image.fromarray(drawn(SEVEN, size=600)).resize((768, 512)))
    assert np.abs(picture.gray.astype(int) - small).mean() < 2


def test_a_photograph_that_is_truly_too_large_is_refused_with_the_figure():
    large = encoded(Image.new("L", (12_000, 7_200)), "JPEG")
    with pytest.raises(InvalidInk, match="12000 x 7200 pixels; at most 85,000,000") as refusal:
        read_picture(large)
    assert refusal.value.kind == "too_large"


def test_the_orientation_of_a_tiff_is_applied_once():
    exif = Image.Exif()
    exif[0x0112] = 6
    sideways = Image.fromarray(drawn(SEVEN)[:200]).transpose(Image.Transpose.ROTATE_90)
    picture = open_picture(encoded(sideways, "TIFF", exif=exif))
    assert (picture.gray.shape, picture.size) == ((200, 300), (300, 200))
    np.testing.assert_array_equal(picture.gray, drawn(SEVEN)[:200])


def test_a_process_that_needs_too_long_is_ended(monkeypatch):
    monkeypatch.setattr(apart, "SECONDS", 0.01)
    with pytest.raises(InvalidInk, match="cannot be decoded"):
        read_picture(encoded(drawn(SEVEN), "TIFF"))


def test_damaged_files_are_refused_or_read_but_never_crash():
    rng = np.random.default_rng(0)
    for kind in FORMATS:
        data = encoded(drawn(SEVEN, size=40), kind)
        for _ in range(60):
            damaged = bytearray(data)
            for place in rng.integers(0, len(data), 4):
                damaged[place] = rng.integers(256)
            with contextlib.suppress(InvalidInk):
                assert read_picture(bytes(damaged)).ndim == 2


def test_a_file_over_the_limit_is_too_large():
    with pytest.raises(InvalidInk) as refusal:
        read_picture(b"\x89PNG" + bytes(LIMITS.bytes))
    assert refusal.value.kind == "too_large"


@pytest.mark.parametrize("side", [4_500, 9_400, 12_000, 60_000])
def test_too_many_pixels_are_refused_before_they_are_decoded(side):
    header = struct.pack(">IIBBBBB", side, side, 8, 0, 0, 0, 0)
    data = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", b"never decoded")
    with pytest.raises(InvalidInk, match="pixels") as refusal:
        read_picture(data)
    assert refusal.value.kind == "too_large"


def test_a_transparent_background_is_white():
    ink = 255 - drawn(SEVEN)
    picture = np.zeros((300, 300, 4), np.uint8)
    picture[..., 3] = ink  # black ink, black and transparent elsewhere
    gray = read_picture(encoded(picture))
    assert gray[0, 0] == 255
    np.testing.assert_allclose(gray, 255 - ink.astype(int), atol=1)
    luminance = Image.merge("LA", [Image.new("L", (300, 300)), Image.fromarray(ink)])
    np.testing.assert_allclose(read_picture(encoded(luminance)), 255 - ink.astype(int), atol=1)


def test_a_transparent_color_of_a_palette_is_white():
    palette = Image.new("P", (4, 2), 0)
    palette.putpalette([0, 0, 0, 255, 0, 0])
    palette.putpixel((1, 0), 1)
    gray = read_picture(encoded(palette, transparency=0))
    assert gray[0, 0] == 255
    assert gray[0, 1] == 76  # red: 0.299 * 255


def test_sixteen_bit_pictures_keep_their_shades():
    ramp = np.tile(np.linspace(0, 65535, 256).astype(np.uint16), (4, 1))
    np.testing.assert_allclose(read_picture(encoded(ramp))[0], np.arange(256), atol=1)


def test_sixteen_bit_pictures_whose_values_fit_into_eight_bits_have_eight():
    gray = drawn(SEVEN)
    np.testing.assert_array_equal(read_picture(encoded(gray.astype(np.uint16))), gray)


@pytest.mark.parametrize("most", [0.9, 1, 200, 255, 30_000, 65535])
def test_fractions_keep_their_shades(most):
    """They are of 1, of 255 or of 65535."""
    ramp = np.tile(np.linspace(0, most, 256, dtype=np.float32), (4, 1))
    white = 1 if most <= 1 else 255 if most <= 255 else 65535
    gray = read_picture(encoded(Image.fromarray(ramp), "TIFF"))
    np.testing.assert_allclose(gray[0], ramp[0] / white * 255, atol=1)


def test_fractions_below_black_and_those_that_are_no_number_are_read():
    shades = np.float32([[-1, 0, np.nan, 0.5, 1, -np.inf]])
    gray = read_picture(encoded(Image.fromarray(shades), "TIFF"))
    assert gray[0, [0, 1, 3, 4, 5]].tolist() == [0, 0, 128, 255, 0]


def bitmap_with_alpha(picture):
    """Encode (h, w, 4) uint8 as a BMP file with a version 4 header, which names an alpha mask."""
    height, width = picture.shape[:2]
    pixels = picture[::-1, :, [2, 1, 0, 3]].tobytes()
    header = struct.pack("<IiiHHIIiiII", 108, width, height, 1, 32, 3, len(pixels), 0, 0, 0, 0)
    masks = struct.pack("<4I", 0xFF0000, 0xFF00, 0xFF, 0xFF000000)
    rest = bytes(108 - len(header) - len(masks))
    start = 14 + 108
    return (
        struct.pack("<2sIII", b"BM", start + len(pixels), 0, start) + header + masks + rest + pixels
    )


@pytest.mark.parametrize("alpha", [0, 255])
def test_a_bitmap_without_any_opacity_is_opaque(alpha):
    picture = np.dstack([drawn(SEVEN)] * 3 + [np.full((300, 300), alpha, np.uint8)])
    data = bitmap_with_alpha(picture)
    assert Image.open(io.BytesIO(data)).mode == "RGBA"
    np.testing.assert_array_equal(read_picture(data), drawn(SEVEN))


def test_a_transparent_png_is_blank():
    assert image_from_picture(encoded(np.zeros((300, 300, 4), np.uint8))) is None


def test_a_transparent_sixteen_bit_shade_is_not_ink():
    ink = drawn(SEVEN) < 128
    shades = np.where(ink, 30_000, 20_000).astype(np.uint16)
    data = with_chunk(encoded(shades), b"tRNS", struct.pack(">H", 20_000))
    gray = read_picture(data)
    assert gray[0, 0] == 255
    assert gray[ink].max() == round(30_000 / 257)


@pytest.mark.parametrize("color", [(255, 255, 255), (255, 255, 0), (160, 220, 255)])
@pytest.mark.parametrize("side", [300, 2_000])
def test_bright_ink_on_a_transparent_background_is_read(color, side):
    picture = np.zeros((side, side, 4), np.uint8)
    picture[..., :3] = color
    picture[..., 3] = 255 - drawn(SEVEN, size=side)
    gray = read_picture(encoded(picture))
    assert gray[0, 0] == 0
    assert difference(image_of(gray), SEVEN) < 0.01


@pytest.mark.parametrize("radius", [80, 140])
def test_cut_out_white_paper_gets_a_white_background(radius):
    picture = np.dstack([drawn(SEVEN, size=150)] * 3 + [np.zeros((150, 150), np.uint8)])
    picture = np.pad(picture, ((75, 75), (75, 75), (0, 0)), mode="edge")
    cv2.circle(alpha := np.zeros((300, 300), np.uint8), (150, 150), radius, 255, -1)
    picture[..., 3] = alpha
    gray = read_picture(encoded(picture))
    assert gray[0, 0] == 255
    assert difference(image_of(gray), SEVEN) < 0.02


def test_a_palette_with_several_transparent_colors_is_read():
    palette = Image.fromarray(drawn(SEVEN)).convert("P")
    data = encoded(palette, transparency=bytes(range(0, 255, 2)))
    assert read_picture(data).shape == (300, 300)


def test_one_bit_and_cmyk_pictures_are_read():
    black = Image.fromarray(drawn(SEVEN))
    assert difference(image_from_picture(encoded(black.convert("1"))), SEVEN) < 0.01
    ink = black.convert("CMYK")
    assert difference(image_from_picture(encoded(ink, "JPEG")), SEVEN) < 0.01


def test_the_exif_orientation_is_applied():
    exif = Image.Exif()
    exif[0x0112] = 6  # turn by 90 degrees clockwise for display
    sideways = Image.fromarray(drawn(SEVEN)).transpose(Image.Transpose.ROTATE_90)
    data = encoded(sideways, "JPEG", exif=exif, quality=95)
    assert difference(image_from_picture(data), SEVEN) < 0.01


@pytest.mark.parametrize("orientation", range(1, 9))
def test_each_exif_orientation_is_applied(orientation):
    exif = Image.Exif()
    exif[0x0112] = orientation
    gray = drawn(SEVEN)[:200]
    picture = open_picture(encoded(gray, "PNG", exif=exif))
    half = gray[::-1, ::-1]
    wanted = [gray, gray[:, ::-1], half, gray[::-1], gray.T, np.rot90(gray, 3), half.T]
    wanted += [np.rot90(gray)]
    np.testing.assert_array_equal(picture.gray, wanted[orientation - 1])
    assert picture.size == picture.gray.shape[::-1]


def exif_block(*tags):
    """EXIF with tags, each a number, a type and four bytes."""
    entries = [struct.pack(">HHI4s", number, kind, 1, value) for number, kind, value in tags]
    return b"Exif\0\0MM\0*\0\0\0\x08" + struct.pack(">H", len(tags)) + b"".join(entries) + bytes(4)


ORIENTATION = (0x0112, 3, b"\0\6\0\0")
ODD = {
    "a resolution that is a text": (exif_block(ORIENTATION, (0x011A, 2, b"72\0\0")), True),
    "a width that is a text": (exif_block((0x0100, 2, b"99\0\0"), ORIENTATION), True),
    "an orientation that is a text": (exif_block((0x0112, 2, b"6\0\0\0")), False),
    "an orientation that is not known": (exif_block((0x0112, 3, b"\0\x0a\0\0")), False),
    "no TIFF": (b"Exif\0\0" + b"nothing", False),
    "a beginning": (exif_block(ORIENTATION)[:9], False),
}


@pytest.mark.parametrize(("block", "is_turned"), ODD.values(), ids=ODD)
def test_of_an_odd_exif_the_orientation_alone_is_read(block, is_turned):
    gray = drawn(SEVEN)[:200]
    picture = open_picture(encoded(gray, "JPEG", exif=block, quality=100))
    wanted = np.rot90(gray, 3) if is_turned else gray
    assert picture.size == wanted.shape[::-1]
    np.testing.assert_allclose(picture.gray, wanted.astype(int), atol=3)


def test_large_pictures_are_averaged_down():
    gray = read_picture(encoded(np.tile(np.uint8([[0, 255], [255, 0]]), (1000, 2000))))
    assert gray.shape == (384, 768)
    assert abs(int(gray[100, 100]) - 127) < 20


@pytest.mark.parametrize("kind", ["PNG", "JPEG"])
def test_a_large_and_a_small_picture_give_the_same_image(kind):
    small = image_from_picture(encoded(drawn(SEVEN, size=700)))
    for size in (1_000, 1_600, 3_300):
        large = image_from_picture(encoded(drawn(SEVEN, size=size), kind))
        assert np.abs(large - small).mean() < 0.01


@pytest.mark.parametrize("kind", ["PNG", "JPEG"])
def test_the_exif_orientation_of_a_large_picture_is_applied(kind):
    exif = Image.Exif()
    exif[0x0112] = 6
    sideways = Image.fromarray(drawn(SEVEN, size=3_300)).transpose(Image.Transpose.ROTATE_90)
    assert difference(image_from_picture(encoded(sideways, kind, exif=exif)), SEVEN) < 0.01


MEASURE = """
import re, sys
from mlcore.pictures.decoding import read_picture

def peak():
    return int(re.search(r"VmHWM:\\s+(\\d+)", open("/proc/self/status").read())[1]) // 1024

before = peak()
read_picture(sys.stdin.buffer.read())
print(peak() - before)
"""


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="needs Linux's /proc")
def test_a_small_file_with_many_pixels_needs_little_extra_memory():
    picture = Image.new("RGBA", (4_400, 4_400), (0, 0, 0, 0))
    picture.paste((0, 0, 0, 255), (2_000, 1_000, 2_300, 3_400))
    done = subprocess.run(
        [sys.executable, "-c", MEASURE], input=encoded(picture), capture_output=True, check=True
    )
    # The pixels need 74 MiB; with copies of them it was 300 MiB.
    assert 74 <= int(done.stdout) < 150


@pytest.mark.parametrize("kind", ["PNG", "WEBP", "AVIF", "GIF"])
def test_the_first_picture_of_an_animation_is_read(kind):
    frames = [Image.fromarray(drawn(SEVEN)), Image.new("L", (300, 300), 255)]
    data = encoded(frames[0], kind, save_all=True, append_images=frames[1:], lossless=True)
    assert Image.open(io.BytesIO(data)).n_frames == 2
    assert difference(image_from_picture(data), SEVEN) < 0.01


def test_the_first_of_several_pictures_in_a_jpeg_file_is_read():
    blank = Image.new("L", (300, 300), 255)
    data = encoded(Image.fromarray(drawn(SEVEN)), "MPO", save_all=True, append_images=[blank])
    assert difference(image_from_picture(data), SEVEN) < 0.01


def test_what_else_is_in_a_file_is_not_looked_at():
    archive = b"PK\x03\x04 never read %PDF-1.7 <script>"
    data = encoded(drawn(SEVEN))
    np.testing.assert_array_equal(read_picture(data + archive), read_picture(data))
    with pytest.raises(InvalidInk):
        read_picture(archive + data)


XMP = b"XML:com.adobe.xmp\0"
LONG = b"a" * 3_000_000
TEXTS = {
    "a text": (b"tEXt", b"Comment\0" + LONG),
    "a compressed text": (b"zTXt", b"Comment\0\0" + zlib.compress(LONG)),
    "XMP": (b"iTXt", XMP + bytes(4) + LONG),
    "compressed XMP": (b"iTXt", XMP + b"\1\0\0\0" + zlib.compress(LONG)),
    "many": (b"zTXt", b"Comment\0\0" + zlib.compress(LONG[:1_000_000])),
}


@pytest.mark.parametrize(("name", "body"), TEXTS.values(), ids=TEXTS)
@pytest.mark.parametrize("is_last", [False, True])
def test_a_png_with_long_texts_is_read(name, body, is_last):
    data = encoded(drawn(SEVEN))
    texts = chunk(name, body) * (1 if len(body) > 1_000_000 else 70)
    place = len(data) - 12 if is_last else 33  # before the end, or after the header
    picture = read_picture(data[:place] + texts + data[place:])
    np.testing.assert_array_equal(picture, read_picture(data))


def test_the_orientation_in_the_xmp_of_a_png_is_applied():
    gray = drawn(SEVEN)[:200]
    xmp = b'<x tiff:Orientation="6"/>'
    picture = with_chunk(encoded(np.rot90(gray).copy()), b"iTXt", XMP + bytes(4) + xmp)
    np.testing.assert_array_equal(read_picture(picture), gray)


@pytest.mark.parametrize("size", [(1, 100_000), (100_000, 1), (3, 301)])
def test_a_strip_in_which_nothing_can_be_read_is_refused(size):
    with pytest.raises(InvalidInk, match="more than 100 times as long as wide") as refusal:
        read_picture(encoded(Image.new("L", size, 255)))
    assert refusal.value.kind == "invalid"


def test_a_long_line_of_digits_is_no_strip():
    assert read_picture(encoded(Image.new("L", (3_000, 30), 255))).shape == (8, 768)
