"""Whether MNIST is at hand, without which no network can be trained from scratch."""

from pathlib import Path

from django.conf import settings

from mlcore.data import datasets
from recognizer.models import Worker


def mnist_here() -> Path | None:
    """Where MNIST lies on this machine; None where it does not. Nothing is downloaded."""
    try:
        path = datasets.at_hand(settings.MNIST_PATH)
        return path if path and path.is_file() else None
    except (OSError, RuntimeError):  # a folder that may not be looked into; nobody's home
        return None


def training_has_mnist() -> bool:
    """Whether every worker that is there has it, for any may take the job; with none, whether this
    machine does. A web process need not have it: in production the workers are elsewhere."""
    workers = list(Worker.objects.alive().values_list("has_mnist", flat=True))
    return all(workers) if workers else mnist_here() is not None
