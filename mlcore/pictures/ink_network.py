"""The network that separates ink from paper, through its LiteRT file."""

import threading
from functools import cache
from pathlib import Path

import cv2
import numpy as np
from ai_edge_litert.interpreter import Interpreter
from numpy.typing import NDArray

Gray = NDArray[np.uint8]
Coverage = NDArray[np.float32]

SHIPPED = Path(__file__).parent.parent / "shipped" / "ink.tflite"
SIDE = 96


class InkNetwork:
    """A U-Net that tells how much of each pixel is covered by ink. It is thread-safe.

    model: a LiteRT file that takes gray values (1, SIDE, SIDE, 1) float32 in [0, 1] and returns the
    coverage in the same shape. See `mlcore.training.ink_network`.
    """

    def __init__(self, model: bytes) -> None:
        self._model = model
        # An interpreter is not thread-safe, so each thread has its own.
        self._local = threading.local()

    def coverage(self, gray: Gray) -> Coverage:
        """Return the coverage by ink, (SIDE, SIDE) float32 in [0, 1], of gray (h, w) uint8.

        The picture is squeezed into the square. It may be a whole picture or a part of one; for
        ink that is small in its picture, look at it again from near.
        """
        how = cv2.INTER_AREA if min(gray.shape) >= SIDE else cv2.INTER_LINEAR
        small = cv2.resize(gray, (SIDE, SIDE), interpolation=how)
        interpreter, source, sink = self._interpreter()
        picture = np.divide(small, 255, dtype=np.float32).reshape(1, SIDE, SIDE, 1)
        interpreter.set_tensor(source, picture)
        interpreter.invoke()
        covered: Coverage = interpreter.get_tensor(sink).reshape(SIDE, SIDE)
        return covered

    def _interpreter(self) -> tuple[Interpreter, int, int]:
        if not hasattr(self._local, "loaded"):
            interpreter = Interpreter(model_content=self._model, num_threads=1)
            interpreter.allocate_tensors()
            source = interpreter.get_input_details()[0]["index"]
            sink = interpreter.get_output_details()[0]["index"]
            self._local.loaded = interpreter, source, sink
        loaded: tuple[Interpreter, int, int] = self._local.loaded
        return loaded


@cache
def shipped() -> InkNetwork:
    """Return the network that is shipped with the program."""
    return InkNetwork(SHIPPED.read_bytes())
