"""One attempt at a retraining: snapshot of the labels, child process, verdict, new version."""

import json
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from django.conf import settings
from django.db import transaction
from numpy.typing import NDArray

from mlcore.data import datasets
from mlcore.recognition import bundle as bundles
from mlcore.recognition.line_network import HEIGHT, WIDTH
from recognizer import codes
from recognizer.actions.jobs import lifecycle
from recognizer.actions.jobs.child_failures import ChildFailed
from recognizer.actions.jobs.child_process import run_child
from recognizer.actions.training.example_inputs import (
    Inputs,
    TrainingExample,
    digits_of,
    lines_of,
)
from recognizer.actions.training.manifest import manifest_of, record_examples
from recognizer.actions.training.selection import Selection, nothing_to_learn, select_examples
from recognizer.actions.versions.deployment import (
    deploy_version,
    register_version,
    serving_deployment,
)
from recognizer.actions.versions.promotion import judge
from recognizer.actions.versions.serving import Networks, load_bundle
from recognizer.errors import Conflict
from recognizer.models import Deployment, Job, ModelVersion

# Keys of the report that the job keeps. The version's card, manifest and verdict have the others.
RESULT_KEYS = ("before", "share", "seconds", "parity", "contradictions")


def attempt(job: Job, folder: Path) -> None:
    """Run the attempt in the empty `folder`. Raises ChildFailed and LeaseLost as `run_child`."""
    parent = current_version()
    selection, inputs = select_examples(
        heartbeat=partial(lifecycle.renew, job, job.progress),
        networks=lambda: Networks.of(load_bundle(parent)),
    )
    if not selection.training:
        raise ChildFailed(nothing_to_learn(selection))
    write_inputs(folder, job, parent, selection, inputs)
    run_child(job, ["retrain", str(folder)])
    conclude(job, folder, parent, manifest_of(job, parent, selection, inputs))


def current_version() -> ModelVersion:
    deployment = serving_deployment()
    if deployment is None:
        raise ChildFailed(codes.NO_VERSION_SERVES())
    return deployment.version


def write_inputs(
    folder: Path, job: Job, parent: ModelVersion, selection: Selection, inputs: Inputs
) -> None:
    """Write the files that `python -m mlcore retrain` reads; those of gold and numbers if any."""
    bundles.write(load_bundle(parent), folder / "parent")
    examples = selection.training + selection.holdout
    about = {
        "ids": np.array([example.correction for example in examples], np.int64),
        "holdout": np.arange(len(examples)) >= len(selection.training),
        "people": numbered([example.labeler for example in examples]),
    }
    write_examples(folder, "corrections.npz", "numbers.npz", examples, inputs, about)
    if selection.gold:
        ids = {"ids": np.array([example.drawing for example in selection.gold], np.int64)}
        write_examples(folder, "gold.npz", "gold_numbers.npz", selection.gold, inputs, ids)
    mnist = datasets.at_hand(settings.MNIST_PATH)
    config = {**job.config, "mnist": str(mnist) if mnist else None}
    config |= {"pen": settings.PEN_PATH or None, "sure": settings.PROMOTION_SURE}
    (folder / "job.json").write_text(json.dumps(config))


def write_examples(
    folder: Path,
    digits_file: str,
    numbers_file: str,
    examples: Sequence[TrainingExample],
    inputs: Inputs,
    about: dict[str, NDArray[Any]],
) -> None:
    """Write all digits of the examples, and the numbers among them as lines if there are any.

    about: columns with one value an example; files have them by digit and by number.
    """
    digits = digits_of(examples, inputs)
    of_digits = {name: values[digits.of] for name, values in about.items()}
    columns: dict[str, Any] = {"inputs": digits.inputs, "labels": digits.labels} | of_digits
    np.savez_compressed(folder / digits_file, **columns)
    lines, rows = lines_of(examples, inputs)
    if len(lines):
        columns = {name: values[rows] for name, values in about.items()}
        np.savez_compressed(folder / numbers_file, **columns, **lines.as_arrays(HEIGHT, WIDTH))


def numbered(people: Sequence[int]) -> NDArray[np.int64]:
    """Return (n,) numbers, one per person. Not account ids, because the file can be downloaded."""
    return np.unique(people, return_inverse=True)[1].astype(np.int64)


def conclude(job: Job, folder: Path, parent: ModelVersion, manifest: dict[str, Any]) -> None:
    """Register the candidate and, if it passed the gates, promote it; all in one transaction."""
    report = json.loads((folder / "report.json").read_text())
    candidate = bundles.read(folder / "candidate")
    verdict = judge(report) | {"promoted": False}
    manifest["trained_on"] = report["trained_on"]
    with transaction.atomic():
        version = register_version(
            bundle=candidate,
            parent=parent,
            manifest=manifest,
            verdict=verdict,
        )
        record_examples(version)
        if verdict["passed"] and settings.AUTO_PROMOTE:
            promote_automatically(version, parent)
        result = {name: report[name] for name in RESULT_KEYS}
        lifecycle.succeed(job, version=version, result=result)


def promote_automatically(version: ModelVersion, parent: ModelVersion) -> None:
    """Promote the version, unless its parent is no longer the serving version."""
    reason = codes.PASSED.code
    kind = Deployment.Kind.AUTOMATIC
    try:
        deploy_version(version=version, kind=kind, reason_code=reason, expected=parent.number)
    except Conflict as conflict:
        version.verdict["reason"] = codes.PASSED_NOT_PROMOTED(reason=conflict.reason)
    else:
        version.verdict["promoted"] = True
    version.save(update_fields=["verdict"])
