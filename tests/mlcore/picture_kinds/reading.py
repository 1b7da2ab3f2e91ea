"""Read pictures of known digits with the shipped version."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from mlcore.pictures.preprocessing import image_from_picture
from mlcore.recognition.inference import Recognizer
from tests.mlcore.picture_kinds.digits import Digit
from tests.mlcore.picture_kinds.kinds import KINDS


@dataclass(frozen=True)
class Reading:
    """A picture's true label and its answer: a digit as text, "blank" or "not a digit"."""

    kind: str
    label: int
    read: str

    @property
    def is_right(self) -> bool:
        return self.read == str(self.label)


def read(recognizer: Recognizer, data: bytes) -> str:
    image = image_from_picture(data)
    if image is None:
        return "blank"
    answer = recognizer.recognize(image)
    return str(answer.digit) if answer.is_digit else "not a digit"


def read_kind(
    kind: str, digits: Sequence[Digit], recognizer: Recognizer, seed: int
) -> list[Reading]:
    """Read one picture of the kind for each digit, reproducible by the seed."""
    return [
        Reading(
            kind,
            digit.label,
            read(recognizer, KINDS[kind](digit, np.random.default_rng([seed, number]))),
        )
        for number, digit in enumerate(digits)
    ]
