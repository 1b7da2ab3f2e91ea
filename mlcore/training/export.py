"""Convert Keras weights to and from safetensors, and export the LiteRT network to deploy.

Weights are stored as arrays named "index/layer/variable", without executable content. Their order
is that of the architecture, which is built in code. Every load checks names and shapes.
"""

import contextlib
import os
import tempfile
import time
from collections.abc import Iterator

import keras
import numpy as np
import tensorflow as tf
from ai_edge_litert.interpreter import Interpreter
from numpy.typing import DTypeLike, NDArray
from safetensors import SafetensorError
from safetensors.numpy import load, save

from mlcore import codes
from mlcore.errors import UnusableBundle
from mlcore.ink.directions import as_planes
from mlcore.litert import LiteRtNetwork
from mlcore.recognition.inference import INPUT_SHAPE, OUTPUT_SHAPE

WARM_UP, TIMED = 50, 500


def _names(model: keras.Model) -> list[str]:
    """Return names that do not depend on other networks built earlier in the process."""
    names = []
    for i, layer in enumerate(model.layers):
        names += [f"{i}/{type(layer).__name__}/{variable.name}" for variable in layer.weights]
    return [name for name in names if not name.endswith("seed_generator_state")]


def _variables(model: keras.Model) -> list[keras.Variable]:
    kept = [v for layer in model.layers for v in layer.weights]
    return [v for v in kept if v.name != "seed_generator_state"]


def weights_of(model: keras.Model, dtype: DTypeLike = np.float32) -> bytes:
    """Serialize the network's weights as safetensors."""
    pairs = zip(_names(model), _variables(model), strict=True)
    return save(
        {name: np.ascontiguousarray(variable.numpy(), dtype=dtype) for name, variable in pairs}
    )


def load_weights(model: keras.Model, weights: bytes) -> None:
    """Load safetensors into a network. Raises UnusableBundle if they do not fit."""
    try:
        arrays = load(weights)
    except SafetensorError as error:
        raise UnusableBundle(codes.WEIGHTS_UNREADABLE(reason=str(error))) from None
    names, variables = _names(model), _variables(model)
    if set(arrays) != set(names):
        raise UnusableBundle(codes.WEIGHTS_OF_ANOTHER_NETWORK())
    for name, variable in zip(names, variables, strict=True):
        if arrays[name].shape != tuple(variable.shape):
            shapes = {"found": str(arrays[name].shape), "expected": str(tuple(variable.shape))}
            raise UnusableBundle(codes.WEIGHTS_OF_ANOTHER_SHAPE(name=name, **shapes))
        variable.assign(arrays[name].astype(np.float32))


def to_litert(model: keras.Model) -> bytes:
    """Convert the network to a LiteRT flatbuffer that takes and returns float32, one at a time.

    The digit network takes (1, 28, 28, PLANES) and returns logits (1, 11).
    """

    @tf.function(autograph=False)
    def forward(image: tf.Tensor) -> tf.Tensor:
        return model(image, training=False)

    concrete = forward.get_concrete_function(tf.TensorSpec((1, *model.input_shape[1:]), tf.float32))
    # The converter freezes only variables that it finds on a tf.Module. Keras 3 puts none there.
    module = tf.Module()
    module.kept = [variable.value for variable in model.variables]
    converter = tf.lite.TFLiteConverter.from_concrete_functions([concrete], module)
    with _quiet():
        return converter.convert()


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """Suppress the converter's C++ messages, because a job's error is the last line of stderr."""
    with tempfile.TemporaryFile() as sink:
        kept = os.dup(2)
        os.dup2(sink.fileno(), 2)
        try:
            yield
        finally:
            os.dup2(kept, 2)
            os.close(kept)


def litert_logits(litert: bytes, inputs: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return logits (n, 11) of n network inputs, one at a time as in deployment."""
    network = LiteRtNetwork(litert, source=INPUT_SHAPE, sink=OUTPUT_SHAPE)
    return np.array([network.run(planes)[0] for planes in as_planes(inputs)], np.float32)


def latency_ms(litert: bytes) -> float:
    """Measure the median milliseconds of one answer on this machine, with one thread."""
    interpreter = Interpreter(model_content=litert, num_threads=1)
    interpreter.allocate_tensors()
    times = []
    for _ in range(WARM_UP + TIMED):
        started = time.perf_counter()
        interpreter.invoke()
        times.append(time.perf_counter() - started)
    return round(1000 * float(np.median(times[WARM_UP:])), 4)


def parity(model: keras.Model, litert: bytes, inputs: NDArray[np.float32]) -> float:
    """Return the largest difference of a logit between Keras and LiteRT on n network inputs."""
    expected = model(as_planes(inputs), training=False).numpy()
    return float(np.abs(expected - litert_logits(litert, inputs)).max())
