"""Read numbers: digits with their places, signs between them, and how sure all of it is.

Two ways are combined. The ink is cut into segments that the digit network reads
(`mlcore.recognition.segments`, `mlcore.recognition.lattice`); this tells where each digit is. A
network that reads the line as a whole then judges the texts that are the most likely
(`mlcore.recognition.line_network`): it is better where digits run together.
"""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from mlcore.ink.geometry import Ink
from mlcore.ink.strokes import Strokes
from mlcore.pictures.grayscale import Gray
from mlcore.pictures.ink_network import InkNetwork
from mlcore.pictures.line_ink import line_ink, writing_height
from mlcore.recognition import lattice
from mlcore.recognition.atoms import around, scaled
from mlcore.recognition.inference import Recognizer
from mlcore.recognition.lattice import UNREADABLE, Hypothesis, Segment, Step
from mlcore.recognition.line_network import LineNetwork, best_text, log_likelihoods
from mlcore.recognition.number_reading import NOTHING, Mark, NumberReading
from mlcore.recognition.segments import segments_of
from mlcore.recognition.signs import EQUALS, PERCENT, SLASH
from mlcore.recognition.written_line import WrittenLine, line_of_ink, line_of_strokes

POINTS = (".", ",", ":")
SIGNS = (*POINTS, "-", "+", SLASH, PERCENT, EQUALS)
AFTER = ".,-" + SLASH + EQUALS  # what may stand after a number without belonging to it
FOREIGN = 0.5  # a single digit that is with this probability none is not read
# What cannot be read but has this height, relative to the writing, may have been a digit. So many
# texts without it were right, on the sets that chose the balances below.
AS_DIGITS, DOUBTFUL = 0.6, 0.75
WHOLE = 1.2  # nats; the line network is sure of a text that costs less


@dataclass(frozen=True)
class Balance:
    """weight: of the log-likelihood that the line network gives.

    temperature: it divides the costs when these become probabilities.
    """

    weight: float
    temperature: float


# Strokes tell where a digit begins, and the digit network sees how they were drawn. In pictures the
# line as a whole tells more. Chosen on the development sets and on composed numbers of hands that
# no training saw.
OF_STROKES, OF_PICTURES = Balance(0.5, 1.0), Balance(2.0, 2.5)


class NumberReader:
    """Reads numbers with a version's networks. It is thread-safe."""

    def __init__(self, recognizer: Recognizer, line_network: LineNetwork) -> None:
        self._recognizer = recognizer
        self._line_network = line_network

    def read_strokes(self, strokes: Strokes) -> NumberReading:
        """Read strokes, (n, 2 or more) each; boxes are in their units."""
        return self._read(line_of_strokes(strokes))

    def read_ink(self, ink: Ink) -> NumberReading:
        """Read a line of ink, (h, w) float32 in [0, 1]; boxes are in its pixels."""
        return self._read_ink(ink, writing_height(ink))

    def read_picture(self, gray: Gray, ink_network: InkNetwork) -> NumberReading:
        """Read a picture with a line of writing, (h, w) uint8; boxes are in its pixels."""
        seen = line_ink(gray, ink_network)
        if seen is None:
            return NOTHING
        read = self._read_ink(seen.ink, seen.height)
        marks = tuple(replace(mark, box=seen.in_picture(mark.box)) for mark in read.marks)
        return replace(read, marks=marks)

    def _read_ink(self, ink: Ink, height: float) -> NumberReading:
        """Read ink with writing of this height in pixels, 0.0 if there is none."""
        return self._read(line_of_ink(ink, height) if height else None)

    def _read(self, line: WrittenLine | None) -> NumberReading:
        if line is None:
            return NOTHING
        segments = segments_of(line, self._recognizer)
        found = lattice.hypotheses(len(line.atoms), segments)
        found, is_whole = _judged(self._line_network, found, line, segments)
        return _reading(found, is_whole, line)


def _balance(line: WrittenLine) -> Balance:
    return OF_STROKES if line.of_strokes else OF_PICTURES


def _judged(
    network: LineNetwork,
    found: list[Hypothesis],
    line: WrittenLine,
    segments: Sequence[Segment],
) -> tuple[list[Hypothesis], bool]:
    """Add what the line network says to the costs; its own text is a hypothesis as well.

    Return them, the best one first, and whether the network is sure that it has all digits of the
    line.
    """
    if line.strip is None:
        return found, False
    logs = network.log_probabilities(line.strip)
    other = best_text(logs)
    if other not in {each.digits for each in found}:
        path = lattice.aligned(len(line.atoms), segments, other)
        found = [*found, path] if path else found
    against = -log_likelihoods(logs, [each.digits for each in found])
    weight = _balance(line).weight
    judged = [
        replace(each, cost=each.cost + weight * cost)
        for each, cost in zip(found, against.tolist(), strict=True)
    ]
    order = np.argsort([each.cost for each in judged])
    return [judged[i] for i in order], bool(against[order[0]] < WHOLE)


def _has(hypothesis: Hypothesis, step: Step) -> bool:
    """Whether the hypothesis has the same text where the step is."""
    start, stop = step.segment.start, step.segment.stop
    return any(
        other.text == step.text and other.segment.start < stop and start < other.segment.stop
        for other in hypothesis.steps
    )


def _is_foreign(hypothesis: Hypothesis) -> bool:
    """Whether there is one digit, and the digit network takes it for something else."""
    digits = [step.segment for step in hypothesis.steps if step.text.isdigit()]
    return len(digits) == 1 and digits[0].not_a_digit > FOREIGN


def _doubtful(marks: Sequence[Mark], line: WrittenLine) -> bool:
    """Whether something between digits that cannot be read is as high as they are."""
    digits = [i for i, mark in enumerate(marks) if mark.text.isdigit()]
    between = marks[digits[0] : digits[-1]] if digits else ()
    high = AS_DIGITS * line.baseline.height * line.unit
    return any(m.text == UNREADABLE and m.box[3] - m.box[1] >= high for m in between)


def _without_specks(marks: Sequence[Mark]) -> list[Mark]:
    """Leave out points, commas and colons between digits that stand beside another sign.

    No number has two signs there: such points are specks, or parts of a digit.
    """
    kept: list[Mark] = []
    for is_sign, group in itertools.groupby(marks, lambda mark: mark.text in SIGNS):
        run = list(group)
        if is_sign and len(run) > 1 and kept and run[-1] is not marks[-1]:
            run = [mark for mark in run if mark.text not in POINTS]
        kept += run
    return kept


def _reading(found: Sequence[Hypothesis], is_whole: bool, line: WrittenLine) -> NumberReading:
    """Return the best hypothesis, with the share of all hypotheses that agree with it.

    is_whole: it has all digits of the line, so what cannot be read is none of them, unless
    the only digit is foreign, such as a letter.
    """
    costs = np.array([each.cost for each in found])
    weights = np.exp((costs.min() - costs) / _balance(line).temperature)
    weights /= weights.sum()
    best = found[0]
    foreign = _is_foreign(best)
    marks = []
    for step in best.steps:
        agree = [_has(each, step) for each in found]
        run = line.atoms[step.segment.start : step.segment.stop]
        numbers = tuple(sorted(atom.number for atom in run)) if line.of_strokes else ()
        box = scaled(around(run), line.unit)
        text = UNREADABLE if foreign and step.text.isdigit() else step.text
        marks.append(Mark(text, box, float(weights[agree].sum()), numbers))
    sure = float(weights[[each.digits == best.digits for each in found]].sum())
    if is_whole and not foreign:
        sure *= DOUBTFUL if _doubtful(marks, line) else 1.0
        marks = [mark for mark in marks if mark.text != UNREADABLE]
    first, stop = 0, len(marks)
    while stop and marks[stop - 1].text in AFTER:
        stop -= 1
    while first < stop and marks[first].text == SLASH:
        first += 1
    left_out = "".join(mark.text for mark in marks[stop:])
    kept = tuple(_without_specks(marks[first:stop]))
    if any(mark.text == UNREADABLE for mark in kept):
        sure = 0.0  # not all digits can be right
    return NumberReading("".join(mark.text for mark in kept), kept, sure, left_out)
