"""The network inputs of training examples: of single digits, and of the digits of numbers.

The ink of a number is cut into its digits by the networks of the version that is trained further
(`mlcore.recognition.labeled_numbers`). A number that its ink does not fit is not learned from.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from mlcore.data.lines import Lines
from mlcore.ink.directions import PLANES
from mlcore.ink.geometry import IMAGE_SIDE
from mlcore.labels import NOT_A_DIGIT, figures
from mlcore.recognition.labeled_numbers import LabeledNumber, labeled_picture, labeled_strokes
from recognizer.actions.drawings.recognition import Ink
from recognizer.actions.versions.serving import Networks
from recognizer.models import Correction, Drawing
from recognizer.models.corrections import labeler_number

CHUNK = 1_000  # drawings fetched at once; SQLite allows some 32,000 values in a query
NUMBERS = 50  # numbers fetched at once, with strokes and pictures
COLUMNS = ("by", "to_label", "number", "drawing__owner")  # of a correction, for `example_of`

Heartbeat = Callable[[], None]
Planes = NDArray[np.uint8]  # (28, 28, PLANES)


class TrainingExample(NamedTuple):
    """An approved correction, the newest of its drawing.

    label: 0 to 10. number: the digits of a number instead; empty if it is none.
    """

    correction: int
    drawing: int
    writer: int  # the drawing's owner
    labeler: int  # as returned by `labeler_number`
    label: int
    number: str = ""

    @property
    def digits(self) -> int:
        """How many digits there are to learn from."""
        return len(self.number) or 1


def example_of(row: Correction) -> TrainingExample:
    """row: a correction with COLUMNS."""
    ids = (row.pk, row.drawing_id, row.drawing.owner_id, labeler_number(row.by_id))
    if row.number:
        return TrainingExample(*ids, NOT_A_DIGIT, figures(row.number))
    return TrainingExample(*ids, row.to_label)


@dataclass(frozen=True)
class Inputs:
    """drawings: the network input of each, by id. numbers: their digits, by id of the correction.

    A number that its ink does not fit is not among `numbers`.
    """

    drawings: dict[int, Planes] = field(default_factory=dict)
    numbers: dict[int, LabeledNumber] = field(default_factory=dict)

    def fits(self, example: TrainingExample) -> bool:
        """Whether there is something to learn from."""
        return not example.number or example.correction in self.numbers

    def digits_of(self, example: TrainingExample) -> list[tuple[int, Planes]]:
        """Return label and network input of each digit."""
        if not example.number:
            return [(example.label, self.drawings[example.drawing])]
        number = self.numbers[example.correction]
        return list(zip(map(int, number.figures), number.inputs, strict=True))


def read_inputs(drawings: Sequence[int], heartbeat: Heartbeat) -> dict[int, Planes]:
    """Read the network input of each drawing that still exists."""
    inputs: dict[int, Planes] = {}
    for start in range(0, len(drawings), CHUNK):
        heartbeat()
        rows = Drawing.objects.filter(pk__in=drawings[start : start + CHUNK])
        inputs |= {row.pk: row.planes for row in rows.only("network_input", "directions")}
    return inputs


def cut_numbers(
    examples: Sequence[TrainingExample], networks: Callable[[], Networks], heartbeat: Heartbeat
) -> dict[int, LabeledNumber]:
    """Cut the numbers among the examples into their digits. networks: called if there are any."""
    wanted = [each for each in examples if each.number]
    if not wanted:
        return {}
    cut: dict[int, LabeledNumber] = {}
    loaded = networks()
    for start in range(0, len(wanted), NUMBERS):
        heartbeat()
        part = wanted[start : start + NUMBERS]
        rows = Drawing.objects.only("strokes", "picture").in_bulk([each.drawing for each in part])
        for each in part:
            if each.drawing in rows:
                number = cut_number(rows[each.drawing], each.number, loaded)
                cut |= {each.correction: number} if number else {}
    return cut


def cut_number(drawing: Drawing, digits: str, networks: Networks) -> LabeledNumber | None:
    """Cut a drawing into these digits; None if its ink does not fit them."""
    ink = Ink.stored(None, strokes=drawing.strokes, picture=drawing.picture)
    if ink.gray is None:
        return labeled_strokes(ink.paths, digits, networks.recognizer)
    return labeled_picture(ink.gray, digits, networks.recognizer, networks.ink_network)


def stacked(examples: Sequence[TrainingExample], inputs: Inputs) -> Planes:
    """Return the network inputs of whole drawings, uint8 (n, 28, 28, PLANES); n may be 0."""
    return _joined([inputs.drawings[example.drawing] for example in examples])


@dataclass(frozen=True, eq=False)
class Digits:
    """The digits of examples: inputs uint8 (n, 28, 28, PLANES), labels uint8 (n,).

    of: the index of the example of each digit, (n,).
    """

    inputs: Planes
    labels: NDArray[np.uint8]
    of: NDArray[np.int64]


def digits_of(examples: Sequence[TrainingExample], inputs: Inputs) -> Digits:
    """Return all digits of the examples, in their order."""
    rows = [(i, *digit) for i, each in enumerate(examples) for digit in inputs.digits_of(each)]
    return Digits(
        inputs=_joined([planes for _, _, planes in rows]),
        labels=np.array([label for _, label, _ in rows], np.uint8),
        of=np.array([i for i, _, _ in rows], np.int64),
    )


def lines_of(
    examples: Sequence[TrainingExample], inputs: Inputs
) -> tuple[Lines, NDArray[np.int64]]:
    """Return the numbers among the examples as lines, in their order, and their indices."""
    rows = [i for i, example in enumerate(examples) if example.number]
    numbers = [inputs.numbers[examples[i].correction] for i in rows]
    lines = Lines([number.line for number in numbers], [number.figures for number in numbers])
    return lines, np.array(rows, np.int64)


def _joined(inputs: Sequence[Planes]) -> Planes:
    empty = np.empty((0, IMAGE_SIDE, IMAGE_SIDE, PLANES), np.uint8)
    return np.stack(inputs) if inputs else empty
