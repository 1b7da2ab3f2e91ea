"""A generator of MNIST-like digits: the decoder of a class-conditional variational autoencoder.

If MNIST is not available, retraining rehearses with digits from this decoder. Kingma and Welling
2014, "Auto-Encoding Variational Bayes"; Sohn, Lee and Yan 2015 for the condition on the label; van
de Ven, Siegelmann and Tolias 2020, "Brain-inspired replay for continual learning", for the use.

    python -m mlcore train-generator --data mnist.npz      (about 2 minutes; 10 epochs, seed 1)
"""

import keras
import numpy as np
import tensorflow as tf
from keras import layers
from numpy.random import Generator

from mlcore.data.datasets import Part
from mlcore.ink.geometry import IMAGE_SIDE
from mlcore.labels import DIGITS
from mlcore.progress import Report, silent
from mlcore.recognition.bundle import SHIPPED
from mlcore.training.export import load_weights, weights_of
from mlcore.training.optimizers import learning_rate

FILE = SHIPPED / "generator.safetensors"
LATENT = 16
EPOCHS = 10
BATCH = 128
LEARNING_RATE = 2e-3
SPREAD = 0.9  # sd of the latent samples; slightly below 1 avoids the least legible digits
SHARPENING = 1.6  # contrast factor around half gray, because decoders blur


def decoder() -> keras.Model:
    """Build the decoder: (latent (n, 16), one-hot label (n, 10)) -> pixel logits (n, 28, 28, 1)."""
    latent, label = keras.Input((LATENT,)), keras.Input((len(DIGITS),))
    x = layers.Dense(7 * 7 * 32, activation="relu")(layers.Concatenate()([latent, label]))
    x = layers.Reshape((7, 7, 32))(x)
    x = layers.Conv2DTranspose(32, 4, strides=2, padding="same", activation="relu")(x)
    x = layers.Conv2D(32, 3, padding="same", activation="relu")(x)
    x = layers.Conv2DTranspose(1, 4, strides=2, padding="same")(x)
    return keras.Model([latent, label], x)


def _encoder() -> keras.Model:
    """Build the encoder.

    (images (n, 28, 28, 1), one-hot label (n, 10)) -> mean and log variance (n, 32).
    """
    image, label = keras.Input((IMAGE_SIDE, IMAGE_SIDE, 1)), keras.Input((len(DIGITS),))
    x = layers.Conv2D(24, 3, strides=2, padding="same", activation="relu")(image)
    x = layers.Conv2D(48, 3, strides=2, padding="same", activation="relu")(x)
    x = layers.Dense(128, activation="relu")(layers.Concatenate()([layers.Flatten()(x), label]))
    return keras.Model([image, label], layers.Dense(2 * LATENT)(x))


def train(part: Part, *, seed: int, report: Report = silent) -> bytes:
    """Train on `part` alone; return the decoder's weights as float16 safetensors."""
    keras.utils.set_random_seed(seed)
    encode, decode = _encoder(), decoder()
    variables = encode.trainable_variables + decode.trainable_variables
    per_epoch = len(part) // BATCH
    optimizer = keras.optimizers.Adam(learning_rate(LEARNING_RATE, EPOCHS * per_epoch, 0.05))
    optimizer.build(variables)

    @tf.function
    def step(images: tf.Tensor, labels: tf.Tensor) -> tf.Tensor:
        with tf.GradientTape() as tape:
            mean, log_variance = tf.split(encode([images, labels]), 2, axis=1)
            noise = tf.random.normal(tf.shape(mean))
            logits = decode([mean + noise * tf.exp(log_variance / 2), labels])
            surprise = tf.nn.sigmoid_cross_entropy_with_logits(images, logits)
            divergence = (tf.exp(log_variance) + mean**2 - 1 - log_variance) / 2
            loss = (tf.reduce_sum(surprise) + tf.reduce_sum(divergence)) / len(images)
        gradients = tape.gradient(loss, variables)
        optimizer.apply_gradients(zip(gradients, variables, strict=True))
        return loss

    rng = np.random.default_rng(seed)
    for epoch in range(1, EPOCHS + 1):
        order = rng.permutation(len(part))[: per_epoch * BATCH].reshape(per_epoch, BATCH)
        batches = (part.take(rows) for rows in order)
        losses = [step(_images(b.images), _one_hot(b.labels)) for b in batches]
        loss = float(np.mean(losses))
        report(phase="train", fraction=epoch / EPOCHS, epoch=epoch, epochs=EPOCHS, loss=loss)
    decode.set_weights([w.astype(np.float16).astype(np.float32) for w in decode.get_weights()])
    return weights_of(decode, np.float16)


def sample(count: int, rng: Generator) -> Part:
    """Generate `count` digits with the shipped decoder, labels balanced to within one."""
    decode = decoder()
    load_weights(decode, FILE.read_bytes())
    labels = rng.permutation(np.arange(count) % len(DIGITS)).astype(np.uint8)
    latent = rng.normal(0, SPREAD, (count, LATENT)).astype(np.float32)
    batches = range(0, count, 1000)
    logits = [
        decode([latent[i : i + 1000], _one_hot(labels[i : i + 1000])]).numpy() for i in batches
    ]
    ink = 1 / (1 + np.exp(-np.concatenate(logits)[..., 0]))
    sharp = np.clip((ink - 0.5) * SHARPENING + 0.5, 0, 1)
    return Part(np.rint(sharp * 255).astype(np.uint8), labels)


def _images(images: np.ndarray) -> np.ndarray:
    return np.divide(images, 255, dtype=np.float32)[..., None]


def _one_hot(labels: np.ndarray) -> np.ndarray:
    return np.eye(len(DIGITS), dtype=np.float32)[labels]
