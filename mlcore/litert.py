"""Run a network from its LiteRT file."""

import numpy as np
from ai_edge_litert.interpreter import Interpreter
from numpy.typing import NDArray

from mlcore import codes
from mlcore.errors import UnusableBundle

LoadedModel = tuple[Interpreter, int, int]  # with the indices of its input and its output
Shape = tuple[int, ...]


class LiteRtNetwork:
    """A network with one input and one output, both float32. It is thread-safe.

    source, sink: their shapes. Raises UnusableBundle if the file cannot be read or has other ones.
    """

    def __init__(self, model: bytes, *, source: Shape, sink: Shape) -> None:
        self._model, self._source, self._sink = model, source, sink
        # An interpreter is not thread-safe, so each answer borrows one that nobody else has.
        self._free: dict[Shape, list[LoadedModel]] = {}
        self._free[source] = [self._load(source)]  # report an unreadable model now

    def run(
        self, values: NDArray[np.float32], *, source: Shape | None = None
    ) -> NDArray[np.float32]:
        """Return the output, in its shape, for as many values as the input has.

        source: another shape of the input, for a network that takes any. Interpreters of some
        megabytes are kept: for each shape as many as ran at once.
        """
        shape = source or self._source
        free = self._free.setdefault(shape, [])
        try:
            loaded = free.pop()
        except IndexError:
            loaded = self._load(shape)
        interpreter, place, sink = loaded
        interpreter.set_tensor(place, values.reshape(shape))
        interpreter.invoke()
        output: NDArray[np.float32] = interpreter.get_tensor(sink)
        free.append(loaded)
        return output

    def _load(self, shape: Shape) -> LoadedModel:
        """Return a new interpreter for inputs of this shape."""
        loaded = _load(self._model, source=self._source, sink=self._sink)
        if shape != self._source:
            interpreter, place, _ = loaded
            interpreter.resize_tensor_input(place, shape)
            interpreter.allocate_tensors()
        return loaded


def _load(model: bytes, *, source: Shape, sink: Shape) -> LoadedModel:
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
