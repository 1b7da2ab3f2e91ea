"""The training loop of the networks beside the one that reads digits: weights are averaged."""

import time
from collections.abc import Callable, Iterator
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from mlcore.progress import Report

REPORT_EVERY = 100  # steps

Loss = Callable[[Any, tf.Tensor], tf.Tensor]  # of targets and logits


def train_averaged(
    build: Callable[[], keras.Model],
    optimizer: keras.optimizers.Optimizer,
    loss_of: Loss,
    batches: Iterator[tuple[Any, Any]],
    *,
    steps: int,
    decay: float,
    report: Report,
) -> keras.Model:
    """Train a network on `steps` batches of (inputs, targets).

    build: makes the network; it is called twice, after the caller has set the seed. decay: of the
    exponential moving average of the weights; the first steps use a smaller one. Returns the
    network with averaged weights.
    """
    model, average = build(), build()
    average.set_weights(model.get_weights())
    optimizer.build(model.trainable_variables)

    @tf.function(reduce_retracing=True)
    def step(inputs: tf.Tensor, targets: Any) -> tf.Tensor:
        with tf.GradientTape() as tape:
            loss = loss_of(targets, model(inputs, training=True))
        gradients = tape.gradient(loss, model.trainable_variables)
        optimizer.apply_gradients(zip(gradients, model.trainable_variables, strict=True))
        kept = tf.minimum(decay, tf.cast(optimizer.iterations, tf.float32) / 100)
        for slow, fast in zip(average.weights, model.weights, strict=True):
            if "seed_generator" not in fast.path:
                slow.assign(kept * slow + (1 - kept) * fast)
        return loss

    losses, started = [], time.monotonic()
    for number, (inputs, targets) in enumerate(batches, start=1):
        losses.append(float(step(inputs, targets)))
        if number % REPORT_EVERY == 0:
            loss = round(float(np.mean(losses[-REPORT_EVERY:])), 5)
            seconds = round(time.monotonic() - started, 1)
            report(phase="train", fraction=number / steps, loss=loss, seconds=seconds)
    return average
