"""Answers from a network's LiteRT file: calibrated probabilities, or "not a digit"."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mlcore import codes
from mlcore.errors import UnusableBundle
from mlcore.ink.directions import PLANES, as_planes
from mlcore.ink.geometry import IMAGE_SIDE
from mlcore.labels import CLASSES, DIGITS, NOT_A_DIGIT
from mlcore.litert import LiteRtNetwork
from mlcore.recognition.augmented_views import augmented_views
from mlcore.recognition.confidence import Calibration

INPUT_SHAPE = (1, IMAGE_SIDE, IMAGE_SIDE, PLANES)
OUTPUT_SHAPE = (1, CLASSES)
_TOP = 3


@dataclass(frozen=True)
class Answer:
    """A network's answer to one drawing.

    probabilities: of the ten digits, given that the drawing is a digit; they sum to 1.
    not_a_digit: probability that the drawing is no digit.
    label: 0 to 9, or NOT_A_DIGIT.
    confidence: probability of the label.
    """

    probabilities: tuple[float, ...]
    not_a_digit: float
    label: int
    confidence: float

    @property
    def is_digit(self) -> bool:
        return self.label != NOT_A_DIGIT

    @property
    def digit(self) -> int | None:
        return self.label if self.is_digit else None

    @property
    def class_probabilities(self) -> tuple[float, ...]:
        """The probabilities of 0 to 9 and, last, of "not a digit"; they sum to 1."""
        is_digit = 1 - self.not_a_digit
        return (*(p * is_digit for p in self.probabilities), self.not_a_digit)

    @property
    def likeliest(self) -> list[tuple[int, float]]:
        """The three most likely labels, the most likely first, with `class_probabilities`."""
        return _first(self.class_probabilities)

    @property
    def top(self) -> list[tuple[int, float]]:
        """The three most likely digits, the most likely first, with their `probabilities`."""
        return _first(self.probabilities)


def _first(shares: tuple[float, ...]) -> list[tuple[int, float]]:
    return sorted(enumerate(shares), key=lambda pair: -pair[1])[:_TOP]


class Recognizer:
    """A network that is ready to answer. It is thread-safe.

    model: a LiteRT file that takes (1, 28, 28, PLANES) float32 in [0, 1] and returns (1, 11)
    logits. card: its "calibration" is used. Raises UnusableBundle for a model or a card that cannot
    be used.

    Network inputs are float32 in [0, 1]: (28, 28, PLANES) of strokes, or (28, 28) of pictures,
    which have no directions.
    """

    def __init__(self, model: bytes, card: Mapping[str, Any]) -> None:
        self._calibration = Calibration.of(card)
        self._network = LiteRtNetwork(model, source=INPUT_SHAPE, sink=OUTPUT_SHAPE)

    def probabilities(
        self, inputs: NDArray[np.float32], *, augmented: bool = False
    ) -> NDArray[np.float32]:
        """Return calibrated probabilities (n, 11) float32 of n network inputs.

        Column 10 is "not a digit". If `augmented`, they are the mean over all augmented views of
        each input. The network runs on one input at a time, so a batch gets exactly the same
        answers as single drawings.
        """
        return np.exp(self._log_probabilities(_checked(inputs), augmented)).astype(np.float32)

    def recognize(self, network_input: NDArray[np.float32], *, augmented: bool = False) -> Answer:
        """Answer one network input. If `augmented`, average over its augmented views.

        A drawing is refused if the probability of "not a digit" is above the threshold.
        """
        inputs = _checked(network_input[np.newaxis])
        logs = self._log_probabilities(inputs, augmented)[0]
        digits = np.exp(_log_softmax(logs[: len(DIGITS)]))
        not_a_digit = float(np.exp(logs[NOT_A_DIGIT]))
        refused = not_a_digit > self._calibration.thresholds(inputs)[0]
        best = int(digits.argmax())
        return Answer(
            probabilities=tuple(digits.tolist()),
            not_a_digit=not_a_digit,
            label=NOT_A_DIGIT if refused else best,
            confidence=not_a_digit if refused else float(digits[best]) * (1 - not_a_digit),
        )

    def _log_probabilities(
        self, inputs: NDArray[np.float32], augmented: bool
    ) -> NDArray[np.float64]:
        """Return (n, 11); logarithms keep the ratio of the digits if all ten are close to 0."""
        if not augmented:
            return _log_softmax(self._scaled_logits(inputs))
        of_augmented_views = [
            _log_softmax(self._scaled_logits(augmented_views(each))) for each in inputs
        ]
        means = [np.logaddexp.reduce(logs) - math.log(len(logs)) for logs in of_augmented_views]
        # Rounding may leave a little more than the logarithm of 1.
        return np.minimum(np.reshape(means, (len(inputs), CLASSES)), 0)

    def _scaled_logits(self, inputs: NDArray[np.float32]) -> NDArray[np.float64]:
        """Return (n, 11) logits divided by the temperature."""
        logits = np.empty((len(inputs), CLASSES), np.float64)
        for row, each in zip(logits, inputs, strict=True):
            row[:] = self._network.run(each)[0]
        if not np.isfinite(logits).all():
            raise UnusableBundle(codes.ANSWERS_NOT_FINITE())
        return logits / self._calibration.temperatures(inputs)[:, None]


def _checked(inputs: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return n network inputs with all planes, (n, 28, 28, PLANES), contiguous."""
    image, planes = (IMAGE_SIDE, IMAGE_SIDE), (IMAGE_SIDE, IMAGE_SIDE, PLANES)
    if inputs.shape[1:] not in (image, planes):
        raise ValueError(
            f"Network inputs have the shape (n, {IMAGE_SIDE}, {IMAGE_SIDE}), with the directions "
            f"(n, {IMAGE_SIDE}, {IMAGE_SIDE}, {PLANES}), not {inputs.shape}."
        )
    if inputs.size and not (inputs.min() >= 0 and inputs.max() <= 1):  # also true for nan
        raise ValueError("Network inputs hold values from 0 (paper) to 1 (ink).")
    return np.ascontiguousarray(as_planes(inputs), np.float32)


def _log_softmax(logits: NDArray[np.float64]) -> NDArray[np.float64]:
    return logits - np.logaddexp.reduce(logits, axis=-1, keepdims=True)
