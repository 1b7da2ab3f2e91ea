"""Load a LiteRT file."""

import numpy as np
from ai_edge_litert.interpreter import Interpreter

from mlcore import codes
from mlcore.errors import UnusableBundle

LoadedModel = tuple[Interpreter, int, int]  # with the indices of its input and its output


def load(model: bytes, *, source: tuple[int, ...], sink: tuple[int, ...]) -> LoadedModel:
    """Return an interpreter of one thread.

    source, sink: the shapes of its one input and its one output, both float32. Raises
    UnusableBundle if the file cannot be read or has other ones.
    """
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
