"""Paper, uneven ink and light, (side, side) float32."""

import math

import cv2
import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

Floats = NDArray[np.float32]


def paper(side: int, rng: Generator) -> Floats:
    """Plain, cloudy or fibrous paper."""
    sheet = np.full((side, side), rng.uniform(0.6, 1), np.float32)
    if rng.random() < 0.5:
        sheet *= 1 + clouds(side, rng.uniform(2, 40), rng.uniform(0, 0.04), rng)
    if rng.random() < 0.3:
        sheet *= 1 + clouds(side, rng.uniform(1, 3), rng.uniform(0, 0.06), rng)
    if rng.random() < 0.04:
        sheet *= 1 - rng.uniform(0, 0.3) * _raster(side, rng)
    return sheet


def _raster(side: int, rng: Generator) -> Floats:
    """A printed pattern of fine dots or waves."""
    waves = 2 * math.pi / rng.uniform(2, 8, 2) * rng.choice([-1, 0.2, 1], 2)
    steps = np.arange(side, dtype=np.float32)
    across, down = np.sin(waves[0] * steps), np.sin(waves[1] * steps + rng.uniform(0, 6))
    return ((across * down[:, None] + 1) / 2).astype(np.float32)


def uneven_ink(side: int, rng: Generator) -> Floats | float:
    """The part of full ink that the pen leaves: pencil, chalk and drying pens are uneven."""
    if rng.random() < 0.65:
        return 1.0
    streaks = 1 + clouds(side, rng.uniform(1, 10), rng.uniform(0.05, 0.3), rng)
    return np.clip(streaks, 0.25, 1)


def clouds(side: int, lump: float, strength: float, rng: Generator) -> Floats:
    """Noise of mean 0 and about this standard deviation, in lumps about `lump` pixels wide."""
    count = max(2, round(side / lump))
    small = rng.standard_normal((count, count), np.float32) * strength
    return cv2.resize(small, (side, side), interpolation=cv2.INTER_CUBIC)


def light(side: int, rng: Generator) -> Floats:
    """Even light, a slope, shadows, a vignette or a lamp."""
    shine = np.ones((side, side), np.float32)
    if rng.random() < 0.35:
        return shine
    along = _slope(side, rng.uniform(0, 2 * math.pi))
    if rng.random() < 0.7:
        shine *= 1 - rng.uniform(0, 0.6) * along
    pick = rng.random()
    if pick < 0.4:
        return shine * _straight_shadow(side, rng)
    if pick < 0.55:
        return shine * _shadow_of_a_thing(side, rng)
    if pick < 0.75:
        return shine * _spot(side, rng)
    return shine


def _slope(side: int, turn: float) -> Floats:
    """From 0 to 1 in the direction `turn`, in radians."""
    steps = np.linspace(-0.5, 0.5, side, dtype=np.float32)
    along = math.cos(turn) * steps + math.sin(turn) * steps[:, None]
    return (along - along.min()) / np.ptp(along)


def _straight_shadow(side: int, rng: Generator) -> Floats:
    softness = math.exp(rng.uniform(math.log(0.003), math.log(0.4)))
    along = (_slope(side, rng.uniform(0, 2 * math.pi)) - rng.uniform(0.05, 0.95)) / softness
    dark = rng.uniform(0.3, 0.85)
    return dark + (1 - dark) * np.clip(along + 0.5, 0, 1)


def _shadow_of_a_thing(side: int, rng: Generator) -> Floats:
    shade = np.ones((side, side), np.float32)
    top, left = rng.integers(-side // 2, side, 2)
    height, width = rng.integers(side // 4, side, 2)
    shade[max(top, 0) : max(top + height, 0), max(left, 0) : max(left + width, 0)] = rng.uniform(
        0.4, 0.85
    )
    return cv2.GaussianBlur(shade, (0, 0), rng.uniform(0.5, 8))


def _spot(side: int, rng: Generator) -> Floats:
    """A vignette, or the spot of a lamp."""
    middle = rng.uniform(0, 1, 2) if rng.random() < 0.5 else np.array([0.5, 0.5])
    steps = np.linspace(0, 1, side, dtype=np.float32)
    away = (steps - middle[0]) ** 2 + (steps[:, None] - middle[1]) ** 2
    least = rng.uniform(0.35, 0.95)
    return (least + (1 - least) * np.exp(-away / rng.uniform(0.05, 0.6))).astype(np.float32)
