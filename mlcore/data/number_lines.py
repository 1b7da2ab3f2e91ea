"""Lines of ink with a number in each, composed of single digits, to train and measure readers.

The digits of a line are by one hand: MNIST's, a person's with a pen, or a synthetic writer's. Their
distances, heights, slant and ligatures vary; some touch. Beside them there is what stands beside
numbers: points and commas, a dash or an equals sign at the end, a line below, letters, specks and
parts of neighboring lines. None of these has a label; only the digits are the text.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from mlcore.data import synthesis
from mlcore.data.datasets import Part
from mlcore.data.pen import PenDigits
from mlcore.data.synthesis.legibility import legible_width
from mlcore.data.synthesis.symbols import LETTERS
from mlcore.data.synthesis.writers import Writer
from mlcore.ink.geometry import BOX, PEN_WIDTH
from mlcore.ink.strokes import Strokes, ink_of
from mlcore.labels import DIGITS
from mlcore.recognition.line_network import DIGIT, HEIGHT

Line = NDArray[np.uint8]
Glyph = NDArray[np.float32]


LONGEST = 8  # digits
# Standard deviations of logarithms: the size of a line, and of its digits.
SIZE, DIGIT_SIZE = 0.2, 0.1
SLANT = 0.22
PEN_MEAN, PEN_SPREAD = 0.05, 0.3  # of the logarithm of the pen's width, relative to PEN_WIDTH
INK = 0.3  # a pixel with so much of the strongest ink counts for the distance of two digits
PER_WRITER = 2  # drawings of each digit by a synthetic writer
LETTERS_PER_WRITER = 3
WITH_LETTERS, LETTER = 0.15, 0.4  # share of lines with letters; there, of places with one


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
        kind = kinds[rng.choice(3, p=(0.3, 0.4, 0.3))]
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
        lines = [stroke[:, :2] for stroke in synthesis.draw(str(name), rng)]
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
    inks = [ink_of(strokes, pen_width=legible_width(strokes, width)) for strokes in drawn.strokes]
    hand = _hand([_cut(ink) for ink in inks], drawn.labels)
    if hand is None:
        raise AssertionError("The labels of a synthetic writer are balanced.")
    return hand


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


def compose(
    count: int,
    hands: Hands,
    rng: Generator,
    *,
    lengths: tuple[int, int] = (1, LONGEST),
    touching: float | None = None,
    plain: bool = False,
) -> tuple[list[Line], list[str]]:
    """Compose `count` lines, uint8 (HEIGHT, w) white on black, and their digits.

    lengths: the smallest and largest number of digits. touching: the share of neighbors that
    touch; otherwise it differs from line to line. plain: digits alone, without signs and
    disturbances.
    """
    lines, texts = [], []
    for _ in range(count):
        text = _text(int(rng.integers(lengths[0], lengths[1] + 1)), rng)
        with_letters = bool(hands.letters) and not plain and rng.random() < WITH_LETTERS
        letters = hands.letters if with_letters else ()
        ink = _row(text, hands.any(rng), letters, rng, touching, plain)
        ink = ink if plain else _disturbed(ink, hands, rng)
        lines.append(np.rint(np.clip(ink, 0, 1) * 255).astype(np.uint8))
        texts.append(text)
    return lines, texts


def _text(length: int, rng: Generator) -> str:
    """Return digits; numbers of people often end with zeros, and digits often repeat."""
    digits = rng.integers(0, 10, length)
    if rng.random() < 0.3:
        digits[int(rng.integers(0, length)) :] = 0
    repeats = np.flatnonzero(rng.random(length) < 0.12)
    for i in repeats[repeats > 0]:
        digits[i] = digits[i - 1]
    return "".join(map(str, digits))


def _row(
    text: str,
    hand: Hand,
    letters: Sequence[Glyph],
    rng: Generator,
    touching: float | None,
    plain: bool,
) -> Glyph:
    """Return the digits side by side, (HEIGHT, w), with points and commas between and after."""
    size = DIGIT * float(np.exp(rng.normal(0, SIZE)))
    slant, slope = rng.normal(0, SLANT), rng.normal(0, 0.03)
    share = touching if touching is not None else float(rng.choice([0, 0, 0.15, 0.5]))
    mean_gap = rng.uniform(0.05, 0.5) if rng.random() < 0.6 else rng.uniform(0.0, 0.15)
    # Twice as high as the line, so that nothing is cut before the middle is known.
    row = np.zeros((2 * HEIGHT, int((2 * len(text) + 10) * 3 * size)), np.float32)
    base = HEIGHT + size / 2
    left, edge = round(0.6 * size), None
    choices = _with_letters([hand.glyphs[int(digit)] for digit in text], letters, rng)
    marks = {} if plain or letters else _marks(len(text), rng)
    for i, glyphs in enumerate(choices):
        glyph = _shaped(glyphs, size, slant, rng)
        top = round(base - glyph.shape[0] + size * rng.normal(0, 0.06) + slope * left)
        top = min(max(top, 0), row.shape[0] - glyph.shape[0])
        touches = rng.random() < share
        gap = -rng.uniform(0, 2.5) if touches else size * max(0.08, rng.normal(mean_gap, 0.08))
        if edge is not None:
            left = _beside(edge, glyph, top, gap)
        _put(row, glyph, top, left)
        edge = _right_edge(glyph, top, left, row.shape[0])
        if not touches and i + 1 < len(choices) and i in marks:
            edge += round(size * rng.uniform(0.15, 0.45))
            _sign(row, marks[i], edge, base, size, rng)
        if rng.random() < (0.0 if plain else 0.06) and i:
            _ligature(row, top, left, size, rng)
    right = int(edge.max()) if edge is not None else left
    if not plain and rng.random() < 0.45:
        right = _ending(row, right, base, size, rng)
    rows = np.flatnonzero(row[:, : right + 1].any(axis=1))
    middle = int((rows[0] + rows[-1] + 1) / 2) if plain else round(base - size / 2)
    middle += 0 if plain else int(rng.integers(-3, 4))
    margin = int(rng.integers(2, 14))
    return row[max(middle - HEIGHT // 2, 0) :][:HEIGHT, : right + 1 + margin]


def _with_letters(
    digits: Sequence[Sequence[Glyph]], letters: Sequence[Glyph], rng: Generator
) -> list[Sequence[Glyph]]:
    """Return what stands in a row: the digits, with letters before, between and after them."""
    row: list[Sequence[Glyph]] = []
    for glyphs in (*digits, None):
        if letters and rng.random() < LETTER:
            row += [letters] * int(rng.choice([1, 1, 2]))
        row += [glyphs] if glyphs is not None else []
    return row


def _shaped(choices: Sequence[Glyph], size: float, slant: float, rng: Generator) -> Glyph:
    """Return one of the images at the size of the line, slanted and stretched."""
    glyph = choices[int(rng.integers(len(choices)))]
    height = size * float(np.exp(rng.normal(0, DIGIT_SIZE)))
    height *= max(0.55, min(1, glyph.shape[0] / glyph.shape[1] * 1.4))
    scale = height / glyph.shape[0]
    across = scale * float(np.exp(rng.normal(0, 0.08)))
    lean = slant + rng.normal(0, 0.05)
    width = glyph.shape[1] * across + abs(lean) * height
    shift = max(lean, 0) * height
    matrix = np.array([[across, -lean * scale, shift], [0, scale, 0]], np.float32)
    to = (max(1, round(width)), max(1, round(height)))
    shrinks = scale < 0.75  # then average first
    source = cv2.GaussianBlur(glyph, (0, 0), 0.35 / scale) if shrinks else glyph
    warped = cv2.warpAffine(source, matrix, to, flags=cv2.INTER_LINEAR)
    columns = np.flatnonzero((warped > INK / 2 * warped.max()).any(axis=0))
    return warped[:, columns[0] : columns[-1] + 1] if columns.size else np.ones_like(warped)


def _right_edge(glyph: Glyph, top: int, left: int, height: int) -> NDArray[np.int64]:
    """Return for every row the column after the glyph's last ink; -1000 where it has none."""
    edge = np.full(height, -1000)
    there = glyph > INK * glyph.max()
    last = glyph.shape[1] - np.argmax(there[:, ::-1], axis=1)
    edge[top : top + glyph.shape[0]] = np.where(there.any(axis=1), left + last, -1000)
    return edge


def _beside(edge: NDArray[np.int64], glyph: Glyph, top: int, gap: float) -> int:
    """Return the column where the glyph stands `gap` pixels from the ink left of it."""
    there = glyph > INK * glyph.max()
    first = np.where(there.any(axis=1), np.argmax(there, axis=1), 1000)
    reach = cv2.dilate(edge.astype(np.float32)[:, None], np.ones((5, 1)))[:, 0]
    nearest = (reach[top : top + glyph.shape[0]] - first).max()
    if nearest < -500:  # they have no row in common
        nearest = edge.max()
    return max(0, round(float(nearest) + gap))


def _put(row: Glyph, glyph: Glyph, top: int, left: int) -> None:
    there = row[top : top + glyph.shape[0], left : left + glyph.shape[1]]
    np.maximum(there, glyph[: there.shape[0], : there.shape[1]], out=there)


def _marks(length: int, rng: Generator) -> dict[int, str]:
    """Return after which digits a sign stands: between thousands, or before decimals."""
    kind = rng.random()
    if kind < 0.2 and length > 3:
        return {i: str(rng.choice([".", ","])) for i in range(length - 4, -1, -3)}
    if kind < 0.35 and length > 2:
        return {int(rng.integers(0, length - 1)): str(rng.choice([".", ",", ",", "-", "/", ":"]))}
    return {}


def _sign(
    row: Glyph, kind: str, edge: NDArray[np.int64], base: float, size: float, rng: Generator
) -> None:
    """Draw a sign after the digit before; the next digit stands right of the moved edge."""
    pen = max(1.0, size * rng.uniform(0.08, 0.16))
    x = float(edge.max()) - size * rng.uniform(0.05, 0.2)
    y = base + size * rng.normal(0, 0.05)
    d = size * rng.uniform(0.1, 0.3)
    shapes = {
        ".": [(x, y), (x + pen / 2, y)],
        ",": [(x, y), (x - d * rng.uniform(0, 0.8), y + d)],
        "-": [(x, y - size * 0.45), (x + 1.5 * d, y - size * 0.45 - rng.normal(0, 1))],
        "/": [(x + d, y - size * 1.1), (x - d, y + size * 0.1)],
        ":": [(x, y), (x, y)],
    }
    _line(row, shapes[kind], pen)
    if kind == ":":
        _line(row, [(x, y - size * 0.6), (x, y - size * 0.6)], pen)


def _line(row: Glyph, points: Sequence[tuple[float, float]], pen: float) -> None:
    """Draw a soft polyline."""
    canvas = np.zeros(row.shape, np.uint8)
    corners = np.round(np.array(points) * 16).astype(np.int32)
    cv2.polylines(canvas, [corners], False, 255, max(1, round(pen)), cv2.LINE_AA, shift=4)
    np.maximum(row, canvas / np.float32(255), out=row)


def _ligature(row: Glyph, top: int, left: int, size: float, rng: Generator) -> None:
    """Join a digit with the one before by a short line."""
    y = top + size * rng.uniform(0.05, 0.95)
    start = (left - size * rng.uniform(0.1, 0.4), y + size * rng.normal(0, 0.1))
    _line(row, [start, (left + size * rng.uniform(0.05, 0.2), y)], rng.uniform(1, 2.5))


def _ending(row: Glyph, right: int, base: float, size: float, rng: Generator) -> int:
    """Draw what people write after an amount: a point, a dash, both, or an equals sign."""
    pen = max(1.0, size * rng.uniform(0.07, 0.16))
    x = right + size * rng.uniform(0.1, 0.5)
    kind = rng.integers(6)
    if kind in (0, 1, 4, 5):  # a point or a comma, or a stroke as long as half a digit
        tail = size * rng.uniform(0, 0.55) if rng.random() < 0.5 else 0.0
        start = base - tail * rng.uniform(0, 0.7)
        _line(row, [(x, start), (x - tail * rng.uniform(0, 0.8), start + tail)], pen)
        x += size * rng.uniform(0.1, 0.5)
    if kind in (1, 2, 3, 5):  # a dash, or two
        length = size * rng.uniform(0.2, 1.4)
        for down in (0.45, 0.2)[: 2 if kind == 3 else 1]:
            y = base - size * (down + rng.normal(0, 0.12))
            rise = rng.normal(0.05, 0.2) * length
            middle = (x + length / 2, y + rng.normal(0, 0.05) * size)
            _line(row, [(x, y), middle, (x + length, y - rise)], pen)
        x += length
    return min(round(x + pen), row.shape[1] - 1)


def _disturbed(ink: Glyph, hands: Hands, rng: Generator) -> Glyph:
    """Return ink as it comes out of photographs: soft, faint in places, with foreign ink."""
    ink = ink.copy()
    height, width = ink.shape
    if rng.random() < 0.1:  # a line below
        y = rng.uniform(0.78, 1) * height
        start, end = np.sort(rng.uniform(0, width, 2))
        _line(ink, [(start, y), (end, y + rng.normal(0, 1))], rng.uniform(1, 2))
    if rng.random() < 0.15:  # parts of the lines above or below
        hand = hands.any(rng)
        for x in rng.integers(0, width, rng.integers(1, 4)):
            glyph = _shaped(hand.glyphs[int(rng.integers(10))], DIGIT, 0, rng)
            part = glyph[-int(rng.integers(1, 5)) :] if rng.random() < 0.5 else glyph[:3]
            top = 0 if rng.random() < 0.5 else height - part.shape[0]
            _put(ink, part, top, int(x))
    if rng.random() < 0.2:  # specks
        for _ in range(rng.integers(1, 6)):
            x, y = rng.uniform(0, width), rng.uniform(0, height)
            _line(ink, [(x, y), (x + rng.normal(0, 1.5), y + rng.normal(0, 1.5))], 1)
    if rng.random() < 0.35:  # a haze of what may be ink
        there = slice(*np.sort(rng.integers(0, width + 1, 2)))
        haze = cv2.GaussianBlur(rng.random((height, width)).astype(np.float32), (0, 0), 1.2)
        haze = rng.uniform(0.1, 0.4) * np.clip((haze - 0.45) * 6, 0, 1)
        ink[:, there] = np.maximum(ink[:, there], haze[:, there])
    if rng.random() < 0.3:  # thicker or thinner
        cross = cv2.getStructuringElement(cv2.MORPH_CROSS, (3, 3))
        other = cv2.dilate(ink, cross) if rng.random() < 0.6 else cv2.erode(ink, cross)
        share = rng.uniform(0, 0.8)
        ink = (1 - share) * ink + share * other
    if rng.random() < 0.5:
        ink = cv2.GaussianBlur(ink, (0, 0), rng.uniform(0.3, 0.9))
    if rng.random() < 0.4:  # fainter in places
        knots = rng.uniform(rng.uniform(0.2, 0.9), 1, (2, max(2, width // 20)))
        field = cv2.resize(knots.astype(np.float32), (width, height))
        ink = ink * field
    if rng.random() < 0.3:
        ink = np.clip((ink - 0.5) * rng.uniform(1, 2.5) + 0.5, 0, 1) * (ink > 0.05)
    return ink.astype(np.float32)
