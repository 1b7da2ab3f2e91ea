import numpy as np
import pytest

from mlcore.recipes import Recipe

pytestmark = pytest.mark.slow

SHAPES = {"kernel": (3, 3, 4, 12), "bias": (12,), "dense": (20, 11)}


def moved(muon_learning_rate: float) -> list[np.ndarray]:
    """The weights after two steps from 0: a convolution's kernel, its bias, a dense kernel."""
    import keras

    from mlcore.training.optimizers import optimizer_of

    rng = np.random.default_rng(0)
    gradients = [rng.normal(0, 1, shape).astype(np.float32) for shape in SHAPES.values()]
    # In one direction, the kernel's gradient is a hundred times as large as in the others.
    gradients[0] += 100 * rng.normal(0, 1, (3, 3, 4, 1)).astype(np.float32)
    variables = [
        keras.Variable(np.zeros(shape, np.float32), name=name) for name, shape in SHAPES.items()
    ]
    optimizer = optimizer_of(
        Recipe(learning_rate=0.002, muon_learning_rate=muon_learning_rate, warmup=0.5), 4
    )
    for _ in range(2):
        optimizer.apply(gradients, variables)
    return [variable.numpy() for variable in variables]


def test_muon_moves_all_directions_of_a_kernel_equally() -> None:
    kernel, _, _ = moved(muon_learning_rate=0.008)
    sizes = np.linalg.svd(kernel.reshape(36, 12), compute_uv=False)
    assert sizes.min() > sizes.max() / 2


def test_adam_follows_the_steepest_direction_of_a_kernel() -> None:
    kernel, _, _ = moved(muon_learning_rate=0.0)
    sizes = np.linalg.svd(kernel.reshape(36, 12), compute_uv=False)
    assert sizes.min() < sizes.max() / 5


def test_weights_other_than_convolution_kernels_move_equally_with_both() -> None:
    (_, bias, dense), (_, same_bias, same_dense) = (
        moved(muon_learning_rate=0.008),
        moved(muon_learning_rate=0.0),
    )
    np.testing.assert_allclose(bias, same_bias, rtol=1e-3)
    np.testing.assert_allclose(dense, same_dense, rtol=1e-3)
