"""What a line of ink is cut into: atoms from left to right, and the runs that may be one digit."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from mlcore.recognition.signs import Shape

Box = tuple[float, float, float, float]  # left, top, right, bottom

MOST = 5  # atoms of one digit
# In heights of the digits. A wider run is no digit, and neither is one with a wider gap.
WIDEST, WIDEST_GAP = 1.6, 0.4
TALL = 0.5  # of the highest column: such columns tell where the digits stand
CROSSED = 3.0  # nats for a pair of strokes that cross and are parted
MOST_POINTS = 40  # of a stroke, when it is looked where strokes cross
# A line that is lower for its length is flat. In units of the atoms, less is a tap.
FLAT, TAP = 1e-6, 1e-300
BESIDE = 0.25  # atoms are in one column if at least this part of the narrower one overlaps


@dataclass(frozen=True)
class Atom:
    """A stroke or a piece of ink. number: its place in the list that it comes from.

    cut: what it costs to begin a digit with it, in nats: ink is cut there, or strokes cross.
    """

    box: Box
    number: int
    cut: float = 0.0


@dataclass(frozen=True)
class Baseline:
    """Where the digits of a line stand: their height and upper edge, in units of the atoms."""

    height: float
    top: float

    def shape(self, box: Box) -> Shape:
        left, top, right, bottom = box
        h = self.height
        return Shape(left / h, (top - self.top) / h, right / h, (bottom - self.top) / h)


def from_left(atoms: Sequence[Atom]) -> list[Atom]:
    """Return atoms by the middle of their boxes."""
    return sorted(atoms, key=lambda atom: atom.box[0] + atom.box[2])


def around(atoms: Sequence[Atom]) -> Box:
    """Return the box around atoms."""
    lefts, tops, rights, bottoms = zip(*(atom.box for atom in atoms), strict=True)
    return min(lefts), min(tops), max(rights), max(bottoms)


def scaled(box: Box, scale: float) -> Box:
    """Return a box in units that are so many times smaller."""
    left, top, right, bottom = (edge * scale for edge in box)
    return left, top, right, bottom


def baseline(atoms: Sequence[Atom]) -> Baseline:
    """Return where the digits of a line stand; a flat line is as high as it is long."""
    tall = tall_columns(atoms)
    tops, bottoms = (np.array([column[edge] for column in tall]) for edge in (1, 3))
    left, top, right, bottom = around(atoms)
    height, extent = float(np.median(bottoms - tops)), max(right - left, bottom - top)
    if height <= FLAT * extent:
        height = extent
    return Baseline(height if height > TAP else 1.0, float(np.median(tops)))


def tall_columns(atoms: Sequence[Atom]) -> list[Box]:
    """Return the boxes of columns of atoms that are about as high as the highest one."""
    columns: list[Box] = []
    for atom in sorted(atoms, key=lambda atom: atom.box[0]):
        if columns and _beside(columns[-1], atom.box):
            columns[-1] = around([Atom(columns[-1], 0), atom])
        else:
            columns.append(atom.box)
    highest = max(column[3] - column[1] for column in columns)
    return [column for column in columns if column[3] - column[1] >= TALL * highest]


def _beside(one: Box, other: Box) -> bool:
    shared = min(one[2], other[2]) - max(one[0], other[0])
    narrower = min(one[2] - one[0], other[2] - other[0])
    return shared > BESIDE * narrower or (narrower == 0 and shared == 0)


def runs(atoms: Sequence[Atom], line: Baseline) -> list[tuple[int, int]]:
    """Return start and stop of the runs of atoms that may be one digit or sign."""
    found = []
    for start in range(len(atoms)):
        for stop in range(start + 1, min(len(atoms), start + MOST) + 1):
            run = atoms[start:stop]
            left, _, right, _ = around(run)
            together = right - left <= WIDEST * line.height
            if stop == start + 1 or (together and gap(run) <= WIDEST_GAP * line.height):
                found.append((start, stop))
    return found


def gap(run: Sequence[Atom]) -> float:
    """Return the widest empty column within the run; 0 if there is none."""
    boxes = sorted((atom.box for atom in run), key=lambda box: box[0])
    reach, widest = boxes[0][2], 0.0
    for box in boxes[1:]:
        widest = max(widest, box[0] - reach)
        reach = max(reach, box[2])
    return widest


def crossed(strokes: Sequence[NDArray[np.float64]], atoms: Sequence[Atom]) -> list[Atom]:
    """Return the atoms of strokes, from left to right, with the costs of parting crossed ones."""
    lines = [_thinned(strokes[atom.number][:, :2]) for atom in atoms]
    cuts = np.zeros(len(atoms))
    for first in range(len(atoms)):
        for last in range(first + 1, len(atoms)):
            if _overlap(atoms[first].box, atoms[last].box) and _cross(lines[first], lines[last]):
                cuts[first + 1 : last + 1] += CROSSED
    return [replace(atom, cut=float(cut)) for atom, cut in zip(atoms, cuts, strict=True)]


def _thinned(line: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return at most MOST_POINTS points of a line, its ends among them."""
    count = min(len(line), MOST_POINTS)
    return line[np.linspace(0, len(line) - 1, count).round().astype(np.intp)]


def _overlap(one: Box, other: Box) -> bool:
    beside = one[2] < other[0] or other[2] < one[0]
    return not (beside or one[3] < other[1] or other[3] < one[1])


def _cross(one: NDArray[np.float64], other: NDArray[np.float64]) -> bool:
    """Whether two polylines cross, and not only touch."""
    a, b = one[:-1, None], one[1:, None]
    c, d = other[None, :-1], other[None, 1:]
    across = _side(a, b, c) * _side(a, b, d) < 0
    return bool((across & (_side(c, d, a) * _side(c, d, b) < 0)).any())


def _side(
    start: NDArray[np.float64], end: NDArray[np.float64], point: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return the sign of the side of a line on which a point is."""
    along, to = end - start, point - start
    return np.sign(along[..., 0] * to[..., 1] - along[..., 1] * to[..., 0])
