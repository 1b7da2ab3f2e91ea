"""Labelled fields in MNIST geometry, made from synthetic handwriting."""

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from mlcore.geometry import BOX, FIELD, PEN_WIDTH
from mlcore.labels import DIGITS
from mlcore.strokes import rasterise
from mlcore.synthesis.curves import Points
from mlcore.synthesis.forms import FORMS, Form
from mlcore.synthesis.pens import dot, trace
from mlcore.synthesis.writers import Writer

Fields = NDArray[np.uint8]

_MOST_PEN = 0.32  # of the drawing's shorter side; a thicker pen would fill its loops


def digits(
    count: int,
    rng: np.random.Generator,
    *,
    forms: Sequence[str] | None = None,
    writer: Writer | None = None,
) -> tuple[Fields, NDArray[np.uint8]]:
    """Draw digits: fields (count,28,28) uint8, white ink on black, and labels (count,) uint8.

    The labels are balanced to within one and in random order. forms restricts the drawings to the
    named forms, in equal parts, and the labels to their digits; KeyError if one is unknown. Each
    drawing is by a new writer unless one is given.
    """
    choices = list(DIGITS) if forms is None else list(forms)
    order = rng.permutation(np.resize(rng.permutation(len(choices)), count))
    fields = np.zeros((count, FIELD, FIELD), np.uint8)
    labels = np.zeros(count, np.uint8)
    for i, choice in enumerate(order):
        hand = writer or Writer.sample(rng)
        form = _form(choices[choice], hand, rng)
        fields[i] = field(lines_of(form, hand, rng), hand, rng)
        labels[i] = form.label
    return fields, labels


def _form(what: int | str, writer: Writer, rng: np.random.Generator) -> Form:
    return FORMS[what] if isinstance(what, str) else writer.form_of(what, rng)


def negatives(count: int, rng: np.random.Generator) -> Fields:
    """Draw what is no digit: fields (count,28,28) uint8, white ink on black, none of them empty.

    Letters, signs, scrawls and several digits at once; LETTERS, SIGNS and SCRAWLS name them.
    """
    fields = np.zeros((count, FIELD, FIELD), np.uint8)
    for drawing in fields:
        hand = Writer.sample(rng)
        drawing[:] = field(lines_of(_negative(rng), hand, rng), hand, rng)
    return fields


def _negative(rng: np.random.Generator) -> str:
    """A name of a negative: kinds first, so that many letters do not crowd out the scrawls."""
    kind = bisect(_NEGATIVE_SHARES, rng.random())
    names = _NEGATIVES[kind]
    return names[rng.integers(len(names))]


def draw(what: int | str, rng: np.random.Generator, *, writer: Writer | None = None) -> Strokes:
    """Draw as if on a canvas: one (n,4) float32 array a stroke of x, y (pixels), t (ms), p (0..1).

    what is a digit 0 to 9 in a form that the writer prefers, or the name of a form (DIGIT_FORMS),
    a letter, a sign or a scrawl. KeyError for any other. A new writer draws unless one is given.
    """
    hand = writer or Writer.sample(rng)
    return pen_down(lines_of(what, hand, rng), hand, rng)


def lines_of(what: int | str, writer: Writer, rng: np.random.Generator) -> list[Points]:
    """Lines (n,2) in heights of the figure; slow hands leave some of them dotted."""
    if what in SCRAWLS:
        return deform(SCRAWLS[str(what)](rng), SCRAWLING, rng)
    lines = trace(form_of(what, writer, rng), writer, rng)
    if writer.speed < 0.3 and rng.random() < 0.15:
        return dot(lines, rng)
    return lines


def field(lines: list[Points], writer: Writer, rng: np.random.Generator) -> Fields:
    """The lines as a (28,28) uint8 field, with a pen as thick as this writer's."""
    width = PEN_WIDTH * writer.thickness * math.exp(rng.normal(0, 0.08))
    points = np.concatenate(lines)
    sizes = points.max(axis=0) - points.min(axis=0)
    widest = max(1.5, _MOST_PEN * BOX * sizes.min() / sizes.max())
    strokes = [line.astype(np.float32) for line in lines]
    ink = rasterise(strokes, pen_width=min(max(width, 1.2), widest, 4.4))
    if ink is None:
        return np.zeros((FIELD, FIELD), np.uint8)
    return np.round(ink * 255).astype(np.uint8)
