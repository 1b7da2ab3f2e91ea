"""The UNIPEN files of "Pen-Based Recognition of Handwritten Digits" (Alpaydin, Alimoglu 1998).

The format is that of Guyon et al., "UNIPEN Project of On-line Data Exchange and Recognizer
Benchmarks" (1994): statements that begin with a point, each with the lines up to the next one.
A digit of these files:

    .SEGMENT DIGIT 3-4 ? "7"    the numbers of its strokes in the file, and its label
    .COMMENT 7 12 224           the label again, the writer, and a number of the digit
    .PEN_DOWN
     273  323                   x and y, in the columns that .COORD names, if the file has it
    .PEN_UP
    .DT 100                     ms until the pen is down again

y grows upwards. Each of the two files numbers its writers from 1, so a writer's name here is the
file's ending with the number: "tra12", "tes3".
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from mlcore import codes
from mlcore.data.pen_drawings import PenDrawing, drawn
from mlcore.errors import DataUnavailable, InvalidInk
from mlcore.messages import Message

ENDINGS = (".tra", ".tes")
SOURCE = "pendigits"

_SEGMENT = re.compile(r'DIGIT\s+(\d{1,9})(?:-(\d{1,9}))?\s+\S+\s+"([0-9])"')
_COMMENT = re.compile(r"([0-9])\s+(\d{1,9})\s+\d+")

Line = tuple[int, str]  # with its number from 1 on


@dataclass
class _Digit:
    line: int
    label: str
    stroke_count: int
    writer: str = ""
    strokes: list[list[list[float]]] = field(default_factory=list)


class _Broken(Exception):
    def __init__(self, line: int, reason: Message) -> None:
        super().__init__()
        self.line = line
        self.reason = reason


def drawings(path: Path, text: str, advice: Message) -> list[PenDrawing]:
    """Read all digits of a file's text. advice: what to provide instead.

    Raises DataUnavailable with the line and the reason if the file is broken, or if the ending of
    its name is none of ENDINGS.
    """
    about = {"path": str(path), "advice": advice}
    if path.suffix not in ENDINGS:
        raise DataUnavailable(codes.PEN_FILE_NAME(**about))
    try:
        found = [_drawing(digit, path.suffix[1:]) for digit in _digits(text)]
    except _Broken as broken:
        message = codes.PEN_LINE(line=broken.line, reason=broken.reason, **about)
        raise DataUnavailable(message) from None
    if not found:
        raise DataUnavailable(codes.PEN_EMPTY(**about))
    return found


def _drawing(digit: _Digit, file: str) -> PenDrawing:
    if not digit.writer:
        raise _Broken(digit.line, codes.PEN_NO_COMMENT())
    if len(digit.strokes) != digit.stroke_count:
        count = {"declared": digit.stroke_count, "found": len(digit.strokes)}
        raise _Broken(digit.line, codes.PEN_STROKE_COUNT(**count))
    try:
        strokes = drawn([[[x, -y] for x, y in stroke] for stroke in digit.strokes])
    except InvalidInk as error:
        raise _Broken(digit.line, error.message) from None
    return PenDrawing(f"{file}{digit.writer}", int(digit.label), strokes, SOURCE)


def _digits(text: str) -> Iterator[_Digit]:
    digit: _Digit | None = None
    down = False
    columns = ["X", "Y"]
    for line, keyword, rest, rows in _statements(text):
        if down != (keyword == ".PEN_UP"):
            raise _Broken(line, codes.PEN_ORDER(keyword=keyword))
        down = keyword == ".PEN_DOWN"
        match keyword:
            case ".COORD":
                columns = _columns(line, rest)
            case ".SEGMENT":
                if digit:
                    yield digit
                digit = _segment(line, rest)
            case ".COMMENT" if digit:
                digit.writer = _writer(line, rest, digit)
            case ".PEN_DOWN":
                if digit is None:
                    raise _Broken(line, codes.PEN_ORDER(keyword=keyword))
                digit.strokes.append([_point(row, columns) for row in rows])
    if down:
        raise _Broken(len(text.splitlines()), codes.PEN_CUT())
    if digit:
        yield digit


def _statements(text: str) -> Iterator[tuple[int, str, str, list[Line]]]:
    """Return each statement: its line, keyword, the rest of that line, and the lines below it."""
    start, first, rows = 0, "", list[Line]()
    for number, raw in enumerate(text.splitlines(), start=1):
        line = raw.strip()
        if line.startswith("."):
            if first:
                yield start, *_split(first), rows
            start, first, rows = number, line, []
        elif line:
            rows.append((number, line))
    if first:
        yield start, *_split(first), rows


def _split(line: str) -> tuple[str, str]:
    keyword, *rest = line.split(maxsplit=1)
    return keyword, " ".join(rest)


def _columns(line: int, rest: str) -> list[str]:
    columns = rest.split()
    if not {"X", "Y"} <= set(columns):
        raise _Broken(line, codes.PEN_COORD())
    return columns


def _segment(line: int, rest: str) -> _Digit:
    found = _SEGMENT.fullmatch(rest)
    if not found:
        raise _Broken(line, codes.PEN_SEGMENT())
    first, last = int(found[1]), int(found[2] or found[1])
    return _Digit(line, found[3], last - first + 1)


def _writer(line: int, rest: str, digit: _Digit) -> str:
    found = _COMMENT.fullmatch(rest)
    if not found or digit.writer or found[1] != digit.label:
        raise _Broken(line, codes.PEN_COMMENT(label=digit.label))
    return str(int(found[2]))


def _point(row: Line, columns: list[str]) -> list[float]:
    line, text = row
    try:
        values = dict(zip(columns, map(float, text.split()), strict=True))
    except ValueError:
        raise _Broken(line, codes.PEN_POINT(columns=columns)) from None
    return [values["X"], values["Y"]]
