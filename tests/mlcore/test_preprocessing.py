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
from mlcore.preprocessing import MAX_PICTURE_BYTES, field_from_picture, find_ink, read_picture
from mlcore.strokes import parse, rasterise

SEVEN = [[[60, 60], [160, 60], [90, 230]], [[80, 150], [150, 150]]]
FIVE = [
    [[80, 60], [75, 130], [120, 125], [150, 160], [140, 210], [90, 225], [60, 205]],
    [[92, 52], [165, 48]],  # the bar does not touch the body
]


def drawn(strokes, *, pen=6, size=300, paper=255, ink=0):
    """A picture, (size, size) uint8, of strokes on a canvas of 300 x 300."""
    fine = np.full((size * 4, size * 4), paper, np.uint8)
    for stroke in strokes:
        points = np.round(np.array(stroke) * (4 * size / 300)).astype(np.int32)
        cv2.polylines(fine, [points], False, ink, max(1, round(pen * 4 * size / 300)))
    return cv2.resize(fine, (size, size), interpolation=cv2.INTER_AREA)


def encoded(picture, kind="PNG", **options):
    image = picture if isinstance(picture, Image.Image) else Image.fromarray(picture)
    file = io.BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


def chunk(name, body):
    """A part of a PNG file."""
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def with_chunk(png, name, body):
    """The PNG file with another part after its header."""
    return png[:33] + chunk(name, body) + png[33:]


def field_of(picture):
    return field_from_picture(encoded(np.clip(picture, 0, 255).astype(np.uint8)))


def difference(field, strokes):
    assert field is not None
    return np.abs(field - rasterise(parse(strokes))).mean()


def noise(sigma, shape=(300, 300), seed=3):
    return np.random.default_rng(seed).normal(0, sigma, shape)


# Decoding


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "BMP", "WEBP"])
def test_it_reads_the_four_formats(kind):
    grey = read_picture(encoded(drawn(SEVEN), kind))
    assert (grey.shape, grey.dtype) == ((300, 300), np.uint8)
    assert difference(field_from_picture(encoded(drawn(SEVEN), kind)), SEVEN) < 0.01


@pytest.mark.parametrize("data", [b"", b"not a picture", b"%PDF-1.7", encoded(drawn(SEVEN), "GIF")])
def test_other_formats_are_refused(data):
    with pytest.raises(InvalidInk, match="PNG, JPEG, BMP and WebP") as refusal:
        read_picture(data)
    assert refusal.value.code == "unsupported_type"


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "BMP", "WEBP"])
def test_a_truncated_file_is_invalid(kind):
    data = encoded(drawn(SEVEN) + noise(9).astype(np.uint8), kind)
    with pytest.raises(InvalidInk) as refusal:
        read_picture(data[: len(data) * 2 // 3])
    assert refusal.value.code == "invalid"


def test_damaged_files_are_refused_or_read_but_never_crash():
    rng = np.random.default_rng(0)
    for kind in ("PNG", "JPEG", "BMP", "WEBP"):
        data = encoded(drawn(SEVEN, size=40), kind)
        for _ in range(60):
            damaged = bytearray(data)
            for place in rng.integers(0, len(data), 4):
                damaged[place] = rng.integers(256)
            with contextlib.suppress(InvalidInk):
                assert read_picture(bytes(damaged)).ndim == 2


def test_a_file_over_the_limit_is_too_large():
    with pytest.raises(InvalidInk) as refusal:
        read_picture(b"\x89PNG" + bytes(MAX_PICTURE_BYTES))
    assert refusal.value.code == "too_large"


@pytest.mark.parametrize("side", [4_500, 9_400, 12_000, 60_000])
def test_too_many_pixels_are_refused_before_they_are_decoded(side):
    header = struct.pack(">IIBBBBB", side, side, 8, 0, 0, 0, 0)
    data = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", b"never decoded")
    with pytest.raises(InvalidInk, match="pixels") as refusal:
        read_picture(data)
    assert refusal.value.code == "too_large"


def test_a_transparent_ground_is_white():
    ink = 255 - drawn(SEVEN)
    picture = np.zeros((300, 300, 4), np.uint8)
    picture[..., 3] = ink  # black ink, black and transparent elsewhere
    grey = read_picture(encoded(picture))
    assert grey[0, 0] == 255
    np.testing.assert_allclose(grey, 255 - ink.astype(int), atol=1)
    luminance = Image.merge("LA", [Image.new("L", (300, 300)), Image.fromarray(ink)])
    np.testing.assert_allclose(read_picture(encoded(luminance)), 255 - ink.astype(int), atol=1)


def test_a_transparent_colour_of_a_palette_is_white():
    palette = Image.new("P", (4, 2), 0)
    palette.putpalette([0, 0, 0, 255, 0, 0])
    palette.putpixel((1, 0), 1)
    grey = read_picture(encoded(palette, transparency=0))
    assert grey[0, 0] == 255
    assert grey[0, 1] == 76  # red: 0.299 * 255


def test_sixteen_bits_keep_their_shades():
    ramp = np.tile(np.linspace(0, 65535, 256).astype(np.uint16), (4, 1))
    np.testing.assert_allclose(read_picture(encoded(ramp))[0], np.arange(256), atol=1)


def test_a_transparent_shade_of_sixteen_bits_is_no_ink():
    ink = drawn(SEVEN) < 128
    shades = np.where(ink, 30_000, 20_000).astype(np.uint16)
    data = with_chunk(encoded(shades), b"tRNS", struct.pack(">H", 20_000))
    grey = read_picture(data)
    assert grey[0, 0] == 255
    assert grey[ink].max() == round(30_000 / 257)


@pytest.mark.parametrize("colour", [(255, 255, 255), (255, 255, 0), (160, 220, 255)])
@pytest.mark.parametrize("side", [300, 2_000])
def test_bright_ink_on_a_transparent_ground_is_read(colour, side):
    picture = np.zeros((side, side, 4), np.uint8)
    picture[..., :3] = colour
    picture[..., 3] = 255 - drawn(SEVEN, size=side)
    grey = read_picture(encoded(picture))
    assert grey[0, 0] == 0
    assert difference(field_of(grey), SEVEN) < 0.01


@pytest.mark.parametrize("radius", [80, 140])
def test_white_paper_that_was_cut_out_lies_on_white(radius):
    picture = np.dstack([drawn(SEVEN, size=150)] * 3 + [np.zeros((150, 150), np.uint8)])
    picture = np.pad(picture, ((75, 75), (75, 75), (0, 0)), mode="edge")
    cv2.circle(alpha := np.zeros((300, 300), np.uint8), (150, 150), radius, 255, -1)
    picture[..., 3] = alpha
    grey = read_picture(encoded(picture))
    assert grey[0, 0] == 255
    assert difference(field_of(grey), SEVEN) < 0.02


def test_a_palette_with_several_transparent_colours_is_read():
    palette = Image.fromarray(drawn(SEVEN)).convert("P")
    data = encoded(palette, transparency=bytes(range(0, 255, 2)))
    assert read_picture(data).shape == (300, 300)


def test_one_bit_and_cmyk_pictures_are_read():
    black = Image.fromarray(drawn(SEVEN))
    assert difference(field_from_picture(encoded(black.convert("1"))), SEVEN) < 0.01
    ink = black.convert("CMYK")
    assert difference(field_from_picture(encoded(ink, "JPEG")), SEVEN) < 0.01


def test_a_picture_is_turned_as_its_exif_data_says():
    exif = Image.Exif()
    exif[0x0112] = 6  # to be shown turned by 90 degrees clockwise
    sideways = Image.fromarray(drawn(SEVEN)).transpose(Image.Transpose.ROTATE_90)
    data = encoded(sideways, "JPEG", exif=exif, quality=95)
    assert difference(field_from_picture(data), SEVEN) < 0.01


def test_large_pictures_are_averaged_down():
    grey = read_picture(encoded(np.tile(np.uint8([[0, 255], [255, 0]]), (1000, 2000))))
    assert grey.shape == (384, 768)
    assert abs(int(grey[100, 100]) - 127) < 20


@pytest.mark.parametrize("kind", ["PNG", "JPEG"])
def test_a_large_picture_gives_the_field_of_a_small_one(kind):
    small = field_from_picture(encoded(drawn(SEVEN, size=700)))
    for size in (1_000, 1_600, 3_300):
        large = field_from_picture(encoded(drawn(SEVEN, size=size), kind))
        assert np.abs(large - small).mean() < 0.01


@pytest.mark.parametrize("kind", ["PNG", "JPEG"])
def test_a_large_picture_is_turned_too(kind):
    exif = Image.Exif()
    exif[0x0112] = 6
    sideways = Image.fromarray(drawn(SEVEN, size=3_300)).transpose(Image.Transpose.ROTATE_90)
    assert difference(field_from_picture(encoded(sideways, kind, exif=exif)), SEVEN) < 0.01


MEASURE = """
import re, sys
from mlcore.preprocessing import read_picture

def peak():
    return int(re.search(r"VmHWM:\\s+(\\d+)", open("/proc/self/status").read())[1]) // 1024

before = peak()
read_picture(sys.stdin.buffer.read())
print(peak() - before)
"""


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="needs Linux's /proc")
def test_a_small_file_with_many_pixels_takes_little_more_than_they_do():
    picture = Image.new("RGBA", (4_400, 4_400), (0, 0, 0, 0))
    picture.paste((0, 0, 0, 255), (2_000, 1_000, 2_300, 3_400))
    done = subprocess.run(
        [sys.executable, "-c", MEASURE], input=encoded(picture), capture_output=True, check=True
    )
    # The pixels themselves are 74 MiB; with copies of them it was 300.
    assert 74 <= int(done.stdout) < 150


# Telling ink from paper


def coloured(mask, ink, paper):
    """A picture (h, w, 3) of a drawing, (h, w) uint8, black on white, in two colours."""
    share = mask[..., None] / 255
    return (share * paper + (1 - share) * ink).round().astype(np.uint8)


@pytest.mark.parametrize(
    ("ink", "paper"),
    [
        ((200, 0, 0), (0, 102, 0)),  # 0.299 * 200 = 0.587 * 102
        ((139, 0, 0), (0, 0, 255)),
        ((255, 0, 0), (0, 130, 0)),
        ((0, 0, 255), (97, 0, 0)),
        ((255, 255, 0), (255, 255, 255)),
    ],
)
def test_ink_as_bright_as_its_ground_is_told_by_its_colour(ink, paper):
    picture = coloured(drawn(SEVEN), ink, paper)
    assert difference(field_of(picture), SEVEN) < 0.01
    light = 0.5 + 0.5 * np.linspace(0, 1, 300)[:, None]
    noisy = picture * light + noise(2, picture.shape)
    assert difference(field_of(noisy), SEVEN) < 0.02


@pytest.mark.parametrize("ink", [(40, 40, 45), (20, 40, 150), (190, 30, 40), (20, 110, 50)])
def test_pens_on_paper_are_read_by_luminance(ink):
    picture = coloured(drawn(SEVEN), ink, (225, 222, 210))
    luminance = np.asarray(Image.fromarray(picture).convert("L"))
    np.testing.assert_array_equal(read_picture(encoded(picture)), luminance)


def test_grey_pictures_stay_exactly_as_they_are():
    grey = np.clip(drawn(FIVE, paper=200, ink=120) + noise(6), 0, 255).astype(np.uint8)
    for picture in (grey, np.dstack([grey] * 3), np.dstack([grey] * 3 + [np.full_like(grey, 255)])):
        np.testing.assert_array_equal(read_picture(encoded(picture)), grey)


@pytest.mark.parametrize("paper", [(225, 222, 210), (120, 160, 90), (30, 60, 40)])
@pytest.mark.parametrize("sigma", [0, 2, 8])
def test_coloured_paper_with_nothing_but_noise_is_blank(paper, sigma):
    sheet = np.full((300, 300, 3), paper) + noise(sigma, (300, 300, 3))
    assert field_of(sheet) is None
    strong = Image.fromarray(np.clip(sheet, 0, 255).astype(np.uint8))
    assert field_from_picture(encoded(strong, "JPEG", quality=40)) is None


@pytest.mark.parametrize("shape", [(1, 1, 3), (1, 9, 3), (2, 2, 4), (1, 1, 4)])
def test_tiny_coloured_pictures_break_nothing(shape):
    field = field_of(noise(80, shape) + 128)
    assert field is None or field.shape == (28, 28)


@pytest.mark.parametrize("strokes", [SEVEN, FIVE])
@pytest.mark.parametrize("pen", [3, 6, 10])
def test_a_picture_of_strokes_and_the_strokes_give_nearly_the_same_field(strokes, pen):
    assert difference(field_of(drawn(strokes, pen=pen)), strokes) < 0.01


@pytest.mark.parametrize("pen", [1, 20, 30])
def test_a_very_thin_or_thick_pen_gives_much_the_same_field(pen):
    # The centring by whole pixels may fall one pixel to the other side: 0.03 to 0.05.
    assert difference(field_of(drawn(SEVEN, pen=pen)), SEVEN) < 0.05


@pytest.mark.parametrize(("paper", "ink"), [(255, 0), (0, 255), (230, 170), (40, 160), (90, 20)])
def test_dark_on_light_and_light_on_dark_are_the_same(paper, ink):
    assert difference(field_of(drawn(SEVEN, paper=paper, ink=ink)), SEVEN) < 0.01


def test_shadows_are_not_ink():
    sheet = drawn(SEVEN, paper=220, ink=50).astype(float)
    across = np.linspace(0, 1, 300)
    for light in (0.4 + 0.6 * across, np.where(across < 0.35, 0.45, 1), 1 - 0.5 * across**2):
        assert difference(field_of(sheet * light + noise(3)), SEVEN) < 0.02


@pytest.mark.parametrize("sigma", [0, 1, 3, 8, 15, 30])
def test_paper_with_nothing_but_noise_is_blank(sigma):
    across = np.linspace(0, 1, 300)
    for light in (1, 0.7 + 0.3 * across, np.where(across < 0.45, 0.5, 1)):
        assert field_of(215 * light + noise(sigma)) is None
        assert field_of(30 * light + noise(sigma)) is None


@pytest.mark.parametrize("shape", [(1, 1), (1, 9), (28, 28), (500, 3)])
@pytest.mark.parametrize("grey", [0, 128, 255])
def test_a_picture_of_one_shade_is_blank(shape, grey):
    assert field_of(np.full(shape, grey)) is None


@pytest.mark.parametrize("shape", [(1, 2), (2, 2), (3, 1), (1, 40), (5, 4)])
def test_tiny_pictures_break_nothing(shape):
    field = field_of(noise(80, shape) + 128)
    assert field is None or field.shape == (28, 28)


def test_faint_pencil_is_read():
    sheet = drawn(FIVE, pen=3, paper=220, ink=170) + noise(3)
    assert difference(field_of(sheet), FIVE) < 0.02


def test_specks_and_dust_are_left_out():
    sheet = drawn(SEVEN)
    rows, columns = np.random.default_rng(1).integers(0, 299, (2, 40))
    sheet[rows, columns] = 0
    assert difference(field_of(sheet), SEVEN) < 0.01
    dust = np.full((300, 300), 255, np.uint8)
    dust[100:103, 200:203] = 0
    assert field_of(dust) is None


def test_frames_and_lines_at_the_edge_are_left_out():
    framed, ruled, edged = drawn(SEVEN), drawn(SEVEN), drawn(SEVEN)
    cv2.rectangle(framed, (15, 15), (280, 285), 0, 3)
    ruled[[20, 21, 22, 280, 281, 282]] = 60
    cv2.rectangle(edged, (0, 0), (299, 299), 0, 8)
    for sheet in (framed, ruled, edged):
        assert difference(field_of(sheet), SEVEN) < 0.01


def test_a_tight_crop_keeps_what_touches_the_edge():
    sheet = drawn(SEVEN, pen=10)
    rows, columns = np.flatnonzero((sheet < 128).any(1)), np.flatnonzero((sheet < 128).any(0))
    crop = sheet[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    assert difference(field_of(crop), SEVEN) < 0.02
    assert difference(field_of(255 - crop), SEVEN) < 0.02


def test_a_field_shown_as_a_picture_comes_back():
    field = rasterise(parse(SEVEN))
    for picture in (255 * field, 255 - 255 * field):
        assert np.abs(field_of(picture) - field).mean() < 0.01


def test_strong_jpeg_compression_does_little():
    data = encoded(drawn(FIVE), "JPEG", quality=15)
    assert difference(field_from_picture(data), FIVE) < 0.02


def test_ink_is_white_on_black_and_of_the_size_of_the_picture():
    ink = find_ink(drawn(SEVEN))
    assert (ink.shape, ink.dtype) == ((300, 300), np.float32)
    assert ink[60, 100] == 1
    assert ink[0, 0] == 0
