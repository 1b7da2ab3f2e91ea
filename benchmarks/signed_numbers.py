"""Numbers with minus and plus, composed of digits and signs that people wrote one by one.

Digits are one writer's, signs are anybody's of the same collection. Their sizes and distances are
drawn at random.
"""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.random import Generator

from mlcore.data import development_sets
from mlcore.data.development_sets import PenDevSet
from mlcore.ink.strokes import Strokes

PATTERNS = ("-0", "-00", "0-0", "00-00-00", "+0", "+00", "0+0", "00", "000")  # 0: any digit
LEAST_DIGITS = 10  # of a writer
UNIT = 100.0  # height of the digits
# In heights of the digits: distances of neighbors, the height of a digit, the width of a sign.
APART, BESIDE_SIGN = (0.12, 0.35), (0.15, 0.5)
DIGIT_HEIGHTS, SIGN_WIDTHS = (0.9, 1.1), (0.35, 0.7)


def signed_numbers(folder: Path, count: int, rng: Generator) -> tuple[list[Strokes], list[str]]:
    """Return numbers as strokes, and their texts; none if a development set is missing."""
    digits, symbols = development_sets.pen_digits(folder), development_sets.pen_symbols(folder)
    if digits is None or symbols is None:
        return [], []
    writers, counts = np.unique(digits.writers, return_counts=True)
    writers = writers[counts >= LEAST_DIGITS]
    numbers, texts = [], []
    for _ in range(count):
        of_writer = np.flatnonzero(digits.writers == rng.choice(writers))
        strokes, text = _composed(rng.choice(PATTERNS), digits.take(of_writer), symbols, rng)
        numbers.append(strokes)
        texts.append(text)
    return numbers, texts


def _composed(
    pattern: str, digits: PenDevSet, symbols: PenDevSet, rng: Generator
) -> tuple[Strokes, str]:
    strokes: list[np.ndarray] = []
    right, text = 0.0, ""
    for place, what in enumerate(pattern):
        near_sign = what != "0" or (place > 0 and pattern[place - 1] != "0")
        if strokes:
            right += rng.uniform(*(BESIDE_SIGN if near_sign else APART))
        if what == "0":
            i = int(rng.integers(len(digits)))
            drawn = _sized(digits.strokes[i], rng.uniform(*DIGIT_HEIGHTS), axis=1)
            text += str(digits.labels[i])
        else:
            i = int(rng.choice(np.flatnonzero(symbols.names == what)))
            drawn = _sized(symbols.strokes[i], rng.uniform(*SIGN_WIDTHS), axis=0)
            text += what
        middle = rng.normal(0, 0.05) if what != "0" else 0.0
        strokes += [stroke + np.array([right, middle]) for stroke in drawn]
        right = max(float(stroke[:, 0].max()) for stroke in strokes)
    return [stroke * UNIT for stroke in strokes], text


def _sized(strokes: Sequence[np.ndarray], size: float, *, axis: int) -> list[np.ndarray]:
    """Return x and y with this extent along the axis, from x = 0 on, with the middle at y = 0."""
    points = np.concatenate([stroke[:, :2] for stroke in strokes])
    low, extent = points.min(axis=0), np.ptp(points, axis=0)
    scale = size / (extent[axis] or 1.0)
    origin = low + np.array([0, extent[1] / 2])
    return [(stroke[:, :2] - origin) * scale for stroke in strokes]
