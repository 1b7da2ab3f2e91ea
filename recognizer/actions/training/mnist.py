"""Whether MNIST, which training from scratch needs, is available."""

from pathlib import Path

from django.conf import settings

from mlcore.data import datasets
from recognizer.models import Worker


def mnist_here() -> Path | None:
    """Return the path of MNIST on this machine, or None. Nothing is downloaded."""
    try:
        path = datasets.at_hand(settings.MNIST_PATH)
        return path if path and path.is_file() else None
    except (OSError, RuntimeError):  # no permission to read the folder; no home directory
        return None


def training_has_mnist() -> bool:
    """Whether every running worker has MNIST, because any worker may take the job.

    If no worker is running, whether this machine has it. A web process does not need it: in
    production the workers run on other machines.
    """
    workers = list(Worker.objects.alive().training().values_list("has_mnist", flat=True))
    return all(workers) if workers else mnist_here() is not None
