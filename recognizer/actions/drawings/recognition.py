"""Ink in, answer out. Nothing is stored here."""

import math
import time
from dataclasses import dataclass, field
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from mlcore.ink import strokes
from mlcore.ink.strokes import Strokes
from mlcore.pictures import preprocessing
from mlcore.pictures.encoding import png
from mlcore.pictures.ink_extraction import separate_ink
from mlcore.pictures.preprocessing import LIMITS, PictureLimits
from mlcore.recognition.inference import Answer, Recognizer
from mlcore.recognition.segmentation import THIN, digits_side_by_side
from recognizer.actions.versions.serving import Serving, serving

# Decimals of coordinates that are kept: in pixels these are more than a screen can show ...
COORDINATE_DIGITS = 2
# ... and of a drawing in smaller units so many that this many digits of its size are kept ...
SHAPE_DIGITS = 4
# ... but no more than NumPy can round to.
MOST_DIGITS = 300


@dataclass(frozen=True)
class Ink:
    """A submitted drawing, read: exactly one of `strokes` and `picture` is set.

    field: (28, 28) float32 in [0, 1], or None where nothing was drawn.
    """

    network_input: NDArray[np.float32] | None
    strokes: list[Any] | None = None
    picture: bytes | None = None

    @property
    def source(self) -> str:
        return "canvas" if self.picture is None else "upload"

    @property
    def as_bytes(self) -> bytes:
        """The network input as 784 bytes, 0 to 255, row by row; black where nothing was drawn."""
        if self.network_input is None:
            return bytes(784)
        return np.rint(self.network_input * 255).astype(np.uint8).tobytes()

    @property
    def paths(self) -> Strokes:
        """The strokes as arrays; none in a picture."""
        return strokes.parse(self.strokes or [])

    @property
    def gray(self) -> NDArray[np.uint8] | None:
        """The picture, (h, w); None where there are strokes."""
        if self.picture is None:
            return None
        data = np.frombuffer(self.picture, np.uint8)
        return np.asarray(cv2.imdecode(data, cv2.IMREAD_GRAYSCALE), np.uint8)


@dataclass(frozen=True)
class Recognition:
    """What was answered; `answer` is None where nothing was drawn.

    several: the digits that a refused drawing has side by side; empty if it has not.
    """

    ink: Ink
    version_id: int
    version_number: int
    answer: Answer | None = None
    latency_ms: float = field(default=0.0)
    several: tuple[int, ...] = ()


def read_strokes(raw: object) -> Ink:
    """Raises InvalidInk. The network input comes from what is kept: read again, it is the same."""
    kept = rounded(strokes.parse(raw))
    return Ink(strokes.rasterize(kept), strokes=[as_points(stroke) for stroke in kept])


def rounded(drawing: strokes.Strokes) -> strokes.Strokes:
    """x and y to at least a ten-thousandth of the drawing's longest side, whatever their unit."""
    longest = strokes.extent(drawing)
    digits = COORDINATE_DIGITS
    if longest:
        finer = SHAPE_DIGITS - math.floor(math.log10(longest))
        digits = min(max(digits, finer), MOST_DIGITS)
    # Column by column, since this is done for every question that the studio asks.
    return [
        np.column_stack(
            [column.round(n) for column, n in zip(stroke.T, (digits, digits, 0, 3), strict=True)]
        )
        for stroke in drawing
    ]


def as_points(stroke: NDArray[np.float64]) -> list[dict[str, float]]:
    """As JSON, without the times and pressures that are not known."""
    return [
        {name: value for name, value in zip("xytp", point, strict=True) if not math.isnan(value)}
        for point in stroke.tolist()
    ]


def read_picture(data: bytes, limits: PictureLimits = LIMITS) -> Ink:
    """Raises InvalidInk. Keeps it as it was read: gray, upright, no larger than is used."""
    gray = preprocessing.read_picture(data, limits)
    return Ink(preprocessing.image_from_gray(gray), picture=png(gray))


def recognize(ink: Ink, *, augmented: bool = False) -> Recognition:
    """Asks the serving version; if `augmented`, for the mean over augmented views.

    Blank ink is answered without it. Raises Unavailable.
    """
    return recognize_with(serving(), ink, augmented=augmented)


def recognize_with(current: Serving, ink: Ink, *, augmented: bool = False) -> Recognition:
    """The same by a version that is at hand already."""
    if ink.network_input is None:
        return Recognition(ink, current.version_id, current.number)
    answer, latency_ms = ask(current.recognizer, ink.network_input, augmented=augmented)
    # Only what is refused is asked about: a digit that was read is never called two.
    several = () if answer.is_digit else side_by_side(ink, current.recognizer)
    return Recognition(ink, current.version_id, current.number, answer, latency_ms, several)


def ask(
    recognizer: Recognizer, network_input: NDArray[np.float32], *, augmented: bool = False
) -> tuple[Answer, float]:
    """A network's answer to an input that is not blank, and the milliseconds that it took."""
    start = time.perf_counter()
    answer = recognizer.recognize(network_input, augmented=augmented)
    return answer, (time.perf_counter() - start) * 1000


def side_by_side(ink: Ink, recognizer: Recognizer) -> tuple[int, ...]:
    """The digits, from left to right, that a drawing consists of; empty if it is not several."""
    gray = ink.gray
    raster = strokes.ink_of(ink.paths, pen_width=THIN) if gray is None else separate_ink(gray)
    if raster is None:
        return ()
    return tuple(answer.label for answer in digits_side_by_side(raster, recognizer))
