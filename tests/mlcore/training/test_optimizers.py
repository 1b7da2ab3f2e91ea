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


def published_steps(
    kernel: np.ndarray, gradients: list[np.ndarray], rates: list[float], decay: float
) -> np.ndarray:
    """Muon in float64, after Jordan et al. 2024, with the decay and scale of Liu et al. 2025."""
    shape, momentum = kernel.shape, np.zeros_like(kernel)
    for gradient, rate in zip(gradients, rates, strict=True):
        momentum = 0.95 * momentum + gradient
        x = (gradient + 0.95 * momentum).reshape(-1, shape[-1])
        rows, columns = x.shape
        x = x / np.linalg.norm(x)
        for _ in range(5):
            gram = x @ x.T
            x = 3.4445 * x - 4.7750 * gram @ x + 2.0315 * gram @ gram @ x
        scale = 0.2 * np.sqrt(max(rows, columns))
        kernel = kernel - rate * (scale * x.reshape(shape) + decay * kernel)
    return kernel


@pytest.mark.parametrize("shape", [(3, 3, 4, 12), (3, 3, 2, 40), (1, 1, 8, 8)])
def test_muon_steps_are_the_published_ones(shape: tuple[int, ...]) -> None:
    import keras

    from mlcore.training.optimizers import optimizer_of

    rng = np.random.default_rng(1)
    start = rng.normal(0, 0.1, shape).astype(np.float32)
    gradients = [rng.normal(0, 1, shape).astype(np.float32) for _ in range(4)]
    variable = keras.Variable(start, name="kernel")
    optimizer = optimizer_of(
        Recipe(muon_learning_rate=0.008, muon_weight_decay=0.05, warmup=0.5), 4
    )
    for gradient in gradients:
        optimizer.apply([gradient], [variable])
    # Linear from 0 to the peak in two steps, then half a cosine down to 0 in two.
    expected = published_steps(start.astype(np.float64), gradients, [0, 0.004, 0.008, 0.004], 0.05)
    np.testing.assert_allclose(variable.numpy(), expected, rtol=0, atol=1e-5)
    assert np.abs(expected - start).max() > 1e-3


def test_it_overrides_nothing_private_of_keras() -> None:
    """Private methods have other names from one release of Keras to the next."""
    from mlcore.training.optimizers import ConvolutionalMuon

    own = {name for name in vars(ConvolutionalMuon) if not name.startswith("__")}
    inherited = {name for base in ConvolutionalMuon.__mro__[1:] for name in vars(base)}
    assert {name for name in own & inherited if name.startswith("_")} == set()
    assert {"build", "update_step"} <= own & inherited
