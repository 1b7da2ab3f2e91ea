"""What is read of a number: its text, and the place and confidence of each digit and sign."""

from dataclasses import dataclass, replace

from mlcore.recognition.atoms import Box, scaled
from mlcore.recognition.lattice import UNREADABLE


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
        marks = (replace(mark, box=scaled(mark.box, factor)) for mark in self.marks)
        return replace(self, marks=tuple(marks))

    @property
    def digits(self) -> str:
        """The digits alone, and UNREADABLE where one cannot be read."""
        return "".join(text for text in self.text if text.isdigit() or text == UNREADABLE)


NOTHING = NumberReading("", (), 1.0)
