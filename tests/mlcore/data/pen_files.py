"""Small files of pen digits, for tests that do not need the real ones."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from mlcore.data.pen import FILES

# A 7 with a bar, a 1, and a 4 in two strokes: x to the right and y downwards.
SEVEN = [[[0, 0], [60, 0], [25, 100]], [[10, 50], [50, 50]]]
ONE = [[[0, 30], [30, 0], [30, 100]]]
FOUR = [[[40, 0], [0, 60], [80, 60]], [[60, 30], [60, 100]]]
DIGITS = [(7, 3, SEVEN), (1, 3, ONE), (4, 12, FOUR)]  # label, writer, strokes


def unipen_text(digits: Sequence[tuple[int, int, Any]] = DIGITS) -> str:
    """Return a file as of UCI: y grows upwards, and strokes are numbered throughout the file."""
    lines = [".INCLUDE pen.doc", '.LEXICON "0" "1" "2"', '"3" "4"', ".HIERARCHY DIGIT"]
    count = 0
    for number, (label, writer, strokes) in enumerate(digits):
        last = count + len(strokes) - 1
        span = str(count) if last == count else f"{count}-{last}"
        count = last + 1
        lines += [f'.SEGMENT DIGIT {span} ? "{label}"', f".COMMENT {label} {writer} {number}"]
        for stroke in strokes:
            points = [f" {x + 200}  {300 - y}" for x, y in stroke]
            lines += [".PEN_DOWN", *points, ".PEN_UP", ".DT 100"]
    return "\n".join(lines) + "\n"


def entries(digits: Sequence[tuple[int, int, Any]] = DIGITS, file: str = "tra") -> list[Any]:
    return [
        {"user": f"{file}{writer}", "label": label, "strokes": strokes, "source": "pendigits"}
        for label, writer, strokes in digits
    ]


def save_unipen(folder: Path, text: str | None = None, *, name: str = FILES[0]) -> Path:
    path = folder / name
    path.write_text(unipen_text() if text is None else text)
    return path


def save_json(path: Path, found: object) -> Path:
    path.write_text(json.dumps(found))
    return path
