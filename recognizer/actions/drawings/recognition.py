"""Recognition: read ink and answer it. Nothing is stored here."""

import math
import time
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import cached_property
from typing import Any

import numpy as np
from django.conf import settings
from numpy.typing import NDArray

from mlcore.ink.directions import PLANES, as_planes
from mlcore.ink.geometry import IMAGE_SIDE
from mlcore.ink.simplification import simplified
from mlcore.ink.strokes import Strokes, extent, parse, rasterize
from mlcore.labels import NOT_A_DIGIT
from mlcore.pictures import decoding, preprocessing
from mlcore.pictures.decoding import LIMITS, Picture, PictureLimits
from mlcore.pictures.encoding import gray_of_file, png
from mlcore.pictures.formats import is_pdf
from mlcore.recognition.inference import Answer, Recognizer
from mlcore.recognition.number_reading import NumberReading
from mlcore.recognition.segments import has_sign_beside
from recognizer.actions.metrics import count_answer
from recognizer.actions.pdf_pages import only_page
from recognizer.actions.versions.serving import Networks, Serving, serving

# Minimum decimals of stored coordinates: in pixels, finer than a screen can show.
COORDINATE_DIGITS = 2
# A drawing in smaller units keeps more decimals: this many significant digits of its size.
SHAPE_DIGITS = 4
# In mode AUTO a number that is less probable is not reported: it may be a word or a sign.
CLEAR = 0.6
# A picture that is so many times as wide as high is read as a number in any case.
WIDE = 1.1
SIGNS = "+-"  # before a number
# With more decimals 10**MAX_DIGITS times the largest coordinate would be no float.
MAX_DIGITS = 300


class Mode(StrEnum):
    """What a drawing is read as."""

    AUTO = "auto"  # as one digit, and if that is refused, as a number
    DIGIT = "digit"
    NUMBER = "number"


@dataclass(frozen=True)
class Ink:
    """A submitted drawing after parsing: strokes, or a picture if `gray` is set.

    network_input: float32 in [0, 1], (28, 28, PLANES) of strokes and (28, 28) of a picture, or None
    if nothing was drawn. paths: the strokes as `mlcore.ink.strokes.parse` returns them. gray: the
    picture, (h, w) uint8.
    """

    network_input: NDArray[np.float32] | None
    paths: Strokes = field(default_factory=list)
    gray: NDArray[np.uint8] | None = None
    reduced: float = 1.0  # pixels of the picture as it was sent for one of `gray`
    is_transparent: bool = False  # the picture that was sent has no visible pixel

    @classmethod
    def stored(
        cls,
        network_input: NDArray[np.float32] | None,
        *,
        strokes: list[Any] | None,
        picture: bytes | memoryview | None,
    ) -> "Ink":
        """Return the ink of a drawing as the database has it. Raises InvalidInk."""
        return cls(
            network_input,
            paths=parse(strokes or []),
            gray=None if picture is None else gray_of_file(picture),
        )

    @property
    def source(self) -> str:
        return "canvas" if self.gray is None else "upload"

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
        return self.planes[..., 1:] if self.gray is None else None

    @cached_property
    def strokes(self) -> list[list[dict[str, float]]] | None:
        """The strokes for JSON, as they are stored; None for a picture."""
        return [as_points(path) for path in self.paths] if self.gray is None else None

    @cached_property
    def picture(self) -> bytes | None:
        """The picture as it is stored, a gray PNG; None for strokes."""
        return None if self.gray is None else png(self.gray)

    @property
    def may_be_number(self) -> bool:
        """Whether it may be more than the one digit that it is taken for: that it is wide, or that
        a minus or a plus stands beside it."""
        return self.is_wide or self.has_sign

    @cached_property
    def has_sign(self) -> bool:
        """Whether a stroke beside the others looks like a minus or a plus."""
        return self.gray is None and has_sign_beside(self.paths)

    @property
    def is_wide(self) -> bool:
        """Whether it is a picture at least WIDE times as wide as high."""
        if self.gray is None:
            return False
        height, width = self.gray.shape
        return bool(width >= WIDE * height)


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

    @property
    def text(self) -> str:
        return text_of(self.answer, self.number)

    @property
    def sureness(self) -> float:
        return sureness_of(self.answer, self.number)


def text_of(answer: Answer | None, number: NumberReading | None) -> str:
    """Return the digit, or the number with its signs; empty if there is neither."""
    if number is not None:
        return number.text
    return str(answer.digit) if answer is not None and answer.is_digit else ""


def sureness_of(answer: Answer | None, number: NumberReading | None) -> float:
    """Return the probability that the text is right: of a number, that all its digits are."""
    if number is not None:
        return number.confidence
    return answer.confidence if answer is not None else 1.0


def read_strokes(raw: object) -> Ink:
    """Parse strokes. Raises InvalidInk.

    The network input is computed from the rounded strokes that are stored, so it can be reproduced.
    """
    stored = rounded(parse(raw))
    return Ink(rasterize(stored), paths=stored)


def recognize_to_store(ink: Ink) -> Recognition:
    """Answer ink as all stored drawings are answered. Raises Unavailable.

    Points of strokes that make no visible difference are left out, unless the answer without
    augmented views changes.
    """
    current, augmented = serving(), settings.STORED_ANSWERS_AUGMENTED
    found = None
    fewer = without_needless_points(ink)
    if fewer is not ink:  # compared without augmented views, which take ten times as long
        sent, found = (recognize_with(current, each, augmented=False) for each in (ink, fewer))
        if not says_the_same(found, sent):
            fewer, found = ink, sent
    if augmented or found is None:
        found = recognize_with(current, fewer, augmented=augmented)
    count_answer(found.answer, found.number)
    return found


def without_needless_points(ink: Ink) -> Ink:
    """Return strokes without points that make no visible difference; `ink` if there are none."""
    fewer = simplified(ink.paths)
    if sum(map(len, fewer)) == sum(map(len, ink.paths)):
        return ink
    return Ink(rasterize(fewer), paths=fewer)


def says_the_same(one: Recognition, other: Recognition) -> bool:
    labels = [each.answer.label if each.answer else None for each in (one, other)]
    return labels[0] == labels[1] and one.text == other.text


def rounded(drawing: Strokes) -> Strokes:
    """Round x and y to a ten-thousandth of the drawing's longest side or finer, in any unit."""
    longest = extent(drawing)
    digits = COORDINATE_DIGITS
    if longest:
        finer = SHAPE_DIGITS - math.floor(math.log10(longest))
        digits = min(max(digits, finer), MAX_DIGITS)
    place = 10.0**digits
    units = np.array([place, place, 1, 1000])
    return [np.rint(stroke * units) / units for stroke in drawing]


def as_points(stroke: NDArray[np.float64]) -> list[dict[str, float]]:
    """Return a stroke's points for JSON, without unknown times and pressures."""
    return [
        {name: value for name, value in zip("xytp", point, strict=True) if not math.isnan(value)}
        for point in stroke.tolist()
    ]


def read_picture(data: bytes, limits: PictureLimits = LIMITS) -> Ink:
    """Read a picture with the serving version's ink network.

    It is stored gray, upright and reduced to the size used. Raises InvalidInk, Unavailable, and
    TooMany while PDFs are rendered.
    """
    picture = open_picture(data, limits)
    ink = read_gray(picture.gray, reduced=picture.reduced)
    return replace(ink, is_transparent=picture.is_transparent)


def open_picture(data: bytes, limits: PictureLimits = LIMITS) -> Picture:
    """Decode a picture, or the page of a PDF that has one. Raises InvalidInk and TooMany."""
    if is_pdf(data):
        data = only_page(data, most_bytes=limits.bytes)
        limits = LIMITS
    return decoding.open_picture(data, limits)


def read_gray(gray: NDArray[np.uint8], *, reduced: float = 1.0) -> Ink:
    """Read a decoded picture, (h, w) uint8, as `open_picture` returns it.

    reduced: pixels of the picture as it was sent for one of gray.
    """
    image = preprocessing.image_from_gray(gray, serving().ink_network)
    return Ink(image, gray=gray, reduced=reduced)


def read_image(image: NDArray[np.uint8]) -> Ink:
    """Take an image as the network input: (28, 28) uint8, white on black in MNIST's geometry.

    The picture is `picture_of` it.
    """
    network_input = np.divide(image, 255, dtype=np.float32) if image.any() else None
    return Ink(network_input, gray=picture_of(image))


def picture_of(image: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return an image as a picture of it: dark on white. The inverse is the same function."""
    return 255 - image


def recognize(ink: Ink, *, augmented: bool = False, mode: Mode = Mode.AUTO) -> Recognition:
    """Answer with the serving version; if `augmented`, with the mean over augmented views.

    Blank ink needs no network. Raises Unavailable.
    """
    recognition = recognize_with(serving(), ink, augmented=augmented, mode=mode)
    count_answer(recognition.answer, recognition.number)
    return recognition


def recognize_with(
    current: Serving, ink: Ink, *, augmented: bool = False, mode: Mode = Mode.AUTO
) -> Recognition:
    """Answer with an already loaded version."""
    if ink.network_input is None:
        return Recognition(ink, current.version_id, current.number)
    answer, latency_ms = ask(current.recognizer, ink.network_input, augmented=augmented)
    answer, number = with_number(answer, ink, current, mode=mode)
    return Recognition(ink, current.version_id, current.number, answer, latency_ms, number)


def ask(
    recognizer: Recognizer, network_input: NDArray[np.float32], *, augmented: bool = False
) -> tuple[Answer, float]:
    """Return a network's answer to a network input that is not blank, and its time in ms."""
    start = time.perf_counter()
    answer = recognizer.recognize(network_input, augmented=augmented)
    return answer, (time.perf_counter() - start) * 1000


def with_number(
    answer: Answer, ink: Ink, networks: Networks, *, mode: Mode = Mode.AUTO
) -> tuple[Answer, NumberReading | None]:
    """Return the answer, and the number that a drawing shows or None.

    In mode AUTO only refused drawings are read as numbers, so no digit is ever taken for two; and
    those that may be more than a digit: wide pictures, in which one digit may have been overlooked,
    and strokes with a sign beside them. Such an answer becomes a refusal.
    """
    if mode is Mode.DIGIT or (mode is Mode.AUTO and answer.is_digit and not ink.may_be_number):
        return answer, None
    number = number_in(ink, networks)
    if mode is Mode.AUTO and not (is_clear(number) or is_signed(number, ink)):
        return answer, None
    if not any(text.isdigit() for text in number.text):
        return answer, None
    if answer.is_digit and len(number.text) > 1:
        answer = replace(answer, label=NOT_A_DIGIT, confidence=answer.not_a_digit)
    return answer, number


def number_in(ink: Ink, networks: Networks) -> NumberReading:
    """Read strokes or a picture as a number, whatever they show."""
    if ink.gray is None:
        return networks.number_reader.read_strokes(ink.paths)
    reading = networks.number_reader.read_picture(ink.gray, networks.ink_network)
    return reading.scaled(ink.reduced)


def is_signed(number: NumberReading, ink: Ink) -> bool:
    """Whether it is one digit with a minus or a plus before it, and probable."""
    text = number.text
    is_one = len(text) == 2 and text[0] in SIGNS and text[1].isdigit()
    return is_one and ink.may_be_number and number.confidence >= CLEAR


def is_clear(number: NumberReading) -> bool:
    """Whether it has two digits or more, of which most can be read, and is probable."""
    digits = sum(text.isdigit() for text in number.text)
    return digits >= max(2, len(number.digits) / 2) and number.confidence >= CLEAR
