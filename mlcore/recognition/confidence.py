"""What makes a version's confidence honest: a temperature and a refusal threshold per source.

Strokes and pictures are calibrated apart. The pen's directions make a network surer of strokes, and
rightly so; a picture's 1 and 7 can look alike. `mlcore.evaluation.calibration` fits the values.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mlcore import codes
from mlcore.errors import UnusableBundle

CARD_KEY = "calibration"


@dataclass(frozen=True)
class SourceCalibration:
    """temperature: divides the logits (Guo et al. 2017, "On Calibration of Modern Neural
    Networks"). threshold: a drawing is refused if its probability of "not a digit" is above it."""

    temperature: float
    threshold: float


@dataclass(frozen=True)
class Calibration:
    """The calibration of answers to strokes and to pictures."""

    strokes: SourceCalibration
    picture: SourceCalibration

    @classmethod
    def of(cls, card: Mapping[str, Any]) -> "Calibration":
        """Read a card's entry. Raises UnusableBundle if a value is missing or out of range."""
        entry = card.get(CARD_KEY)
        entry = entry if isinstance(entry, Mapping) else {}
        return cls(_of_source(entry, "strokes"), _of_source(entry, "picture"))

    @property
    def as_card_entry(self) -> dict[str, dict[str, float]]:
        return asdict(self)

    def temperatures(self, inputs: NDArray[Any]) -> NDArray[np.float64]:
        """Return (n,) temperatures of network inputs, (n, 28, 28) or (n, 28, 28, PLANES)."""
        return self._each(inputs, self.strokes.temperature, self.picture.temperature)

    def thresholds(self, inputs: NDArray[Any]) -> NDArray[np.float64]:
        """Return (n,) thresholds of network inputs."""
        return self._each(inputs, self.strokes.threshold, self.picture.threshold)

    @staticmethod
    def _each(inputs: NDArray[Any], strokes: float, picture: float) -> NDArray[np.float64]:
        return np.where(are_strokes(inputs), strokes, picture)


def are_strokes(inputs: NDArray[Any]) -> NDArray[np.bool_]:
    """Return (n,), whether each network input has directions. A tap has none, like a picture."""
    if inputs.ndim == 3:
        return np.zeros(len(inputs), np.bool_)
    return np.asarray(inputs[..., 1:].any(axis=(1, 2, 3)), np.bool_)


def _of_source(entry: Mapping[str, Any], source: str) -> SourceCalibration:
    values = entry.get(source)
    values = values if isinstance(values, Mapping) else {}
    return SourceCalibration(
        _setting(values, source, "temperature", lambda t: 0 < t < math.inf),
        _setting(values, source, "threshold", lambda p: 0 <= p <= 1),
    )


def _setting(
    values: Mapping[str, Any], source: str, name: str, allowed: Callable[[float], bool]
) -> float:
    value = values.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float) or not allowed(value):
        name = f"{CARD_KEY}.{source}.{name}"
        raise UnusableBundle(codes.CARD_OUT_OF_RANGE(name=name, value=repr(value)))
    return value
