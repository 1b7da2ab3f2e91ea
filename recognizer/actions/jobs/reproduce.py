"""What it takes to repeat a finished job elsewhere: its inputs as they were, and the command.

The corrections are those of the version's manifest, whatever is approved today.
"""

import io
import json
import shlex
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from recognizer.actions.training.manifest import checksum, chunks, contents
from recognizer.actions.training.retraining import write_inputs
from recognizer.actions.training.selection import Images, Selection, TrainingExample, read_images
from recognizer.models import Correction, Job, ModelVersion


@dataclass(frozen=True)
class Inputs:
    """What a retraining learned from and was measured on, as far as it is still there."""

    selection: Selection
    images: Images
    missing: int  # corrections whose drawings were deleted since
    altered: bool  # whether what is there is not what it was


def inputs_of(version: ModelVersion) -> Inputs:
    """From the database, by the ids in the version's manifest."""
    manifest = version.manifest
    ids = [manifest[name] for name in ("corrections", "holdout", "gold_corrections")]
    training, holdout, gold = map(examples, ids)
    found = {"corrections": training, "holdout": holdout, "gold": gold}
    rows = [*training, *holdout, *gold]
    images = read_images([row.drawing for row in rows], beat=lambda: None)
    sums = {f"{name}_sha256": checksum(contents(part, images)) for name, part in found.items()}
    return Inputs(
        selection=Selection(training, holdout, gold),
        images=images,
        missing=sum(map(len, ids)) - len(rows),
        altered=any(manifest[name] != value for name, value in sums.items()),
    )


def examples(corrections: Sequence[int]) -> tuple[TrainingExample, ...]:
    """Those that still exist, in this order."""
    found: dict[int, TrainingExample] = {}
    for part in chunks(corrections):
        rows = Correction.objects.filter(pk__in=part)
        values = rows.values_list("pk", "drawing_id", "drawing__owner_id", "by_id", "to_label")
        found |= {row[0]: TrainingExample(*row) for row in values}
    return tuple(found[pk] for pk in corrections if pk in found)


def archive(job: Job, version: ModelVersion, parent: ModelVersion) -> bytes:
    """A .zip of the folder that `python -m mlcore retrain` works in.

    Raises UnusableBundle where the parent's files are not whole.
    """
    inputs = inputs_of(version)
    with TemporaryDirectory() as home:
        folder = Path(home) / folder_name(job)
        folder.mkdir()
        write_inputs(folder, job, parent, inputs.selection, inputs.images)
        told = {**job.config, "mnist": None, "mnist_sha256": mnist_of(version)}
        told["sure"] = sure_of(job)
        (folder / "job.json").write_text(json.dumps(told))
        (folder / "manifest.json").write_text(json.dumps(version.manifest, indent=2))
        return zipped(folder)


def zipped(folder: Path) -> bytes:
    """The folder and all that is in it."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as file:
        for path in sorted(folder.rglob("*")):
            file.write(path, path.relative_to(folder.parent))
    return buffer.getvalue()


def command(job: Job, version: ModelVersion) -> str:
    """As it is typed where the program is installed."""
    mnist = mnist_of(version)
    if job.kind == Job.Kind.RETRAIN:
        data = ["--data", "mnist.npz"] if mnist else []
        return shlex.join(["python", "-m", "mlcore", "retrain", folder_name(job), *data])
    config = job.config
    words = ["train", "--data", "mnist.npz", "--architecture", config["architecture"]]
    words += ["--seed", str(config["seed"]), "--out", folder_name(job)]
    if config["recipe"]:
        words += ["--recipe", json.dumps(config["recipe"])]
    return shlex.join(["python", "-m", "mlcore", *words])


def described(job: Job) -> dict[str, Any] | None:
    """What the job's page says of repeating it; None where no version came of it."""
    version = job.version
    if version is None:
        return None
    told: dict[str, Any] = {"command": command(job, version), "mnist": mnist_of(version)}
    if job.kind == Job.Kind.RETRAIN:
        inputs = inputs_of(version)
        told |= {"missing": inputs.missing, "altered": inputs.altered}
    return told


def mnist_of(version: ModelVersion) -> str | None:
    """SHA-256 of the MNIST that the version learned with, over its arrays; None: it had none."""
    mnist: str | None = version.card["data"]["mnist"]
    return mnist


def sure_of(job: Job) -> float:
    """PROMOTION_SURE as it was when the job was measured."""
    sure: float = job.result["contradictions"]["confidence"]
    return sure


def folder_name(job: Job) -> str:
    return f"job-{job.pk}"
