"""Train the network that reads a line of ink as a whole, without cutting it into digits.

A convolutional network answers every second column of the line: one of the ten digits, or a blank.
It is trained with connectionist temporal classification (CTC; Graves, Fernandez, Gomez and
Schmidhuber 2006), so the places of the digits need not be known. Lines are composed of single
digits (`mlcore.data.number_lines`).

    python -m mlcore train-lines --data mnist.npz --pen pen_train.json --out FOLDER
"""

from collections import deque
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import keras
import numpy as np
import tensorflow as tf
from keras import layers
from numpy.typing import NDArray

from mlcore.data.datasets import Part
from mlcore.data.number_lines import Hands, Line, compose, hands_of
from mlcore.data.pen import PenDigits
from mlcore.labels import DIGITS
from mlcore.progress import Report, silent
from mlcore.recognition.line_network import BLANK, HEIGHT, LITERT, STRIDE, WEIGHTS, WIDTH
from mlcore.training import export
from mlcore.training.averaged import train_averaged
from mlcore.training.optimizers import ConvolutionalMuon, learning_rate
from mlcore.training.precision import FLOAT32, computing_in

STEPS = 12_000
WRITERS = 800  # synthetic ones
BATCH = 48
# Of Muon and, as a multiple, of Adam for all weights but the kernels.
LEARNING_RATE, ADAM_RATIO = 8e-3, 0.375
LESS = 0.5  # of the learning rate, if training goes on from earlier weights
KERNEL_DECAY, ADAM_DECAY = 0.02, 1e-3
WARM_UP = 0.05
NORMALIZED = 64  # filters, from which on convolutions have batch normalization
DECAY = 0.998  # of the moving average of the weights, which is kept
# Lines are composed so many batches at a time and sorted by width, to pad them little.
TOGETHER = 16
AHEAD = 2
ROUND = 32  # widths are padded to a multiple, so that few shapes are compiled


def build(width: int | None = None, precision: str = FLOAT32) -> keras.Model:
    """Build the network: ink (n, HEIGHT, width, 1) in [0, 1] -> logits (n, width / 2, 11) float32.

    width: even; None if it differs from batch to batch. The last class is the blank.
    """
    ink = keras.Input((HEIGHT, width, 1), name="ink")
    with computing_in(precision):
        x = _convolution(ink, 24, (5, 5), strides=(2, STRIDE))
        x = _convolution(x, 32, (3, 3))
        x = _convolution(x, 48, (3, 3), strides=(2, 1))
        x = _convolution(x, 48, (3, 3))
        x = _convolution(x, 64, (3, 3), strides=(2, 1))
        x = _convolution(x, 64, (3, 3))
        x = layers.ZeroPadding2D(((0, 0), (1, 1)))(x)
        x = _convolution(x, 96, (HEIGHT // 8, 3), padding="valid")
        x = _convolution(x, 96, (1, 5), dilation=2)
        x = _convolution(layers.SpatialDropout2D(0.1)(x), 96, (1, 5), dilation=4)
        x = layers.Dropout(0.2)(x)
    x = layers.Conv2D(len(DIGITS) + 1, 1, name="logits")(x)
    return keras.Model(ink, x[:, 0], name="line")


def _convolution(
    x: keras.KerasTensor,
    filters: int,
    size: tuple[int, int],
    *,
    strides: tuple[int, int] = (1, 1),
    dilation: int = 1,
    padding: str = "same",
) -> keras.KerasTensor:
    """Add a convolution with ReLU, and batch normalization where the image is small.

    dilation: along the line, so that an answer sees the digits beside its own: a writer's 1 and 7
    are told apart by each other. At full size batch normalization would take half of the time of a
    step.
    """
    if dilation > 1:  # TensorFlow pads dilated convolutions wrongly if the width is unknown
        beside = dilation * (size[1] // 2)
        x, padding = layers.ZeroPadding2D(((0, 0), (beside, beside)))(x), "valid"
    normalized = filters >= NORMALIZED
    start = "glorot_uniform" if normalized else "he_normal"
    convolution = layers.Conv2D(
        filters,
        size,
        strides=strides,
        dilation_rate=(1, dilation),
        padding=padding,
        use_bias=not normalized,
        kernel_initializer=start,
    )
    x = convolution(x)
    return layers.ReLU()(layers.BatchNormalization()(x) if normalized else x)


def train(
    mnist: Part,
    pen: PenDigits | None,
    *,
    seed: int,
    steps: int | None = None,
    precision: str = FLOAT32,
    start: bytes | None = None,
    report: Report = silent,
) -> keras.Model:
    """Train for `steps` steps (otherwise STEPS) on lines that are composed meanwhile.

    mnist, pen: the digits that lines are composed of, beside those of synthetic writers. precision:
    as `build` takes it. start: weights, as `files` gives them, from which training goes on. Returns
    the network with averaged weights.
    """
    steps = steps or STEPS
    report(phase="prepare", fraction=0.0)
    hands = hands_of(mnist, pen, WRITERS, np.random.default_rng([seed, 0]))
    keras.utils.set_random_seed(seed)
    optimizer = ConvolutionalMuon(
        learning_rate(LEARNING_RATE * (LESS if start else 1), steps, WARM_UP),
        kernel_decay=KERNEL_DECAY,
        adam_decay=ADAM_DECAY,
        adam_ratio=ADAM_RATIO,
    )
    batches = ((inks, sparse(texts)) for inks, texts in _batches(hands, seed, steps))

    def make() -> keras.Model:
        model = build(precision=precision)
        if start:
            export.load_weights(model, start)
        return model

    return train_averaged(make, optimizer, loss, batches, steps=steps, decay=DECAY, report=report)


def loss(texts: tf.SparseTensor, logits: tf.Tensor) -> tf.Tensor:
    """Return the mean negative log-likelihood of texts, as `sparse` makes them."""
    frames = tf.fill([tf.shape(logits)[0]], tf.shape(logits)[1])
    losses = tf.nn.ctc_loss(texts, logits, None, frames, logits_time_major=False, blank_index=BLANK)
    return tf.reduce_mean(losses)


def files(model: keras.Model) -> dict[str, bytes]:
    """Return the network's two files by name: its weights, and the LiteRT file that serves.

    The LiteRT file takes (1, HEIGHT, WIDTH, 1) and returns logits (1, WIDTH / STRIDE, 11).
    """
    served = build(WIDTH)
    served.set_weights(model.get_weights())
    return {WEIGHTS: export.weights_of(model), LITERT: export.to_litert(served)}


def sparse(texts: list[str]) -> tf.SparseTensor:
    """Return the digits of texts as rows of class indices."""
    places = [(i, j) for i, text in enumerate(texts) for j in range(len(text))]
    values = [int(digit) for text in texts for digit in text]
    shape = (len(texts), max(map(len, texts)))
    return tf.SparseTensor(places, tf.constant(values, tf.int32), shape)


def _batches(
    hands: Hands, seed: int, count: int
) -> Iterator[tuple[NDArray[np.float32], list[str]]]:
    """Yield batches; a thread composes the next ones during training."""
    rng = np.random.default_rng(seed)

    def some() -> list[tuple[NDArray[np.float32], list[str]]]:
        lines, texts = compose(BATCH * TOGETHER, hands, rng)
        order = np.argsort([line.shape[1] for line in lines])
        rows = rng.permutation(order.reshape(TOGETHER, BATCH))
        return [(padded([lines[i] for i in row]), [texts[i] for i in row]) for row in rows]

    with ThreadPoolExecutor(1) as executor:
        coming = deque(executor.submit(some) for _ in range(AHEAD))
        made = 0
        while made < count:
            ready = coming.popleft().result()
            coming.append(executor.submit(some))
            yield from ready[: count - made]
            made += len(ready)


def padded(lines: list[Line]) -> NDArray[np.float32]:
    """Return lines as (n, HEIGHT, width, 1) float32 in [0, 1], the same width for all."""
    width = -(-max(line.shape[1] for line in lines) // ROUND) * ROUND
    inks = np.zeros((len(lines), HEIGHT, width, 1), np.float32)
    for ink, line in zip(inks, lines, strict=True):
        ink[: line.shape[0], : line.shape[1], 0] = np.divide(line, 255, dtype=np.float32)
    return inks
