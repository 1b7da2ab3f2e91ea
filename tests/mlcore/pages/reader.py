"""A plain reader of numbers, so that what fails is the page: digit by digit, no signs."""

from functools import cache

import cv2
import numpy as np

from mlcore.ink.geometry import Ink, place, with_pen_width
from mlcore.recognition import bundle
from mlcore.recognition.inference import Recognizer
from mlcore.recognition.number_reading import NumberReading

DIGIT = 0.5  # of the highest piece's height; lower pieces are ignored


@cache
def _recognizer() -> Recognizer:
    return bundle.shipped().recognizer()


def read(ink: Ink) -> NumberReading:
    answers = [_recognizer().recognize(image) for image in _images(ink)]
    text = "".join(str(answer.digit) if answer.is_digit else "?" for answer in answers)
    return NumberReading(text, (), float(np.prod([answer.confidence for answer in answers])))


def _images(ink: Ink) -> list[Ink]:
    """Return the image of each connected component, from left to right."""
    _, labels, stats, _ = cv2.connectedComponentsWithStats((ink > 0).astype(np.uint8))
    left, _, _, height, _ = stats[1:].T
    digits = np.flatnonzero(height >= DIGIT * height.max(initial=0))
    pieces = [np.where(labels == i + 1, ink, 0) for i in digits[np.argsort(left[digits])]]
    images = [place(with_pen_width(piece.astype(np.float32))) for piece in pieces]
    return [image for image in images if image is not None]
