"""A reader of numbers that is good enough for made pages: digit by digit, no signs."""

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from mlcore.ink.geometry import place, with_pen_width
from mlcore.recognition import bundle
from mlcore.recognition.inference import Recognizer
from mlcore.recognition.segmentation import pieces_of


@dataclass(frozen=True)
class Reading:
    text: str
    confidence: float


@cache
def _recognizer() -> Recognizer:
    return bundle.shipped().recognizer()


def read(ink: NDArray[np.float32]) -> Reading:
    answers = [
        _recognizer().recognize(image)
        for piece in pieces_of(ink)
        if (image := place(with_pen_width(piece))) is not None
    ]
    text = "".join(str(answer.digit) if answer.is_digit else "?" for answer in answers)
    return Reading(text, float(np.prod([answer.confidence for answer in answers])))
