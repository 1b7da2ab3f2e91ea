"""A few hundred drawn digits in MNIST's format, for tests that do not need the real MNIST."""

from pathlib import Path

import numpy as np

from mlcore.data import synthesis


def save_small_mnist(path: Path, *, training: int = 400, test: int = 100) -> Path:
    rng = np.random.default_rng(5)
    images, labels = synthesis.digits(training + test, rng)
    np.savez(
        path,
        x_train=images[:training],
        y_train=labels[:training],
        x_test=images[training:],
        y_test=labels[training:],
    )
    return path
