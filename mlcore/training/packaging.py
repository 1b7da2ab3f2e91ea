"""Turn a trained network into a version: LiteRT export, calibration, figures and card."""

import json
import shlex
from collections.abc import Sequence
from dataclasses import asdict, replace
from datetime import UTC, datetime
from typing import Any

import keras
import numpy as np
from numpy.typing import NDArray

from mlcore.data import reference_sets
from mlcore.data.datasets import Mnist, Part
from mlcore.data.pen import PenDigits
from mlcore.data.training_pool import Holdouts
from mlcore.evaluation import metrics, version_comparison
from mlcore.evaluation.calibration import fit_temperature, fit_threshold
from mlcore.evaluation.version_comparison import OF_PEN
from mlcore.labels import CLASSES, NOT_A_DIGIT
from mlcore.recipes import RECIPES, Recipe, RetrainRecipe
from mlcore.recognition.bundle import FORMAT, Bundle
from mlcore.recognition.confidence import CARD_KEY, Calibration, SourceCalibration
from mlcore.training import architectures, export
from mlcore.training.precision import BFLOAT16, FLOAT32

PARITY_INPUTS = 200
PARITY = 1e-3  # largest accepted difference of a logit


class NotTheSameNetwork(Exception):
    """The LiteRT file answers differently from its Keras network."""


def convert(model: keras.Model, inputs: NDArray[np.uint8]) -> tuple[bytes, float]:
    """Return (LiteRT file, largest difference of a logit on PARITY_INPUTS of the inputs).

    The inputs are evenly spread, so that pictures and strokes are among them.
    """
    litert = export.to_litert(model)
    rows = np.linspace(0, len(inputs) - 1, min(PARITY_INPUTS, len(inputs))).astype(np.intp)
    return litert, export.parity(model, litert, np.divide(inputs[rows], 255, dtype=np.float32))


def pack(
    model: keras.Model,
    name: str,
    mnist: Mnist,
    recipe: Recipe,
    *,
    seed: int,
    history: list[dict[str, float]],
    pen: PenDigits | None = None,
    teachers: Sequence[Bundle] = (),
    precision: str = FLOAT32,
) -> Bundle:
    """Make a version of a network trained from scratch: calibrate on the hold-outs and measure.

    pen: digits of people as in training, of which the held-out writers are used here, or None.
    Raises NotTheSameNetwork if the LiteRT file answers differently from the network.
    """
    held = Holdouts.of(mnist, pen)
    litert, difference = convert(model, held.whole.inputs)
    if not difference <= PARITY:
        raise NotTheSameNetwork(f"LiteRT differs from the network by {difference:.4f} in a logit")
    calibration = Calibration(
        strokes=calibrated(litert, held.strokes),
        picture=calibrated(litert, Part.joined([held.pictures, held.strangers])),
    )
    card = describe(model, litert, name, recipe, seed=seed, history=history) | {
        "command": training_command(
            name, recipe, seed, teachers, with_pen=pen is not None, precision=precision
        ),
        "data": {
            "mnist": mnist.checksum,
            "pen": pen.checksum if pen else None,
            "drawn": True,
            "reference_sets": reference_sets.checksums(),
        },
        "teachers": [teacher.checksum for teacher in teachers],
        CARD_KEY: calibration.as_card_entry,
    }
    bundle = Bundle(card, export.weights_of(model), litert)
    card["metrics"] = measure(bundle, mnist, held) | {
        "parity": {"inputs": PARITY_INPUTS, "max_difference": difference}
    }
    return bundle


def training_command(
    name: str,
    recipe: Recipe,
    seed: int,
    teachers: Sequence[Bundle],
    *,
    with_pen: bool,
    precision: str = FLOAT32,
) -> str:
    """Return the command that repeats the training, teachers as prefixes of their checksums.

    MNIST and the pen digits, of which the card has the checksums, are not named by their paths.
    """
    usual = asdict(RECIPES[name])
    departures = {key: value for key, value in asdict(recipe).items() if value != usual[key]}
    words = ["python", "-m", "mlcore", "train", "--architecture", name, "--seed", str(seed)]
    if with_pen:
        words += ["--pen", "PEN_DIGITS"]
    if departures:
        words += ["--recipe", json.dumps(departures)]
    for teacher in teachers:
        words += ["--teacher", teacher.checksum[:12]]
    if precision == BFLOAT16:
        words.append("--bfloat16")
    return shlex.join(words)


def calibrated(litert: bytes, held: Part) -> SourceCalibration:
    """Fit temperature and threshold of a source on its hold-out with negatives."""
    logits = export.litert_logits(litert, np.divide(held.inputs, 255, dtype=np.float32))
    temperature = fit_temperature(logits, held.labels)
    probabilities = metrics.softmax(logits / temperature)
    threshold = fit_threshold(probabilities[held.labels != NOT_A_DIGIT, NOT_A_DIGIT])
    return SourceCalibration(round(temperature, 4), round(threshold, 4))


def measure(version: Bundle, mnist: Mnist, held: Holdouts) -> dict[str, Any]:
    """Measure the figures of a card with LiteRT."""
    found = {
        **version_comparison.on_frozen(version),
        **version_comparison.on_mnist(version, mnist, held.pictures),
        OF_PEN: version_comparison.full(version, held.strokes),
    }
    plain = uncalibrated(version)
    for name, part in (("holdout", held.pictures), (OF_PEN, held.strokes)):
        found[name]["before_temperature"] = metrics.calibration(version_comparison.ask(plain, part))
    return found


def uncalibrated(version: Bundle) -> Bundle:
    """The version with temperatures of 1."""
    fitted = Calibration.of(version.card)
    plain = Calibration(
        replace(fitted.strokes, temperature=1.0), replace(fitted.picture, temperature=1.0)
    )
    card = version.card | {CARD_KEY: plain.as_card_entry}
    return replace(version, card=card)


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
