"""A version whose files are small when compressed: its networks keep few levels of their weights.

It need not read well; it has to answer in later releases as it did in its own. Networks for
training are zeros.
"""

import json
import struct
from typing import Any

import numpy as np
from ai_edge_litert import schema_py_generated as schema

LEVELS = 5  # of the absolute values of a tensor


def thinned(name: str, content: bytes) -> bytes:
    """Return a file of a version with thinned weights, in the same format."""
    if name.endswith(".tflite"):
        return thinned_litert(content)
    return zeros(content)


def thinned_litert(content: bytes) -> bytes:
    data = bytearray(content)
    model: Any = schema.Model.GetRootAs(data, 0)
    graph = model.Subgraphs(0)
    for index in range(graph.TensorsLength()):
        tensor = graph.Tensors(index)
        values = model.Buffers(tensor.Buffer()).DataAsNumpy()
        if tensor.Type() == schema.TensorType.FLOAT32 and isinstance(values, np.ndarray):
            weights = values.view("<f4")
            step = np.abs(weights).max(initial=0) / LEVELS
            if len(weights) > 64 and step > 0:
                weights[:] = np.round(weights / step) * step
    return bytes(data)


def zeros(content: bytes) -> bytes:
    """Return safetensors with the same header and only zeros."""
    (length,) = struct.unpack("<Q", content[:8])
    json.loads(content[8 : 8 + length])
    return content[: 8 + length].ljust(len(content), b"\0")
