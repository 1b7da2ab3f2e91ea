"""Labels as files write them."""

from mlcore.errors import InvalidInk
from mlcore.labels import DIGITS
from recognizer import codes
from recognizer.models import label_of
from recognizer.models.labels import NOT_A_DIGIT_NAME


def label_named(name: object) -> str | None:
    """Check a label of a file and return it as text. An empty text is no label, 7 is "7".

    Raises InvalidInk for an unknown label. The message does not repeat it, since it may be huge.
    """
    if name is None or name == "":
        return None
    # 10 may mean the number or "not a digit", so it has to be text.
    is_digit = isinstance(name, int) and not isinstance(name, bool) and name in DIGITS
    text = str(name) if is_digit else name
    try:
        label_of(text if isinstance(text, str) else None)
    except ValueError as error:
        raise InvalidInk(codes.LABEL_UNKNOWN(name=NOT_A_DIGIT_NAME)) from error
    return str(text)
