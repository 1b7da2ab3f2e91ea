import numpy as np
import pytest

from mlcore.recipes import RECIPES

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def described() -> dict:
    """Parameters, multiply-adds and layers of every network."""
    from mlcore.training import architectures

    models = {name: architectures.build(name) for name in RECIPES}
    return {
        name: (
            model.count_params(),
            architectures.multiply_adds(model),
            architectures.layers_of(model),
        )
        for name, model in models.items()
    }


@pytest.mark.parametrize("name", RECIPES)
def test_only_the_newest_network_uses_the_directions(name: str) -> None:
    import keras

    from mlcore.training import architectures

    keras.utils.set_random_seed(1)
    model = architectures.build(name)
    drawn = np.random.default_rng(1).random((4, 28, 28, 9), np.float32)
    still = drawn * (np.arange(9) == 0)
    seen, ink_only = (model(each, training=False).numpy() for each in (drawn, still))
    assert np.array_equal(seen, ink_only) is (name != "digit-net-3")


@pytest.mark.parametrize("name", RECIPES)
def test_the_layers_account_for_every_parameter_and_multiplication(
    described: dict, name: str
) -> None:
    parameters, multiply_adds, layers = described[name]
    assert sum(layer["parameters"] for layer in layers) == parameters
    assert sum(layer["multiply_adds"] for layer in layers) == multiply_adds
    assert list(layers[-1]["shape"]) == [11]


def test_layers_are_described_as_in_a_diagram(described: dict) -> None:
    words = [(layer["kind"], *layer["shape"]) for layer in described["small-cnn"][2]]
    assert words == [
        ("convolution", 26, 26, 32),
        ("pooling", 13, 13, 32),
        ("convolution", 11, 11, 64),
        ("pooling", 5, 5, 64),
        ("dense", 128),
        ("dropout", 128),
        ("dense", 11),
    ]
    kernels = [layer["kernel"] for layer in described["digit-net-3"][2] if "kernel" in layer]
    assert kernels == [5, 3, 3, 3, 3, 3, 3]


def test_the_shortcut_of_a_residual_block_comes_after_it(described: dict) -> None:
    kinds = [layer["kind"] for layer in described["residual-cnn"][2]]
    assert kinds[1:4] == ["convolution", "convolution", "shortcut"]
    assert kinds.count("shortcut") == 3
