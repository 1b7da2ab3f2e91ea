"""Light and shade on ordinary paper."""

import numpy as np

from tests.mlcore.picture_kinds import cameras, sheets
from tests.mlcore.picture_kinds.cameras import lit
from tests.mlcore.picture_kinds.digits import Digit
from tests.mlcore.picture_kinds.kinds import BLACK, GRAPHITE, SHAPE, kind, photograph, written

Rng = np.random.Generator


@kind
def light_falling_to_half(digit: Digit, rng: Rng) -> bytes:
    light = cameras.slope(SHAPE, 0.5, rng.uniform(0, 360))
    return photograph(lit(written(digit, sheets.plain(SHAPE)), light), rng)


@kind
def pencil_in_light_falling_to_half(digit: Digit, rng: Rng) -> bytes:
    light = cameras.slope(SHAPE, 0.5, rng.uniform(0, 360))
    return photograph(lit(written(digit, sheets.plain(SHAPE), color=GRAPHITE), light), rng)


@kind
def a_hard_shadow_across_the_digit(digit: Digit, rng: Rng) -> bytes:
    light = cameras.shadow(SHAPE, 0.5, rng.uniform(0.4, 0.6), rng.uniform(0, 360), 0.01)
    return photograph(lit(written(digit, sheets.plain(SHAPE)), light), rng)


@kind
def a_hard_shadow_beside_the_digit(digit: Digit, rng: Rng) -> bytes:
    light = cameras.shadow(SHAPE, 0.45, rng.uniform(0.08, 0.22), rng.uniform(0, 360), 0.01)
    return photograph(lit(written(digit, sheets.plain(SHAPE)), light), rng)


@kind
def a_soft_shadow(digit: Digit, rng: Rng) -> bytes:
    light = cameras.shadow(SHAPE, 0.5, rng.uniform(0.3, 0.7), rng.uniform(0, 360), 0.2)
    return photograph(lit(written(digit, sheets.plain(SHAPE)), light), rng)


@kind
def the_shadow_of_the_phone(digit: Digit, rng: Rng) -> bytes:
    """A soft rectangle that covers a part of the picture."""
    light = np.ones(SHAPE, np.float32)
    top, left = (rng.integers(0, 200), rng.integers(0, 150))
    light[top : top + 300, left : left + 170] = 0.6
    light = cameras.blurred(light, 12)
    return photograph(lit(written(digit, sheets.plain(SHAPE)), light), rng)


@kind
def vignetting(digit: Digit, rng: Rng) -> bytes:
    light = cameras.vignette(SHAPE, 0.4)
    return photograph(lit(written(digit, sheets.plain(SHAPE), color=BLACK), light), rng)


@kind
def lined_paper_in_a_shadow(digit: Digit, rng: Rng) -> bytes:
    sheet = sheets.ruled(SHAPE, 95, tilt=rng.normal(0, 2), offset=rng.random())
    light = cameras.shadow(SHAPE, 0.55, rng.uniform(0.3, 0.7), rng.uniform(0, 360), 0.05)
    return photograph(lit(written(digit, sheet), light), rng)


@kind
def crumpled_paper(digit: Digit, rng: Rng) -> bytes:
    creases = 1 + sheets.clouds(SHAPE, 60, 0.06, rng)
    for _ in range(4):
        turn, place = rng.uniform(0, 360), rng.uniform(0.1, 0.9)
        creases *= 1 - 0.12 * (cameras.shadow(SHAPE, 0, place, turn, 0.1) - 0.5)
    return photograph(lit(written(digit, sheets.plain(SHAPE)), np.minimum(creases, 1.05)), rng)


@kind
def a_lamp_glaring(digit: Digit, rng: Rng) -> bytes:
    """A bright spot; the exposure makes the paper around it dark."""
    rows, columns = np.mgrid[: SHAPE[0], : SHAPE[1]]
    center = rng.uniform(0.1, 0.9, 2) * SHAPE
    away = (rows - center[0]) ** 2 + (columns - center[1]) ** 2
    light = (0.55 + 0.5 * np.exp(-away / 2 / 110**2)).astype(np.float32)
    return photograph(lit(written(digit, sheets.plain(SHAPE)), light), rng)


@kind
def a_dark_room(digit: Digit, rng: Rng) -> bytes:
    """Little, yellow light and a noisy sensor."""
    sheet = written(digit, sheets.plain(SHAPE)) * np.float32([0.42, 0.33, 0.22])
    sheet = lit(sheet, cameras.slope(SHAPE, 0.7, rng.uniform(0, 360)))
    picture = cameras.sensed(cameras.blurred(sheet, 1), 9, rng)
    return cameras.encoded(picture, "JPEG", quality=75)


@kind
def blue_light(digit: Digit, rng: Rng) -> bytes:
    return photograph(written(digit, sheets.plain(SHAPE)) * np.float32([0.6, 0.75, 1.0]), rng)
