"""Development sets: digits and letters by other writers; for measuring only.

One set comes with scikit-learn. The others are in a folder, and each of them is optional:

    canvas_dev.npz         x (n, 28, 28) uint8, white ink on black as it was drawn, and y (n,)
    phone_dev/             photographs of digits, LABEL_WRITER.png
    letters_dev/           photographs of letters, CAP_A_WRITER.png and SMALL_a_WRITER.png
    pen_dev.json           digits as pen strokes (`mlcore.data.pen_json`)
    pen_symbols_dev.json   letters and symbols as pen strokes, named by LaTeX
    numbers_dev/           numbers: cheques/ and marks/ are pictures with labels.json, pen.json and
                           pen_long.json are pen strokes
"""

import json
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from mlcore import codes
from mlcore.data import pen_json
from mlcore.data.datasets import Part, checksum
from mlcore.data.pen_drawings import text_of
from mlcore.errors import DataUnavailable
from mlcore.ink.geometry import IMAGE_SIDE
from mlcore.ink.strokes import Strokes
from mlcore.labels import DIGITS, NOT_A_DIGIT
from mlcore.pictures.encoding import photographed, png, read_image
from mlcore.pictures.ink_network import InkNetwork

CANVAS, PHONE, LETTERS = "canvas_dev.npz", "phone_dev", "letters_dev"
NUMBERS = "numbers_dev"
NUMBER_PICTURES, NUMBER_STROKES = ("cheques", "marks"), ("pen", "pen_long")
PEN, PEN_SYMBOLS = "pen_dev.json", "pen_symbols_dev.json"

ADVICE = codes.DEV_SETS_ADVICE()

# Wrong labels in the known canvas_dev.npz, found by looking at all 1,344 drawings: these plainly
# show another digit, or none. Odd drawings (a mirrored 5, a 6 cut at the edge, a 0 as a box) are
# not listed.
CANVAS_SHA256 = "b332308f836453681bb8189e31e39ad961334ca53bd71ee0923aca07c02ed273"
ANOTHER_DIGIT = (141, 360, 476, 618, 757, 781, 1019, 1101, 1331)
NO_DIGIT = (69, 220, 388, 496, 582, 774, 862, 1065, 1213, 1312)

# scikit-learn's digits are 8x8 with values up to 16 and reach the edge of their picture.
SCIKIT_INK = 16
SCIKIT_MARGIN = 2
SCIKIT_ZOOM = 16


@dataclass(frozen=True)
class DevSet:
    """n picture files with their labels and names.

    junk: (n,) true if the picture is known to be mislabeled or illegible.
    """

    pictures: Sequence[bytes]
    labels: NDArray[np.uint8]
    names: NDArray[np.str_]
    junk: NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.labels)

    def take(self, where: NDArray[np.intp]) -> "DevSet":
        pictures = [self.pictures[i] for i in where]
        return DevSet(pictures, self.labels[where], self.names[where], self.junk[where])

    def read(self, network: InkNetwork | None = None) -> Part:
        """Read the pictures as the site does; an image without ink is all zeros.

        network: the ink network of a version; otherwise the one that comes with the program.
        """
        images = np.array([read_image(picture, network) for picture in self.pictures], np.uint8)
        return Part(images.reshape(-1, IMAGE_SIDE, IMAGE_SIDE), self.labels)


@dataclass(frozen=True)
class PenDevSet:
    """n pen drawings, as in `mlcore.data.pen.PenDigits`; a symbol has the label NOT_A_DIGIT.

    names: (n,) the index in the file, or the name of a symbol. sources: (n,) the collection of
    each.
    """

    strokes: Sequence[Strokes]
    labels: NDArray[np.uint8]
    writers: NDArray[np.str_]
    sources: NDArray[np.str_]
    names: NDArray[np.str_]

    def __len__(self) -> int:
        return len(self.labels)

    def take(self, where: NDArray[np.intp]) -> "PenDevSet":
        return PenDevSet(
            [self.strokes[i] for i in where],
            self.labels[where],
            self.writers[where],
            self.sources[where],
            self.names[where],
        )


@dataclass(frozen=True)
class NumberSet:
    """n numbers, picture files (bytes) or strokes, and their texts."""

    numbers: Sequence[bytes | Strokes]
    texts: Sequence[str]

    def __len__(self) -> int:
        return len(self.texts)


def folder(given: str | os.PathLike[str] | None) -> Path | None:
    """Return `given` or DEV_SETS_PATH, or None if neither is set.

    Raises DataUnavailable if it is no folder.
    """
    named = given or os.environ.get("DEV_SETS_PATH")
    if not named:
        return None
    if not Path(named).is_dir():
        raise DataUnavailable(codes.DEV_SETS_FOLDER(path=str(named), advice=ADVICE))
    return Path(named)


def canvas(sets: Path) -> DevSet | None:
    """Return the drawings, each as a PNG of its pixels; None if they are missing."""
    path = sets / CANVAS
    if not path.exists():
        return None
    try:
        with np.load(path, allow_pickle=False) as file:
            drawn = Part(file["x"], file["y"].astype(np.uint8))
    except (KeyError, ValueError, OSError) as error:
        message = codes.DEV_SET_UNREADABLE(path=str(path), reason=str(error))
        raise DataUnavailable(message) from error
    found = _numbered([png(image) for image in drawn.images], drawn.labels)
    if checksum(drawn) == CANVAS_SHA256:
        found.junk[[*ANOTHER_DIGIT, *NO_DIGIT]] = True
    return found


def phone(sets: Path) -> DevSet | None:
    """Return the photographed digits; None if they are missing."""
    return _photographs(sets / PHONE, _leading_digit)


def letters(sets: Path) -> DevSet | None:
    """Return the photographed letters, all labeled NOT_A_DIGIT; None if they are missing."""
    return _photographs(sets / LETTERS, lambda name: NOT_A_DIGIT)


def pen_digits(sets: Path) -> PenDevSet | None:
    """Return the digits as pen strokes; None if they are missing."""
    return _pen_dev_set(sets / PEN, pen_json.digit)


def pen_symbols(sets: Path) -> PenDevSet | None:
    """Return letters and symbols as pen strokes; None if they are missing."""
    return _pen_dev_set(sets / PEN_SYMBOLS, pen_json.symbol)


def numbers(sets: Path) -> dict[str, NumberSet]:
    """Return the sets of numbers that are at hand, by name."""
    found = {}
    for name in NUMBER_PICTURES:
        place = sets / NUMBERS / name
        if (place / "labels.json").exists():
            labels = json.loads((place / "labels.json").read_text())
            pictures = [(place / file).read_bytes() for file in sorted(labels)]
            found[name] = NumberSet(pictures, [labels[file] for file in sorted(labels)])
    for name in NUMBER_STROKES:
        path = sets / NUMBERS / f"{name}.json"
        if path.exists():
            drawn = pen_json.drawings(path, text_of(path, ADVICE), pen_json.symbol, ADVICE)
            found[name] = NumberSet([d.strokes for d in drawn], [str(d.label) for d in drawn])
    return found


def letter_of(name: str) -> str:
    """Return the letter in a photograph's name."""
    return name.split("_")[1]


def scikit_digits() -> DevSet:
    """Return scikit-learn's 1,797 digits by 13 writers.

    They are 8x8, and are enlarged smoothly as dark ink on white paper.
    """
    from sklearn.datasets import load_digits

    loaded = load_digits()
    inks = np.divide(loaded.images, SCIKIT_INK, dtype=np.float32)
    pictures = [png(photographed(np.pad(ink, SCIKIT_MARGIN), SCIKIT_ZOOM)) for ink in inks]
    return _numbered(pictures, loaded.target.astype(np.uint8))


def _pen_dev_set(path: Path, label: pen_json.Label) -> PenDevSet | None:
    """Read a set of digits, whose labels are numbers, or of symbols, whose labels are names."""
    if not path.exists():
        return None
    drawings = pen_json.drawings(path, text_of(path, ADVICE), label, ADVICE)
    digits = [each.label if isinstance(each.label, int) else NOT_A_DIGIT for each in drawings]
    names = [i if isinstance(each.label, int) else each.label for i, each in enumerate(drawings)]
    return PenDevSet(
        [each.strokes for each in drawings],
        np.array(digits, np.uint8),
        np.array([each.writer for each in drawings], np.str_),
        np.array([each.source for each in drawings], np.str_),
        np.array(names).astype(np.str_),
    )


def _photographs(place: Path, label: Callable[[str], int]) -> DevSet | None:
    if not place.is_dir():
        return None
    paths = sorted(place.glob("*.png"))
    labels = np.array([label(path.name) for path in paths], np.uint8)
    names = np.array([path.name for path in paths], np.str_)
    return DevSet([path.read_bytes() for path in paths], labels, names, np.zeros(len(paths), bool))


def _leading_digit(name: str) -> int:
    digit = name.partition("_")[0]
    if digit not in map(str, DIGITS):
        raise DataUnavailable(codes.PHOTOGRAPH_WITHOUT_LABEL(path=f"{PHONE}/{name}"))
    return int(digit)


def _numbered(pictures: Sequence[bytes], labels: NDArray[np.uint8]) -> DevSet:
    names = np.arange(len(labels)).astype(np.str_)
    return DevSet(pictures, labels, names, np.zeros(len(labels), bool))
