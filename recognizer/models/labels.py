"""Labels in tables and forms: a digit, "not a digit", or a number."""

from typing import TYPE_CHECKING, Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from mlcore.labels import DIGITS, LONGEST_NUMBER, NOT_A_DIGIT, Label, figures, is_number

LABEL_CHOICES: list[tuple[int, Any]] = [
    *((digit, str(digit)) for digit in DIGITS),
    (NOT_A_DIGIT, _("not a digit")),
]
NOT_A_DIGIT_NAME = "not_a_digit"  # in tables, files and requests
NAMES = {**{digit: str(digit) for digit in DIGITS}, NOT_A_DIGIT: NOT_A_DIGIT_NAME}
CLASSES_BY_NAME = {name: label for label, name in NAMES.items()}
LONGEST = 80  # digits of an answer; people's numbers are shorter


def label_text(label: Label | None, number: str = "") -> str:
    """Return the label as text; empty for None. number: how a number is written, if it is one."""
    if number or label is None:
        return number
    return str(dict(LABEL_CHOICES).get(label, label)) if isinstance(label, int) else label


def label_name(label: Label | None, number: str = "") -> str | None:
    """Return the label as files write it, the same in every language; None without a label."""
    if number or label is None:
        return number or None
    return NAMES[label] if isinstance(label, int) else label


def label_of(given: object) -> tuple[Label, str]:
    """Read a label: 0 to 10, or text: a digit, NOT_A_DIGIT_NAME or a number such as "3.5".

    Returns the label, and how a number is written; empty if it is none. Raises ValueError.
    """
    if isinstance(given, int) and not isinstance(given, bool) and given in NAMES:
        return given, ""
    if isinstance(given, str) and given in CLASSES_BY_NAME:
        return CLASSES_BY_NAME[given], ""
    if isinstance(given, str) and is_number(given):
        return stored(figures(given)), given
    raise ValueError("no label")


def stored(name: str) -> Label:
    """Return the label of a text in a table."""
    return CLASSES_BY_NAME.get(name, name)


if TYPE_CHECKING:
    TextField = models.CharField[Any, Any]
else:
    TextField = models.CharField


class LabelField(TextField):
    """A label as text in the table. Numbers are stored by their figures, so that equal ones are.

    The value is an int for a digit and for NOT_A_DIGIT, and a str for the figures of a number; "?"
    stands for a digit that could not be read.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["max_length"] = LONGEST
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        del kwargs["max_length"]
        return name, path, args, kwargs

    def from_db_value(self, value: str | None, *args: object) -> Label | None:
        return None if value is None else stored(value)

    def to_python(self, value: Any) -> Label | None:
        return stored(value) if isinstance(value, str) else value

    def get_prep_value(self, value: Any) -> str | None:
        name: str | None = NAMES[value] if isinstance(value, int) else value
        return name


def number_field(name: Any) -> Any:
    """Return a column for how a number is written, with its signs; empty if it is none."""
    return models.CharField(
        max_length=LONGEST_NUMBER, blank=True, default="", editable=False, verbose_name=name
    )
