"""What each part of a line may be, and what it costs, by the digit network and by its place."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from mlcore.ink.strokes import Strokes
from mlcore.labels import DIGITS, NOT_A_DIGIT
from mlcore.recognition.atoms import Atom, Baseline, around, baseline, gap, runs
from mlcore.recognition.inference import Recognizer
from mlcore.recognition.lattice import UNREADABLE, Segment
from mlcore.recognition.signs import (
    PERCENT,
    SLASH,
    Shape,
    is_percent,
    is_slash,
    leans_of,
    plus_of,
    sign_of,
)
from mlcore.recognition.written_line import MOST_STROKES, WrittenLine, atoms_of_strokes

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
# Costs of a digit at whose end a sign is beside the rest: the digit network takes a dash before a 7
# and the dots beside a digit for parts of it. A point may also be a speck, or the end of a stroke.
INSIDE = {"-": 6.0, "+": 6.0, ":": 6.0, ".": 1.0, ",": 1.0}
BEFORE, POINTS = ("-", "+"), (".", ",")  # signs before a number, and in it
PLUS_COST = 5.0  # of reading a plus in one piece as a digit
NO_SLASH_COST = 6.0  # of reading a slash, or a part of it, as something else
# A straight line is a one like another one that is at least ALIKE times as high, if it does not
# lean by LEANS_MORE more.
ALIKE, LEANS_MORE = 0.85, 0.1


Span = tuple[int, int]  # start and stop of a run of atoms
Known = TypeVar("Known")


@dataclass(frozen=True)
class Straight:
    """A run of atoms that is a straight line. lean: to the right, per height."""

    start: int
    stop: int
    shape: Shape
    lean: float

    def overlaps(self, other: "Straight | Segment") -> bool:
        return self.start < other.stop and other.start < self.stop


def segments_of(line: WrittenLine, recognizer: Recognizer) -> list[Segment]:
    """Return all runs of atoms that may be one digit or sign, with their costs."""
    spans = runs(line.atoms, line.baseline)
    found = [line.atoms[start:stop] for start, stop in spans]
    inputs = np.stack([line.draw(run) for run in found])
    probabilities = recognizer.probabilities(inputs)
    images = inputs if inputs.ndim == 3 else inputs[..., 0]
    signs = _signs(spans, images, line)
    inside = _costs_inside(signs, line)
    segments = [
        _segment(span, run, line.baseline, likely, signs.get(span), inside)
        for span, run, likely in zip(spans, found, probabilities, strict=True)
    ]
    leans = leans_of(images).tolist()
    lines = [
        Straight(*span, line.baseline.shape(around(run)), lean)
        for span, run, lean in zip(spans, found, leans, strict=True)
        if not np.isnan(lean)
    ]
    return _with_percent(_with_slashes(segments, lines, line), lines, line)


def _signs(
    spans: Sequence[Span], images: NDArray[np.float32], line: WrittenLine
) -> dict[Span, str]:
    """Return the runs that are a sign, by their boxes, or of one whole component by its image."""
    signs = {}
    for (start, stop), image in zip(spans, images, strict=True):
        shapes = [line.baseline.shape(atom.box) for atom in line.atoms[start:stop]]
        sign = sign_of(shapes)
        is_whole = not any(atom.cut for atom in line.atoms[start : stop + 1])
        if sign is None and stop == start + 1 and is_whole:
            sign = plus_of(shapes[0], image)
        if sign is not None:
            signs[start, stop] = sign
    return signs


def _costs_inside(signs: Mapping[Span, str], line: WrittenLine) -> dict[Span, float]:
    """Return what it costs to take these signs for parts of a digit beside them.

    A flat point in a picture may well be one: the end of a stroke that was lost in between.
    """
    costs = {}
    for (start, stop), sign in signs.items():
        shape = line.baseline.shape(around(line.atoms[start:stop]))
        is_flat = sign in POINTS and not line.of_strokes and shape.width > 2 * shape.height
        if sign in INSIDE and not is_flat:
            costs[start, stop] = INSIDE[sign]
    return costs


def _with_slashes(
    segments: Sequence[Segment], lines: Sequence[Straight], line: WrittenLine
) -> list[Segment]:
    """Let straight lines be slashes that are taller than the writer's other ones, or lean more."""
    inside = [each for each in lines if each.start > 0 and each.stop < len(line.atoms)]
    high = [each for each in inside if is_slash(each.shape, each.lean)]
    others = [each for each in lines if not any(each.overlaps(slash) for slash in high)]
    slashes = [each for each in high if not any(_is_alike(other, each) for other in others)]
    return [_or_slash(segment, slashes) for segment in segments]


def _is_alike(other: Straight, slash: Straight) -> bool:
    as_high = other.shape.height >= slash.shape.height * ALIKE
    return as_high and slash.lean < other.lean + LEANS_MORE


def _or_slash(segment: Segment, slashes: Sequence[Straight]) -> Segment:
    near = [slash for slash in slashes if slash.overlaps(segment)]
    if not near:
        return segment
    costs = {text: cost + NO_SLASH_COST for text, cost in segment.costs.items()}
    likely = segment.likely
    if any((slash.start, slash.stop) == (segment.start, segment.stop) for slash in near):
        costs[SLASH] = SIGN_COST
        likely = (*likely, SLASH)
    return replace(segment, costs=costs, likely=likely)


def _with_percent(
    segments: list[Segment], lines: Sequence[Straight], line: WrittenLine
) -> list[Segment]:
    """Let the last atoms be a percent sign, and nothing else, if they look like one."""
    last = len(line.atoms) - 1
    for each in lines:
        if each.stop != last or each.start < 2:  # something stands before the first ring
            continue
        upper, lower = (line.baseline.shape(line.atoms[i].box) for i in (each.start - 1, last))
        if is_percent(upper, each.shape, each.lean, lower):
            start = each.start - 1
            left, _, right, _ = around(line.atoms[start:])
            percent = Segment(start, last + 1, (left, right), {PERCENT: SIGN_COST}, (PERCENT,))
            return [*(segment for segment in segments if segment.stop <= start), percent]
    return segments


def _beside(span: Span, run: Sequence[Atom], known: Mapping[Span, Known]) -> Iterator[Known]:
    """Yield what is known of the ends of a run that are beside the rest of it, not cut from it.

    Of two atoms that belong together, one may be outside the run.
    """
    start, stop = span
    for count in range(1, min(2, len(run) - 1) + 1):
        firsts = [(start, start + count), (start - 1, start + 1)][: 3 - count]
        lasts = [(stop - count, stop), (stop - 1, stop + 1)][: 3 - count]
        ends = firsts if _apart(run[:count], run[count:]) else []
        ends += lasts if _apart(run[:-count], run[-count:]) else []
        yield from (known[end] for end in ends if end in known)


def has_sign_beside(strokes: Strokes) -> bool:
    """Whether one or two strokes at an end of a drawing are a minus or a plus beside the rest.

    It looks only at their boxes, so it takes next to no time.
    """
    atoms = atoms_of_strokes(strokes)
    if not 2 <= len(atoms) <= MOST_STROKES:
        return False
    line, whole = baseline(atoms), (0, len(atoms))
    ends = {(0, 1), (0, 2), (whole[1] - 1, whole[1]), (whole[1] - 2, whole[1])} - {whole}
    signs = {end: sign_of([line.shape(atom.box) for atom in atoms[slice(*end)]]) for end in ends}
    return any(sign in BEFORE for sign in _beside(whole, atoms, signs))


def _apart(left: Sequence[Atom], right: Sequence[Atom]) -> bool:
    """Whether two groups of atoms share no column and are not parted by a cut."""
    return around(left)[2] <= around(right)[0] and not right[0].cut


def _segment(
    span: Span,
    run: Sequence[Atom],
    line: Baseline,
    probabilities: NDArray[np.float32],
    sign: str | None,
    inside: Mapping[Span, float],
) -> Segment:
    left, _, right, _ = box = around(run)
    shape = line.shape(box)
    penalty = run[0].cut + GAP_COST * gap(run) / line.height
    penalty += max(_beside(span, run, inside), default=0.0)
    penalty += PLUS_COST * (len(run) == 1 and sign == "+")
    penalty += LOW_COST * max(0, LOW - shape.height) + SUNK_COST * max(0, shape.top - SUNK)
    of_digits = penalty - np.log(np.maximum(probabilities[: len(DIGITS)], LEAST).astype(np.float64))
    costs = {str(digit): float(of_digits[digit]) for digit in np.argsort(of_digits)}
    likely = [*list(costs)[:LIKELIEST], UNREADABLE]
    costs[UNREADABLE] = UNREADABLE_COST + UNREADABLE_ATOM_COST * len(run) + run[0].cut
    if sign is not None:
        costs[sign] = (POINT_COST if sign in ".," else SIGN_COST) + run[0].cut
        likely.append(sign)
    not_a_digit = float(probabilities[NOT_A_DIGIT])
    return Segment(*span, (left, right), costs, tuple(likely), not_a_digit)
