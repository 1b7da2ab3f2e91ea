"""Measure what the network should get of a pen's movement: several ways, trained alike.

    python -m benchmarks.stroke_inputs --data mnist.npz --pen PATH [--dev-sets FOLDER] [--epochs 5]

Every way has the layers of the default architecture, the same few epochs on a third of MNIST's
training part with pen drawings, and the same seed:

- ink: the ink alone
- 4 directions: the ink, and images of the movement to the right, down, left and up
- 8 directions: the ink, and the eight images of `mlcore.ink.directions`
- two networks: one of the ink, one of the eight images; the logarithms of their probabilities are
  added. For pictures the first answers alone.

Columns: MNIST's hold-out; digits of held-out writers as they were drawn, with another order of the
pen, and as pictures; and the same of the development set, by its source. All in percent, the
likeliest of the ten digits.
"""

import argparse
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import keras
import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from mlcore.data import datasets
from mlcore.data import pen as pen_data
from mlcore.data.datasets import Mnist, Part
from mlcore.data.development_sets import pen_digits
from mlcore.data.pen import PenDigits, split_by_writer
from mlcore.data.stroke_augmentation import reordered
from mlcore.data.training_pool import Sizes, pools
from mlcore.ink.directions import DIRECTIONS
from mlcore.ink.geometry import IMAGE_SIDE
from mlcore.ink.strokes import Strokes, network_inputs
from mlcore.labels import CLASSES, DIGITS
from mlcore.recipes import DEFAULT, RECIPES, Recipe
from mlcore.training.architectures import ARCHITECTURES
from mlcore.training.from_scratch import as_inputs, as_targets, make_step
from mlcore.training.optimizers import optimizer_of

EVERY = 3  # of MNIST's training digits
SEED = 1
BATCH = 500

Floats = NDArray[np.float32]
See = Callable[[Floats], Floats]

_TURNS = np.arange(DIRECTIONS) * 2 * np.pi / DIRECTIONS
# How much of each of eight directions goes right, down, left and up.
_AXES = np.maximum(np.cos(_TURNS[:, None] - _TURNS[::2]), 0).astype(np.float32)


def ink(planes: Floats) -> Floats:
    return planes[..., :1]


def eight(planes: Floats) -> Floats:
    return planes


def four(planes: Floats) -> Floats:
    axes = np.clip(planes[..., 1:] @ _AXES, 0, 1)
    return np.concatenate([planes[..., :1], axes], axis=-1)


def movement(planes: Floats) -> Floats:
    return planes[..., 1:]


WAYS: dict[str, tuple[See, ...]] = {
    "ink": (ink,),
    "4 directions": (four,),
    "8 directions": (eight,),
    "two networks": (ink, movement),
}


@dataclass(frozen=True)
class Network:
    """A trained network and what it sees of a network input."""

    model: keras.Model
    see: See

    def log_probabilities(self, inputs: NDArray[np.uint8]) -> Floats:
        """Return (n, 11) of network inputs, uint8."""
        rows = []
        for start in range(0, len(inputs), BATCH):
            seen = self.see(as_inputs(inputs[start : start + BATCH]))
            rows.append(tf.nn.log_softmax(self.model(seen, training=False)).numpy())
        return np.concatenate(rows)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", help="an mnist.npz")
    parser.add_argument("--pen", required=True, help="pen digits, see docs/data.md")
    parser.add_argument("--dev-sets", type=Path, help="a folder with pen_dev.json")
    parser.add_argument("--epochs", type=int, default=5)
    options = parser.parse_args()
    mnist, pen = datasets.load(options.data), pen_data.load(options.pen)
    assert pen is not None
    training, holdout = split_by_writer(pen)
    recipe = replace(RECIPES[DEFAULT], epochs=options.epochs)
    sets = asked(mnist, holdout, options.dev_sets)
    print(" | ".join(["way", "parameters", *sets]), flush=True)
    few = mnist.training.take(np.arange(0, len(mnist.training), EVERY))
    networks: dict[See, Network] = {}
    for name, seen in WAYS.items():
        for see in seen:
            networks[see] = networks.get(see) or trained(see, few, training, recipe)
        parts = tuple(networks[see] for see in seen)
        size = sum(part.model.count_params() for part in parts)
        shares = [f"{100 * accuracy(parts, part):.2f}" for part in sets.values()]
        print(" | ".join([name, f"{size:,}", *shares]), flush=True)


def asked(mnist: Mnist, holdout: PenDigits, folder: Path | None) -> dict[str, Part]:
    """Return the sets by name."""
    found = {"MNIST hold-out": mnist.holdout}
    found |= three_ways("held-out writers", holdout.strokes, holdout.labels)
    digits = pen_digits(folder) if folder else None
    if digits is not None:
        for source in np.unique(digits.sources):
            part = digits.take(np.flatnonzero(digits.sources == source))
            found |= three_ways(str(source), part.strokes, part.labels)
    return found


def three_ways(name: str, drawings: list[Strokes], labels: NDArray[np.uint8]) -> dict[str, Part]:
    rng = np.random.default_rng(SEED)
    drawn = network_inputs(drawings)
    other = network_inputs([reordered(strokes, rng) for strokes in drawings])
    return {
        name: Part.of(drawn, labels),
        f"{name}, reordered": Part.of(other, labels),
        f"{name}, as pictures": Part(drawn[..., 0], labels),
    }


def trained(see: See, mnist: Part, pen: PenDigits, recipe: Recipe) -> Network:
    """Train the default architecture's layers on what `see` lets through."""
    keras.utils.set_random_seed(SEED)
    planes = see(np.zeros((1, IMAGE_SIDE, IMAGE_SIDE, 1 + DIRECTIONS), np.float32)).shape[-1]
    model, average = network(planes), network(planes)
    average.set_weights(model.get_weights())
    sizes = Sizes.of(len(mnist), recipe, with_pen=True)
    optimizer = optimizer_of(recipe, recipe.epochs * -(-sizes.total // recipe.batch))
    step = make_step(model, optimizer, average=average, decay=recipe.ema_decay)
    for pool in pools(mnist, pen, recipe, SEED):
        for batch in pool.batches(recipe.batch):
            seen = see(as_inputs(batch.inputs))
            there = seen.any(axis=(1, 2, 3))  # a network of the movement learns from strokes alone
            if there.any():
                targets = as_targets(batch.labels[there], recipe.label_smoothing)
                step(tf.constant(seen[there]), tf.constant(targets))
    return Network(average, see)


def network(planes: int) -> keras.Model:
    seen = keras.Input((IMAGE_SIDE, IMAGE_SIDE, planes))
    return keras.Model(seen, keras.layers.Dense(CLASSES)(ARCHITECTURES[DEFAULT](seen)))


def accuracy(parts: tuple[Network, ...], asked: Part) -> float:
    """Return the share whose likeliest digit is right. Pictures are for the first network alone."""
    used = parts if asked.directions is not None else parts[:1]
    total = np.sum([part.log_probabilities(asked.inputs) for part in used], axis=0)
    return float((total[:, : len(DIGITS)].argmax(axis=1) == asked.labels).mean())


if __name__ == "__main__":
    main()
