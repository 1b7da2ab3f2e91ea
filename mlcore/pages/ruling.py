"""The printed lines of a straightened page, the grid that they make, and the writing without them.

Lines are found by morphological opening with long line segments.
"""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from mlcore.pages.flattening import Mask
from mlcore.pages.writing import Pieces
from mlcore.pictures.grayscale import Gray

Floats = NDArray[np.float64]

# In heights of the writing. A printed line is at least LONG and less than THICK, the edge of a
# shadow is thicker; it may have gaps of GAP, and is straight within NEAR. Lines of a grid are at
# least APART; what is nearer is one line.
LONG, THICK, GAP, APART, NEAR = 2.5, 0.35, 0.15, 0.55, 0.3
# The lines down of a single row are at least this part of its height.
SINGLE = 0.9
# A row or column without an outer line is open: MOST of the lines go on for OPEN heights.
OPEN, MOST = 0.6, 0.5
# A line of a grid has at least this part of the longest line's length, though it may waver. Beside
# joined cells a line down may be SHORT, but goes along all of the rows that it parts.
WHOLE, WAVER, SHORT = 0.75, 0.1, 0.45
# A grid is a table if its cells are so many times higher and wider than the writing, squares more,
# and if at most this part of the writing crosses the lines. Squared paper is written over.
ROOMY, ROOMY_SQUARE, CROSSING = 1.1, 1.4, 0.35
# The sides of squares differ by at most this part. A table holds more than INSIDE of the writing,
# and its usual cell holds one line, not higher than ONE_LINE.
SQUARE, INSIDE, ONE_LINE = 0.1, 0.5, 2.2
# Two cells are parted if a line goes along this part of the border between them; a high digit there
# does so along four fifths. It may lean by so many pixels, and a short line is STRAIGHT.
ALONG, LEANS, STRAIGHT = 0.9, 5, 3
# Ruling is paler than writing if this part of its pixels has less than this part of the writing's
# gray.
MOSTLY, PALER = 0.75, 0.45
BRIDGE = 9  # pixels: strokes are joined across a line up to so thick


@dataclass(frozen=True, eq=False)
class Ruling:
    """Printed lines.

    mask: (h, w), where they are. rows: the edges of rows, from top to bottom, in pixels: the lines
    across, and the ends of the lines down if they go on beyond those. columns: likewise the edges
    of columns, from left to right. parted: (rows, columns - 1), whether a line is between a cell
    and the next one of its row.
    """

    mask: Mask
    rows: Floats
    columns: Floats
    parted: Mask


def ruling_of(mask: Mask, writing: float) -> Ruling:
    """Find the printed lines of a straightened page; mask: all that is not paper, (h, w)."""
    across = _long_lines(mask, LONG * writing, writing)
    rows = _places(across, writing)
    # The lines down of a single row are short.
    high = SINGLE * np.ptp(rows) if len(rows) == 2 else np.inf
    down = _long_lines(mask.T, min(LONG * writing, high), writing)
    columns = _with_short_lines(_places(down, writing), down, mask, rows, writing)
    # Only near a line of the page's height or width; strokes below each other may also be long.
    across &= _near(rows, len(across), writing)[:, None]
    down &= _near(columns, len(down), writing)[:, None]
    edges = (
        _with_open_ends(rows, columns, down, writing),
        _with_open_ends(columns, rows, across, writing),
    )
    parted = _parted(mask, *edges, writing)
    # A line that ends below a digit may seem to go on through it.
    for row, column in np.argwhere(~parted):
        top, bottom = edges[0][row : row + 2].round().astype(int)
        _around(down, edges[1][column + 1], round(NEAR * writing))[:, top:bottom] = False
    return Ruling(across | down.T, *edges, parted)


def is_table(ruling: Ruling, pieces: Pieces, writing: float) -> bool:
    """Return whether the lines make a table whose cells hold the writing.

    pieces: the writing. The lines of squared paper are written over, those of a table are not.
    """
    if len(ruling.rows) < 2 or len(ruling.columns) < 2:
        return False
    high, wide = (float(np.median(np.diff(each))) for each in (ruling.rows, ruling.columns))
    square = abs(high - wide) <= SQUARE * high
    if min(high, wide) < (ROOMY_SQUARE if square else ROOMY) * writing:
        return False
    kept = pieces.height >= writing / 2
    down = pieces.top[kept], pieces.bottom[kept], ruling.rows
    across = pieces.left[kept], pieces.right[kept], ruling.columns
    inside = _inside(*down) & _inside(*across)
    crossing = inside & (_crossing(*down) | _crossing(*across))
    if inside.sum() <= INSIDE * len(inside) or crossing.sum() > CROSSING * inside.sum():
        return False
    row, column = (
        np.searchsorted(each[2], (each[0] + each[1])[inside] / 2) for each in (down, across)
    )
    heights = _heights_together(
        row * len(ruling.columns) + column, down[0][inside], down[1][inside]
    )
    return bool(np.median(heights) <= ONE_LINE * writing)


def _heights_together(
    group_of: NDArray[np.intp], tops: NDArray[np.int32], bottoms: NDArray[np.int32]
) -> NDArray[np.int32]:
    """Return how high the pieces of each group are together."""
    groups, group_of = np.unique(group_of, return_inverse=True)
    lowest, highest = np.zeros(len(groups), np.int32), np.full(len(groups), np.iinfo(np.int32).max)
    np.maximum.at(lowest, group_of, bottoms)
    np.minimum.at(highest, group_of, tops)
    return lowest - highest


def without_ruling(dark: Gray, ink: Mask, ruling: Ruling) -> Mask:
    """Return the writing alone, (h, w).

    dark: (h, w) uint8, 0 is paper. ink: writing and ruling. The ruling is taken away. Where it is
    paler than the writing, a threshold between the two tells where strokes cross it; otherwise
    strokes are joined again across it.
    """
    lines = cv2.dilate(ruling.mask.astype(np.uint8), np.ones((3, 3), np.uint8)) > 0
    writing = ink & ~lines
    if not lines.any() or not writing.any():
        return writing
    pale, full = np.quantile(dark[ruling.mask], MOSTLY), np.median(dark[writing])
    if pale < PALER * full:
        return np.asarray(writing | (ink & (dark > (pale + full) / 2)))
    alone = writing.astype(np.uint8)
    for bridge in ((BRIDGE, 3), (3, BRIDGE)):
        closed = cv2.morphologyEx(alone, cv2.MORPH_CLOSE, np.ones(bridge, np.uint8))
        writing = writing | ((closed > 0) & ink & lines)
    return writing


def _long_lines(mask: Mask, long: float, writing: float) -> Mask:
    """Return the long and thin runs across of a mask, also where they waver by a pixel."""
    gap, thick = round(GAP * writing), round(THICK * writing)
    wide = cv2.dilate(mask.astype(np.uint8), np.ones((3, 1), np.uint8))
    whole = cv2.morphologyEx(wide, cv2.MORPH_CLOSE, np.ones((1, gap + 1), np.uint8))
    runs = cv2.morphologyEx(whole, cv2.MORPH_OPEN, np.ones((1, round(long)), np.uint8))
    bands = cv2.morphologyEx(runs, cv2.MORPH_OPEN, np.ones((thick, 1), np.uint8))
    return np.asarray(runs > bands)


def _with_open_ends(edges: Floats, crossing: Floats, lines: Mask, writing: float) -> Floats:
    """Add the ends of the lines that cross the edges, if most go on beyond the outermost edge.

    crossing: the places of those lines, which are rows of the mask `lines`.
    """
    if not len(edges) or not len(crossing):
        return edges
    reach = round(NEAR * writing)
    there = [_around(lines, place, reach).any(axis=0) for place in crossing]
    reached = np.flatnonzero(np.mean(there, axis=0) > MOST)
    if not reached.size:
        return edges
    before = [reached[0]] if reached[0] < edges[0] - OPEN * writing else []
    after = [reached[-1] + 1] if reached[-1] > edges[-1] + OPEN * writing else []
    return np.concatenate([before, edges, after])


def _with_short_lines(
    columns: Floats, lines: Mask, mask: Mask, rows: Floats, writing: float
) -> Floats:
    """Add the inner lines down that go from one line across to another."""
    if len(rows) < 2 or len(columns) < 2:
        return columns
    least = SHORT * float(np.ptp(rows))
    places = _places(lines, writing, least)
    apart = (np.abs(places[:, None] - columns) >= APART * writing).all(axis=1)
    inner = places[apart & (places > columns[0]) & (places < columns[-1])]
    whole = [_along(mask, rows, each, round(WAVER * writing), STRAIGHT) >= 1 for each in inner]
    long = [bool((each @ np.diff(rows)).max() >= least) for each in whole]
    return np.sort(np.append(columns, inner[np.array(long, bool)]))


def _parted(mask: Mask, rows: Floats, columns: Floats, writing: float) -> Mask:
    """Return whether a line is between a cell and the next one of its row, (rows, columns - 1)."""
    parted = np.ones((max(len(rows) - 1, 0), max(len(columns) - 2, 0)), bool)
    for j, place in enumerate(columns[1:-1] if len(rows) > 1 else ()):
        along = _along(mask, rows, place, round(APART * writing), LEANS)
        parted[:, j] = along.max(axis=0) >= ALONG
    return parted


def _along(mask: Mask, rows: Floats, place: float, reach: int, leans: int) -> Floats:
    """Return along which part of each row lines down go, (lines, rows).

    The lines are at most `reach` pixels from a place, and lean by as much as `leans`.
    """
    edges = rows.round().astype(int)
    strip = _around(mask.T, place, reach).astype(np.uint8)
    there = cv2.dilate(strip, np.ones((leans, 1), np.uint8))[:, : edges[-1]]
    return np.add.reduceat(there, edges[:-1], axis=1, dtype=int) / np.diff(edges)


def _around(lines: Mask, place: float, reach: int) -> Mask:
    """Return the rows of a mask that are at most `reach` pixels from a place."""
    return lines[max(round(place) - reach, 0) :][: 2 * reach + 1]


def _places(lines: Mask, writing: float, least: float = np.inf) -> Floats:
    """Return where the lines across are that go on for most of the longest one's length.

    least: pixels that are enough.
    """
    reach = 2 * round(WAVER * writing) + 1
    lengths = cv2.dilate(lines.astype(np.uint8), np.ones((reach, 1), np.uint8)).sum(axis=1)
    weights = lines.sum(axis=1)
    peaks = lengths >= max(min(WHOLE * float(lengths.max(initial=0)), least), 1)
    edges = np.flatnonzero(np.diff(np.concatenate([[0], peaks.astype(np.int8), [0]])))
    places: list[list[float]] = []
    for start, end in zip(edges[::2], edges[1::2], strict=True):
        if not weights[start:end].any():
            continue
        place = float(np.average(np.arange(start, end), weights=weights[start:end]))
        if places and place - places[-1][-1] < APART * writing:
            places[-1].append(place)
        else:
            places.append([place])
    return np.array([np.mean(near) for near in places])


def _near(places: Floats, length: int, writing: float) -> Mask:
    away = np.abs(np.arange(length)[:, None] - places)
    return np.asarray((away <= NEAR * writing).any(axis=1))


def _inside(starts: NDArray[np.int32], ends: NDArray[np.int32], places: Floats) -> Mask:
    middles = (starts + ends) / 2
    return np.asarray((middles > places[0]) & (middles < places[-1]))


def _crossing(starts: NDArray[np.int32], ends: NDArray[np.int32], places: Floats) -> Mask:
    """Return which spans have a place well inside, with a fifth of their length on either side."""
    inset = (ends - starts) / 5
    after = np.searchsorted(places, starts + inset)
    return np.asarray(np.append(places, np.inf)[after] < ends - inset)
