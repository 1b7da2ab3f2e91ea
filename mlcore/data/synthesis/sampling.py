"""Labeled images in MNIST geometry, and canvas drawings, made from synthetic handwriting."""

import math
from bisect import bisect
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from mlcore.data.synthesis.curves import Points, path_length
from mlcore.data.synthesis.forms import FORMS
from mlcore.data.synthesis.pens import dot, pen_down, trace
from mlcore.data.synthesis.scrawls import SCRAWLS
from mlcore.data.synthesis.symbols import LETTERS, SIGNS
from mlcore.data.synthesis.writers import Writer
from mlcore.ink.geometry import BOX, IMAGE_SIDE, PEN_WIDTH
from mlcore.ink.strokes import Strokes, rasterize
from mlcore.labels import DIGITS

Images = NDArray[np.uint8]

# The kind of a negative is drawn first; otherwise the many letters would outnumber the scribbles.
_NEGATIVES = [list(LETTERS), list(SIGNS), list(SCRAWLS), ["several"]]
NEGATIVE_NAMES = tuple(name for names in _NEGATIVES for name in names)
_UP_TO_KIND = [0.32, 0.6, 0.88]
_THINNEST, _THICKEST = 1.2, 4.4  # pens in pixels of the image; nine in ten of MNIST's: 1.7 to 3.9
_FINE_PEN = 0.13  # heights of the figure; dots of a broader pen would be too few to be legible
_DOTTED = 0.1  # share of figures in dots with a fine pen: hesitant writers, pens that skip
_MOST_INK = 0.65  # of the ink box; more ink would fill loops and gaps


def digits(
    count: int,
    rng: np.random.Generator,
    *,
    forms: Sequence[str] | None = None,
    writer: Writer | None = None,
) -> tuple[Images, NDArray[np.uint8]]:
    """Draw digits: images (count,28,28) uint8, white ink on black, and labels (count,) uint8.

    The labels are balanced to within one, in random order. forms restricts the drawings to the
    named forms, in equal parts; it raises KeyError if one is unknown. Each drawing is by a new
    writer unless one is given.
    """
    choices: Sequence[int | str] = DIGITS if forms is None else [FORMS[name].name for name in forms]
    turns = rng.permutation(np.resize(rng.permutation(len(choices)), count))
    images = np.zeros((count, IMAGE_SIDE, IMAGE_SIDE), np.uint8)
    labels = np.zeros(count, np.uint8)
    for i, turn in enumerate(turns):
        what = choices[turn]
        images[i] = draw_image(what, writer or Writer.sample(rng), rng)
        labels[i] = FORMS[what].label if isinstance(what, str) else what
    return images, labels


def negatives(count: int, rng: np.random.Generator) -> Images:
    """Draw non-digits: images (count,28,28) uint8, white ink on black, none of them empty.

    They are letters, signs, scrawls, and several digits at once, each by a new writer.
    """
    images = np.zeros((count, IMAGE_SIDE, IMAGE_SIDE), np.uint8)
    for i in range(count):
        names = _NEGATIVES[bisect(_UP_TO_KIND, rng.random())]
        images[i] = draw_image(names[rng.integers(len(names))], Writer.sample(rng), rng)
    return images


def draw(what: int | str, rng: np.random.Generator, *, writer: Writer | None = None) -> Strokes:
    """Draw as on a canvas: one (n,4) float64 array per stroke of x, y (pixels), t (ms), p (0..1).

    what: a digit 0 to 9, in a form that the writer prefers, or the name of a form, letter, sign or
    scrawl; KeyError for any other. A new writer draws unless one is given.
    """
    drawn_by = writer or Writer.sample(rng)
    return pen_down(_lines(what, drawn_by, rng), drawn_by, rng)


def _lines(what: int | str, writer: Writer, rng: np.random.Generator) -> list[Points]:
    """Return lines (n,2) in heights of the figure, some of them dotted."""
    if isinstance(what, int):
        form = writer.form_of(what, rng)
    elif what in SCRAWLS:
        return SCRAWLS[what](rng)
    else:
        form = (FORMS | LETTERS | SIGNS)[what]
    lines = trace(form, writer, rng)
    pen = PEN_WIDTH * writer.thickness / BOX
    return dot(lines, pen, rng) if pen <= _FINE_PEN and rng.random() < _DOTTED else lines


def draw_image(what: int | str, writer: Writer, rng: np.random.Generator) -> Images:
    """Return the drawing as a (28,28) uint8 image, with this writer's pen width."""
    lines = _lines(what, writer, rng)
    width = PEN_WIDTH * writer.thickness * math.exp(rng.normal(0, 0.08))
    width = min(max(width, _THINNEST), _loops_survive(lines), _THICKEST)
    ink = rasterize([line.astype(np.float32) for line in lines], pen_width=width)
    if ink is None:
        raise ValueError(f"The drawing of {what} has no stroke.")
    return np.round(ink * 255).astype(np.uint8)


def _loops_survive(lines: list[Points]) -> float:
    """Return the widest pen, in pixels of the image, that leaves the drawing's loops open.

    A pen of width p covers p * length of a box that is p wider than the lines. This is solved for p
    at the share _MOST_INK. Narrow drawings are single lines without loops.
    """
    sizes = np.ptp(np.concatenate(lines), axis=0)
    longest = float(sizes.max())
    narrowness = float(sizes.min()) / longest if longest else 0.0
    length = sum(path_length(line) for line in lines) / longest if longest else 0.0
    scale = BOX - PEN_WIDTH
    excess = length * scale - _MOST_INK * BOX
    if narrowness < 0.3 or excess <= 0:
        return _THICKEST
    return max(_MOST_INK * BOX * scale * narrowness / excess, _THINNEST)
