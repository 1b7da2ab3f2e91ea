"""Run a network from its LiteRT file."""

import threading

import numpy as np
from ai_edge_litert.interpreter import Interpreter
from numpy.typing import NDArray

from mlcore import codes
from mlcore.errors import UnusableBundle

LoadedModel = tuple[Interpreter, int, int]  # with the indices of its input and its output


class LiteRtNetwork:
    """A network with one input and one output, both float32. It is thread-safe.

    source, sink: their shapes. Raises UnusableBundle if the file cannot be read or has other ones.
    """

    def __init__(self, model: bytes, *, source: tuple[int, ...], sink: tuple[int, ...]) -> None:
        self._model, self._source, self._sink = model, source, sink
        # An interpreter is not thread-safe, so each thread has its own.
        self._local = threading.local()
        self._loaded()  # report an unreadable model now, not at the first input

    def run(self, values: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return the output, in its shape, for as many values as the input has."""
        interpreter, source, sink = self._loaded()
        interpreter.set_tensor(source, values.reshape(self._source))
        interpreter.invoke()
        output: NDArray[np.float32] = interpreter.get_tensor(sink)
        return output

    def _loaded(self) -> LoadedModel:
        """Return this thread's interpreter."""
        if not hasattr(self._local, "loaded"):
            self._local.loaded = _load(self._model, source=self._source, sink=self._sink)
        loaded: LoadedModel = self._local.loaded
        return loaded


def _load(model: bytes, *, source: tuple[int, ...], sink: tuple[int, ...]) -> LoadedModel:
    try:
        interpreter = Interpreter(model_content=model, num_threads=1)
        interpreter.allocate_tensors()
    except (ValueError, RuntimeError) as error:
        raise UnusableBundle(codes.LITERT_UNREADABLE(reason=str(error))) from error
    inputs, outputs = interpreter.get_input_details(), interpreter.get_output_details()
    found = [(tuple(each["shape"].tolist()), each["dtype"]) for each in (*inputs, *outputs)]
    if found != [(source, np.float32), (sink, np.float32)]:
        shapes = {"input": str(source), "output": str(sink)}
        raise UnusableBundle(codes.LITERT_OF_ANOTHER_SHAPE(**shapes))
    return interpreter, inputs[0]["index"], outputs[0]["index"]
