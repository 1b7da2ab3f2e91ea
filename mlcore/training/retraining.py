"""Retraining: learn from corrections without forgetting.

The input is a folder with job.json, corrections.npz, parent/ and, if the site has a gold set,
gold.npz. The output in the same folder is candidate/ and report.json. The parent's weights are
trained on the corrections for a few steps at a low learning rate. Every batch also contains several
times as many rehearsed images (`mlcore.training.rehearsal`), whose targets are the parent's own
answers. Batch normalization keeps its statistics and dropout is off, so rehearsed images have no
gradient until a correction has changed the network. Then the weights are interpolated back towards
the parent's, as far as the corrections stay learned with confidence. Temperatures and thresholds
are the parent's, because rehearsal preserves its confidences.

Figures: `python -m benchmarks.retraining`.
"""

import json
import time
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import Any

import keras
import numpy as np
import tensorflow as tf
from numpy.random import Generator
from numpy.typing import NDArray

from mlcore import codes
from mlcore.data import reference_sets
from mlcore.data.augmentation import augment
from mlcore.data.datasets import Mnist, Part
from mlcore.data.pen import PenDigits, split_by_writer
from mlcore.evaluation import metrics, version_comparison
from mlcore.evaluation.version_comparison import Sets
from mlcore.ink.directions import as_planes
from mlcore.progress import Report, silent
from mlcore.recipes import RetrainRecipe
from mlcore.recognition import bundle as bundles
from mlcore.recognition import line_network
from mlcore.recognition.bundle import Bundle
from mlcore.recognition.confidence import CARD_KEY, Calibration
from mlcore.training import export, line_adaptation
from mlcore.training.from_scratch import as_inputs, as_targets, load, make_step, predict_logits
from mlcore.training.interpolation import Weights, set_between
from mlcore.training.job_folder import (
    Corrections,
    read_corrections,
    read_gold,
    read_mnist,
    read_numbers,
    read_pen,
    read_sure,
)
from mlcore.training.optimizers import learning_rate
from mlcore.training.packaging import PARITY_INPUTS, convert, describe
from mlcore.training.rehearsal import Rehearsal, prepare

TrainingBatch = tuple[NDArray[np.uint8], NDArray[np.float32]]

INTERPOLATIONS = (
    0.3,
    0.4,
    0.5,
    0.6,
    0.7,
    0.8,
    0.9,
    1.0,
)  # of the way that `interpolate_weights` tries
SURE = 0.8  # a correction counts as learned from this confidence on, to keep a margin
REPORTS = 10  # progress reports ("epochs") in which the steps are grouped, if there are enough


def retrain(
    folder: Path, *, data: str | None = None, people: str | None = None, report: Report = silent
) -> None:
    """Run the retraining job in the folder. Raises ValueError, DataUnavailable or UnusableBundle.

    data, people: an mnist.npz and pen digits that replace those named in the job. The same folder,
    MNIST and pen digits give the same weights and figures on the same machine.
    """
    started = time.monotonic()
    job = json.loads((folder / "job.json").read_text())
    recipe = RetrainRecipe().with_overrides(job.get("recipe") or {})
    seed, sure = int(job["seed"]), read_sure(job)
    corrections = read_corrections(folder / "corrections.npz")
    numbers = read_numbers(folder / "numbers.npz")
    own_gold = read_gold(folder / "gold.npz")
    parent = bundles.read(folder / "parent")
    mnist, writers = read_mnist(job, data), read_pen(job, people)

    keras.utils.set_random_seed(seed)
    tf.config.experimental.enable_op_determinism()
    rng = np.random.default_rng(seed)
    report(phase="prepare", fraction=0.1, message=codes.PREPARING_REHEARSAL())
    rehearsal = prepare(
        recipe.rehearsal,
        rng,
        mnist=mnist.training if mnist else None,
        pen=split_by_writer(writers)[0] if writers else None,
    )
    learned, rehearsed = len(corrections.training), len(rehearsal.part)
    at_hand = codes.EXAMPLES_COUNTED(count=learned, rehearsed=rehearsed)
    report(phase="prepare", fraction=0.2, message=at_hand)
    model = load(parent)
    origin = model.get_weights()
    history = adapt(model, corrections.training, rehearsal, recipe, rng, report=report)
    share = interpolate_weights(model, origin, corrections.training, parent)

    report(phase="export", fraction=0.8, message=codes.WEIGHTS_KEPT(share=share))
    lines = line_adaptation.adapted(
        parent,
        numbers.training,
        rng,
        mnist=mnist.training if mnist else None,
        pen=split_by_writer(writers)[0] if writers else None,
    )
    litert, difference = convert(model, rehearsal.part.inputs[: 10 * PARITY_INPUTS])
    candidate = replace(
        parent,
        card=_card(parent, model, litert, recipe, seed, history),
        weights=export.weights_of(model),
        litert=litert,
        line_weights=lines[line_network.WEIGHTS],
        line_litert=lines[line_network.LITERT],
    )
    report(phase="evaluate", fraction=0.85, message=codes.MEASURING())
    sets = Sets(
        corrections.training,
        corrections.holdout,
        own_gold,
        numbers.training,
        numbers.holdout,
        read_numbers(folder / "gold_numbers.npz").training,
        mnist,
        writers,
    )
    shipped = bundles.shipped()
    versions = [parent, candidate]
    if parent.checksum != shipped.checksum:
        versions.append(shipped)
    before, after, *third = version_comparison.measure(versions, sets)
    frozen = reference_sets.checksums()
    candidate.card["metrics"] = after
    candidate.card["data"] = _data(mnist, writers, frozen, corrections, rehearsal)
    bundles.write(candidate, folder / "candidate")
    outcome = {
        "before": before,
        "after": after,
        "shipped": third[0] if third else before,
        "history": history,
        "share": share,
        "trained_on": {
            "corrections": len(corrections.training),
            "numbers": len(numbers.training),
            "rehearsal": rehearsal.sources,
        },
        "seconds": round(time.monotonic() - started, 1),
        "parity": {"inputs": PARITY_INPUTS, "max_difference": difference},
        "contradictions": version_comparison.contradictions(
            parent, corrections.training, corrections.ids, corrections.people, sure=sure
        ),
        "reference_sets": frozen,
    }
    (folder / "report.json").write_text(json.dumps(outcome, indent=2, allow_nan=False) + "\n")
    report(phase="evaluate", fraction=1.0)


def adapt(
    model: keras.Model,
    corrections: Part,
    rehearsal: Rehearsal,
    recipe: RetrainRecipe,
    rng: Generator,
    *,
    report: Report = silent,
) -> list[dict[str, float]]:
    """Train the model in place.

    Loss and accuracy are returned and reported min(REPORTS, steps) times, each time for an equal
    number of steps to within one.
    """
    rehearsed = _rehearsal_targets(model, rehearsal.part, recipe)
    rate = learning_rate(recipe.learning_rate, recipe.steps, 0.1)
    step = make_step(model, keras.optimizers.Adam(rate), training=False)
    batches = _training_batches(corrections, recipe, rng)
    reports = min(REPORTS, recipe.steps)
    history: list[dict[str, float]] = []
    figures: list[Any] = []
    for number, (learned, targets) in enumerate(batches, start=1):
        rows = rng.choice(len(rehearsal.part), recipe.rehearsal_per_batch)
        inputs = as_inputs(np.concatenate([learned, as_planes(rehearsal.part.take(rows).inputs)]))
        batch_targets = np.concatenate([targets, rehearsed[rows]])
        figures.append(step(tf.constant(inputs), tf.constant(batch_targets)))
        epoch = number * reports // recipe.steps
        if epoch > len(history):
            loss, accuracy = (round(float(x), 5) for x in np.mean(figures, axis=0))
            history.append({"epoch": epoch, "loss": loss, "accuracy": accuracy})
            fraction = 0.25 + 0.55 * number / recipe.steps
            report(phase="train", fraction=fraction, epochs=reports, **history[-1])
            figures = []
    return history


def interpolate_weights(
    model: keras.Model, origin: Weights, corrections: Part, parent: Bundle
) -> float:
    """Interpolate the weights back towards the parent's while all corrections stay learned.

    Returns the share of the way from `origin` that is kept.
    """
    learned = model.get_weights()
    calibration = Calibration.of(parent.card)
    temperatures = calibration.temperatures(corrections.inputs)[:, np.newaxis]
    thresholds = calibration.thresholds(corrections.inputs)

    def right(share: float) -> int:
        set_between(model, origin, learned, share)
        logits = predict_logits(model, corrections.inputs)
        probabilities = metrics.softmax(logits / temperatures)
        answers = metrics.Answers(probabilities, corrections.labels, thresholds)
        return int((answers.right & (answers.confidence >= SURE)).sum())

    wanted = right(1.0)
    return next(share for share in INTERPOLATIONS if right(share) >= wanted)


def _rehearsal_targets(
    model: keras.Model, part: Part, recipe: RetrainRecipe
) -> NDArray[np.float32]:
    """The parent's answers, mixed with the true labels as the recipe says."""
    answers = metrics.softmax(predict_logits(model, part.inputs))
    truth = as_targets(part.labels, 0.0)
    return recipe.distillation * answers + (1 - recipe.distillation) * truth


def _training_batches(
    corrections: Part, recipe: RetrainRecipe, rng: Generator
) -> Iterator[TrainingBatch]:
    """Yield (inputs, targets) of corrections for every step: each in turn, lightly warped.

    They are made lazily, because all steps at once would need much time and memory.
    """
    order = _endless_shuffle(len(corrections), rng)
    for _ in range(recipe.steps):
        batch = corrections.take(np.array(list(islice(order, recipe.corrections_per_batch))))
        inputs = augment(as_planes(batch.inputs), rng, recipe.augmentation)
        yield inputs, as_targets(batch.labels, recipe.label_smoothing)


def _endless_shuffle(count: int, rng: Generator) -> Iterator[int]:
    """Yield 0 to count - 1 in random order, then again in another order, without end."""
    while True:
        yield from rng.permutation(count)


def _card(
    parent: Bundle,
    model: keras.Model,
    litert: bytes,
    recipe: RetrainRecipe,
    seed: int,
    history: list[dict[str, float]],
) -> dict[str, Any]:
    name = parent.card["architecture"]
    return describe(model, litert, name, recipe, seed=seed, history=history) | {
        "command": "python -m mlcore retrain FOLDER",
        "parent": parent.checksum,
        CARD_KEY: parent.card[CARD_KEY],
    }


def _data(
    mnist: Mnist | None,
    writers: PenDigits | None,
    frozen: dict[str, str],
    corrections: Corrections,
    rehearsal: Rehearsal,
) -> dict[str, Any]:
    """Return the card's record of the data for training and measuring."""
    return {
        "mnist": mnist.checksum if mnist else None,
        "pen": writers.checksum if writers else None,
        "reference_sets": frozen,
        "corrections": list(dict.fromkeys(corrections.ids.tolist())),  # a number has several rows
        "rehearsal": rehearsal.sources,
    }
