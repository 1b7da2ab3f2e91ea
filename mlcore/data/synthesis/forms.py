"""Forms of figures: what is written, apart from who writes it.

Each form is given by one or more masters, drawings of it that differ as hands differ (a low and a
high bar, a small and a large loop) with the same number of control points. Every drawing mixes
two masters, as a variable font does, so that all shapes in between occur.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from mlcore.data.synthesis.curves import Path, path
from mlcore.data.synthesis.digit_forms import DIGIT_FORMS

_NAMES = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")


@dataclass(frozen=True, eq=False)
class Form:
    """One way to write a figure.

    label: a digit or NOT_A_DIGIT. masters: each a tuple of the strokes' paths, all alike in strokes
    and control points. weight: how often a writer prefers it to the digit's other forms.
    """

    name: str
    label: int
    masters: tuple[tuple[Path, ...], ...]
    weight: float = 1.0

    @property
    def control_points(self) -> int:
        return sum(len(stroke.points) for stroke in self.masters[0])


def form(name: str, label: int, masters: Iterable[str], weight: float = 1.0) -> Form:
    """The form whose masters are texts of paths, a "|" between two strokes.

    Raises ValueError if the masters do not fit each other.
    """
    drawn = tuple(tuple(path(stroke) for stroke in master.split("|")) for master in masters)
    shapes = {tuple(len(stroke.points) for stroke in strokes) for strokes in drawn}
    if len(shapes) != 1:
        raise ValueError(f"The masters of {name} differ in strokes or control points: {shapes}")
    return Form(name, label, drawn, weight)


def _read(table: str) -> Iterable[Form]:
    heading, masters = "", []
    for line in [*table.strip().splitlines(), ""]:
        if line.startswith(" "):
            masters.append(line)
            continue
        if heading:
            name, weight = heading.split()
            yield form(name, _NAMES.index(name.split("_")[0]), masters, float(weight))
        heading, masters = line, []


FORMS: dict[str, Form] = {known.name: known for known in _read(DIGIT_FORMS)}


def forms_of(digit: int) -> list[Form]:
    """The forms of one digit, 0 to 9."""
    return [known for known in FORMS.values() if known.label == digit]
