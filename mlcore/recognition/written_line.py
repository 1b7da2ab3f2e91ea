"""A line of writing as it is read: its atoms, where the digits stand, and how it is drawn."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from mlcore.ink.geometry import BOX, PEN_WIDTH, Ink, line_with_pen_width, place
from mlcore.ink.strokes import Strokes, extent, ink_of, rasterize
from mlcore.recognition.atoms import Atom, Baseline, Box, baseline, crossed, from_left
from mlcore.recognition.ink_atoms import Piece, joined, pieces_of
from mlcore.recognition.line_network import line_of

WRITING = 48.0  # height of the writing, in pixels, at which ink is cut and read
LONGEST = 4_000  # pixels; a longer line is read smaller
MOST_STROKES, MOST_PIECES = 32, 80  # a drawing of more is no number, and would take long
CUT_COST, CUT_INK_COST = 1.0, 2.0  # cutting a component, and its ink there, per height

Draw = Callable[[Sequence[Atom]], Ink]


@dataclass(frozen=True, eq=False)
class WrittenLine:
    """atoms: from left to right. baseline: where the digits stand, in units of the atoms.

    draw: returns atoms as one input of the digit network, with directions if they are strokes.
    strip: the whole line for the line network, (HEIGHT, w) float32; None if
    it is too long. unit: what the units of the atoms are in the strokes or the ink that were given.
    of_strokes: the numbers of the atoms are those of the strokes.
    """

    atoms: Sequence[Atom]
    baseline: Baseline
    draw: Draw
    strip: Ink | None
    unit: float = 1.0
    of_strokes: bool = False


def line_of_strokes(strokes: Strokes) -> WrittenLine | None:
    """Return the line that strokes make, (n, 2 or more) each; None if they are no number."""
    atoms = atoms_of_strokes(strokes)
    if not 0 < len(atoms) <= MOST_STROKES:
        return None
    atoms = crossed(strokes, atoms)

    def draw(run: Sequence[Atom]) -> Ink:
        return _inked(rasterize([strokes[number] for number in sorted(a.number for a in run)]))

    line = baseline(atoms)
    return WrittenLine(atoms, line, draw, _strip_of(strokes, line), of_strokes=True)


def atoms_of_strokes(strokes: Strokes) -> list[Atom]:
    """Return strokes, (n, 2 or more) each, from left to right, without costs of parting them."""
    return from_left(
        [Atom(_box_of(stroke), number) for number, stroke in enumerate(strokes) if len(stroke)]
    )


def line_of_ink(ink: Ink, height: float) -> WrittenLine | None:
    """Return the line of ink, (h, w) float32 in [0, 1]; None if it is no number.

    height: of the writing, in pixels, above 0.
    """
    scale = min(WRITING / height, LONGEST / max(ink.shape))
    resized = line_with_pen_width(_resized(ink, scale), scale * height)
    pieces = pieces_of(resized, scale * height)
    if not 0 < len(pieces) <= MOST_PIECES:
        return None
    atoms = _atoms_of(pieces)

    def draw(run: Sequence[Atom]) -> Ink:
        return _inked(place(joined([pieces[atom.number] for atom in run])))

    line = baseline(atoms)
    strip = line_of(resized, top=line.top, height=line.height)
    return WrittenLine(atoms, line, draw, strip, unit=1 / scale)


def _inked(drawn: Ink | None) -> Ink:
    if drawn is None:
        raise ValueError("There is nothing to draw.")
    return drawn


def _box_of(stroke: NDArray[np.float64]) -> Box:
    (left, top), (right, bottom) = (end(stroke[:, :2], axis=0).tolist() for end in (np.min, np.max))
    return left, top, right, bottom


def _strip_of(strokes: Strokes, line: Baseline) -> Ink | None:
    """Draw strokes as a line of ink, with a pen as wide as for single digits."""
    share = line.height / (extent(strokes) or 1.0)
    ink = _inked(ink_of(strokes, pen_width=PEN_WIDTH * min(share, 1)))
    rows = np.flatnonzero(ink.any(axis=1))
    ends = [
        edge
        for stroke in strokes
        if len(stroke)
        for edge in (stroke[:, 1].min(), stroke[:, 1].max())
    ]
    pen = line.height * PEN_WIDTH / BOX
    scale = len(rows) / (max(ends) - min(ends) + pen)
    top = float(rows[0] + (line.top - min(ends)) * scale)
    return line_of(ink, top=top, height=(line.height + pen) * scale)


def _atoms_of(pieces: Sequence[Piece]) -> list[Atom]:
    atoms = []
    for number, piece in enumerate(pieces):
        cut = CUT_COST + CUT_INK_COST * piece.cut if piece.cut else 0.0
        left, top, right, bottom = map(float, piece.box)
        atoms.append(Atom((left, top, right, bottom), number, cut))
    return atoms


def _resized(ink: Ink, scale: float) -> Ink:
    size = tuple(max(1, round(side * scale)) for side in ink.shape[::-1])
    how = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    return np.clip(cv2.resize(ink, size, interpolation=how), 0, 1)
