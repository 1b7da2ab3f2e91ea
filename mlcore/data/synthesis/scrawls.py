"""Non-digits without a fixed form: dots, lines, scribbles, several digits at once.

Every function takes the generator and returns lines, points (n,2) of any scale, y down.
"""

from collections.abc import Callable

import numpy as np

from mlcore.data.synthesis.curves import Points, curve
from mlcore.data.synthesis.forms import Form
from mlcore.data.synthesis.pens import trace
from mlcore.data.synthesis.symbols import LETTERS
from mlcore.data.synthesis.writers import Writer
from mlcore.labels import DIGITS

_FLAT = np.radians(28)  # even a line of this slope does not look like a 1


def tap(rng: np.random.Generator) -> list[Points]:
    """One dot, as wide as the pen in the image."""
    return [np.zeros((int(rng.integers(1, 4)), 2))]


def dots(rng: np.random.Generator) -> list[Points]:
    """Two to nine dots here and there."""
    places = rng.random((rng.integers(2, 10), 2))
    return [_jitter(np.stack([place, place]), 0.01, rng) for place in places]


def dashes(rng: np.random.Generator) -> list[Points]:
    """One to four flat lines below each other, of similar or different lengths."""
    turn = rng.uniform(-_FLAT, _FLAT)
    count = int(rng.choice([1, 1, 2, 3, 4]))
    heights = np.arange(count) * rng.uniform(0.25, 0.45)
    return [_line(rng.uniform(-0.1, 0.1), y, rng.uniform(0.7, 1.1), turn, rng) for y in heights]


def bars(rng: np.random.Generator) -> list[Points]:
    """Two to five upright lines side by side: tally marks, some struck through."""
    count = int(rng.integers(3, 6))
    gap = rng.uniform(0.22, 0.4)
    steep = np.pi / 2 + rng.uniform(-0.25, 0.25)
    lines = [_line(i * gap, 0, rng.uniform(0.8, 1), steep, rng) for i in range(count)]
    if rng.random() < 0.4:
        lines.append(np.array([[-0.3 * gap, 0.75], [(count - 0.7) * gap, 0.25]]))
    return lines


def crossing(rng: np.random.Generator) -> list[Points]:
    """Four to six straight lines across each other, like a struck-out box or ruled paper."""
    turns = np.cumsum(rng.uniform(0.45, 1.1, rng.integers(4, 7))) + rng.uniform(0, np.pi)
    starts = rng.normal(0, rng.uniform(0.05, 0.25), (len(turns), 2))
    arms = np.stack([np.cos(turns), np.sin(turns)], axis=1) * rng.uniform(0.4, 0.6, (len(turns), 1))
    return [np.stack([start - arm, start + arm]) for start, arm in zip(starts, arms, strict=True)]


def scribble(rng: np.random.Generator) -> list[Points]:
    """A random line across the whole image, with 14 to 40 turns."""
    points = rng.random((rng.integers(14, 41), 2)) * [rng.uniform(0.6, 1.4), 1]
    return [_smooth(points, rng)]


def hatching(rng: np.random.Generator) -> list[Points]:
    """A patch filled with a zigzag, as people color in or cross out."""
    count = int(rng.integers(8, 40))
    along = np.linspace(0, rng.uniform(0.6, 1.3), count)
    edge = np.where(np.arange(count) % 2, 1.0, 0.0)
    zigzag = np.stack([along, edge * rng.uniform(0.5, 1)], axis=1)
    return [_turned(_smooth(_jitter(zigzag, 0.04, rng), rng), rng.uniform(0, np.pi))]


def spiral(rng: np.random.Generator) -> list[Points]:
    """Three to five turns inwards."""
    turns = rng.uniform(2.8, 5)
    angles = np.linspace(0, 2 * np.pi * turns, int(turns * 14))
    radii = np.linspace(1, 0.04, len(angles)) ** rng.uniform(0.8, 1.1)
    whorl = np.stack([np.cos(angles), np.sin(angles)], axis=1) * radii[:, None]
    whorl[:, 0] *= rng.choice([-1, 1]) * rng.uniform(0.8, 1.2)
    return [_turned(_jitter(whorl, 0.012, rng), rng.uniform(0, 2 * np.pi))]


def coils(rng: np.random.Generator) -> list[Points]:
    """A line of loops, like a telephone cord or handwriting seen from far away."""
    loops = rng.uniform(3, 6)
    t = np.linspace(0, 2 * np.pi * loops, int(loops * 14))
    tight = rng.uniform(0.16, 0.3)
    coil = np.stack([t * tight - 0.9 * np.sin(t), np.cos(t) * rng.uniform(0.8, 1.4)], axis=1)
    return [_turned(_jitter(coil, 0.03, rng), rng.uniform(-0.4, 0.4))]


def rings(rng: np.random.Generator) -> list[Points]:
    """Two or three circles, one in another or in a row."""
    nested = rng.random() < 0.5
    angles = np.linspace(0, 2 * np.pi, 24)
    circle = np.stack([np.cos(angles), np.sin(angles)], axis=1)
    if nested:
        return [_jitter(circle * radius, 0.015, rng) for radius in (1, rng.uniform(0.5, 0.65))]
    row = np.arange(rng.integers(2, 4)) * rng.uniform(1.5, 2.3)
    return [_jitter(circle * rng.uniform(0.8, 1) + [x, 0], 0.03, rng) for x in row]


def tangle(rng: np.random.Generator) -> list[Points]:
    """Several short strokes in all directions."""
    lines = []
    for start in rng.random((rng.integers(5, 11), 2)):
        bends = start + np.cumsum(rng.normal(0, 0.22, (3, 2)), axis=0)
        lines.append(_smooth(np.vstack([start, bends]), rng))
    return lines


def several(rng: np.random.Generator) -> list[Points]:
    """Two to four digits side by side, by one writer."""
    writer = Writer.sample(rng)
    figures = rng.choice(DIGITS, rng.choice([2, 2, 2, 3, 3, 4]))
    return _in_a_row([writer.form_of(int(digit), rng) for digit in figures], writer, rng)


def word(rng: np.random.Generator) -> list[Points]:
    """Two to five letters side by side, by one writer."""
    letters = rng.choice(list(LETTERS), rng.integers(2, 6))
    return _in_a_row([LETTERS[letter] for letter in letters], Writer.sample(rng), rng)


def _in_a_row(forms: list[Form], writer: Writer, rng: np.random.Generator) -> list[Points]:
    lines: list[Points] = []
    right = 0.0
    for form in forms:
        drawn = trace(form, writer, rng)
        left = min(line[:, 0].min() for line in drawn)
        shift = np.array([right - left, rng.normal(0, 0.04)])
        lines += [line + shift for line in drawn]
        right = max(line[:, 0].max() for line in lines) + rng.uniform(0.15, 0.35)
    return lines


SCRAWLS: dict[str, Callable[[np.random.Generator], list[Points]]] = {
    drawing.__name__: drawing
    for drawing in (
        tap,
        dots,
        dashes,
        bars,
        crossing,
        scribble,
        hatching,
        spiral,
        coils,
        rings,
        tangle,
        several,
        word,
    )
}


def _jitter(points: Points, deviation: float, rng: np.random.Generator) -> Points:
    return points + rng.normal(0, deviation, points.shape)


def _turned(points: Points, angle: float) -> Points:
    cos, sin = np.cos(angle), np.sin(angle)
    return points @ np.array([[cos, sin], [-sin, cos]])


def _smooth(points: Points, rng: np.random.Generator) -> Points:
    corners = rng.random(len(points)) < rng.uniform(0, 0.6)
    return curve(points, corners, roundness=rng.uniform(0.4, 1.3), samples=6)


def _line(x: float, y: float, length: float, angle: float, rng: np.random.Generator) -> Points:
    """Return a slightly bent line of this length from (x, y)."""
    flat = np.stack([np.linspace(0, length, 4), rng.normal(0, 0.015, 4)], axis=1)
    return _turned(curve(flat, np.zeros(4, bool), roundness=1, samples=5), angle) + np.array([x, y])
