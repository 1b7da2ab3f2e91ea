"""Digits as pen strokes: read them and split them by writer. docs/data.md says where they are from.

The data is optional and never downloaded.
"""

import hashlib
import os
import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from mlcore import codes
from mlcore.data import pen_json, unipen
from mlcore.data.pen_drawings import PenDrawing, text_of
from mlcore.errors import DataUnavailable
from mlcore.ink.strokes import Strokes

ADVICE = codes.PEN_ADVICE()
FILES = ("pendigits-orig.tra", "pendigits-orig.tes")

HELD_OUT = 5  # one writer in five, by the name's SHA-256
# The writers of UCI's test file, who are for writer-independent testing, and those of its training
# file who belong to the development set.
RESERVED = re.compile(r"tes\d+|tra24|tra25|tra27")


@dataclass(frozen=True)
class PenDigits:
    """n digits: strokes of each, labels uint8 (n,) from 0 to 9, and writers (n,).

    A stroke is an (m, 2) float64 array, x to the right and y downwards, in the direction of the
    pen; strokes are in the order of the pen. The box around a digit starts at 0, and its longer
    side is 1,000.
    """

    strokes: list[Strokes]
    labels: NDArray[np.uint8]
    writers: NDArray[np.str_]

    def __len__(self) -> int:
        return len(self.labels)

    def take(self, where: NDArray[np.intp] | NDArray[np.bool_]) -> "PenDigits":
        chosen = np.arange(len(self))[where]
        strokes = [self.strokes[i] for i in chosen]
        return PenDigits(strokes, self.labels[chosen], self.writers[chosen])

    @property
    def checksum(self) -> str:
        """The SHA-256 over all digits in their order; it does not depend on the file's format."""
        digest = hashlib.sha256()
        for strokes, label, writer in zip(self.strokes, self.labels, self.writers, strict=True):
            lengths = [len(stroke) for stroke in strokes]
            digest.update(f"{writer}\n{label}\n{lengths}\n".encode())
            digest.update(np.concatenate(strokes).astype("<f8").tobytes())
        return digest.hexdigest()


def load(path: str | os.PathLike[str] | None = None) -> PenDigits | None:
    """Load the digits that may be trained on from `path` or PEN_PATH; None if neither is set.

    Writers that are for testing and development are left out. Raises DataUnavailable for an
    unusable file, or if no digit remains.
    """
    given = path or os.environ.get("PEN_PATH")
    if not given:
        return None
    digits = read(given)
    digits = digits.take(~reserved(digits.writers))
    if not len(digits):
        raise DataUnavailable(codes.PEN_ONLY_RESERVED(path=str(given), advice=ADVICE))
    return digits


def read(path: str | os.PathLike[str]) -> PenDigits:
    """Read all digits of a JSON file, of one of UCI's UNIPEN files, or of a folder with these.

    Raises DataUnavailable with the line or entry and the reason for anything else.
    """
    path = Path(path)
    here = [path / name for name in FILES if (path / name).exists()] if path.is_dir() else [path]
    if not here:
        raise DataUnavailable(codes.PEN_FOLDER(path=str(path), names=list(FILES), advice=ADVICE))
    found = [drawing for file in here for drawing in _drawings(file)]
    return PenDigits(
        [drawing.strokes for drawing in found],
        np.array([drawing.label for drawing in found], np.uint8),
        np.array([drawing.writer for drawing in found], np.str_),
    )


def _drawings(path: Path) -> list[PenDrawing]:
    text = text_of(path, ADVICE)
    match text.lstrip()[:1]:
        case "[":
            return pen_json.drawings(path, text, pen_json.digit, ADVICE)
        case ".":
            return unipen.drawings(path, text, ADVICE)
        case _:
            raise DataUnavailable(codes.PEN_FOREIGN(path=str(path), advice=ADVICE))


def reserved(writers: NDArray[np.str_]) -> NDArray[np.bool_]:
    """Return (n,) whether each writer is only for testing or development."""
    return np.array([bool(RESERVED.fullmatch(str(name))) for name in writers], np.bool_)


def split_by_writer(digits: PenDigits) -> tuple[PenDigits, PenDigits]:
    """Split into (training, hold-out): all digits of a writer are on one side.

    A writer is held out if the SHA-256 of the name, as a number, is divisible by HELD_OUT. So a
    writer stays on its side in any file, and one writer in five is never trained on.
    """
    names, which = np.unique(digits.writers, return_inverse=True)
    numbers = [int(hashlib.sha256(str(name).encode()).hexdigest(), 16) for name in names]
    held = np.array([number % HELD_OUT == 0 for number in numbers], np.bool_)[which]
    return digits.take(~held), digits.take(held)
