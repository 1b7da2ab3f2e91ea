"""Weights on the line between two networks of the same layers.

They have learned the new data and forgotten less of the old (Wortsman et al. 2022, "Robust
fine-tuning of zero-shot models").
"""

from collections.abc import Sequence

import keras
import numpy as np
from numpy.typing import NDArray

Weights = Sequence[NDArray[np.float32]]


def set_between(model: keras.Model, origin: Weights, learned: Weights, share: float) -> None:
    """Set the network's weights to `share`, 0 to 1, of the way from origin to learned."""
    model.set_weights([a + share * (b - a) for a, b in zip(origin, learned, strict=True)])
