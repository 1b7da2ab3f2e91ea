"""One pen drawing of a file: who wrote what, with which strokes."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from mlcore import codes
from mlcore.errors import DataUnavailable, InvalidInk
from mlcore.ink.strokes import Strokes, extent, parse
from mlcore.messages import Message

COMPRESSED = b"\x1f\x9d"  # the first bytes of a .Z file
SIDE = 1000  # the longer side of a drawing


@dataclass(frozen=True)
class PenDrawing:
    """label: a digit, or the name of a symbol. source: the collection, "" if the file has none.

    strokes: (m, 2) float64 arrays, x to the right and y downwards, as `drawn` returns them.
    """

    writer: str
    label: int | str
    strokes: Strokes
    source: str = ""


def drawn(raw: object) -> Strokes:
    """Read strokes from a decoded JSON value, in the order and direction of the pen.

    Returns (m, 2) float64 arrays, x to the right and y downwards. The box around all of them
    starts at 0 and its longer side is SIDE; a tap stays at 0. Empty strokes are dropped. Raises
    InvalidInk for a wrong shape or number, above the limits of `mlcore.ink.strokes.parse`, and
    without any point.
    """
    strokes = [stroke[:, :2] for stroke in parse(raw)]
    if not strokes:
        raise InvalidInk(codes.PEN_NO_INK())
    low = np.concatenate(strokes).min(axis=0)
    side = extent(strokes)
    return [(stroke - low) * (SIDE / side if side else 1) for stroke in strokes]


def text_of(path: Path, advice: Message) -> str:
    """Return the text of a file of drawings. advice: what to provide instead.

    Raises DataUnavailable if it cannot be read, is compressed, or is no UTF-8 text.
    """
    about = {"path": str(path), "advice": advice}
    try:
        content = path.read_bytes()
    except OSError as error:
        reason = error.strerror or str(error)
        raise DataUnavailable(codes.PEN_UNREADABLE(reason=reason, **about)) from None
    if content.startswith(COMPRESSED):
        raise DataUnavailable(codes.PEN_COMPRESSED(**about))
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise DataUnavailable(codes.PEN_FOREIGN(**about)) from None
