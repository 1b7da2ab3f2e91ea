"""Train a network from scratch, optionally with knowledge distillation from other versions.

For the expected figures with the default recipe and seed 1, see card.json of the shipped version.

The training step is shared with `mlcore.training.retraining`. It uses soft targets and can keep an
exponential moving average (EMA) of the weights. The averaged weights are measured and saved.
"""

import math
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import keras
import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from mlcore.data.datasets import Mnist, Part
from mlcore.data.pen import PenDigits, split_by_writer
from mlcore.data.training_pool import Holdouts, Pool, Sizes, pools
from mlcore.ink.directions import as_planes
from mlcore.labels import CLASSES
from mlcore.progress import Report, silent
from mlcore.recipes import Recipe
from mlcore.recognition.bundle import Bundle
from mlcore.training import architectures, export
from mlcore.training.optimizers import optimizer_of
from mlcore.training.precision import FLOAT32

Step = Callable[[tf.Tensor, tf.Tensor], tuple[tf.Tensor, tf.Tensor]]
Aim = Callable[[Part], tuple[tf.Tensor, tf.Tensor]]

EVALUATION_BATCH = 500


@dataclass
class Trained:
    """The network with the best hold-out accuracy, and its training history."""

    model: keras.Model
    history: list[dict[str, float]] = field(default_factory=list)


def train(
    mnist: Mnist,
    name: str,
    recipe: Recipe,
    *,
    seed: int,
    pen: PenDigits | None = None,
    teachers: Sequence[Bundle] = (),
    precision: str = FLOAT32,
    report: Report = silent,
) -> Trained:
    """Train the named architecture on MNIST's training part, pen drawings and negatives.

    pen: digits of people, of which the training writers are used, or None. precision: of the
    network that is trained; its averaged weights are measured in float32.

    With teachers, a part of every target is the mean of their answers to the same warped image
    (knowledge distillation: Hinton, Vinyals and Dean 2015; Beyer et al. 2022, "A good teacher is
    patient and consistent"). The same data, teachers, recipe and seed give the same weights on the
    same machine.
    """
    keras.utils.set_random_seed(seed)
    tf.config.experimental.enable_op_determinism()
    model, average = architectures.build(name, precision), architectures.build(name)
    average.set_weights(model.get_weights())
    writers = None if pen is None else split_by_writer(pen)[0]
    sizes = Sizes.of(len(mnist.training), recipe, with_pen=bool(writers))
    per_epoch = math.ceil(sizes.total / recipe.batch)
    optimizer = optimizer_of(recipe, recipe.epochs * per_epoch)
    step = make_step(model, optimizer, average=average, decay=recipe.ema_decay)
    aim = make_aim(recipe, [load(teacher) for teacher in teachers])
    trained, best, best_weights = Trained(average), (0.0, 0), average.get_weights()
    held = Holdouts.of(mnist, pen).whole
    for epoch, pool in enumerate(pools(mnist.training, writers, recipe, seed), start=1):
        started = time.monotonic()
        loss, accuracy = _epoch(step, aim, pool, recipe.batch)
        held_loss, held_accuracy = measure(average, held)
        facts = {
            "epoch": epoch,
            "loss": round(loss, 5),
            "accuracy": round(accuracy, 5),
            "holdout_loss": round(held_loss, 5),
            "holdout_accuracy": round(held_accuracy, 5),
            "seconds": round(time.monotonic() - started, 1),
        }
        trained.history.append(facts)
        report(phase="train", fraction=0.97 * epoch / recipe.epochs, epochs=recipe.epochs, **facts)
        # Select by accuracy: with label smoothing, the loss can rise while accuracy improves.
        if held_accuracy >= best[0]:
            best, best_weights = (held_accuracy, epoch), average.get_weights()
        elif epoch - best[1] >= recipe.patience:
            break
    average.set_weights(best_weights)
    return trained


def make_step(
    model: keras.Model,
    optimizer: keras.optimizers.Optimizer,
    *,
    average: keras.Model | None = None,
    decay: float = 0.0,
    training: bool = True,
) -> Step:
    """Compile a step: (inputs (n, 28, 28, PLANES), targets (n, 11)) -> (loss, share right).

    `average` is the EMA of `model` with the given decay; the first steps use a smaller decay. With
    training=False, dropout is off and batch normalization keeps its statistics.
    """
    cross_entropy = keras.losses.CategoricalCrossentropy(from_logits=True)
    optimizer.build(model.trainable_variables)
    pairs = [
        (slow, fast)
        for slow, fast in zip(average.weights if average else [], model.weights, strict=False)
        if "seed_generator" not in fast.path
    ]

    @tf.function
    def step(inputs: tf.Tensor, targets: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        with tf.GradientTape() as tape:
            logits = model(inputs, training=training)
            loss = cross_entropy(targets, logits)
        gradients = tape.gradient(loss, model.trainable_variables)
        optimizer.apply_gradients(zip(gradients, model.trainable_variables, strict=True))
        done = tf.cast(optimizer.iterations, tf.float32)
        kept = tf.minimum(decay, (1 + done) / (10 + done))
        for slow, fast in pairs:
            slow.assign(kept * slow + (1 - kept) * fast)
        right = tf.argmax(logits, 1) == tf.argmax(targets, 1)
        return loss, tf.reduce_mean(tf.cast(right, tf.float32))

    return step


def make_aim(recipe: Recipe, teachers: Sequence[keras.Model]) -> Aim:
    """Return a function that turns a batch into (inputs (n, 28, 28, PLANES), targets (n, 11))."""

    @tf.function
    def taught(inputs: tf.Tensor, targets: tf.Tensor) -> tf.Tensor:
        answers = [tf.nn.softmax(teacher(inputs, training=False)) for teacher in teachers]
        share = recipe.distillation
        return (1 - share) * targets + share * tf.add_n(answers) / len(answers)

    def aim(batch: Part) -> tuple[tf.Tensor, tf.Tensor]:
        inputs = tf.constant(as_inputs(batch.inputs))
        targets = tf.constant(as_targets(batch.labels, recipe.label_smoothing))
        return inputs, taught(inputs, targets) if teachers else targets

    return aim


def load(version: Bundle) -> keras.Model:
    """Build the version's network and load its weights."""
    model = architectures.build(version.card["architecture"])
    export.load_weights(model, version.weights)
    return model


def as_inputs(inputs: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Convert network inputs, uint8, to float32 (n, 28, 28, PLANES) in [0, 1]."""
    return np.divide(as_planes(inputs), 255, dtype=np.float32)


def as_targets(labels: NDArray[np.uint8], smoothing: float) -> NDArray[np.float32]:
    """Return one-hot rows (n, 11) with label smoothing."""
    return np.eye(CLASSES, dtype=np.float32)[labels] * (1 - smoothing) + smoothing / CLASSES


def measure(model: keras.Model, part: Part) -> tuple[float, float]:
    """Return (negative log likelihood, accuracy) of the network before calibration."""
    logits = predict_logits(model, part.inputs)
    log_likelihood = tf.nn.log_softmax(logits).numpy()[np.arange(len(part)), part.labels]
    return float(-log_likelihood.mean()), float((logits.argmax(1) == part.labels).mean())


def predict_logits(model: keras.Model, inputs: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Return logits (n, 11) of network inputs, uint8."""
    batches = range(0, len(inputs), EVALUATION_BATCH)
    return np.concatenate(
        [
            model(as_inputs(inputs[i : i + EVALUATION_BATCH]), training=False).numpy()
            for i in batches
        ]
    )


def _epoch(step: Step, aim: Aim, pool: Pool, size: int) -> tuple[float, float]:
    """Train on one pass through the pool; return the mean loss and accuracy."""
    figures: list[Any] = [step(*aim(batch)) for batch in pool.batches(size)]
    loss, accuracy = np.mean(figures, axis=0)
    return float(loss), float(accuracy)
