"""Evaluation sets, as far as they are available, and a version's answers to them.

A version stores only counts of its answers. To show the images behind a figure, the version answers
the images of one label again, which takes at most half a second for most networks. Each process
caches these answers.
"""

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from numpy.typing import NDArray

from mlcore.data import datasets, pen, reference_sets
from mlcore.data.datasets import Part
from mlcore.data.training_pool import stroke_holdout, with_negatives
from mlcore.errors import DataUnavailable, UnusableBundle
from mlcore.evaluation import metrics
from mlcore.evaluation.version_comparison import FROZEN, OF_MNIST, OF_PEN
from mlcore.labels import NOT_A_DIGIT
from recognizer.actions.training.mnist import mnist_here
from recognizer.actions.versions.serving import load_bundle
from recognizer.errors import Missing, Unavailable
from recognizer.models import ModelVersion

KEYS = (*OF_MNIST, OF_PEN, *FROZEN)
# The names of the frozen sets' checksums. Older cards have none of the set of numbers.
CHECKSUMS = {
    "embedded": "reference",
    "forms": "forms",
    "pen": "pen",
    "non_digits": "negatives",
}
CACHED = 256  # LabelAnswers in the cache, at most 10 kB each

# One request at a time in each process, so that requests for many matrix cells do not slow down the
# live answers, and no data is read twice.
lock = threading.RLock()

NO_MNIST = gettext_noop(
    "MNIST is not on this server. Fetch it with “python manage.py fetch_mnist”, or set "
    "MNIST_PATH to an mnist.npz."
)
DIFFERENT_SETS = gettext_noop("These versions were measured on different sets.")
NO_PEN = gettext_noop(
    "The pen digits that this set is taken from are not on this server. Set PEN_PATH to them."
)


@dataclass(frozen=True)
class EvaluationSet:
    """A set that versions are measured on.

    checksum: of the data it is taken from; empty if it comes with the program. read: takes a label
    and returns the set up to a length that includes all images of that label.
    """

    key: str
    checksum: str
    read: Callable[[int], Part] = field(compare=False, repr=False)


@dataclass(frozen=True, eq=False)
class LabelAnswers:
    """Answers to a set's images of one label: arrays (n,), in the order of the set.

    places: each image's index in the set; said: the answers, 0 to 10; confidence: theirs.
    """

    places: NDArray[np.intp]
    said: NDArray[np.intp]
    confidence: NDArray[np.float32]


def at_hand(version: ModelVersion, key: str) -> Path | None:
    """Return the path of the data that the set is taken from; None if it comes with the program.

    key: one of KEYS. Raises Missing, with a message for people, if the set is not available. Does
    not read the data, which takes a second.
    """
    if key in OF_MNIST:
        if (path := mnist_here()) is None:
            raise Missing(_(NO_MNIST))
        return path
    if key == OF_PEN:
        return pen_at_hand() if pen_of(version) else None  # without pen data, the digits are drawn
    name, then = CHECKSUMS[key], data_of(version).get("reference_sets") or {}
    if then.get(name) != reference_sets.checksums()[name]:
        words = _("This set has changed since version %(number)s was measured on it.")
        raise Missing(words % {"number": version.number})
    return None


def evaluation_set(version: ModelVersion, key: str) -> EvaluationSet:
    """Return exactly the set that the version was measured on. key: one of KEYS.

    Raises Missing, with a message for people, if the set is not available or has changed.
    """
    path = at_hand(version, key)
    if key == OF_PEN:
        return pen_holdout(version, path)
    if path is None:
        return EvaluationSet(key, "", lambda label: FROZEN[key]())
    mnist = without_training_part(path)
    if data_of(version).get("mnist") != mnist.checksum:
        words = _(
            "The MNIST on this server is not the one that version %(number)s was measured on."
        )
        raise Missing(words % {"number": version.number})
    return EvaluationSet(key, mnist.checksum, lambda label: mnist.part(key, label))


def pen_holdout(version: ModelVersion, path: Path | None) -> EvaluationSet:
    """Return the hold-out of pen writers; without a path, the drawn one that replaces it.

    Raises Missing as `evaluation_set`.
    """
    found = strokes_of(path)
    if pen_of(version) != found.checksum:
        words = _(
            "The pen digits on this server are not those that version %(number)s was measured on."
        )
        raise Missing(words % {"number": version.number})
    return EvaluationSet(OF_PEN, found.checksum or "", lambda label: found.part)


def pen_at_hand() -> Path:
    """Return the path of this server's pen digits. Raises Missing without them."""
    path = Path(settings.PEN_PATH)
    if not (settings.PEN_PATH and path.exists()):
        raise Missing(_(NO_PEN))
    return path


def pen_of(version: ModelVersion) -> str | None:
    """Return the checksum of the pen digits that the version was made with, or None."""
    checksum: str | None = data_of(version).get("pen")
    return checksum


def common_set(versions: Sequence[ModelVersion], key: str) -> EvaluationSet:
    """Return the set that all the versions were measured on. Raises Missing as `evaluation_set`."""
    found = {evaluation_set(version, key) for version in versions}
    if len(found) > 1:
        raise Missing(_(DIFFERENT_SETS))
    return found.pop()


def data_of(version: ModelVersion) -> dict[str, Any]:
    """Return the card's entry about training and measuring data."""
    data: dict[str, Any] = version.card["data"]
    return data


def answers(version: ModelVersion, of: EvaluationSet, label: int) -> LabelAnswers:
    """Return the version's answers to all images of the label.

    Raises Unavailable if the version's files are damaged.
    """
    try:
        with lock:
            return cached_answers(version.pk, version.checksum, of, label)
    except UnusableBundle:
        words = _("The files of version %(number)s are damaged, so it cannot answer.")
        raise Unavailable(words % {"number": version.number}) from None


@lru_cache(CACHED)
def cached_answers(pk: int, checksum: str, of: EvaluationSet, label: int) -> LabelAnswers:
    """Answer in the same way as the stored figures were measured. Raises UnusableBundle."""
    bundle = load_bundle(ModelVersion.objects.get(pk=pk, checksum=checksum))
    part = of.read(label)
    places = np.flatnonzero(part.labels == label)
    chosen = part.take(places)
    got = metrics.answers(bundle, chosen.inputs, chosen.labels)
    return LabelAnswers(places, got.said, got.confidence)


@dataclass(frozen=True, eq=False)
class MnistParts:
    """MNIST without its training part, which is four fifths of it."""

    checksum: str
    holdout: Part
    test: Part

    @cached_property
    def with_negatives(self) -> Part:
        return with_negatives(self.holdout)

    def part(self, key: str, label: int) -> Part:
        """Return the part that belongs to a key of OF_MNIST.

        The hold-out ends with generated non-digits. They are made only if they are needed, because
        that takes seconds.
        """
        if key == "mnist_test":
            return self.test
        return self.with_negatives if (key, label) == ("holdout", NOT_A_DIGIT) else self.holdout


def without_training_part(path: Path) -> MnistParts:
    """Read MNIST without its training part. Raises Missing if it cannot be read."""
    try:
        about = path.stat()
        with lock:
            return cached_parts(path, about.st_mtime_ns, about.st_size)
    except (OSError, DataUnavailable):
        raise Missing(_("The MNIST on this server cannot be read.")) from None


@lru_cache(1)
def cached_parts(path: Path, changed: int, size: int) -> MnistParts:
    """Read MNIST again only if the file has changed. Raises DataUnavailable."""
    mnist = datasets.read(path)
    return MnistParts(mnist.checksum, mnist.holdout, mnist.test)


@dataclass(frozen=True, eq=False)
class StrokeHoldout:
    """The hold-out of strokes, and the checksum of the pen digits; None if they are drawn."""

    checksum: str | None
    part: Part


def strokes_of(path: Path | None) -> StrokeHoldout:
    """Read pen digits, or draw some without a path. Raises Missing if they cannot be read."""
    try:
        with lock:
            return cached_strokes(path, state_of(path) if path else ())
    except (OSError, DataUnavailable):
        raise Missing(_("The pen digits on this server cannot be read.")) from None


def state_of(path: Path) -> tuple[tuple[int, int], ...]:
    """Return the time of change and the size of a file, or of all files in a folder."""
    files = sorted(path.iterdir()) if path.is_dir() else [path]
    return tuple((about.st_mtime_ns, about.st_size) for about in (file.stat() for file in files))


@lru_cache(2)
def cached_strokes(path: Path | None, state: tuple[tuple[int, int], ...]) -> StrokeHoldout:
    """Read the pen digits again only if a file has changed. Raises DataUnavailable."""
    people = pen.load(path) if path else None
    return StrokeHoldout(people.checksum if people else None, stroke_holdout(people))
