"""Forms of figures, independent of the writer.

Each form has one or more masters. Masters are drawings of the form that differ as writers do (a low
and a high bar, a small and a large loop) and have the same number of control points. Every drawing
interpolates two masters, like a variable font, so all shapes in between occur.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from mlcore.data.synthesis.curves import Path, path
from mlcore.data.synthesis.digit_forms import DIGIT_FORMS
from mlcore.data.synthesis.digit_forms.only_in_lines import ONLY_IN_LINES

_NAMES = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")


@dataclass(frozen=True, eq=False)
class Form:
    """One way to write a figure.

    label: a digit or NOT_A_DIGIT. masters: each a tuple of the strokes' paths, all with the same
    numbers of strokes and control points. weight: how often a writer prefers this form to the
    digit's other forms.
    """

    name: str
    label: int
    masters: tuple[tuple[Path, ...], ...]
    weight: float = 1.0

    @property
    def control_points(self) -> int:
        return sum(len(stroke.points) for stroke in self.masters[0])


def form(name: str, label: int, masters: Iterable[str], weight: float = 1.0) -> Form:
    """Make a form from masters, texts of paths with a "|" between two strokes.

    Raises ValueError if the masters differ in strokes or control points.
    """
    drawn = tuple(tuple(path(stroke) for stroke in master.split("|")) for master in masters)
    shapes = {tuple(len(stroke.points) for stroke in strokes) for strokes in drawn}
    if len(shapes) != 1:
        raise ValueError(f"The masters of {name} differ in strokes or control points: {shapes}")
    return Form(name, label, drawn, weight)


def in_other_order(known: Form, order: Sequence[int], name: str, weight: float = 1.0) -> Form:
    """Return a form whose strokes are drawn in another order or direction.

    order: numbers of strokes, from 1; a stroke with a negative number is drawn from its end. What
    is not listed is left out. Raises IndexError if the form has no such stroke.
    """
    masters = tuple(
        tuple(strokes[abs(k) - 1] if k > 0 else strokes[abs(k) - 1].reversed() for k in order)
        for strokes in known.masters
    )
    return Form(name, known.label, masters, weight)


def _read(table: str) -> dict[str, Form]:
    """Read forms in the notation of `digit_forms`."""
    forms: dict[str, Form] = {}
    for block in re.split(r"\n(?=\S)", table.strip()):
        heading, *masters = block.splitlines()
        name, weight, *derived = heading.split()
        if derived:
            order = [int(number) for number in derived[2:]]
            forms[name] = in_other_order(forms[derived[1]], order, name, float(weight))
        else:
            label = _NAMES.index(name.split("_")[0])
            forms[name] = form(name, label, masters, float(weight))
    return forms


FORMS: dict[str, Form] = _read(DIGIT_FORMS)
# The weight of these is the share of writers who have no other form of the digit.
LINE_FORMS: dict[str, Form] = _read(ONLY_IN_LINES)


def forms_of(digit: int) -> list[Form]:
    """Return the forms of one digit, 0 to 9."""
    return [known for known in FORMS.values() if known.label == digit]
