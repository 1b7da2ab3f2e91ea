"""What each part of a line may be, and what it costs, by the digit network and by its place."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from mlcore.labels import DIGITS
from mlcore.recognition.atoms import Atom, Baseline, around, gap, runs
from mlcore.recognition.inference import Recognizer
from mlcore.recognition.lattice import UNREADABLE, Segment
from mlcore.recognition.signs import sign_of
from mlcore.recognition.written_line import WrittenLine

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


def segments_of(line: WrittenLine, recognizer: Recognizer) -> list[Segment]:
    """Return all runs of atoms that may be one digit or sign, with their costs."""
    found = [
        (start, stop, line.atoms[start:stop]) for start, stop in runs(line.atoms, line.baseline)
    ]
    probabilities = recognizer.probabilities(np.stack([line.draw(run) for _, _, run in found]))
    return [
        _segment(start, stop, run, line.baseline, likely)
        for (start, stop, run), likely in zip(found, probabilities, strict=True)
    ]


def _segment(
    start: int,
    stop: int,
    run: Sequence[Atom],
    line: Baseline,
    probabilities: NDArray[np.float32],
) -> Segment:
    left, _, right, _ = box = around(run)
    shape = line.shape(box)
    penalty = run[0].cut + GAP_COST * gap(run) / line.height
    penalty += LOW_COST * max(0, LOW - shape.height) + SUNK_COST * max(0, shape.top - SUNK)
    of_digits = penalty - np.log(np.maximum(probabilities[: len(DIGITS)], LEAST).astype(np.float64))
    costs = {str(digit): float(of_digits[digit]) for digit in np.argsort(of_digits)}
    likely = [*list(costs)[:LIKELIEST], UNREADABLE]
    costs[UNREADABLE] = UNREADABLE_COST + UNREADABLE_ATOM_COST * len(run) + run[0].cut
    sign = sign_of([line.shape(atom.box) for atom in run])
    if sign is not None:
        costs[sign] = (POINT_COST if sign in ".," else SIGN_COST) + run[0].cut
        likely.append(sign)
    return Segment(start, stop, (left, right), costs, tuple(likely))
