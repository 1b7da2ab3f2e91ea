import pytest

from mlcore.recipes import RECIPES

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def told() -> dict:
    """Of every network: parameters, multiply-adds and layers."""
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
def test_the_layers_account_for_every_parameter_and_multiplication(told: dict, name: str) -> None:
    parameters, multiply_adds, layers = told[name]
    assert sum(layer["parameters"] for layer in layers) == parameters
    assert sum(layer["multiply_adds"] for layer in layers) == multiply_adds
    assert list(layers[-1]["shape"]) == [11]


def test_layers_are_told_as_a_person_would_draw_them(told: dict) -> None:
    words = [(layer["kind"], *layer["shape"]) for layer in told["small-cnn"][2]]
    assert words == [
        ("convolution", 26, 26, 32),
        ("pooling", 13, 13, 32),
        ("convolution", 11, 11, 64),
        ("pooling", 5, 5, 64),
        ("dense", 128),
        ("dropout", 128),
        ("dense", 11),
    ]
    assert [layer["kernel"] for layer in told["digit-net-2"][2] if "kernel" in layer] == [5] + [
        3
    ] * 6


def test_a_residual_block_has_its_shortcut_behind_it(told: dict) -> None:
    kinds = [layer["kind"] for layer in told["residual-cnn"][2]]
    assert kinds[1:4] == ["convolution", "convolution", "shortcut"]
    assert kinds.count("shortcut") == 3
