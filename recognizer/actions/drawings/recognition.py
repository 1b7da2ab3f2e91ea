"""Recognition: read ink and answer it. Nothing is stored here."""

import math
import time
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from mlcore.ink import strokes
from mlcore.ink.directions import PLANES, as_planes
from mlcore.ink.geometry import IMAGE_SIDE
from mlcore.ink.strokes import Strokes
from mlcore.pictures import preprocessing
from mlcore.pictures.encoding import png
from mlcore.pictures.preprocessing import LIMITS, PictureLimits
from mlcore.recognition.inference import Answer, Recognizer
from mlcore.recognition.numbers import NumberReading
from recognizer.actions.versions.serving import Serving, serving

# Minimum decimals of stored coordinates: in pixels, finer than a screen can show.
COORDINATE_DIGITS = 2
# A drawing in smaller units keeps more decimals: this many significant digits of its size.
SHAPE_DIGITS = 4
# Maximum number of decimals that NumPy can round to.
MAX_DIGITS = 300


class Mode(StrEnum):
    """What a drawing is read as."""

    AUTO = "auto"  # as one digit, and if that is refused, as a number
    DIGIT = "digit"
    NUMBER = "number"


@dataclass(frozen=True)
class Ink:
    """A submitted drawing after parsing. Exactly one of `strokes` and `picture` is set.

    network_input: float32 in [0, 1], (28, 28, PLANES) of strokes and (28, 28) of a picture, or None
    if nothing was drawn.
    """

    network_input: NDArray[np.float32] | None
    strokes: list[Any] | None = None
    picture: bytes | None = None
    reduced: float = 1.0  # pixels of the picture as it was sent for one of `picture`

    @property
    def source(self) -> str:
        return "canvas" if self.picture is None else "upload"

    @property
    def planes(self) -> NDArray[np.uint8]:
        """The network input as it is stored, (28, 28, PLANES); all 0 if nothing was drawn."""
        if self.network_input is None:
            return np.zeros((IMAGE_SIDE, IMAGE_SIDE, PLANES), np.uint8)
        stored: NDArray[np.uint8] = np.rint(self.network_input * 255).astype(np.uint8)
        return np.asarray(as_planes(stored[np.newaxis])[0])

    @property
    def as_bytes(self) -> bytes:
        """The ink of the network input as 784 bytes, 0 to 255, row by row."""
        return self.planes[..., 0].tobytes()

    @property
    def directions(self) -> NDArray[np.uint8] | None:
        """The pen's directions, (28, 28, DIRECTIONS); None for a picture."""
        return self.planes[..., 1:] if self.picture is None else None

    @property
    def paths(self) -> Strokes:
        """The strokes as arrays; empty for a picture."""
        return strokes.parse(self.strokes or [])

    @property
    def gray(self) -> NDArray[np.uint8] | None:
        """The picture, (h, w) uint8; None for strokes."""
        if self.picture is None:
            return None
        data = np.frombuffer(self.picture, np.uint8)
        return np.asarray(cv2.imdecode(data, cv2.IMREAD_GRAYSCALE), np.uint8)


@dataclass(frozen=True)
class Recognition:
    """The answer to a drawing; `answer` is None if nothing was drawn.

    number: the number that a refused drawing shows, or None. Its boxes are in the units of the
    strokes, or in pixels of the picture.
    """

    ink: Ink
    version_id: int
    version_number: int
    answer: Answer | None = None
    latency_ms: float = field(default=0.0)
    number: NumberReading | None = None


def read_strokes(raw: object) -> Ink:
    """Parse strokes. Raises InvalidInk.

    The network input is computed from the rounded strokes that are stored, so it can be reproduced.
    """
    stored = rounded(strokes.parse(raw))
    return Ink(strokes.rasterize(stored), strokes=[as_points(stroke) for stroke in stored])


def rounded(drawing: strokes.Strokes) -> strokes.Strokes:
    """Round x and y to a ten-thousandth of the drawing's longest side or finer, in any unit."""
    longest = strokes.extent(drawing)
    digits = COORDINATE_DIGITS
    if longest:
        finer = SHAPE_DIGITS - math.floor(math.log10(longest))
        digits = min(max(digits, finer), MAX_DIGITS)
    # Column by column for speed, because this runs for every request of the studio.
    return [
        np.column_stack(
            [column.round(n) for column, n in zip(stroke.T, (digits, digits, 0, 3), strict=True)]
        )
        for stroke in drawing
    ]


def as_points(stroke: NDArray[np.float64]) -> list[dict[str, float]]:
    """Return a stroke's points for JSON, without unknown times and pressures."""
    return [
        {name: value for name, value in zip("xytp", point, strict=True) if not math.isnan(value)}
        for point in stroke.tolist()
    ]


def read_picture(data: bytes, limits: PictureLimits = LIMITS) -> Ink:
    """Read a picture with the serving version's ink network.

    It is stored gray, upright and reduced to the size used. Raises InvalidInk and Unavailable.
    """
    gray = preprocessing.read_picture(data, limits)
    image = preprocessing.image_from_gray(gray, serving().ink_network)
    reduced = max(preprocessing.size_of(data)) / max(gray.shape)
    return Ink(image, picture=png(gray), reduced=reduced)


def recognize(ink: Ink, *, augmented: bool = False, mode: Mode = Mode.AUTO) -> Recognition:
    """Answer with the serving version; if `augmented`, with the mean over augmented views.

    Blank ink needs no network. Raises Unavailable.
    """
    return recognize_with(serving(), ink, augmented=augmented, mode=mode)


def recognize_with(
    current: Serving, ink: Ink, *, augmented: bool = False, mode: Mode = Mode.AUTO
) -> Recognition:
    """Answer with an already loaded version."""
    if ink.network_input is None:
        return Recognition(ink, current.version_id, current.number)
    answer, latency_ms = ask(current.recognizer, ink.network_input, augmented=augmented)
    number = None
    # In mode AUTO only refused drawings are read as numbers, so no digit is ever taken for two.
    if mode is Mode.NUMBER or (mode is Mode.AUTO and not answer.is_digit):
        number = read_number(current, ink, at_least=1 if mode is Mode.NUMBER else 2)
    return Recognition(ink, current.version_id, current.number, answer, latency_ms, number)


def ask(
    recognizer: Recognizer, network_input: NDArray[np.float32], *, augmented: bool = False
) -> tuple[Answer, float]:
    """Return a network's answer to a network input that is not blank, and its time in ms."""
    start = time.perf_counter()
    answer = recognizer.recognize(network_input, augmented=augmented)
    return answer, (time.perf_counter() - start) * 1000


def read_number(current: Serving, ink: Ink, *, at_least: int) -> NumberReading | None:
    """Return the number that a drawing shows; None if it has fewer digits than `at_least`."""
    gray = ink.gray
    if gray is None:
        reading = current.number_reader.read_strokes(ink.paths)
    else:
        reading = current.number_reader.read_picture(gray, current.ink_network).scaled(ink.reduced)
    digits = sum(text.isdigit() for text in reading.text)
    return reading if digits >= max(at_least, len(reading.digits) / 2) else None
