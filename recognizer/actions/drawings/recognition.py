"""Recognition: read ink and answer it. Nothing is stored here."""

import math
import time
from dataclasses import dataclass, field
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
from mlcore.pictures.ink_extraction import separate_ink
from mlcore.pictures.preprocessing import LIMITS, PictureLimits
from mlcore.recognition.inference import Answer, Recognizer
from mlcore.recognition.segmentation import THIN, digits_side_by_side
from recognizer.actions.versions.serving import Serving, serving

# Minimum decimals of stored coordinates: in pixels, finer than a screen can show.
COORDINATE_DIGITS = 2
# A drawing in smaller units keeps more decimals: this many significant digits of its size.
SHAPE_DIGITS = 4
# Maximum number of decimals that NumPy can round to.
MAX_DIGITS = 300


@dataclass(frozen=True)
class Ink:
    """A submitted drawing after parsing. Exactly one of `strokes` and `picture` is set.

    network_input: float32 in [0, 1], (28, 28, PLANES) of strokes and (28, 28) of a picture, or None
    if nothing was drawn.
    """

    network_input: NDArray[np.float32] | None
    strokes: list[Any] | None = None
    picture: bytes | None = None

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

    several: the digits of a refused drawing that shows several digits side by side; else empty.
    """

    ink: Ink
    version_id: int
    version_number: int
    answer: Answer | None = None
    latency_ms: float = field(default=0.0)
    several: tuple[int, ...] = ()


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
    return read_gray(preprocessing.read_picture(data, limits))


def read_gray(gray: NDArray[np.uint8]) -> Ink:
    """Read a decoded picture, (h, w) uint8, as `preprocessing.read_picture` returns it."""
    return Ink(preprocessing.image_from_gray(gray, serving().ink_network), picture=png(gray))


def read_image(image: NDArray[np.uint8]) -> Ink:
    """Take an image as the network input: (28, 28) uint8, white on black in MNIST's geometry.

    The picture is `picture_of` it.
    """
    network_input = np.divide(image, 255, dtype=np.float32) if image.any() else None
    return Ink(network_input, picture=png(picture_of(image)))


def picture_of(image: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return an image as a picture of it: dark on white. The inverse is the same function."""
    return 255 - image


def recognize(ink: Ink, *, augmented: bool = False) -> Recognition:
    """Answer with the serving version; if `augmented`, with the mean over augmented views.

    Blank ink needs no network. Raises Unavailable.
    """
    return recognize_with(serving(), ink, augmented=augmented)


def recognize_with(current: Serving, ink: Ink, *, augmented: bool = False) -> Recognition:
    """Answer with an already loaded version."""
    if ink.network_input is None:
        return Recognition(ink, current.version_id, current.number)
    answer, latency_ms = ask(current.recognizer, ink.network_input, augmented=augmented)
    # Only refused drawings are segmented, so a recognized digit is never reported as several.
    several = () if answer.is_digit else side_by_side(ink, current)
    return Recognition(ink, current.version_id, current.number, answer, latency_ms, several)


def ask(
    recognizer: Recognizer, network_input: NDArray[np.float32], *, augmented: bool = False
) -> tuple[Answer, float]:
    """Return a network's answer to a network input that is not blank, and its time in ms."""
    start = time.perf_counter()
    answer = recognizer.recognize(network_input, augmented=augmented)
    return answer, (time.perf_counter() - start) * 1000


def side_by_side(ink: Ink, current: Serving) -> tuple[int, ...]:
    """Return the digits of a drawing from left to right; empty if it does not show several."""
    gray = ink.gray
    if gray is None:
        raster = strokes.ink_of(ink.paths, pen_width=THIN)
    else:
        raster = separate_ink(gray, current.ink_network)
    if raster is None:
        return ()
    return tuple(answer.label for answer in digits_side_by_side(raster, current.recognizer))
