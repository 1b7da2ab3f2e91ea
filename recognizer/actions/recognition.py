"""Ink in, answer out. Nothing is stored here."""

import math
import time
from dataclasses import dataclass, field

import cv2
import numpy as np
from numpy.typing import NDArray

from mlcore import preprocessing, strokes
from mlcore.inference import Answer
from recognizer.actions.serving import serving


@dataclass(frozen=True)
class Ink:
    """A submitted drawing, read: exactly one of `strokes` and `picture` is set.

    field: (28, 28) float32 in [0, 1], or None where nothing was drawn.
    """

    field: NDArray[np.float32] | None
    strokes: list | None = None
    picture: bytes | None = None

    @property
    def source(self) -> str:
        return "canvas" if self.picture is None else "upload"

    @property
    def pixels(self) -> bytes:
        """The field as 784 bytes, 0 to 255, row by row; black where nothing was drawn."""
        if self.field is None:
            return bytes(784)
        return np.rint(self.field * 255).astype(np.uint8).tobytes()


@dataclass(frozen=True)
class Recognition:
    """What was answered; `answer` is None where nothing was drawn."""

    ink: Ink
    version_id: int
    version_number: int
    answer: Answer | None = None
    latency_ms: float = field(default=0.0)


def read_strokes(raw: object) -> Ink:
    """Raises InvalidInk. Keeps what was sent, rounded to what a screen can tell apart."""
    parsed = strokes.parse(raw)
    return Ink(strokes.rasterise(parsed), strokes=[compact(stroke) for stroke in parsed])


def compact(stroke: NDArray[np.float32]) -> list[dict[str, float]]:
    """Column by column, since this is done for every question that the studio asks."""
    columns = [
        values.round(digits).tolist()
        for values, digits in zip(stroke.astype(np.float64).T, (2, 2, 0, 3), strict=True)
    ]
    return [
        {name: value for name, value in zip("xytp", point, strict=True) if not math.isnan(value)}
        for point in zip(*columns, strict=True)
    ]


def read_picture(data: bytes) -> Ink:
    """Raises InvalidInk. Keeps it as it was read: grey, upright, no larger than is used."""
    grey = preprocessing.read_picture(data)
    _, png = cv2.imencode(".png", grey)
    return Ink(preprocessing.field_from_grey(grey), picture=png.tobytes())


def recognise(ink: Ink) -> Recognition:
    """Asks the serving version; blank ink is answered without it. Raises Unavailable."""
    current = serving()
    if ink.field is None:
        return Recognition(ink, current.version_id, current.number)
    start = time.perf_counter()
    answer = current.recogniser.recognise(ink.field)
    latency_ms = (time.perf_counter() - start) * 1000
    return Recognition(ink, current.version_id, current.number, answer, latency_ms)
