"""Hands: digits of one person each, as images that lines are composed of."""

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from mlcore.data import synthesis
from mlcore.data.datasets import Part
from mlcore.data.pen import PenDigits
from mlcore.data.synthesis.forms import LINE_FORMS
from mlcore.data.synthesis.legibility import legible_width
from mlcore.data.synthesis.symbols import LETTERS
from mlcore.data.synthesis.writers import Writer
from mlcore.ink.geometry import BOX, PEN_WIDTH
from mlcore.ink.strokes import Strokes, ink_of
from mlcore.labels import DIGITS
from mlcore.recognition.line_network import DIGIT

Glyph = NDArray[np.float32]

PEN_MEAN, PEN_SPREAD = 0.05, 0.3  # of the logarithm of the pen's width, relative to PEN_WIDTH
PER_WRITER = 2  # drawings of each digit by a synthetic writer
LETTERS_PER_WRITER = 3


@dataclass(frozen=True)
class Hand:
    """Digits by one hand: for each of the ten its images, float32 (h, w), cut to their ink."""

    glyphs: Sequence[Sequence[Glyph]]


@dataclass(frozen=True)
class Hands:
    """MNIST's digits as one hand, people's hands, and synthetic ones; and letters."""

    mnist: Hand
    people: Sequence[Hand]
    drawn: Sequence[Hand]
    letters: Sequence[Glyph] = ()

    def any(self, rng: Generator) -> Hand:
        kinds: list[Sequence[Hand]] = [[self.mnist], self.people or self.drawn, self.drawn]
        kind = kinds[rng.choice(3, p=(0.25, 0.35, 0.4))]
        return kind[int(rng.integers(len(kind)))]


def hands_of(mnist: Part, pen: PenDigits | None, writers: int, rng: Generator) -> Hands:
    """Return the hands of these digits and of so many synthetic writers."""
    people = [] if pen is None else _people(pen, rng)
    drawn = [_synthetic(rng) for _ in range(writers)]
    of_mnist = [_cut(np.divide(image, 255, dtype=np.float32)) for image in mnist.images]
    hand = _hand(of_mnist, mnist.labels)
    if hand is None:
        raise ValueError("MNIST's part does not have all ten digits.")
    return Hands(hand, people, drawn, _letters(LETTERS_PER_WRITER * writers, rng))


def drawn_hands(writers: int, rng: Generator) -> Hands:
    """Return the hands of synthetic writers alone; they need no data."""
    drawn = [_synthetic(rng) for _ in range(writers)]
    return Hands(drawn[0], [], drawn, _letters(LETTERS_PER_WRITER * writers, rng))


def _people(pen: PenDigits, rng: Generator) -> list[Hand]:
    """Return the hands of the writers of whom there is every digit."""
    hands = []
    for name in np.unique(pen.writers):
        digits = pen.take(pen.writers == name)
        inks = [ink_of(each, pen_width=_pen_width(each, rng)) for each in digits.strokes]
        hands.append(_hand([_cut(ink) for ink in inks], digits.labels))
    return [hand for hand in hands if hand is not None]


def _letters(count: int, rng: Generator) -> list[Glyph]:
    glyphs = []
    for name in rng.choice(sorted(LETTERS), count):
        lines = _lines(str(name), rng)
        glyphs.append(_cut(ink_of(lines, pen_width=_pen_width(lines, rng))))
    return glyphs


def _hand(glyphs: list[Glyph], labels: NDArray[np.uint8]) -> Hand | None:
    """Return a hand; None if a digit is missing."""
    by_digit = [[glyphs[i] for i in np.flatnonzero(labels == digit)] for digit in DIGITS]
    return Hand(by_digit) if all(by_digit) else None


def _synthetic(rng: Generator) -> Hand:
    writer = Writer.sample(rng)
    drawn = synthesis.digit_strokes(len(DIGITS) * PER_WRITER, rng, writer=writer)
    width = float(np.median(drawn.pen_widths))
    hand = _hand([_glyph(strokes, width) for strokes in drawn.strokes], drawn.labels)
    if hand is None:
        raise AssertionError("The labels of a synthetic writer are balanced.")
    return _with_line_forms(hand, writer, width, rng)


def _with_line_forms(hand: Hand, writer: Writer, pen_width: float, rng: Generator) -> Hand:
    """Give some writers forms that are digits only beside others."""
    glyphs = list(hand.glyphs)
    for name, form in LINE_FORMS.items():
        if rng.random() < form.weight:
            drawn = [_lines(name, rng, writer) for _ in range(PER_WRITER)]
            glyphs[form.label] = [_glyph(lines, pen_width) for lines in drawn]
    return Hand(glyphs)


def _lines(name: str, rng: Generator, writer: Writer | None = None) -> Strokes:
    """Draw a form or letter, without times and pressure. A new writer draws unless one is given."""
    return [stroke[:, :2] for stroke in synthesis.draw(name, rng, writer=writer)]


def _glyph(strokes: Strokes, pen_width: float) -> Glyph:
    return _cut(ink_of(strokes, pen_width=legible_width(strokes, pen_width)))


def _pen_width(strokes: Strokes, rng: Generator) -> float:
    return legible_width(strokes, PEN_WIDTH * float(np.exp(rng.normal(PEN_MEAN, PEN_SPREAD))))


def _cut(ink: Glyph | None) -> Glyph:
    """Return ink cut to its box, its longer side at most two BOX."""
    if ink is None or not ink.any():
        return np.ones((DIGIT, 2), np.float32)
    rows, columns = np.flatnonzero(ink.any(axis=1)), np.flatnonzero(ink.any(axis=0))
    box = ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    factor = 2 * BOX / max(box.shape)
    if factor >= 1:
        return box.astype(np.float32)
    size = [max(1, round(side * factor)) for side in box.shape[::-1]]
    return cv2.resize(box, size, interpolation=cv2.INTER_AREA).astype(np.float32)
