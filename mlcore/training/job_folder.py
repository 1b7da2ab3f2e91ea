"""The folder of a retraining job: what is in it, read and checked. Imports no TensorFlow.

job.json, corrections.npz, parent/ and, if the site has a gold set, gold.npz. Digits of numbers are
among the others in these files; the numbers as lines are in numbers.npz and gold_numbers.npz.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mlcore import codes
from mlcore.data import datasets, pen
from mlcore.data.datasets import Mnist, Part
from mlcore.data.lines import Lines
from mlcore.data.pen import PenDigits
from mlcore.errors import NothingToLearn
from mlcore.evaluation import version_comparison
from mlcore.ink.directions import PLANES
from mlcore.ink.geometry import IMAGE_SIDE
from mlcore.labels import CLASSES
from mlcore.recognition import bundle as bundles
from mlcore.recognition.line_network import HEIGHT, WIDTH


@dataclass(frozen=True)
class Corrections:
    """Corrected digits, split into those to learn from and those only measured on.

    ids, people: (n,), the corrections to learn from and the people who gave them. The digits of a
    number have the same id.
    """

    training: Part
    holdout: Part
    ids: NDArray[np.int64]
    people: NDArray[np.int64]


@dataclass(frozen=True)
class NumberCorrections:
    """Corrected numbers, as in `Corrections`."""

    training: Lines
    holdout: Lines
    ids: NDArray[np.int64]
    people: NDArray[np.int64]


def refuse_if_learned(folder: Path) -> None:
    """Raise NothingToLearn if the parent already answers every correction to learn correctly.

    The first gate counts right answers, so no candidate could pass it. Also raises ValueError and
    UnusableBundle.
    """
    part = read_corrections(folder / "corrections.npz").training
    numbers = read_numbers(folder / "numbers.npz").training
    parent = bundles.read(folder / "parent")
    if not version_comparison.ask(parent, part).right.all():
        return
    if version_comparison.on_lines(parent, numbers)["correct"] == len(numbers):
        raise NothingToLearn(codes.ALL_ANSWERED_CORRECTLY(count=len(part)))


def read_mnist(job: Mapping[str, Any], data: str | None) -> Mnist | None:
    """Read the MNIST of the job. Raises ValueError if the job began with another MNIST."""
    path, began = data or job.get("mnist"), job.get("mnist_sha256")
    mnist = datasets.read(Path(path)) if path else None
    if began and (mnist is None or mnist.checksum != began):
        raise ValueError(f"this job learned with the MNIST of SHA-256 {began}; name it with --data")
    return mnist


def read_pen(job: Mapping[str, Any], path: str | None) -> PenDigits | None:
    """Read the pen digits of the job. Raises ValueError if the job began with others."""
    began = job.get("pen_sha256")
    given = path or job.get("pen")
    people = pen.load(given) if given else None
    if began and (people is None or people.checksum != began):
        raise ValueError(f"this job learned with the pen digits of SHA-256 {began}; use --pen")
    return people


def read_sure(job: Mapping[str, Any]) -> float:
    """Read the confidence from which the parent's answers count as sure. Raises ValueError."""
    sure = float(job.get("sure", version_comparison.SURE))
    if not 0 < sure <= 1:
        raise ValueError(f"sure must be a number above 0 and up to 1, not {sure}")
    return sure


def read_corrections(path: Path) -> Corrections:
    """Read a job's corrections: inputs uint8, labels 0..10, holdout bool, ids int64.

    people int64, who gave each label, may be missing; then one person gave them all.
    """
    with np.load(path, allow_pickle=False) as file:
        part, held, ids = read_part(file, "corrections"), file["holdout"], file["ids"]
        people = file["people"] if "people" in file else np.zeros(len(part), np.int64)
    if held.shape != (len(part),) or held.dtype != np.bool_:
        raise ValueError("corrections: one label and one holdout flag an input")
    if ids.shape != held.shape or people.shape != held.shape:
        raise ValueError("corrections: one id and one person an input")
    if held.all():
        raise ValueError("there is no correction to learn from")
    return Corrections(part.take(~held), part.take(held), ids[~held], people[~held])


def read_gold(path: Path) -> Part | None:
    """Read the site's gold set, inputs and labels as in corrections; None without a file."""
    if not path.exists():
        return None
    with np.load(path, allow_pickle=False) as file:
        part = read_part(file, "gold")
    return part if len(part) else None


def read_numbers(path: Path) -> NumberCorrections:
    """Read a job's numbers: lines uint8 (n, HEIGHT, WIDTH), widths, texts of digits, ids.

    holdout, people: as in corrections; without them all are learned from, by one person. A job
    without the file has none. Raises ValueError.
    """
    if not path.exists():
        nobody = np.zeros(0, np.int64)
        return NumberCorrections(Lines(), Lines(), nobody, nobody)
    name = path.stem
    with np.load(path, allow_pickle=False) as file:
        lines, widths, texts, ids = (file[key] for key in ("lines", "widths", "texts", "ids"))
        held = file["holdout"] if "holdout" in file else np.zeros(len(ids), bool)
        people = file["people"] if "people" in file else np.zeros(len(ids), np.int64)
    if lines.shape[1:] != (HEIGHT, WIDTH) or lines.dtype != np.uint8:
        raise ValueError(f"{name}: lines must be uint8 (n, {HEIGHT}, {WIDTH})")
    if any(each.shape != lines.shape[:1] for each in (widths, texts, ids, held, people)):
        raise ValueError(f"{name}: one width, text, id, holdout flag and person a line")
    if not all(re.fullmatch("[0-9]+", text) for text in texts.tolist()):
        raise ValueError(f"{name}: texts must be digits")
    if not ((widths > 0) & (widths <= WIDTH)).all():
        raise ValueError(f"{name}: widths must be 1 to {WIDTH}")

    def chosen(rows: NDArray[np.bool_]) -> Lines:
        return Lines.padded(lines[rows], widths[rows], texts[rows])

    return NumberCorrections(chosen(~held), chosen(held), ids[~held], people[~held])


def read_part(file: Mapping[str, NDArray[Any]], name: str) -> Part:
    """Network inputs, uint8 (n, 28, 28, PLANES), and labels 0 to 10.

    Raises ValueError, beginning with `name`.
    """
    inputs, labels = file["inputs"], file["labels"]
    if inputs.shape[1:] != (IMAGE_SIDE, IMAGE_SIDE, PLANES) or inputs.dtype != np.uint8:
        shape = f"(n, {IMAGE_SIDE}, {IMAGE_SIDE}, {PLANES})"
        raise ValueError(f"{name}: inputs must be uint8 {shape}")
    if labels.shape != inputs.shape[:1]:
        raise ValueError(f"{name}: one label an input")
    if not np.isin(labels, range(CLASSES)).all():
        raise ValueError(f"{name}: labels must be 0 to 10")
    return Part.of(inputs, labels.astype(np.uint8))
