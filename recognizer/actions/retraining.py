"""An attempt at a retraining: snapshot, child process, verdict, new version."""

import hashlib
import json
from pathlib import Path
from typing import Any

import numpy as np
from django.conf import settings
from django.db import transaction

from mlcore import bundle as bundles
from mlcore import datasets
from recognizer.actions import jobs
from recognizer.actions.child import ChildFailed, run_child
from recognizer.actions.deployment import deploy, register_version, serving_deployment
from recognizer.actions.labelling import approved_corrections
from recognizer.actions.promotion import judge
from recognizer.actions.serving import load_bundle
from recognizer.errors import Conflict
from recognizer.models import Correction, Deployment, ModelVersion, TrainingJob


def attempt(job: TrainingJob, folder: Path) -> None:
    """Works in `folder`, an empty one. Raises ChildFailed and LeaseLost as `run_child` does."""
    parent = current_version()
    corrections = approved_corrections()
    if not corrections:
        raise ChildFailed("No label is approved any more, so there is nothing to learn from.")
    write_inputs(folder, job, parent, corrections)
    run_child(job, folder, ["retrain", str(folder)])
    conclude(job, folder, parent, manifest_of(job, parent, corrections))


def current_version() -> ModelVersion:
    deployment = serving_deployment()
    if deployment is None:
        raise ChildFailed("No version serves, so there is none to start from.")
    return deployment.version


def write_inputs(
    folder: Path, job: TrainingJob, parent: ModelVersion, corrections: list[Correction]
) -> None:
    """The files that `python -m mlcore retrain` reads."""
    bundles.write(load_bundle(parent), folder / "parent")
    np.savez(
        folder / "corrections.npz",
        fields=np.stack([correction.drawing.pixels for correction in corrections]),
        labels=np.array([correction.to_label for correction in corrections], np.uint8),
        ids=np.array([correction.pk for correction in corrections], np.int64),
        holdout=np.zeros(len(corrections), bool),
    )
    mnist = datasets.at_hand(settings.MNIST_PATH)
    config = {**job.config, "mnist": str(mnist) if mnist else None}
    (folder / "job.json").write_text(json.dumps(config))


def manifest_of(
    job: TrainingJob, parent: ModelVersion, corrections: list[Correction]
) -> dict[str, Any]:
    """What the version was trained on, enough to say later whether a correction had a part."""
    ids = [correction.pk for correction in corrections]
    content = [(c.pk, c.to_label, c.drawing.pixels.tobytes().hex()) for c in corrections]
    return {
        "job": job.pk,
        "parent": parent.number,
        "config": job.config,
        "corrections": ids,
        "corrections_sha256": hashlib.sha256(json.dumps(content).encode()).hexdigest(),
    }


def conclude(
    job: TrainingJob, folder: Path, parent: ModelVersion, manifest: dict[str, Any]
) -> None:
    """Registers the candidate and lets it serve if the rule says so, all of it or nothing."""
    report = json.loads((folder / "report.json").read_text())
    candidate = bundles.read(folder / "candidate")
    verdict = judge(report["before"], report["after"], parity=report["parity"])
    manifest["trained_on"] = report["trained_on"]
    with transaction.atomic():
        version = register_version(
            bundle=candidate,
            parent=parent,
            metrics=report["after"],
            manifest=manifest,
            verdict=verdict,
        )
        if verdict["passed"]:
            let_serve(version, parent)
        result = {**report, "verdict": version.verdict, "parent": parent.number}
        jobs.succeed(job, version=version, result=result)


def let_serve(version: ModelVersion, parent: ModelVersion) -> None:
    """Promotes, unless another version than the one compared with began to serve meanwhile."""
    reason = version.verdict["reason"]
    kind = Deployment.Kind.AUTOMATIC
    try:
        deploy(version=version, kind=kind, reason=reason, expected=parent.number)
    except Conflict as conflict:
        version.verdict |= {"passed": False, "reason": conflict.message}
        version.save(update_fields=["verdict"])
