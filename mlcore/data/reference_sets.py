"""Reference sets: frozen sets on which every version is measured and none is trained.

They are stored as files, so changes of the synthesizer do not change them.
`mlcore.training.make_reference_sets` made them, from seeds that nothing else uses. A site's gold
set, chosen by its administrators, serves the same purpose (`mlcore.training.retraining`).
"""

import hashlib
from functools import cache
from pathlib import Path

import numpy as np

from mlcore.data.datasets import Part

FOLDER = Path(__file__).parent / "reference"
REFERENCE, NEGATIVES, FORMS = "reference.npz", "negatives.npz", "forms.npz"
NAMES = (REFERENCE, NEGATIVES, FORMS)


def reference() -> Part:
    """Return the embedded reference set: generated MNIST-like digits and drawn ones, balanced.

    It needs no other data. It comes from the same generators as rehearsal, so it understates how
    much is forgotten about other writers. If MNIST is available, its hold-out is a better measure.
    """
    return _read(REFERENCE)


def reference_negatives() -> Part:
    """Return drawn non-digits and spoilt digits; every label is NOT_A_DIGIT."""
    return _read(NEGATIVES)


def forms() -> Part:
    """Return drawn digits in all known forms, each by many writers, digits balanced."""
    return _read(FORMS)


def checksums() -> dict[str, str]:
    """Return the SHA-256 in hex of each file, by the name of its set."""
    return {
        name.removesuffix(".npz"): hashlib.sha256((FOLDER / name).read_bytes()).hexdigest()
        for name in NAMES
    }


@cache
def _read(name: str) -> Part:
    with np.load(FOLDER / name, allow_pickle=False) as file:
        images, labels = file["images"], file["labels"]
    images.setflags(write=False)
    labels.setflags(write=False)
    return Part(images, labels)
