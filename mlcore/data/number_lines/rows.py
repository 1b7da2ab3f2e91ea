"""Compose rows of digits by one hand, with what stands between and after them."""

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from mlcore.data.number_lines import signs
from mlcore.data.number_lines.disturbances import disturbed
from mlcore.data.number_lines.hands import Glyph, Hand, Hands
from mlcore.data.number_lines.pens import line
from mlcore.recognition.line_network import DIGIT, HEIGHT

Line = NDArray[np.uint8]

LONGEST = 8  # digits
# Standard deviations of logarithms: the size of a line, and of its digits; the width of all digits.
SIZE, DIGIT_SIZE, STRETCH = 0.2, 0.1, 0.12
SLANT = 0.25
INK = 0.3  # a pixel with so much of the strongest ink counts for the distance of two digits
WITH_LETTERS, LETTER = 0.12, 0.4  # share of lines with letters; there, of places with one
ZEROS = 0.3  # share of numbers that end with zeros
SMALLER = 0.2  # share of numbers whose last digits are smaller
JOINED, JOIN = 0.2, 0.5  # share of hands that join digits; there, of neighbors that are joined


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
        ink = ink if plain else disturbed(ink, _foreign(hands, rng), rng)
        lines.append(np.rint(np.clip(ink, 0, 1) * 255).astype(np.uint8))
        texts.append(text)
    return lines, texts


def _foreign(hands: Hands, rng: Generator) -> list[Glyph]:
    """Return glyphs of the lines above or below, if there are any."""
    if rng.random() >= 0.15:
        return []
    hand = hands.any(rng)
    chosen = rng.integers(0, 10, rng.integers(1, 4))
    return [_shaped(hand.glyphs[int(digit)], DIGIT, 0, 1, rng) for digit in chosen]


def _text(length: int, rng: Generator) -> str:
    """Return digits; numbers of people often end with zeros, and digits often repeat."""
    digits = rng.integers(0, 10, length)
    if rng.random() < ZEROS:
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
    slant, slope = rng.normal(0, SLANT), rng.normal(0, 0.02)
    stretch = 1.0 if plain else float(np.exp(rng.normal(0, STRETCH)))
    share = touching if touching is not None else float(rng.choice([0, 0, 0.15, 0.5]))
    join = JOIN if not plain and rng.random() < JOINED else 0.0
    mean_gap = rng.uniform(0.05, 0.5) if rng.random() < 0.6 else rng.uniform(0.0, 0.15)
    # Twice as high as the line, so that nothing is cut before the middle is known.
    row = np.zeros((2 * HEIGHT, int((2 * len(text) + 10) * 3 * size * max(1, stretch))), np.float32)
    base = HEIGHT + size / 2
    left, edge = round(0.6 * size), None
    choices = _with_letters([hand.glyphs[int(digit)] for digit in text], letters, rng)
    marks = {} if plain or letters else signs.places(len(text), rng)
    sizes = np.full(len(choices), size)
    raised = np.zeros(len(choices))
    if not plain and rng.random() < SMALLER:
        last = int(rng.integers(0, len(choices)))
        sizes[last:] *= rng.uniform(0.6, 0.95)
        raised[last:] = rng.uniform(0, 1) * (size - sizes[-1]) if rng.random() < 0.5 else 0
    for i, glyphs in enumerate(choices):
        glyph = _shaped(glyphs, float(sizes[i]), slant, stretch, rng)
        top = round(base - raised[i] - glyph.shape[0] + size * rng.normal(0, 0.06) + slope * left)
        top = min(max(top, 0), row.shape[0] - glyph.shape[0])
        touches = rng.random() < share
        gap = -rng.uniform(0, 2.5) if touches else size * max(0.08, rng.normal(mean_gap, 0.08))
        if edge is not None:
            left = _beside(edge, glyph, top, gap)
        _put(row, glyph, top, left)
        if edge is not None and i - 1 not in marks and rng.random() < join:
            _join(row, edge, glyph, top, left, size, rng)
        edge = _right_edge(glyph, top, left, row.shape[0])
        if not touches and i + 1 < len(choices) and i in marks:
            edge += round(size * rng.uniform(0.15, 0.45))
            signs.draw_sign(row, marks[i], edge, base, size, rng)
    right = int(edge.max()) if edge is not None else left
    if not plain and rng.random() < 0.45:
        right = signs.draw_ending(row, right, base, size, rng)
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


def _shaped(
    choices: Sequence[Glyph], size: float, slant: float, stretch: float, rng: Generator
) -> Glyph:
    """Return one of the images at the size of the line, slanted and stretched."""
    glyph = choices[int(rng.integers(len(choices)))]
    height = size * float(np.exp(rng.normal(0, DIGIT_SIZE)))
    height *= max(0.55, min(1, glyph.shape[0] / glyph.shape[1] * 1.4))
    scale = height / glyph.shape[0]
    across = scale * stretch * float(np.exp(rng.normal(0, 0.08)))
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


def _join(
    row: Glyph,
    edge: NDArray[np.int64],
    glyph: Glyph,
    top: int,
    left: int,
    size: float,
    rng: Generator,
) -> None:
    """Join two digits as a pen does that is not lifted: from the right of one to the next's left.

    Most joins leave and arrive in the upper half, as those between zeros do.
    """
    before = np.flatnonzero(edge > 0)
    after = np.flatnonzero((glyph > INK * glyph.max()).any(axis=1))
    if not before.size or not after.size:
        return
    start, end = (int(rows[int(rng.beta(1.2, 2.2) * (rows.size - 1))]) for rows in (before, after))
    first = int(np.argmax(glyph[end] > INK * glyph.max()))
    tail, head = (edge[start] - 1, start), (left + first, top + end)
    sag = size * rng.normal(0.05, 0.12)
    middle = ((tail[0] + head[0]) / 2, (tail[1] + head[1]) / 2 + sag)
    if head[0] - tail[0] < size:
        line(row, [tail, middle, head], rng.uniform(1, 2.5))
