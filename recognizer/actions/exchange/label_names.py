"""Labels as text, as files write them: the same in every language."""

from mlcore.errors import InvalidInk
from mlcore.labels import DIGITS, NOT_A_DIGIT
from recognizer import codes

NOT_A_DIGIT_NAME = "not_a_digit"
NAMES = {**{digit: str(digit) for digit in DIGITS}, NOT_A_DIGIT: NOT_A_DIGIT_NAME}
LABELS = {name: label for label, name in NAMES.items()}


def label_name(label: int | None) -> str | None:
    """Return "0" to "9" or "not_a_digit"; None without a label."""
    return None if label is None else NAMES[label]


def label_named(name: object) -> int | None:
    """The inverse of `label_name`. An empty text is no label, and a number is its text.

    Raises InvalidInk for an unknown label. The message does not repeat it, since it may be huge.
    """
    if name is None or name == "":
        return None
    if isinstance(name, int) and not isinstance(name, bool):
        name = str(name) if name in DIGITS else None
    if not isinstance(name, str) or name not in LABELS:
        raise InvalidInk(codes.LABEL_UNKNOWN(name=NOT_A_DIGIT_NAME))
    return LABELS[name]
