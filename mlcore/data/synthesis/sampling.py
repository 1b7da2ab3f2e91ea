"""Labeled images in MNIST geometry, and canvas drawings, made from synthetic handwriting."""

import math
from bisect import bisect
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from mlcore.data.synthesis.curves import Points
from mlcore.data.synthesis.forms import FORMS, LINE_FORMS
from mlcore.data.synthesis.legibility import legible_width
from mlcore.data.synthesis.pens import dot, pen_down, trace
from mlcore.data.synthesis.scrawls import SCRAWLS
from mlcore.data.synthesis.sloppiness import on_pad
from mlcore.data.synthesis.symbols import LETTERS, SIGNS
from mlcore.data.synthesis.writers import Writer
from mlcore.ink.geometry import BOX, IMAGE_SIDE, PEN_WIDTH
from mlcore.ink.strokes import Strokes, extent, network_inputs
from mlcore.labels import DIGITS, NOT_A_DIGIT

Images = NDArray[np.uint8]

# The kind of a negative is drawn first; otherwise the many letters would outnumber the scribbles.
_NEGATIVES = [list(LETTERS), list(SIGNS), list(SCRAWLS), ["several"]]
NEGATIVE_NAMES = tuple(name for names in _NEGATIVES for name in names)
_UP_TO_KIND = [0.32, 0.6, 0.88]
_WIDEST = 8.0  # pen in pixels of the image, a marker's; nine in ten of MNIST's: 1.7 to 3.9
_FINE_PEN = 0.13  # of the longest side; dots of a broader pen would be too few to be legible
_DRAWABLE = FORMS | LINE_FORMS | LETTERS | SIGNS  # by name
_DOTTED = 0.1  # share of figures in dots with a fine pen: hesitant writers, pens that skip


class Drawings(NamedTuple):
    """Drawings as strokes, with their pens and labels.

    strokes: per drawing its lines, (n,2) float64 each, in heights of the figure, in the order and
    direction of the pen. pen_widths: (count,) float64, in pixels of the image. labels: (count,)
    uint8.
    """

    strokes: list[Strokes]
    pen_widths: NDArray[np.float64]
    labels: NDArray[np.uint8]


def digit_strokes(
    count: int,
    rng: np.random.Generator,
    *,
    forms: Sequence[str] | None = None,
    writer: Writer | None = None,
) -> Drawings:
    """Draw digits as strokes.

    The labels are balanced to within one, in random order. forms restricts the drawings to the
    named forms, in equal parts; it raises KeyError if one is unknown. Each drawing is by a new
    writer unless one is given.
    """
    choices: Sequence[int | str] = DIGITS if forms is None else [FORMS[name].name for name in forms]
    turns = rng.permutation(np.resize(rng.permutation(len(choices)), count))
    drawn = [_drawing(choices[turn], writer or Writer.sample(rng), rng) for turn in turns]
    labels = [FORMS[what].label if isinstance(what, str) else what for what in choices]
    return _drawings(drawn, np.array(labels, np.uint8)[turns])


def digits(
    count: int,
    rng: np.random.Generator,
    *,
    forms: Sequence[str] | None = None,
    writer: Writer | None = None,
) -> tuple[Images, NDArray[np.uint8]]:
    """Draw digits as images (count,28,28) uint8, white ink on black, and labels (count,) uint8.

    The drawings, and what is raised, are those of `digit_strokes`.
    """
    drawn = digit_strokes(count, rng, forms=forms, writer=writer)
    return _images(drawn), drawn.labels


def negative_strokes(count: int, rng: np.random.Generator) -> Drawings:
    """Draw non-digits as strokes: letters, signs, scrawls, words and several digits at once.

    Each is by a new writer.
    """
    drawn = []
    for _ in range(count):
        names = _NEGATIVES[bisect(_UP_TO_KIND, rng.random())]
        drawn.append(_drawing(names[rng.integers(len(names))], Writer.sample(rng), rng))
    return _drawings(drawn, np.full(count, NOT_A_DIGIT, np.uint8))


def negatives(count: int, rng: np.random.Generator) -> Images:
    """Draw the non-digits of `negative_strokes` as images (count,28,28) uint8, none of them empty.

    Ink is white on black.
    """
    return _images(negative_strokes(count, rng))


def draw(what: int | str, rng: np.random.Generator, *, writer: Writer | None = None) -> Strokes:
    """Draw as on a canvas: one (n,4) float64 array per stroke of x, y (pixels), t (ms), p (0..1).

    what: a digit 0 to 9, in a form that the writer prefers, or the name of a form, letter, sign or
    scrawl; KeyError for any other. A new writer draws unless one is given.
    """
    drawn_by = writer or Writer.sample(rng)
    return pen_down(_lines(what, drawn_by, rng), drawn_by, rng)


def draw_image(what: int | str, writer: Writer, rng: np.random.Generator) -> Images:
    """Return the drawing as a (28,28) uint8 image, with this writer's pen width."""
    return _image(*_drawing(what, writer, rng))


def _drawing(
    what: int | str, writer: Writer, rng: np.random.Generator
) -> tuple[list[Points], float]:
    """Return lines (n,2) in heights of the figure, and the pen's width in pixels of the image."""
    lines = _lines(what, writer, rng)
    width = PEN_WIDTH * writer.thickness * math.exp(rng.normal(0, 0.08))
    return lines, legible_width(lines, min(width, _WIDEST))


def _lines(what: int | str, writer: Writer, rng: np.random.Generator) -> list[Points]:
    """Return lines (n,2) in heights of the figure, some of them dotted."""
    if isinstance(what, int):
        form = writer.form_of(what, rng)
    elif what in SCRAWLS:
        return SCRAWLS[what](rng)
    else:
        form = _DRAWABLE[what]
    lines = trace(form, writer, rng)
    pen = PEN_WIDTH * writer.thickness / BOX
    if pen <= _FINE_PEN and rng.random() < _DOTTED:
        return dot(lines, pen * extent(lines), rng)
    return on_pad(lines, writer, rng)


def _drawings(drawn: list[tuple[list[Points], float]], labels: NDArray[np.uint8]) -> Drawings:
    widths = np.array([width for _, width in drawn])
    return Drawings([lines for lines, _ in drawn], widths, labels)


def _images(drawn: Drawings) -> Images:
    images = np.zeros((len(drawn.strokes), IMAGE_SIDE, IMAGE_SIDE), np.uint8)
    for i, (lines, width) in enumerate(zip(drawn.strokes, drawn.pen_widths, strict=True)):
        images[i] = _image(lines, float(width))
    return images


def _image(lines: list[Points], pen_width: float) -> Images:
    return network_inputs([lines], pen_width=pen_width)[0, ..., 0]
