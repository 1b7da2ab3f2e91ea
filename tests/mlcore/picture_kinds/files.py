"""Cameras, screens and file formats."""

import numpy as np
from PIL import Image

from tests.mlcore.picture_kinds import cameras, sheets
from tests.mlcore.picture_kinds.digits import Digit, Scanned
from tests.mlcore.picture_kinds.kinds import (
    BLACK,
    BLUE,
    FELT_TIP,
    GRAPHITE,
    SHAPE,
    kind,
    photograph,
    written,
)

Rng = np.random.Generator

PHONE = (1600, 1200)
ORIENTATION = 0x0112  # the EXIF tag for the orientation
UPRIGHT_AFTER_A_QUARTER_TURN = 6


@kind
def strong_jpeg_compression(digit: Digit, rng: Rng) -> bytes:
    return photograph(written(digit, sheets.plain(SHAPE)), rng, quality=int(rng.integers(15, 41)))


@kind
def a_small_strong_jpeg(digit: Digit, rng: Rng) -> bytes:
    sheet = written(digit, sheets.plain((120, 90)), height=0.6, pen=FELT_TIP)
    return photograph(sheet, rng, quality=int(rng.integers(15, 41)))


@kind
def off_center_and_small(digit: Digit, rng: Rng) -> bytes:
    where = (float(rng.choice([0.2, 0.8])), float(rng.choice([0.2, 0.8])))
    sheet = written(digit, sheets.plain(SHAPE), height=0.15, pen=0.08, where=where)
    return photograph(sheet, rng)


@kind
def phone_sized(digit: Digit, rng: Rng) -> bytes:
    sheet = written(digit, sheets.plain(PHONE), where=tuple(rng.uniform(0.4, 0.6, 2)))
    sheet = cameras.lit(sheet, cameras.slope(PHONE, 0.7, rng.uniform(0, 360)))
    return photograph(sheet, rng, quality=80, blur=2)


@kind
def phone_sized_and_small(digit: Digit, rng: Rng) -> bytes:
    """A digit of one centimeter on a page."""
    where = tuple(rng.uniform(0.25, 0.75, 2))
    sheet = written(digit, sheets.plain(PHONE), height=0.06, pen=0.07, where=where)
    return photograph(sheet, rng, quality=80, blur=1.5)


@kind
def phone_sized_on_squared_paper(digit: Digit, rng: Rng) -> bytes:
    """About two squares high, as at school."""
    sheet = sheets.ruled(
        PHONE, 110, tilt=rng.normal(0, 3), width=4, offset=rng.random(), squared=True
    )
    sheet = written(digit, sheet, height=0.16, pen=0.06, where=tuple(rng.uniform(0.3, 0.7, 2)))
    sheet = cameras.lit(sheet, cameras.slope(PHONE, 0.7, rng.uniform(0, 360)))
    return photograph(sheet, rng, quality=80, blur=1.5)


@kind
def turned_by_exif(digit: Digit, rng: Rng) -> bytes:
    sheet = written(digit, sheets.plain(SHAPE))
    lying = Image.fromarray(cameras.to_bytes(sheet)).transpose(Image.Transpose.ROTATE_90)
    exif = Image.Exif()
    exif[ORIENTATION] = UPRIGHT_AFTER_A_QUARTER_TURN
    return cameras.encoded(lying, "JPEG", quality=85, exif=exif)


@kind
def seen_from_below(digit: Digit, rng: Rng) -> bytes:
    sheet = written(digit, sheets.plain(SHAPE))
    return photograph(cameras.tilted(sheet, rng.uniform(0.08, 0.15), sheets.WHITE), rng)


@kind
def out_of_focus(digit: Digit, rng: Rng) -> bytes:
    return photograph(written(digit, sheets.plain(SHAPE)), rng, blur=rng.uniform(3, 6))


@kind
def shaken(digit: Digit, rng: Rng) -> bytes:
    sheet = cameras.shaken(written(digit, sheets.plain(SHAPE)), 15, rng.uniform(0, 180))
    return photograph(sheet, rng)


@kind
def transparent_rgba(digit: Digit, rng: Rng) -> bytes:
    ink = sheets.at(digit.ink(200, FELT_TIP), SHAPE)
    picture = np.zeros((*SHAPE, 4), np.uint8)
    picture[..., :3] = cameras.to_bytes(np.array([BLACK, BLUE][rng.integers(2)]))
    picture[..., 3] = cameras.to_bytes(ink)
    return cameras.encoded(picture)


@kind
def transparent_palette(digit: Digit, rng: Rng) -> bytes:
    """A few colors, the first of them transparent, like from a drawing program."""
    levels = np.rint(7 * sheets.at(digit.ink(200, FELT_TIP), SHAPE)).astype(np.uint8)
    image = Image.fromarray(levels, "P")
    shades = np.linspace(255, 0, 8).astype(int)
    image.putpalette([level for shade in shades for level in (shade, shade, 255 * (shade > 0))])
    return cameras.encoded(image, transparency=0)


@kind
def white_on_transparent(digit: Digit, rng: Rng) -> bytes:
    picture = np.full((*SHAPE, 4), 255, np.uint8)
    picture[..., 3] = cameras.to_bytes(sheets.at(digit.ink(200, FELT_TIP), SHAPE))
    return cameras.encoded(picture)


@kind
def chalk_on_a_blackboard(digit: Digit, rng: Rng) -> bytes:
    board = sheets.plain(SHAPE, (0.16, 0.22, 0.19))
    board += sheets.clouds(SHAPE, 50, 0.03, rng)[..., None]  # wiped, not washed
    chalk = np.clip(0.75 + sheets.clouds(SHAPE, 2, 0.2, rng), 0.3, 1)
    ink = sheets.at(digit.ink(200, FELT_TIP), SHAPE)
    return photograph(sheets.painted(board, ink * chalk, (0.92, 0.92, 0.88)), rng)


@kind
def white_on_color(digit: Digit, rng: Rng) -> bytes:
    grounds = [(0.75, 0.15, 0.15), (0.15, 0.35, 0.75), (0.10, 0.50, 0.30), (0.45, 0.25, 0.60)]
    sheet = sheets.plain(SHAPE, grounds[rng.integers(4)])
    return photograph(written(digit, sheet, pen=FELT_TIP, color=(0.97, 0.97, 0.97)), rng)


@kind
def a_dark_screen(digit: Digit, rng: Rng) -> bytes:
    sheet = sheets.plain(SHAPE, (0.11, 0.11, 0.12))
    return cameras.encoded(cameras.to_bytes(written(digit, sheet, color=(0.6, 0.8, 1.0))))


@kind
def a_whiteboard(digit: Digit, rng: Rng) -> bytes:
    sheet = sheets.plain(SHAPE, (0.88, 0.90, 0.92)) + sheets.clouds(SHAPE, 30, 0.02, rng)[..., None]
    sheet = cameras.lit(sheet, cameras.vignette(SHAPE, 0.6))
    colors = [(0.1, 0.1, 0.1), (0.1, 0.2, 0.6), (0.8, 0.15, 0.2), (0.1, 0.5, 0.3)]
    return photograph(written(digit, sheet, pen=FELT_TIP, color=colors[rng.integers(4)]), rng)


@kind
def twenty_eight_pixels(digit: Digit, rng: Rng) -> bytes:
    """Black on white, of the size of the network input."""
    if isinstance(digit, Scanned):
        return cameras.encoded(255 - digit.image)
    ink = sheets.at(digit.ink(20, 0.125), (28, 28))
    return cameras.encoded(cameras.to_bytes(1 - ink))


@kind
def a_faint_sixteen_bit_scan(digit: Digit, rng: Rng) -> bytes:
    ink = sheets.at(digit.ink(200, 0.05), SHAPE)
    shades = 52_000 - 16_000 * ink + rng.normal(0, 500, SHAPE)
    return cameras.encoded(shades.astype(np.uint16))


@kind
def webp(digit: Digit, rng: Rng) -> bytes:
    picture = cameras.sensed(written(digit, sheets.plain(SHAPE), color=GRAPHITE), 2, rng)
    return cameras.encoded(picture, "WEBP", quality=50)
