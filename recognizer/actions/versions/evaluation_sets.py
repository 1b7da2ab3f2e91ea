"""The sets that versions are measured on, where they are at hand, and the answers to them.

A version's figures count its answers and keep none of them. Whoever wants to see what is behind a
figure has the pictures of one label asked again, half a second of work at most for most networks,
and this process remembers the answers.
"""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from numpy.typing import NDArray

from mlcore.data import datasets, reference_sets
from mlcore.data.datasets import Part
from mlcore.data.training_pool import with_negatives
from mlcore.errors import DataUnavailable, UnusableBundle
from mlcore.evaluation import metrics
from mlcore.evaluation.version_comparison import FROZEN, OF_MNIST
from mlcore.labels import NOT_A_DIGIT
from recognizer.actions.training.mnist import mnist_here
from recognizer.actions.versions.serving import load_bundle
from recognizer.errors import Missing, Unavailable
from recognizer.models import ModelVersion

KEYS = (*OF_MNIST, *FROZEN)
REMEMBERED = 256  # answers to a label, of ten kilobytes each at most

# One at a time in each process: whoever looks at many cells at once must not slow the live answers,
# and MNIST is not read twice.
lock = threading.RLock()

NO_MNIST = gettext_noop(
    "MNIST is not on this server. Fetch it with “python manage.py fetch_mnist”, or set "
    "MNIST_PATH to an mnist.npz."
)


@dataclass(frozen=True)
class EvaluationSet:
    """checksum: of the MNIST that it is taken from; empty where it comes with the program.

    read: takes a label, and returns what the set begins with, all pictures of that label in it.
    """

    key: str
    checksum: str
    read: Callable[[int], Part] = field(compare=False, repr=False)


@dataclass(frozen=True, eq=False)
class LabelAnswers:
    """To a set's pictures of one label: (n,) each, in the order of the set.

    places: where in the set each picture is; said: 0 to 10; confidence: of what was said.
    """

    places: NDArray[np.intp]
    said: NDArray[np.intp]
    confidence: NDArray[np.float32]


def at_hand(version: ModelVersion, key: str) -> Path | None:
    """Where the MNIST lies that one of KEYS is taken from; None where it comes with the program.

    Raises Missing, in words for people, where it is not here. Reads no MNIST, which takes a second.
    """
    if key in OF_MNIST:
        if (path := mnist_here()) is None:
            raise Missing(_(NO_MNIST))
        return path
    if data_of(version).get("reference_sets") != reference_sets.checksums():
        words = _("This set has changed since version %(number)s was measured on it.")
        raise Missing(words % {"number": version.number})
    return None


def evaluation_set(version: ModelVersion, key: str) -> EvaluationSet:
    """The one of KEYS that the version was measured on, the very same pictures.

    Raises Missing, in words for people, where it is not at hand, or is another.
    """
    path = at_hand(version, key)
    if path is None:
        return EvaluationSet(key, "", lambda label: FROZEN[key]())
    mnist = without_training_part(path)
    if data_of(version).get("mnist") != mnist.checksum:
        words = _(
            "The MNIST on this server is not the one that version %(number)s was measured on."
        )
        raise Missing(words % {"number": version.number})
    return EvaluationSet(key, mnist.checksum, lambda label: mnist.part(key, label))


def data_of(version: ModelVersion) -> dict[str, Any]:
    """What its card says of the data that it was made with and measured on."""
    data: dict[str, Any] = version.card["data"]
    return data


def answers(version: ModelVersion, of: EvaluationSet, label: int) -> LabelAnswers:
    """The version's to all pictures of the label. Raises Unavailable where it cannot be asked."""
    try:
        with lock:
            return asked(version.pk, version.checksum, of, label)
    except UnusableBundle:
        words = _("The files of version %(number)s are damaged, so it cannot answer.")
        raise Unavailable(words % {"number": version.number}) from None


@lru_cache(REMEMBERED)
def asked(pk: int, checksum: str, of: EvaluationSet, label: int) -> LabelAnswers:
    """As the figures were measured. Raises UnusableBundle."""
    bundle = load_bundle(ModelVersion.objects.get(pk=pk, checksum=checksum))
    part = of.read(label)
    places = np.flatnonzero(part.labels == label)
    chosen = part.take(places)
    got = metrics.answers(bundle, chosen.images, chosen.labels)
    return LabelAnswers(places, got.said, got.confidence)


@dataclass(frozen=True, eq=False)
class Kept:
    """MNIST without what is trained on, which is four fifths of it."""

    checksum: str
    holdout: Part
    test: Part

    @cached_property
    def with_negatives(self) -> Part:
        return with_negatives(self.holdout)

    def part(self, key: str, label: int) -> Part:
        """The one of OF_MNIST; the non-digits that end the hold-out only where they are asked for,
        for to make them takes seconds."""
        if key == "mnist_test":
            return self.test
        return self.with_negatives if (key, label) == ("holdout", NOT_A_DIGIT) else self.holdout


def without_training_part(path: Path) -> Kept:
    """Raises Missing where it cannot be read."""
    try:
        about = path.stat()
        with lock:
            return kept(path, about.st_mtime_ns, about.st_size)
    except (OSError, DataUnavailable):
        raise Missing(_("The MNIST on this server cannot be read.")) from None


@lru_cache(1)
def kept(path: Path, changed: int, size: int) -> Kept:
    """Read again only where the file is another. Raises DataUnavailable."""
    mnist = datasets.read(path)
    return Kept(mnist.checksum, mnist.holdout, mnist.test)
