"""Turn a form into pen strokes: deform its paths like a writer and sample them like a canvas."""

import math

import numpy as np

from mlcore.data.synthesis.curves import Path, Points, curve, distances, path_length
from mlcore.data.synthesis.forms import Form
from mlcore.data.synthesis.sloppiness import carelessly, in_pen_order
from mlcore.data.synthesis.writers import Writer
from mlcore.ink.geometry import BOX, PEN_WIDTH
from mlcore.ink.strokes import Strokes
from mlcore.labels import NOT_A_DIGIT

_MAX_TURN = np.radians(15)
_CANVAS = 200.0  # the height of a figure in canvas pixels
_BEND = 0.014  # sd of the control points from drawing to drawing, in heights
_WOBBLES = 6  # sine waves that make up the tremor


def trace(form: Form, writer: Writer, rng: np.random.Generator) -> list[Points]:
    """Draw a form once as this writer would: points (n,2) in heights of the figure."""
    spread = _BEND if form.label != NOT_A_DIGIT else 2 * _BEND
    bends = writer.bend(form) + rng.normal(0, spread, (form.control_points, 2))
    # Fast writers round corners. Non-digits keep them, or a square could look like a 0.
    keeps_corners = rng.random() >= 0.35 * writer.speed or form.label == NOT_A_DIGIT
    roundness = writer.roundness * rng.uniform(0.9, 1.1)
    lines = []
    start = 0
    for stroke in _mixed(form, writer, rng):
        stop = start + len(stroke.points)
        corners = stroke.corners & keeps_corners
        points = stroke.points + bends[start:stop]
        if len(form.masters[0]) > 1:
            points = points + rng.normal(0, 0.02, 2)
        samples = max(2, round(10 - 7 * writer.speed))
        lines.append(curve(points, corners, roundness=roundness, samples=samples))
        start = stop
    # A T with a strong slant looks like a 7, an A like a closed 4.
    leaning = 1.0 if form.label != NOT_A_DIGIT else 0.4
    lines = deform(in_pen_order(lines, writer, rng), writer, rng, leaning=leaning)
    return carelessly(lines, writer, rng)


def _mixed(form: Form, writer: Writer, rng: np.random.Generator) -> list[Path]:
    """Interpolate two neighboring masters, close to the writer's usual mixture."""
    if len(form.masters) == 1:
        return list(form.masters[0])
    which, share = writer.mixture(form)
    first = int(which * len(form.masters))
    second = (first + 1) % len(form.masters)
    share = min(max(share + rng.normal(0, 0.15), -0.1), 1.1)
    return [
        Path((1 - share) * a.points + share * b.points, a.corners)
        for a, b in zip(form.masters[first], form.masters[second], strict=True)
    ]


def deform(
    lines: list[Points], writer: Writer, rng: np.random.Generator, *, leaning: float
) -> list[Points]:
    """Apply the writer's waist, taper, aspect, rotation and tremor, and `leaning` of the slant."""
    points = np.concatenate(lines)
    x, y = points.T
    middle = (x.min() + x.max()) / 2
    down = np.clip(y, 0, 1)
    y = y + (writer.waist + rng.normal(0, 0.015)) * np.sin(np.pi * down) ** 2
    widths = (
        writer.aspect
        * rng.uniform(0.92, 1.08)
        * (1 + (writer.taper + rng.normal(0, 0.04)) * (2 * down - 1))
    )
    x = (x - middle) * widths
    y = y - 0.5
    x = x - (leaning * writer.slant + rng.normal(0, 0.04)) * y
    turn = min(max(writer.turn + rng.normal(0, np.radians(3.5)), -_MAX_TURN), _MAX_TURN)
    turned = np.stack([x * np.cos(turn) - y * np.sin(turn), x * np.sin(turn) + y * np.cos(turn)], 1)
    turned += _tremor(turned, writer.tremor, rng)
    return np.split(turned, np.cumsum([len(line) for line in lines])[:-1])


def _tremor(points: Points, amplitude: float, rng: np.random.Generator) -> Points:
    """Return offsets (n,2): a sum of sine waves along the path, 2 to 12 per figure height."""
    along = distances(points)
    waves = rng.uniform(2, 12, (_WOBBLES, 2)) * 2 * np.pi
    phases = rng.uniform(0, 2 * np.pi, (_WOBBLES, 2))
    return amplitude * np.sin(along[:, None, None] * waves + phases).sum(axis=1) / np.sqrt(_WOBBLES)


def pen_down(lines: list[Points], writer: Writer, rng: np.random.Generator) -> Strokes:
    """Return canvas strokes (n,4) float64: x, y in pixels, t in milliseconds and p in [0,1].

    A slow writer needs two seconds for a line as long as the figure's height, a fast writer a fifth
    of that. Half of the drawings use a pen that reports its pressure, the others a mouse, which
    reports 0.5.
    """
    scale = _CANVAS * rng.uniform(0.5, 1.3)
    corner = rng.uniform(10, 60, 2) - np.concatenate(lines).min(axis=0) * scale
    pause = 2000 - 1600 * writer.speed
    pressure = rng.uniform(0.3, 0.9) if rng.random() < 0.5 else None
    strokes: Strokes = []
    clock = 0.0
    for line in lines:
        times = clock + distances(line) * pause
        clock = times[-1] + rng.uniform(80, 400)
        stroke = np.empty((len(line), 4))
        stroke[:, :2] = line * scale + corner
        stroke[:, 2] = times
        stroke[:, 3] = 0.5 if pressure is None else _pressures(len(line), pressure, rng)
        strokes.append(stroke)
    return strokes


def _pressures(count: int, mean: float, rng: np.random.Generator) -> Points:
    """Return pressures (count,) that rise at the start of a stroke and fall at its end."""
    along = np.linspace(0, np.pi, count)
    return np.clip(mean * (0.6 + 0.4 * np.sin(along)) + rng.normal(0, 0.03), 0.05, 1)


def dot(lines: list[Points], pen: float, rng: np.random.Generator) -> list[Points]:
    """Break lines into dots or dashes with the smallest gaps that a pen of this width leaves.

    pen: the width in heights of the figure. MAX_STROKES is never exceeded.
    """
    length = sum(path_length(line) for line in lines)
    dash = pen * rng.uniform(0, 0.8)
    spacing = max(dash + pen * rng.uniform(1.1, 1.6), length / 40)
    dabs: list[Points] = []
    for line in lines:
        along = distances(line)
        starts = np.arange(0, along[-1], spacing)
        ends = starts + dash
        for start, end in zip(starts, ends, strict=True):
            at = np.linspace(start, end, 3)
            dabs.append(np.stack([np.interp(at, along, axis) for axis in line.T], axis=1))
    return dabs


def legible_width(lines: list[Points], most_ink: float) -> float:
    """Return the widest pen, in pixels of the image, that leaves the drawing's loops open.

    most_ink: share of the ink's box that ink may cover. A pen of width p covers p * length of a box
    that is p wider than the lines. This is solved for p at that share. Narrow drawings are single
    lines without loops, which any pen leaves legible: infinity.
    """
    sizes = np.ptp(np.concatenate(lines), axis=0)
    longest = float(sizes.max())
    narrowness = float(sizes.min()) / longest if longest else 0.0
    length = sum(path_length(line) for line in lines) / longest if longest else 0.0
    scale = BOX - PEN_WIDTH
    excess = length * scale - most_ink * BOX
    if narrowness < 0.3 or excess <= 0:
        return math.inf
    return most_ink * BOX * scale * narrowness / excess
