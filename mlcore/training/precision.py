"""The precision in which a network computes while it is trained; its weights are float32."""

from collections.abc import Iterator
from contextlib import contextmanager

import keras

FLOAT32 = "float32"
# Two to three times faster where the processor multiplies in bfloat16 (AMX), slower elsewhere.
BFLOAT16 = "mixed_bfloat16"


@contextmanager
def computing_in(precision: str) -> Iterator[None]:
    """Layers that are made meanwhile compute in this dtype policy of Keras."""
    before = keras.config.dtype_policy()
    keras.config.set_dtype_policy(precision)
    try:
        yield
    finally:
        keras.config.set_dtype_policy(before)
