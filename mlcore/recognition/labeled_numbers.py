"""Numbers whose text is known, cut into digits to learn from.

The text of a person and the ink must agree: there are as many digits as the ink can be cut into,
each where one is likely. A digit that the network misreads is what it learns from; a digit too many
or too few is a mistake, and nothing is learned from that drawing.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mlcore.ink.directions import as_planes
from mlcore.ink.strokes import Strokes
from mlcore.pictures.grayscale import Gray
from mlcore.pictures.ink_network import InkNetwork
from mlcore.pictures.line_ink import line_ink
from mlcore.recognition import lattice
from mlcore.recognition.inference import Recognizer
from mlcore.recognition.lattice import UNREADABLE, Hypothesis
from mlcore.recognition.segments import segments_of
from mlcore.recognition.written_line import WrittenLine, line_of_ink, line_of_strokes

# Nats by which a text with another number of digits may be more costly than the likeliest one.
STRETCH = 3.0


@dataclass(frozen=True, eq=False)
class LabeledNumber:
    """figures: n digits. inputs: uint8 (n, 28, 28, PLANES), the network input of each.

    line: the whole number as the line network sees it, uint8 (HEIGHT, w).
    """

    figures: str
    inputs: NDArray[np.uint8]
    line: NDArray[np.uint8]


def labeled_strokes(strokes: Strokes, figures: str, recognizer: Recognizer) -> LabeledNumber | None:
    """Cut strokes, (n, 2 or more) each, into these digits; None if they do not agree."""
    return labeled(line_of_strokes(strokes), figures, recognizer)


def labeled_picture(
    gray: Gray, figures: str, recognizer: Recognizer, ink_network: InkNetwork
) -> LabeledNumber | None:
    """Cut a picture of a line, (h, w) uint8, into these digits; None if they do not agree."""
    seen = line_ink(gray, ink_network)
    line = line_of_ink(seen.ink, seen.height) if seen is not None and seen.height else None
    return labeled(line, figures, recognizer)


def labeled(line: WrittenLine | None, figures: str, recognizer: Recognizer) -> LabeledNumber | None:
    if line is None or line.strip is None or not figures:
        return None
    segments = segments_of(line, recognizer)
    path = lattice.aligned(len(line.atoms), segments, figures)
    if path is None or not _agrees(path, lattice.hypotheses(len(line.atoms), segments)[0]):
        return None
    digits = [step.segment for step in path.steps if step.text.isdigit()]
    inputs = np.stack([line.draw(line.atoms[each.start : each.stop]) for each in digits])
    return LabeledNumber(figures, as_planes(_as_bytes(inputs)), _as_bytes(line.strip))


def _agrees(path: Hypothesis, likeliest: Hypothesis) -> bool:
    if UNREADABLE in path.text:
        return False
    return _places(path) == _places(likeliest) or path.cost <= likeliest.cost + STRETCH


def _places(path: Hypothesis) -> list[tuple[int, int]]:
    """Return where the digits are; an unreadable one is a digit."""
    steps = (step for step in path.steps if step.text.isdigit() or step.text == UNREADABLE)
    return [(step.segment.start, step.segment.stop) for step in steps]


def _as_bytes(ink: NDArray[np.float32]) -> NDArray[np.uint8]:
    return np.rint(ink * 255).astype(np.uint8)
