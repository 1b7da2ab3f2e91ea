"""Pen drawings as JSON: `[{"user", "label", "strokes": [[[x, y], ...], ...], "source"}, ...]`.

x grows to the right and y downwards, in any unit. "source" may be absent. Other keys are ignored.
"""

import json
from collections.abc import Callable
from pathlib import Path

from mlcore import codes
from mlcore.data.pen_drawings import PenDrawing, drawn
from mlcore.errors import DataUnavailable, InvalidInk
from mlcore.labels import DIGITS
from mlcore.messages import Message

Label = Callable[[object], int | str]


def digit(label: object) -> int:
    """Return a label from 0 to 9. Raises InvalidInk for any other."""
    if type(label) is not int or label not in DIGITS:
        raise InvalidInk(codes.PEN_LABEL())
    return label


def symbol(label: object) -> str:
    """Return the name of a symbol. Raises InvalidInk if it is no text."""
    if not isinstance(label, str) or not label:
        raise InvalidInk(codes.PEN_SYMBOL())
    return label


def drawings(path: Path, text: str, label: Label, advice: Message) -> list[PenDrawing]:
    """Read all drawings of a file's text.

    label: checks and returns the label of an entry. advice: what to provide instead. Raises
    DataUnavailable with the line of broken JSON, or with the number of a wrong entry from 1 on.
    """
    about = {"path": str(path), "advice": advice}
    try:
        entries = json.loads(text)
    except json.JSONDecodeError as error:
        message = codes.PEN_LINE(line=error.lineno, reason=error.msg, **about)
        raise DataUnavailable(message) from None
    except (ValueError, RecursionError):  # a number of thousands of digits, or deep brackets
        raise DataUnavailable(codes.PEN_FOREIGN(**about)) from None
    if not isinstance(entries, list):
        raise DataUnavailable(codes.PEN_FOREIGN(**about))
    if not entries:
        raise DataUnavailable(codes.PEN_EMPTY(**about))
    found = []
    for number, entry in enumerate(entries, start=1):
        try:
            found.append(_drawing(entry, label))
        except InvalidInk as error:
            message = codes.PEN_ENTRY(entry=number, reason=error.message, **about)
            raise DataUnavailable(message) from None
    return found


def _drawing(entry: object, label: Label) -> PenDrawing:
    if not isinstance(entry, dict):
        raise InvalidInk(codes.PEN_NOT_AN_OBJECT())
    writer, source = entry.get("user"), entry.get("source", "")
    if not isinstance(writer, str) or not writer:
        raise InvalidInk(codes.PEN_WRITER())
    if not isinstance(source, str):
        raise InvalidInk(codes.PEN_SOURCE())
    return PenDrawing(writer, label(entry.get("label")), drawn(entry.get("strokes")), source)
