"""Reproduce a finished job elsewhere: an archive of its inputs, and the command.

The corrections are those in the version's manifest, independent of what is approved today.
"""

import io
import json
import shlex
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.contrib.auth.models import AbstractBaseUser

from mlcore.errors import UnusableBundle
from recognizer import codes
from recognizer.actions.audit.events import record_export
from recognizer.actions.training.example_inputs import (
    COLUMNS,
    Inputs,
    TrainingExample,
    cut_numbers,
    example_of,
    read_inputs,
)
from recognizer.actions.training.manifest import checksum, chunks, contents
from recognizer.actions.training.retraining import write_inputs
from recognizer.actions.training.selection import Selection
from recognizer.actions.versions.serving import Networks, load_bundle
from recognizer.models import Correction, Job, ModelVersion

PARTS = ("corrections", "holdout", "gold_corrections")  # of a manifest: ids of corrections


@dataclass(frozen=True)
class JobInputs:
    """The training and measuring data of a retraining, as far as they still exist."""

    selection: Selection
    inputs: Inputs
    missing: int  # corrections whose drawings have been deleted
    altered: bool  # whether a checksum differs from the manifest


def inputs_of(version: ModelVersion) -> JobInputs:
    """Read the inputs from the database, by the ids in the version's manifest."""
    manifest = version.manifest
    ids = [manifest[name] for name in PARTS]
    parts = [examples(part) for part in ids]
    rows = [row for part in parts for row in part]
    drawings = read_inputs([row.drawing for row in rows], heartbeat=lambda: None)
    read = Inputs(drawings, cut_numbers(rows, partial(parents_networks, version), lambda: None))
    training, holdout, gold = (tuple(filter(read.fits, part)) for part in parts)
    found = {"corrections": training, "holdout": holdout, "gold": gold}
    sums = {f"{name}_sha256": checksum(contents(part, read)) for name, part in found.items()}
    return JobInputs(
        selection=Selection(training, holdout, gold),
        inputs=read,
        missing=sum(map(len, ids)) - sum(map(len, found.values())),
        altered=any(manifest[name] != value for name, value in sums.items()),
    )


def parents_networks(version: ModelVersion) -> Networks:
    """Load what cut the numbers into digits. Raises UnusableBundle."""
    if version.parent is None:
        raise UnusableBundle(codes.NO_VERSION_SERVES())
    return Networks.of(load_bundle(version.parent))


def examples(corrections: Sequence[int]) -> tuple[TrainingExample, ...]:
    """Return the corrections that still exist as training examples, in the given order."""
    found: dict[int, TrainingExample] = {}
    for part in chunks(corrections):
        rows = Correction.objects.filter(pk__in=part).select_related("drawing").only(*COLUMNS)
        found |= {row.pk: example_of(row) for row in rows}
    return tuple(found[pk] for pk in corrections if pk in found)


CHANGED = "Drawings that it used have since changed. The figures will differ."


def archive(job: Job, version: ModelVersion, parent: ModelVersion) -> bytes:
    """Return a .zip of the folder that `python -m mlcore retrain` works in.

    It has a CHANGED.txt if the inputs are no longer those of the job.

    Raises UnusableBundle if the parent's files are damaged.
    """
    found = inputs_of(version)
    with TemporaryDirectory() as home:
        folder = Path(home) / folder_name(job)
        folder.mkdir()
        write_inputs(folder, job, parent, found.selection, found.inputs)
        config = {**job.config, "mnist": None, "mnist_sha256": mnist_of(version)}
        config |= {"pen": None, "pen_sha256": pen_of(version), "sure": sure_of(job)}
        (folder / "job.json").write_text(json.dumps(config))
        (folder / "manifest.json").write_text(json.dumps(version.manifest, indent=2))
        if found.altered:
            (folder / "CHANGED.txt").write_text(f"{CHANGED}\n")
        return zipped(folder)


def export_archive(
    *, job: Job, version: ModelVersion, parent: ModelVersion, by: AbstractBaseUser
) -> bytes:
    """Return the `archive` of a job, to be sent to this person."""
    content = archive(job, version, parent)
    record_export(codes.ON_JOB_INPUTS(number=job.pk), by=by)
    return content


def zipped(folder: Path) -> bytes:
    """Return a zip of the folder and its contents."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as file:
        for path in sorted(folder.rglob("*")):
            file.write(path, path.relative_to(folder.parent))
    return buffer.getvalue()


def command(job: Job, version: ModelVersion) -> str:
    """Return the shell command that repeats the job where the program is installed."""
    people = ["--pen", "PEN_DIGITS"] if pen_of(version) else []
    if job.kind == Job.Kind.RETRAIN:
        data = ["--data", "mnist.npz"] if mnist_of(version) else []
        return shlex.join(["python", "-m", "mlcore", "retrain", folder_name(job), *data, *people])
    config = job.config
    words = ["train", "--data", "mnist.npz", *people, "--architecture", config["architecture"]]
    words += ["--seed", str(config["seed"]), "--out", folder_name(job)]
    if config["recipe"]:
        words += ["--recipe", json.dumps(config["recipe"])]
    return shlex.join(["python", "-m", "mlcore", *words])


def described(job: Job) -> dict[str, Any] | None:
    """Return what the job's page shows about reproducing it; None if it made no version."""
    version = job.version
    if version is None:
        return None
    data = {"mnist": mnist_of(version), "pen": pen_of(version)}
    shown: dict[str, Any] = {"command": command(job, version), **data}
    if job.kind == Job.Kind.RETRAIN:
        shown["missing"] = missing_of(version)
    return shown


def missing_of(version: ModelVersion) -> int:
    """Return how many corrections of the manifest no longer exist. Reads no drawing."""
    parts = [version.manifest[name] for name in PARTS]
    found = [Correction.objects.filter(pk__in=some) for part in parts for some in chunks(part)]
    return sum(map(len, parts)) - sum(rows.count() for rows in found)


def mnist_of(version: ModelVersion) -> str | None:
    """Return the SHA-256 of MNIST's arrays as used in training; None if MNIST was not used."""
    mnist: str | None = version.card["data"]["mnist"]
    return mnist


def pen_of(version: ModelVersion) -> str | None:
    """Return the SHA-256 of the pen digits as used in training; None if there were none."""
    people: str | None = version.card["data"].get("pen")
    return people


def sure_of(job: Job) -> float:
    """Return the value of PROMOTION_SURE at the time of the job."""
    sure: float = job.result["contradictions"]["confidence"]
    return sure


def folder_name(job: Job) -> str:
    return f"job-{job.pk}"
