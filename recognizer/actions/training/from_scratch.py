"""An attempt at training a network from scratch: child process, new version, no deployment."""

import json
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction

from mlcore.recognition import bundle as bundles
from mlcore.recognition.bundle import Bundle
from recognizer import codes
from recognizer.actions.jobs import lifecycle
from recognizer.actions.jobs.child_failures import ChildFailed
from recognizer.actions.jobs.child_process import run_child
from recognizer.actions.training.mnist import mnist_here
from recognizer.actions.versions.deployment import register_version
from recognizer.models import Job

# Gates compare a candidate with its parent; a version trained from scratch has none.
VERDICT = {"passed": False, "promoted": False, "reason": codes.FROM_SCRATCH(), "gates": []}


def attempt(job: Job, folder: Path) -> None:
    """Run the attempt in the empty `folder`. Raises ChildFailed and LeaseLost as `run_child`."""
    mnist = mnist_here()
    if mnist is None:
        raise ChildFailed(codes.MNIST_MISSING())
    run_child(job, arguments(job, mnist, folder / "candidate"))
    conclude(job, bundles.read(folder / "candidate"))


def arguments(job: Job, mnist: Path, out: Path) -> list[str]:
    """Return the arguments of `python -m mlcore`.

    --data is given so that jobs never download.
    """
    config = job.config
    named = {
        "--data": str(mnist),
        "--architecture": config["architecture"],
        "--seed": str(config["seed"]),
        "--recipe": json.dumps(config["recipe"]),
        "--out": str(out),
    }
    if settings.PEN_PATH:
        named["--pen"] = settings.PEN_PATH
    return ["train", *(word for pair in named.items() for word in pair), "--progress"]


def conclude(job: Job, candidate: Bundle) -> None:
    """Register the version and end the job in one transaction. The version is not deployed."""
    with transaction.atomic():
        version = register_version(
            bundle=candidate, manifest=manifest_of(job, candidate.card), verdict=VERDICT
        )
        lifecycle.succeed(job, version=version, result={})


def manifest_of(job: Job, card: dict[str, Any]) -> dict[str, Any]:
    """Return the record of what the version was trained on."""
    return {
        "job": job.pk,
        "kind": job.kind,
        "config": job.config,
        "mnist_sha256": card["data"]["mnist"],
    }
