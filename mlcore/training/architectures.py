"""The network architectures. They are built in code, so a weights file contains only numbers.

Each takes network inputs, float32 (n, 28, 28, PLANES) in [0, 1], and returns logits (n, 11): ten
digits and "not a digit". Only `digit-net-3` uses the pen's directions. The others, which are
known from books, take the first plane, the ink.
"""

from collections.abc import Callable
from typing import Any

import keras
from keras import layers

from mlcore import codes
from mlcore.errors import UnusableBundle
from mlcore.ink.directions import PLANES
from mlcore.ink.geometry import IMAGE_SIDE
from mlcore.labels import CLASSES
from mlcore.recipes import WITH_DIRECTIONS
from mlcore.training.precision import FLOAT32, computing_in


def _convolution(
    x: keras.KerasTensor, filters: int, *, size: int = 3, stride: int = 1
) -> keras.KerasTensor:
    """Add a convolution, batch normalization and ReLU; batch normalization replaces the bias."""
    x = layers.Conv2D(filters, size, strides=stride, padding="same", use_bias=False)(x)
    return layers.ReLU()(layers.BatchNormalization()(x))


def _residual(x: keras.KerasTensor, filters: int) -> keras.KerasTensor:
    """Add two convolutions with a shortcut and halve the image (He et al. 2015, figure 3)."""
    shortcut = layers.Conv2D(filters, 1, strides=2, use_bias=False)(x)
    x = _convolution(x, filters, stride=2)
    x = layers.Conv2D(filters, 3, padding="same", use_bias=False)(x)
    return layers.ReLU()(layers.BatchNormalization()(x) + shortcut)


def _mlp(x: keras.KerasTensor) -> keras.KerasTensor:
    """Nielsen, "Neural Networks and Deep Learning" (2015), chapter 1."""
    return layers.Dense(30, activation="sigmoid")(layers.Flatten()(x))


def _ann(x: keras.KerasTensor) -> keras.KerasTensor:
    x = layers.Dense(256, activation="relu")(layers.Flatten()(x))
    x = layers.Dense(128, activation="relu")(layers.Dropout(0.2)(x))
    return layers.Dropout(0.2)(x)


def _small_cnn(x: keras.KerasTensor) -> keras.KerasTensor:
    for filters in (32, 64):
        x = layers.Conv2D(filters, 3, activation="relu")(x)
        x = layers.MaxPooling2D()(x)
    x = layers.Dense(128, activation="relu")(layers.Flatten()(x))
    return layers.Dropout(0.3)(x)


def _double_conv_cnn(x: keras.KerasTensor) -> keras.KerasTensor:
    for filters in (32, 64):
        x = layers.Conv2D(filters, 3, padding="same", activation="relu")(x)
        x = layers.Conv2D(filters, 3, padding="same", activation="relu")(x)
        x = layers.Dropout(0.25)(layers.MaxPooling2D()(x))
    x = layers.Dense(256, activation="relu")(layers.Flatten()(x))
    return layers.Dropout(0.5)(x)


def _residual_cnn(x: keras.KerasTensor) -> keras.KerasTensor:
    x = _convolution(x, 24)
    for filters in (32, 64, 96):
        x = _residual(x, filters)
    return layers.Dropout(0.3)(layers.GlobalAveragePooling2D()(x))


def _digit_net(x: keras.KerasTensor) -> keras.KerasTensor:
    """Wide convolutions on halved images; here depth and width help more than resolution."""
    x = _convolution(x, 36, size=5, stride=2)
    for filters, stride in ((52, 1), (52, 1), (68, 2), (104, 1), (104, 1), (136, 2)):
        x = _convolution(x, filters, stride=stride)
    return layers.Dropout(0.3)(layers.Flatten()(x))


# The layers of a name never change, because retraining loads the weights of existing versions.
# `mlcore.recipes` has a recipe for each.
ARCHITECTURES: dict[str, Callable[[keras.KerasTensor], keras.KerasTensor]] = {
    "mlp": _mlp,
    "ann": _ann,
    "small-cnn": _small_cnn,
    "double-conv-cnn": _double_conv_cnn,
    "residual-cnn": _residual_cnn,
    "digit-net-3": _digit_net,
}


def build(name: str, precision: str = FLOAT32) -> keras.Model:
    """Build the network of that name, its weights initialized from Keras's global seed.

    precision: in which all but the logits are computed. Raises UnusableBundle if the name is
    unknown.
    """
    if name not in ARCHITECTURES:
        names = ", ".join(ARCHITECTURES)
        raise UnusableBundle(codes.UNKNOWN_ARCHITECTURE(name=name, names=names))
    planes = keras.Input((IMAGE_SIDE, IMAGE_SIDE, PLANES), name="planes")
    seen = planes if name in WITH_DIRECTIONS else planes[..., :1]
    with computing_in(precision):
        features = ARCHITECTURES[name](seen)
    logits = layers.Dense(CLASSES, name="logits")(features)
    return keras.Model(planes, logits, name=name.replace("-", "_"))


def multiply_adds(model: keras.Model) -> int:
    """Count the multiply-adds of one forward pass in convolutions and dense layers."""
    return sum(_multiply_adds(layer) for layer in model.layers)


def layers_of(model: keras.Model) -> list[dict[str, Any]]:
    """Describe the network layer by layer, as in a diagram, for a version's card.

    Each layer has "kind" ("convolution", "shortcut", "pooling", "dense" or "dropout"), "shape" of
    its output for one image ([h, w, channels] or [units]), "parameters" and "multiply_adds".
    Convolutions and shortcuts also have "kernel" and "stride", dropout has "rate". A batch
    normalization is counted with the layer before it. Layers that only reshape or add are left out.
    """
    rows: list[dict[str, Any]] = []
    for layer in model.layers:
        if kind := _kind(layer):
            rows.append(
                {
                    "kind": kind,
                    "shape": [int(size) for size in layer.output.shape[1:]],
                    "parameters": layer.count_params(),
                    "multiply_adds": _multiply_adds(layer),
                    **_settings(layer),
                }
            )
        elif isinstance(layer, layers.BatchNormalization):
            channels = layer.output.shape[-1]
            normalized = next(row for row in reversed(rows) if row["shape"][-1] == channels)
            normalized["parameters"] += layer.count_params()
    return rows


def _multiply_adds(layer: keras.Layer) -> int:
    if isinstance(layer, layers.Conv2D):
        height, width = layer.output.shape[1:3]
        return int(height * width * int(layer.kernel.shape.num_elements()))
    return int(layer.kernel.shape.num_elements()) if isinstance(layer, layers.Dense) else 0


def _kind(layer: keras.Layer) -> str:
    if isinstance(layer, layers.Conv2D):
        return "shortcut" if layer.kernel_size == (1, 1) else "convolution"
    if isinstance(layer, layers.MaxPooling2D | layers.GlobalAveragePooling2D):
        return "pooling"
    if isinstance(layer, layers.Dropout):
        return "dropout"
    return "dense" if isinstance(layer, layers.Dense) else ""


def _settings(layer: keras.Layer) -> dict[str, Any]:
    if isinstance(layer, layers.Conv2D):
        return {"kernel": layer.kernel_size[0], "stride": layer.strides[0]}
    return {"rate": layer.rate} if isinstance(layer, layers.Dropout) else {}
