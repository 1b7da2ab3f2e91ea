"""Random photographs: combinations of the papers, pens, lights and cameras of the other kinds."""

import numpy as np

from tests.mlcore.picture_kinds import cameras, sheets
from tests.mlcore.picture_kinds.digits import Digit
from tests.mlcore.picture_kinds.kinds import BLACK, BLUE, GRAPHITE, kind, photograph, written
from tests.mlcore.picture_kinds.sheets import Picture

Rng = np.random.Generator

PENS = [
    (BLACK, 0.06, 1.0),
    (BLUE, 0.05, 1.0),
    (BLUE, 0.08, 1.0),
    ((0.78, 0.15, 0.17), 0.07, 1.0),
    (GRAPHITE, 0.05, 1.0),
    (GRAPHITE, 0.06, 0.75),
    (BLACK, 0.14, 1.0),
]


def _sheet(shape: tuple[int, int], rng: Rng) -> Picture:
    """Plain, lined, squared or recycled paper."""
    size = max(shape)
    match rng.integers(5):
        case 0:
            return sheets.ruled(
                shape, rng.uniform(0.12, 0.25) * size, tilt=rng.normal(0, 2), width=size / 320
            )
        case 1:
            return sheets.ruled(
                shape,
                rng.uniform(0.08, 0.2) * size,
                tilt=rng.normal(0, 2),
                width=size / 320,
                offset=rng.random(),
                squared=True,
            )
        case 2:
            return sheets.recycled(shape, rng)
        case _:
            return sheets.plain(shape, tuple(rng.uniform(0.8, 0.98) * np.array(sheets.WHITE)))


def _light(shape: tuple[int, int], rng: Rng) -> Picture:
    """Even, falling, shadowed or vignetted."""
    turn, place = rng.uniform(0, 360), rng.uniform(0.15, 0.85)
    match rng.integers(5):
        case 0:
            return cameras.slope(shape, rng.uniform(0.5, 0.9), turn)
        case 1:
            return cameras.shadow(shape, rng.uniform(0.5, 0.8), place, turn, rng.uniform(0.02, 0.3))
        case 2:
            return cameras.vignette(shape, rng.uniform(0.5, 0.9))
        case _:
            return cameras.slope(shape, rng.uniform(0.8, 1), turn)


def by_chance(digit: Digit | None, rng: Rng, shape: tuple[int, int]) -> bytes:
    """Take a photograph of the digit, or of blank paper."""
    sheet = _sheet(shape, rng)
    if digit is not None:
        color, pen, strength = PENS[rng.integers(len(PENS))]
        where = tuple(rng.uniform(0.35, 0.65, 2))
        sheet = written(
            digit,
            sheet,
            height=rng.uniform(0.15, 0.55),
            pen=pen,
            color=color,
            strength=strength,
            where=where,
        )
    sheet = cameras.turned(sheet, rng.normal(0, 4), sheets.WHITE)
    sheet = cameras.lit(sheet, _light(shape, rng)) * rng.uniform(0.6, 1)
    sheet = sheet * rng.uniform(0.85, 1, 3).astype(np.float32)  # lamps are yellow, shade is blue
    blur = rng.uniform(0.5, 1.5) * max(shape) / 480
    return photograph(sheet, rng, quality=int(rng.integers(50, 95)), blur=blur)


@kind
def any_photograph(digit: Digit, rng: Rng) -> bytes:
    return by_chance(digit, rng, (640, 480))


@kind
def any_large_photograph(digit: Digit, rng: Rng) -> bytes:
    return by_chance(digit, rng, (1600, 1200))
