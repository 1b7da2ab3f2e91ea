"""Turn a trained network into a version: LiteRT export, calibration, figures and card."""

import json
import shlex
from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

import keras
import numpy as np
from numpy.typing import NDArray

from mlcore.data import reference_sets
from mlcore.data.datasets import Mnist, Part
from mlcore.data.training_pool import with_negatives
from mlcore.evaluation import metrics, version_comparison
from mlcore.evaluation.calibration import fit_temperature, fit_threshold
from mlcore.labels import CLASSES, NOT_A_DIGIT
from mlcore.recipes import RECIPES, Recipe, RetrainRecipe
from mlcore.recognition.bundle import FORMAT, Bundle
from mlcore.training import architectures, export

PARITY_INPUTS = 200
PARITY = 1e-3  # largest accepted difference of a logit


class NotTheSameNetwork(Exception):
    """The LiteRT file answers differently from its Keras network."""


def convert(model: keras.Model, images: NDArray[np.uint8]) -> tuple[bytes, float]:
    """Return (LiteRT file, largest difference of a logit on the first PARITY_INPUTS images)."""
    litert = export.to_litert(model)
    checked = np.divide(images[:PARITY_INPUTS], 255, dtype=np.float32)
    return litert, export.parity(model, litert, checked)


def pack(
    model: keras.Model,
    name: str,
    mnist: Mnist,
    recipe: Recipe,
    *,
    seed: int,
    history: list[dict[str, float]],
    teachers: Sequence[Bundle] = (),
) -> Bundle:
    """Make a version of a network trained from scratch: calibrate on the hold-out and measure.

    Raises NotTheSameNetwork if the LiteRT file answers differently from the network.
    """
    held = with_negatives(mnist.holdout)
    litert, difference = convert(model, held.images)
    if not difference <= PARITY:
        raise NotTheSameNetwork(f"LiteRT differs from the network by {difference:.4f} in a logit")
    logits = export.litert_logits(litert, np.divide(held.images, 255, dtype=np.float32))
    temperature = fit_temperature(logits, held.labels)
    probabilities = metrics.softmax(logits / temperature)
    threshold = fit_threshold(probabilities[held.labels != NOT_A_DIGIT, NOT_A_DIGIT])
    card = describe(model, litert, name, recipe, seed=seed, history=history) | {
        "command": training_command(name, recipe, seed, teachers),
        "data": {
            "mnist": mnist.checksum,
            "drawn": True,
            "reference_sets": reference_sets.checksums(),
        },
        "teachers": [teacher.checksum for teacher in teachers],
        "temperature": round(temperature, 4),
        "threshold": round(threshold, 4),
    }
    bundle = Bundle(card, export.weights_of(model), litert)
    card["metrics"] = measure(bundle, mnist) | {
        "parity": {"inputs": PARITY_INPUTS, "max_difference": difference}
    }
    return bundle


def training_command(name: str, recipe: Recipe, seed: int, teachers: Sequence[Bundle]) -> str:
    """Return the command that repeats the training, teachers as prefixes of their checksums."""
    usual = asdict(RECIPES[name])
    departures = {key: value for key, value in asdict(recipe).items() if value != usual[key]}
    words = ["python", "-m", "mlcore", "train", "--architecture", name, "--seed", str(seed)]
    if departures:
        words += ["--recipe", json.dumps(departures)]
    for teacher in teachers:
        words += ["--teacher", teacher.checksum[:12]]
    return shlex.join(words)


def measure(version: Bundle, mnist: Mnist) -> dict[str, Any]:
    """Measure the figures of a card with LiteRT; "holdout" is the hold-out with negatives."""
    held = with_negatives(mnist.holdout)
    found = version_comparison.on_frozen(version) | version_comparison.on_mnist(
        version, mnist, held
    )
    found["holdout"]["before_temperature"] = _uncalibrated(version, held)
    return found


def _uncalibrated(version: Bundle, held: Part) -> dict[str, float]:
    """Return the calibration metrics at a temperature of 1."""
    plain = Bundle(version.card | {"temperature": 1.0}, version.weights, version.litert)
    return metrics.calibration(version_comparison.ask(plain, held))


def describe(
    model: keras.Model,
    litert: bytes,
    name: str,
    recipe: Recipe | RetrainRecipe,
    *,
    seed: int,
    history: list[dict[str, float]],
) -> dict[str, Any]:
    """Return the part of a card about the network and its training."""
    return {
        "format": FORMAT,
        "architecture": name,
        "outputs": CLASSES,
        "parameters": model.count_params(),
        "multiply_adds": architectures.multiply_adds(model),
        "layers": architectures.layers_of(model),
        "latency_ms": export.latency_ms(litert),
        "seed": seed,
        "created": datetime.now(UTC).isoformat(timespec="seconds"),
        "recipe": asdict(recipe),
        "history": history,
    }
