"""Let the line network learn from corrected numbers without forgetting.

As with the network that reads digits (`mlcore.training.retraining`): every batch has some corrected
lines and many composed ones, whose targets are the parent's own answers. Batch normalization keeps
its statistics and dropout is off. Then the weights are interpolated back towards the parent's, as
far as the corrected lines stay read.
"""

from collections.abc import Iterator

import keras
import numpy as np
import tensorflow as tf
from numpy.random import Generator
from numpy.typing import NDArray

from mlcore.data.datasets import Part
from mlcore.data.lines import Lines
from mlcore.data.number_lines import Hands, compose, drawn_hands, hands_of
from mlcore.data.pen import PenDigits
from mlcore.errors import UnusableBundle
from mlcore.recognition.bundle import Bundle
from mlcore.recognition.line_network import LITERT, WEIGHTS, best_text
from mlcore.training import export, line_network
from mlcore.training.interpolation import Weights, set_between
from mlcore.training.optimizers import learning_rate

STEPS = 60
CORRECTED, REHEARSED = 8, 24  # lines of a batch
COMPOSED = 600  # lines for rehearsal
WRITERS = 60  # synthetic ones, whose digits they are composed of
LEARNING_RATE = 2e-4
REHEARSAL_WEIGHT = 3.0  # of the distance to the parent's answers
SHARES = (0.25, 0.5, 0.75, 1.0)  # of the way that are tried

Padded = NDArray[np.float32]


def adapted(
    parent: Bundle,
    numbers: Lines,
    rng: Generator,
    *,
    mnist: Part | None = None,
    pen: PenDigits | None = None,
) -> dict[str, bytes]:
    """Return the line network's two files after learning from corrected numbers.

    mnist, pen: what is at hand to compose lines for rehearsal. The files are the parent's if there
    are no numbers, or if its network has other layers than `line_network.build` makes today.
    """
    unchanged = {name: parent.binaries[name] for name in (WEIGHTS, LITERT)}
    if not len(numbers):
        return unchanged
    model = line_network.build()
    try:
        export.load_weights(model, parent.line_weights)
    except UnusableBundle:
        return unchanged
    origin = model.get_weights()
    inks, _ = compose(COMPOSED, _hands(mnist, pen, rng), rng)
    _learn(model, numbers, inks, rng)
    _interpolate(model, origin, numbers)
    return line_network.files(model)


def _hands(mnist: Part | None, pen: PenDigits | None, rng: Generator) -> Hands:
    return drawn_hands(WRITERS, rng) if mnist is None else hands_of(mnist, pen, WRITERS, rng)


def _learn(
    model: keras.Model, numbers: Lines, inks: list[NDArray[np.uint8]], rng: Generator
) -> None:
    optimizer = keras.optimizers.Adam(learning_rate(LEARNING_RATE, STEPS, 0.1))
    optimizer.build(model.trainable_variables)
    parent = line_network.build()
    parent.set_weights(model.get_weights())

    @tf.function(reduce_retracing=True)  # type: ignore[untyped-decorator]
    def step(corrected: tf.Tensor, texts: tf.SparseTensor, rehearsed: tf.Tensor) -> None:
        answers = tf.nn.softmax(parent(rehearsed, training=False))
        with tf.GradientTape() as tape:
            read = line_network.loss(texts, model(corrected, training=False))
            logs = tf.nn.log_softmax(model(rehearsed, training=False))
            kept = -tf.reduce_mean(tf.reduce_sum(answers * logs, axis=-1))
            whole = read + REHEARSAL_WEIGHT * kept
        gradients = tape.gradient(whole, model.trainable_variables)
        optimizer.apply_gradients(zip(gradients, model.trainable_variables, strict=True))

    for rows, others in _batches(len(numbers), len(inks), rng):
        texts = line_network.sparse([numbers.texts[i] for i in rows])
        corrected = line_network.padded([numbers.inks[i] for i in rows])
        step(corrected, texts, line_network.padded([inks[i] for i in others]))


def _batches(
    count: int, rehearsed: int, rng: Generator
) -> Iterator[tuple[NDArray[np.int64], NDArray[np.int64]]]:
    for _ in range(STEPS):
        yield (
            rng.choice(count, min(count, CORRECTED), replace=False),
            rng.choice(rehearsed, REHEARSED, replace=False),
        )


def _interpolate(model: keras.Model, origin: Weights, numbers: Lines) -> None:
    """Go back towards the parent's weights while as many corrected lines are read."""
    learned = model.get_weights()
    right = {}
    for share in SHARES:
        set_between(model, origin, learned, share)
        right[share] = _right(model, numbers)
    best = min(SHARES, key=lambda share: (-right[share], share))
    set_between(model, origin, learned, best)


def _right(model: keras.Model, numbers: Lines) -> int:
    """Count the lines of which the likeliest text is right."""
    right = 0
    for ink, text in zip(numbers.inks, numbers.texts, strict=True):
        logits = model(line_network.padded([ink]), training=False).numpy()[0]
        right += best_text(logits.astype(np.float64)) == text
    return right
