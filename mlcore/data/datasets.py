"""MNIST: find or download it, and split it into training, hold-out and test parts.

The array names and the default address are those of Keras's mnist.npz.
"""

import hashlib
import http.client
import os
import urllib.request
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from mlcore import codes
from mlcore.errors import DataUnavailable
from mlcore.ink.directions import as_planes
from mlcore.ink.geometry import IMAGE_SIDE
from mlcore.labels import DIGITS

URL = "https://storage.googleapis.com/tensorflow/tf-keras-datasets/mnist.npz"
SHA256 = "731c5ac602752760c8e48fbffcf8c3b850d9dc2a2aedcf2cc48468fc17b673d1"
TIMEOUT_SECONDS = 30
MAX_DOWNLOAD_BYTES = 64 * 2**20
HOLDOUT = 5_000

ADVICE = codes.MNIST_ADVICE()


@dataclass(frozen=True)
class Part:
    """n drawings with their labels.

    images: uint8 (n, 28, 28), white ink on black. labels: uint8 (n,). directions: the pen's, uint8
    (n, 28, 28, DIRECTIONS), or None if all n are pictures; a picture among strokes has zeros.
    """

    images: NDArray[np.uint8]
    labels: NDArray[np.uint8]
    directions: NDArray[np.uint8] | None = None

    @classmethod
    def of(cls, inputs: NDArray[np.uint8], labels: NDArray[np.uint8]) -> "Part":
        """Return the part of network inputs, (n, 28, 28) or (n, 28, 28, PLANES)."""
        if inputs.ndim == 3:
            return cls(inputs, labels)
        return cls(inputs[..., 0], labels, inputs[..., 1:])

    @classmethod
    def joined(cls, parts: Sequence["Part"]) -> "Part":
        """Return the drawings of all parts, one part after the other."""
        labels = np.concatenate([part.labels for part in parts])
        if all(part.directions is None for part in parts):
            return cls(np.concatenate([part.images for part in parts]), labels)
        return cls.of(np.concatenate([as_planes(part.inputs) for part in parts]), labels)

    @property
    def inputs(self) -> NDArray[np.uint8]:
        """The network inputs: (n, 28, 28, PLANES), or the images if all n are pictures."""
        if self.directions is None:
            return self.images
        return np.concatenate([self.images[..., None], self.directions], axis=-1)

    def __len__(self) -> int:
        return len(self.labels)

    def take(self, where: NDArray[np.intp] | NDArray[np.bool_]) -> "Part":
        directions = None if self.directions is None else self.directions[where]
        return Part(self.images[where], self.labels[where], directions)


@dataclass(frozen=True)
class Mnist:
    training: Part
    holdout: Part  # for model selection; never trained on
    test: Part  # for reporting only
    checksum: str  # SHA-256 over the four arrays; it does not depend on the file's format


def load(path: str | os.PathLike[str] | None = None) -> Mnist:
    """Load MNIST from `path`, MNIST_PATH, an earlier download, or a new download.

    Raises DataUnavailable if none of these has the expected arrays.
    """
    return read(find(path))


def find(path: str | os.PathLike[str] | None = None) -> Path:
    """Return the file to read; download it if it is missing. Raises DataUnavailable."""
    here = at_hand(path)
    if here is None:
        here = cached()
        download(os.environ.get("MNIST_URL", URL), os.environ.get("MNIST_SHA256", SHA256), to=here)
    return here


def at_hand(path: str | os.PathLike[str] | None = None) -> Path | None:
    """Return the path of MNIST on this machine, or None.

    The candidates are `path`, MNIST_PATH and an earlier download.
    """
    given = path or os.environ.get("MNIST_PATH")
    if given:
        return Path(given)
    return cached() if cached().exists() else None


def cached() -> Path:
    """Return the path of a download: in MNIST_CACHE or the user's cache folder."""
    home = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(os.environ.get("MNIST_CACHE") or Path(home) / "mlcore") / "mnist.npz"


def download(url: str, sha256: str, *, to: Path) -> None:
    """Download `url`; `to` is only created if the file is complete and has the checksum."""
    if not url.startswith(("https://", "http://")):
        raise DataUnavailable(codes.MNIST_ADDRESS(url=url, advice=ADVICE))
    try:
        with urllib.request.urlopen(url, timeout=TIMEOUT_SECONDS) as answer:  # noqa: S310 (checked above)
            data = answer.read(MAX_DOWNLOAD_BYTES + 1)
    except (OSError, ValueError, http.client.HTTPException) as error:
        message = codes.MNIST_NOT_FETCHED(url=url, reason=str(error), advice=ADVICE)
        raise DataUnavailable(message) from None
    if hashlib.sha256(data).hexdigest() != sha256:
        raise DataUnavailable(codes.MNIST_CHECKSUM(url=url, checksum=sha256, advice=ADVICE))
    to.parent.mkdir(parents=True, exist_ok=True)
    part = to.with_name(f".{to.name}.{uuid.uuid4().hex}")  # two processes may download at once
    try:
        part.write_bytes(data)
        part.replace(to)
    finally:
        part.unlink(missing_ok=True)


def read(path: Path) -> Mnist:
    """Read the arrays of an mnist.npz. Raises DataUnavailable for a missing or different file."""
    try:
        with Path(path).open("rb") as data, np.load(data, allow_pickle=False) as file:
            arrays = {name: file[name] for name in ("x_train", "y_train", "x_test", "y_test")}
    except Exception as error:  # numpy, zipfile, zlib and tokenize all raise different errors
        about = {"path": str(path), "reason": str(error), "advice": ADVICE}
        raise DataUnavailable(codes.MNIST_UNREADABLE(**about)) from error
    training = _checked(path, arrays["x_train"], arrays["y_train"])
    test = _checked(path, arrays["x_test"], arrays["y_test"])
    rest, holdout = split_training_part(training)
    return Mnist(rest, holdout, test, checksum(training, test))


def _checked(path: Path, images: NDArray[np.uint8], labels: NDArray[np.uint8]) -> Part:
    if images.dtype != np.uint8 or images.shape[1:] != (IMAGE_SIDE, IMAGE_SIDE):
        raise DataUnavailable(codes.MNIST_PICTURES(path=str(path), side=IMAGE_SIDE))
    if labels.shape != (len(images),) or not np.isin(labels, DIGITS).all():
        raise DataUnavailable(codes.MNIST_LABELS(path=str(path)))
    return Part(images, labels.astype(np.uint8))


def split_training_part(part: Part) -> tuple[Part, Part]:
    """Split into (rest, hold-out); the hold-out has the smallest SHA-256 of the pixels.

    This rule needs no list, works for any order of the file, and keeps exact duplicates on one
    side. The file does not name the writers, so digits by one writer can be on both sides. The
    hold-out is therefore slightly optimistic, like MNIST's usual splits. At most a quarter of a
    small set is held out.
    """
    digests = [hashlib.sha256(image.tobytes()).digest() for image in part.images]
    order = np.array(sorted(range(len(digests)), key=digests.__getitem__), dtype=np.intp)
    held = min(HOLDOUT, len(order) // 4)
    return part.take(np.sort(order[held:])), part.take(np.sort(order[:held]))


def checksum(*parts: Part) -> str:
    """Return the SHA-256 over images and labels, part after part."""
    digest = hashlib.sha256()
    for part in parts:
        digest.update(part.images.tobytes())
        digest.update(part.labels.tobytes())
    return digest.hexdigest()
