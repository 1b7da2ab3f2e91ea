"""LiteRT files of one layer, written with the flatbuffer schema, without TensorFlow."""

import flatbuffers
import numpy as np
from ai_edge_litert import schema_py_generated as schema

PIXELS = 28 * 28
PLANES = 9  # of an input: the ink, then eight directions of the pen


def linear_network(weights: np.ndarray, biases: np.ndarray) -> bytes:
    """logits = weights @ input + biases.

    weights: (outputs, 784) of the ink alone, or (outputs, 784, PLANES). biases: (outputs,).
    """
    outputs = len(biases)
    if weights.ndim == 2:
        weights = weights[..., np.newaxis] * (np.arange(PLANES) == 0)
    constants = [weights.astype("<f4").tobytes(), biases.astype("<f4").tobytes()]
    graph = schema.SubGraphT()
    graph.tensors = [
        _tensor("planes", [1, 28, 28, PLANES], buffer=0),
        _tensor("weights", [outputs, PIXELS * PLANES], buffer=1),
        _tensor("biases", [outputs], buffer=2),
        _tensor("logits", [1, outputs], buffer=0),
    ]
    graph.inputs, graph.outputs = [0], [3]
    graph.operators = [_fully_connected(inputs=[0, 1, 2], outputs=[3])]
    model = schema.ModelT()
    model.version = 3
    model.operatorCodes = [_operator_code(schema.BuiltinOperator.FULLY_CONNECTED)]
    model.subgraphs = [graph]
    model.buffers = [_buffer(data) for data in [b"", *constants]]
    builder = flatbuffers.Builder(1024)
    builder.Finish(model.Pack(builder), file_identifier=b"TFL3")
    return bytes(builder.Output())


def constant_network(logits: list[float]) -> bytes:
    """A network that returns the same logits for every input."""
    return linear_network(np.zeros((len(logits), PIXELS)), np.array(logits))


def _tensor(name: str, shape: list[int], *, buffer: int) -> schema.TensorT:
    tensor = schema.TensorT()
    tensor.name, tensor.shape, tensor.buffer = name.encode(), shape, buffer
    tensor.type = schema.TensorType.FLOAT32
    return tensor


def _fully_connected(*, inputs: list[int], outputs: list[int]) -> schema.OperatorT:
    operator = schema.OperatorT()
    operator.inputs, operator.outputs = inputs, outputs
    operator.builtinOptionsType = schema.BuiltinOptions.FullyConnectedOptions
    operator.builtinOptions = schema.FullyConnectedOptionsT()
    return operator


def _operator_code(code: int) -> schema.OperatorCodeT:
    operator_code = schema.OperatorCodeT()
    operator_code.builtinCode = operator_code.deprecatedBuiltinCode = code
    operator_code.version = 1
    return operator_code


def _buffer(data: bytes) -> schema.BufferT:
    buffer = schema.BufferT()
    buffer.data = np.frombuffer(data, np.uint8) if data else None
    return buffer
