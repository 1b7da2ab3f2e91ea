"""Read numbers: digits with their places, signs between them, and how sure all of it is.

Two ways are combined. The ink is cut into segments that the digit network reads
(`mlcore.recognition.lattice`); this tells where each digit is. A network that reads the line as a
whole then judges the texts that are the most likely (`mlcore.recognition.line_network`): it is
better where digits run together.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from mlcore.ink.geometry import BOX, PEN_WIDTH, Ink, line_with_pen_width, place
from mlcore.ink.strokes import Strokes, extent, ink_of, rasterize
from mlcore.labels import DIGITS
from mlcore.pictures.grayscale import Gray
from mlcore.pictures.ink_network import InkNetwork
from mlcore.pictures.line_ink import line_ink, writing_height
from mlcore.recognition import lattice
from mlcore.recognition.atoms import (
    Atom,
    Baseline,
    Box,
    around,
    baseline,
    crossed,
    from_left,
    gap,
    runs,
)
from mlcore.recognition.inference import Recognizer
from mlcore.recognition.ink_atoms import Piece, joined, pieces_of
from mlcore.recognition.lattice import UNREADABLE, Hypothesis, Segment, Step
from mlcore.recognition.line_network import LineNetwork, best_text, line_of, log_likelihoods
from mlcore.recognition.signs import EQUALS, sign_of

WRITING = 48.0  # height of the writing, in pixels, at which ink is cut and read
LONGEST = 4_000  # pixels; a longer line is read smaller
MOST_STROKES, MOST_PIECES = 32, 80  # a drawing of more is no number, and would take long
# The digit network is never surer than this that a segment is not some digit: it sees the segment
# alone and cut out, and the line network may know better.
LEAST = 3e-3
LIKELIEST = 3  # digits that are tried first for a segment
# Costs in nats: a gap within a digit, per height; a digit lower than LOW heights, per height; one
# whose upper edge is more than SUNK heights below the others'.
GAP_COST = 2.0
LOW, LOW_COST = 0.5, 6.0
SUNK, SUNK_COST = 0.5, 12.0
POINT_COST, SIGN_COST = 0.05, 1.0
UNREADABLE_COST, UNREADABLE_ATOM_COST = 3.0, 0.5  # of a segment, and of each of its atoms
CUT_COST, CUT_INK_COST = 1.0, 2.0  # cutting a component, and its ink there, per height
AFTER = ".,-" + EQUALS  # what may stand after a number without belonging to it
WHOLE = 0.7  # nats; the line network is sure of a text that costs less
LINE_WEIGHT = 1.0  # of the log-likelihood that the line network gives
# Temperatures: they divide the costs when these become probabilities. That of pictures was fitted
# on composed numbers of hands that no training saw, that of strokes on the development sets.
OF_STROKES, OF_PICTURES = 1.5, 2.0

Draw = Callable[[Sequence[Atom]], NDArray[np.float32] | None]


@dataclass(frozen=True)
class Mark:
    """One digit or sign. text: it, or UNREADABLE. strokes: its strokes' numbers, if any."""

    text: str
    box: Box
    confidence: float
    strokes: tuple[int, ...] = ()


@dataclass(frozen=True)
class NumberReading:
    """text: that of all marks. confidence: the probability that all digits are right.

    left_out: what stands after the number and does not belong to it, such as "=" or ".-".
    """

    text: str
    marks: tuple[Mark, ...]
    confidence: float
    left_out: str = ""

    def scaled(self, factor: float) -> "NumberReading":
        """Return the reading with boxes in units that are so many times smaller."""
        marks = (replace(mark, box=_scaled(mark.box, factor)) for mark in self.marks)
        return replace(self, marks=tuple(marks))

    @property
    def digits(self) -> str:
        """The digits alone, and UNREADABLE where one cannot be read."""
        return "".join(text for text in self.text if text.isdigit() or text == UNREADABLE)


NOTHING = NumberReading("", (), 1.0)


class NumberReader:
    """Reads numbers with a version's networks. It is thread-safe."""

    def __init__(self, recognizer: Recognizer, line_network: LineNetwork) -> None:
        self._recognizer = recognizer
        self._line_network = line_network

    def read_strokes(self, strokes: Strokes) -> NumberReading:
        """Read strokes, (n, 2 or more) each; boxes are in their units."""
        atoms = from_left(
            [Atom(_box_of(stroke), number) for number, stroke in enumerate(strokes) if len(stroke)]
        )
        if not 0 < len(atoms) <= MOST_STROKES:
            return NOTHING
        atoms = crossed(strokes, atoms)

        def draw(run: Sequence[Atom]) -> NDArray[np.float32] | None:
            return rasterize([strokes[number] for number in sorted(a.number for a in run)])

        line = baseline(atoms)
        found = self._read(atoms, line, draw, lambda: _ink_of_strokes(strokes, line))
        return _reading(*found, atoms, temperature=OF_STROKES)

    def read_ink(self, ink: Ink) -> NumberReading:
        """Read a line of ink, (h, w) float32 in [0, 1]; boxes are in its pixels."""
        height = writing_height(ink)
        if not height:
            return NOTHING
        scale = min(WRITING / height, LONGEST / max(ink.shape))
        resized = line_with_pen_width(_resized(ink, scale), scale * height)
        pieces = pieces_of(resized, scale * height)
        if not 0 < len(pieces) <= MOST_PIECES:
            return NOTHING
        atoms = _atoms_of(pieces)

        def draw(run: Sequence[Atom]) -> NDArray[np.float32] | None:
            return place(joined([pieces[atom.number] for atom in run]))

        line = baseline(atoms)
        found = self._read(atoms, line, draw, lambda: (resized, line))
        own = [Atom(_scaled(atom.box, 1 / scale), atom.number, atom.cut) for atom in atoms]
        return _reading(*found, own, temperature=OF_PICTURES, of_strokes=False)

    def read_picture(self, gray: Gray, ink_network: InkNetwork) -> NumberReading:
        """Read a picture with a line of writing, (h, w) uint8; boxes are in its pixels."""
        seen = line_ink(gray, ink_network)
        if seen is None:
            return NOTHING
        read = self.read_ink(seen.ink)
        marks = tuple(replace(mark, box=seen.in_picture(mark.box)) for mark in read.marks)
        return replace(read, marks=marks)

    def _read(
        self,
        atoms: Sequence[Atom],
        line: Baseline,
        draw: Draw,
        as_ink: Callable[[], tuple[Ink, Baseline]],
    ) -> tuple[list[Hypothesis], bool]:
        """Return hypotheses, the best one first, and whether the line has no other digits."""
        segments = []
        for start, stop in runs(atoms, line):
            run = atoms[start:stop]
            drawn = draw(run)
            if drawn is not None:
                segments.append(self._segment(start, stop, drawn, run, line))
        found = lattice.hypotheses(len(atoms), segments)
        return _judged(self._line_network, found, *as_ink(), len(atoms), segments)

    def _segment(
        self, start: int, stop: int, drawn: Ink, run: Sequence[Atom], line: Baseline
    ) -> Segment:
        left, _, right, _ = box = around(run)
        shape = line.shape(box)
        penalty = run[0].cut + GAP_COST * gap(run) / line.height
        penalty += LOW_COST * max(0, LOW - shape.height) + SUNK_COST * max(0, shape.top - SUNK)
        probabilities = self._recognizer.probabilities(drawn[np.newaxis])[0, : len(DIGITS)]
        of_digits = penalty - np.log(np.maximum(probabilities, LEAST).astype(np.float64))
        costs = {str(digit): float(of_digits[digit]) for digit in np.argsort(of_digits)}
        likely = [*list(costs)[:LIKELIEST], UNREADABLE]
        costs[UNREADABLE] = UNREADABLE_COST + UNREADABLE_ATOM_COST * len(run) + run[0].cut
        sign = sign_of([line.shape(atom.box) for atom in run])
        if sign is not None:
            costs[sign] = (POINT_COST if sign in ".," else SIGN_COST) + run[0].cut
            likely.append(sign)
        return Segment(start, stop, (left, right), costs, tuple(likely))


def _judged(
    network: LineNetwork,
    found: list[Hypothesis],
    ink: Ink,
    line: Baseline,
    count: int,
    segments: Sequence[Segment],
) -> tuple[list[Hypothesis], bool]:
    """Add what the line network says to the costs; its own text is a hypothesis as well.

    Also return whether it is sure that the best one has all digits of the line.
    """
    strip = line_of(ink, top=line.top, height=line.height)
    if strip is None:
        return found, False
    logs = network.log_probabilities(strip)
    other = best_text(logs)
    if other not in {each.digits for each in found}:
        path = lattice.aligned(count, segments, other)
        found = [*found, path] if path else found
    against = -log_likelihoods(logs, [each.digits for each in found])
    judged = [
        replace(each, cost=each.cost + LINE_WEIGHT * cost)
        for each, cost in zip(found, against.tolist(), strict=True)
    ]
    order = np.argsort([each.cost for each in judged])
    return [judged[i] for i in order], bool(against[order[0]] < WHOLE)


def _box_of(stroke: NDArray[np.float64]) -> Box:
    (left, top), (right, bottom) = (end(stroke[:, :2], axis=0).tolist() for end in (np.min, np.max))
    return left, top, right, bottom


def _ink_of_strokes(strokes: Strokes, line: Baseline) -> tuple[Ink, Baseline]:
    """Draw strokes as a line of ink, with a pen as wide as for single digits."""
    share = line.height / (extent(strokes) or 1.0)
    ink = ink_of(strokes, pen_width=PEN_WIDTH * min(share, 1))
    if ink is None:
        raise ValueError("There are no strokes to draw.")
    rows = np.flatnonzero(ink.any(axis=1))
    ends = [
        edge
        for stroke in strokes
        if len(stroke)
        for edge in (stroke[:, 1].min(), stroke[:, 1].max())
    ]
    pen = line.height * PEN_WIDTH / BOX
    scale = len(rows) / (max(ends) - min(ends) + pen)
    return ink, Baseline((line.height + pen) * scale, rows[0] + (line.top - min(ends)) * scale)


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


def _scaled(box: Box, scale: float) -> Box:
    left, top, right, bottom = (edge * scale for edge in box)
    return left, top, right, bottom


def _has(hypothesis: Hypothesis, step: Step) -> bool:
    """Whether the hypothesis has the same text where the step is."""
    start, stop = step.segment.start, step.segment.stop
    return any(
        other.text == step.text and other.segment.start < stop and start < other.segment.stop
        for other in hypothesis.steps
    )


def _reading(
    found: Sequence[Hypothesis],
    is_whole: bool,
    atoms: Sequence[Atom],
    *,
    temperature: float,
    of_strokes: bool = True,
) -> NumberReading:
    """Return the best hypothesis, with the share of all hypotheses that agree with it.

    is_whole: it has all digits of the line, so what cannot be read is none of them.
    """
    costs = np.array([each.cost for each in found])
    weights = np.exp((costs.min() - costs) / temperature)
    weights /= weights.sum()
    best = found[0]
    marks = []
    for step in best.steps:
        agree = [_has(each, step) for each in found]
        run = atoms[step.segment.start : step.segment.stop]
        numbers = tuple(sorted(atom.number for atom in run)) if of_strokes else ()
        confidence = float(weights[agree].sum())
        marks.append(Mark(step.text, around(run), confidence, numbers))
    sure = float(weights[[each.digits == best.digits for each in found]].sum())
    foreign = AFTER + UNREADABLE if is_whole else AFTER
    kept = len(marks)
    while kept and marks[kept - 1].text in foreign:
        kept -= 1
    left_out = "".join(mark.text for mark in marks[kept:] if mark.text != UNREADABLE)
    rest = [mark for mark in marks[:kept] if not (is_whole and mark.text == UNREADABLE)]
    return NumberReading("".join(mark.text for mark in rest), tuple(rest), sure, left_out)
