"""Train the network that separates ink from paper.

It is a U-Net (Ronneberger, Fischer and Brox 2015, "U-Net: Convolutional Networks for Biomedical
Image Segmentation") of depthwise separable convolutions (Howard et al. 2017, "MobileNets"), small
enough for some milliseconds on one core. Learned separation like this won the contests on document
binarization (Pratikakis et al. 2017, "ICDAR2017 Competition on Document Image Binarization").

    python -m mlcore train-ink --data mnist.npz --pen pen_train.json --out FOLDER
"""

from collections import deque
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import keras
import numpy as np
import tensorflow as tf
from keras import layers
from numpy.typing import NDArray

from mlcore.data.composites import Figures, composites
from mlcore.pictures.ink_network import LITERT, SIDE, WEIGHTS
from mlcore.progress import Report, silent
from mlcore.training import export
from mlcore.training.averaged import train_averaged
from mlcore.training.optimizers import learning_rate

STEPS = 4_400
BATCH = 32
LEARNING_RATE = 4e-3
WARM_UP = 0.05
DECAY = 0.998  # of the moving average of the weights, which is kept
AHEAD = 8  # batches made before they are needed

# Channels at a half, a quarter, an eighth and a sixteenth of the resolution.
CHANNELS = (16, 32, 48, 64)
# Spread of the grays below which a picture is mostly noise and is not amplified further.
FLOOR = 0.04


def build() -> keras.Model:
    """Build the network: gray (n, SIDE, SIDE, 1) in [0, 1] -> ink logits of the same shape."""
    picture = keras.Input((SIDE, SIDE, 1), name="picture")
    x = layers.Conv2D(CHANNELS[0], 4, strides=2, padding="same", use_bias=False)(
        _Standardized()(picture)
    )
    x = layers.ReLU()(layers.BatchNormalization()(x))
    skips: list[keras.KerasTensor] = []
    for channels in CHANNELS:
        if skips:
            x = layers.MaxPooling2D(2)(x)
        x = _separable(_separable(x, channels), channels)
        skips.append(x)
    for skip in skips[-2::-1]:
        x = layers.UpSampling2D(2, interpolation="nearest")(x)
        x = layers.Concatenate()([x, skip])
        x = _separable(_separable(x, skip.shape[-1]), skip.shape[-1])
    x = layers.Conv2DTranspose(1, 4, strides=2, padding="same", name="logits")(x)
    return keras.Model(picture, x, name="ink")


class _Standardized(layers.Layer):
    """Gray values minus their mean, divided by their spread."""

    def call(self, picture: tf.Tensor) -> tf.Tensor:
        centered = picture - tf.reduce_mean(picture, (1, 2), keepdims=True)
        spread = tf.sqrt(tf.reduce_mean(centered * centered, (1, 2), keepdims=True))
        return centered / (spread + FLOOR)


def _separable(x: keras.KerasTensor, channels: int) -> keras.KerasTensor:
    x = layers.SeparableConv2D(channels, 3, padding="same", use_bias=False)(x)
    return layers.ReLU()(layers.BatchNormalization()(x))


def train(
    figures: Figures, *, seed: int, steps: int | None = None, report: Report = silent
) -> keras.Model:
    """Train for `steps` steps (otherwise STEPS) on composites that are made meanwhile.

    Returns the network with averaged weights.
    """
    steps = steps or STEPS
    keras.utils.set_random_seed(seed)
    optimizer = keras.optimizers.AdamW(
        learning_rate(LEARNING_RATE, steps, WARM_UP), weight_decay=1e-4
    )
    batches = ((_scaled(p), _scaled(i)) for p, i in _batches(figures, seed, steps))
    return train_averaged(build, optimizer, _loss, batches, steps=steps, decay=DECAY, report=report)


def _loss(inks: tf.Tensor, logits: tf.Tensor) -> tf.Tensor:
    return tf.reduce_mean(tf.nn.sigmoid_cross_entropy_with_logits(inks, logits))


def files(model: keras.Model) -> dict[str, bytes]:
    """Return the network's two files by name: its weights, and the LiteRT file that serves.

    The LiteRT file returns the coverage, (1, SIDE, SIDE, 1) float32 in [0, 1].
    """
    coverage = layers.Activation("sigmoid")(model.output)
    served = keras.Model(model.input, coverage)
    return {WEIGHTS: export.weights_of(model), LITERT: export.to_litert(served)}


def _scaled(values: NDArray[np.uint8]) -> NDArray[np.float32]:
    return np.divide(values, 255, dtype=np.float32)[..., None]


def _batches(
    figures: Figures, seed: int, count: int
) -> Iterator[tuple[NDArray[np.uint8], NDArray[np.uint8]]]:
    """Yield batches; a thread makes the next ones during training."""
    rng = np.random.default_rng(seed)
    with ThreadPoolExecutor(1) as executor:
        coming = deque(
            executor.submit(composites, BATCH, figures, rng) for _ in range(min(AHEAD, count))
        )
        for made in range(len(coming), count + len(coming)):
            yield coming.popleft().result()
            if made < count:
                coming.append(executor.submit(composites, BATCH, figures, rng))
