"""The kinds of pictures: functions that turn a digit and a generator into a picture's bytes."""

from collections.abc import Callable

import numpy as np

from tests.mlcore.picture_kinds import cameras, sheets
from tests.mlcore.picture_kinds.digits import Digit
from tests.mlcore.picture_kinds.sheets import Color, Picture

Kind = Callable[[Digit, np.random.Generator], bytes]

SHAPE = (480, 360)  # of most pictures
BLACK, BLUE, GRAPHITE = (0.12, 0.12, 0.14), (0.10, 0.16, 0.50), (0.42, 0.42, 0.43)
BALLPOINT, PENCIL, FELT_TIP = 0.05, 0.04, 0.1  # parts of the digit's height

KINDS: dict[str, Kind] = {}


def kind(make: Kind) -> Kind:
    KINDS[make.__name__] = make
    return make


def written(
    digit: Digit,
    sheet: Picture,
    *,
    height: float = 0.4,
    pen: float = BALLPOINT,
    color: Color = BLUE,
    strength: float = 1.0,
    where: tuple[float, float] = (0.5, 0.5),
) -> Picture:
    """Write the digit on the sheet, its height as a part of the sheet's height."""
    shape = (sheet.shape[0], sheet.shape[1])
    ink = digit.ink(round(height * shape[0]), pen)
    return sheets.painted(sheet, sheets.at(ink, shape, where), color, strength)


def photograph(
    sheet: Picture, rng: np.random.Generator, *, quality: int = 85, blur: float = 0.8
) -> bytes:
    """Take a JPEG with an ordinary camera: slightly soft and noisy."""
    picture = cameras.sensed(cameras.blurred(sheet, blur), 2.5, rng)
    return cameras.encoded(picture, "JPEG", quality=quality)
