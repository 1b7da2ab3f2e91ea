"""Divide the writing of a page: into the cells of a table, or into words in lines."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from mlcore.pages.ruling import Ruling
from mlcore.pages.writing import Pieces

Ints = NDArray[np.intp]
Group = Ints  # indices of pieces that are read together; may be empty

# In heights of the writing. Lower pieces are signs, dots or crumbs, and belong to the word that is
# near; the smallest are specks. The highest are drawings, or the edge of the sheet.
FIGURE, SPECK, HIGHEST = 0.45, 0.09, 2.6
# A smaller point, of a pen's width, has at least the area of a square of POINT. It is at most FOOT
# above or below the foot of a figure, and ASIDE of it.
POINT, FOOT, ASIDE = 0.07, 0.2, 0.4
# Two pieces are in one line if they share this part of the lower one's height.
BESIDE = 0.4
# A gap between words is at least so wide, in heights of the writing, and so many times as wide as
# the gaps within words. A gap of WIDE always is one.
BETWEEN, TIMES, WIDE = 0.45, 1.8, 2.0


def is_figure(pieces: Pieces, writing: float) -> NDArray[np.bool_]:
    """Return which pieces, (n,), are as high as digits and letters are."""
    high = pieces.height / writing
    return np.asarray((high >= FIGURE) & (high <= HIGHEST))


def _is_speck(pieces: Pieces, writing: float) -> NDArray[np.bool_]:
    """Return which pieces, (n,), are too small to be signs or points."""
    specks = np.maximum(pieces.height, pieces.width) < SPECK * writing
    points = np.flatnonzero(specks & (pieces.area >= (POINT * writing) ** 2))
    figures = np.flatnonzero(is_figure(pieces, writing))
    below = np.subtract.outer(pieces.bottom[points], pieces.bottom[figures])
    aside = np.maximum(
        np.subtract.outer(pieces.left[points], pieces.right[figures]),
        -np.subtract.outer(pieces.right[points], pieces.left[figures]),
    )
    at_foot = (np.abs(below) <= FOOT * writing) & (aside <= ASIDE * writing)
    specks[points[at_foot.any(axis=1)]] = False
    return specks


def table_cells(pieces: Pieces, ruling: Ruling, writing: float) -> list[list[Group]]:
    """Return the pieces in each cell, row by row. A piece is in the cell that its middle is in.

    Writing that goes on over the borders of cells without a line is in the first of them. A cell
    with nothing but signs, dots and crumbs counts as empty.
    """
    rows, columns = ruling.rows, ruling.columns
    kept = np.flatnonzero(~_is_speck(pieces, writing) & (pieces.height <= HIGHEST * writing))
    middles_down = (pieces.top[kept] + pieces.bottom[kept]) / 2
    middles_across = (pieces.left[kept] + pieces.right[kept]) / 2
    row_of = np.searchsorted(rows, middles_down) - 1
    column_of = np.searchsorted(columns, middles_across) - 1
    for row, column in np.argwhere(~ruling.parted)[::-1]:
        both = (row_of == row) & ((column_of == column) | (column_of == column + 1))
        here = kept[both][np.argsort(pieces.left[kept[both]], kind="stable")]
        for word in _divided(pieces, here, BETWEEN * writing) if here.size else ():
            left, _, right, _ = pieces.box(word)
            if left < columns[column + 1] < right:
                column_of[np.isin(kept, word)] = column
    cells = [
        [kept[(row_of == row) & (column_of == column)] for column in range(len(columns) - 1)]
        for row in range(len(rows) - 1)
    ]
    low = pieces.height < FIGURE * writing
    return [[cell[:0] if low[cell].all() else cell for cell in row] for row in cells]


def words(pieces: Pieces, writing: float) -> list[list[Group]]:
    """Return the pieces of each word, in lines from top to bottom, words from left to right."""
    figures = np.flatnonzero(is_figure(pieces, writing))
    lines = _lines(pieces, figures)
    within = _widest_within([gap for line in lines for gap in _gaps(pieces, line)], writing)
    divided = [_divided(pieces, line, within) for line in lines]
    _add_signs(pieces, divided, writing)
    return divided


def _lines(pieces: Pieces, figures: Ints) -> list[Ints]:
    """Join each figure with the nearest one on its right that is beside it; return them by line."""
    figures = figures[np.argsort(pieces.left[figures], kind="stable")]
    top, bottom = pieces.top[figures], pieces.bottom[figures]
    shared = np.minimum.outer(bottom, bottom) - np.maximum.outer(top, top)
    beside = shared >= BESIDE * np.minimum.outer(bottom - top, bottom - top)
    line_of = np.arange(len(figures))
    for i in range(len(figures)):
        following = np.flatnonzero(beside[i, i + 1 :])
        if following.size:
            line_of[line_of == line_of[i + 1 + following[0]]] = line_of[i]
    lines = [figures[line_of == line] for line in np.unique(line_of)]
    return sorted(lines, key=lambda line: float(np.median(pieces.top[line] + pieces.bottom[line])))


def _gaps(pieces: Pieces, line: Ints) -> NDArray[np.int32]:
    """Return the white between each figure and all before it, negative where they overlap."""
    return pieces.left[line][1:] - np.maximum.accumulate(pieces.right[line])[:-1]


def _widest_within(gaps: Sequence[int], writing: float) -> float:
    """Return how wide a gap within a number is at most.

    The gaps of a page have two sizes, of which the larger is between numbers: they part where one
    gap is the most times as wide as the one before. Figures of one number may be far apart, so
    without two sizes all gaps are within numbers unless they are WIDE.
    """
    sizes = np.sort(np.maximum(gaps, 0.1 * writing))
    sizes = sizes[sizes < WIDE * writing]
    above = sizes[1:] >= BETWEEN * writing
    if not above.any():
        return WIDE * writing
    ratios = np.where(above, sizes[1:] / sizes[:-1], 0)
    i = int(ratios.argmax())
    if ratios[i] < TIMES:
        return WIDE * writing
    return float(np.sqrt(sizes[i] * sizes[i + 1]))


def _divided(pieces: Pieces, line: Ints, within: float) -> list[Group]:
    return np.split(line, 1 + np.flatnonzero(_gaps(pieces, line) > within))


def _add_signs(pieces: Pieces, lines: list[list[Group]], writing: float) -> None:
    """Add each sign, dot and crumb to the nearest word, if it is near enough to belong to it."""
    signs = np.flatnonzero((pieces.height < FIGURE * writing) & ~_is_speck(pieces, writing))
    places = [(i, j) for i, line in enumerate(lines) for j in range(len(line))]
    if not places:
        return
    boxes = np.array([pieces.box(lines[i][j]) for i, j in places])
    for sign in signs:
        box = np.array(pieces.box(sign))
        across = np.maximum(boxes[:, 0] - box[2], box[0] - boxes[:, 2]).clip(0)
        down = np.maximum(boxes[:, 1] - box[3], box[1] - boxes[:, 3]).clip(0)
        nearest = int((across + 2 * down).argmin())
        if across[nearest] <= writing and down[nearest] <= 0.3 * writing:
            i, j = places[nearest]
            lines[i][j] = np.append(lines[i][j], sign)
