"""Frozen sets that every version is measured on and none is ever trained on.

They come as files, so that they stay the same whatever becomes of the synthesizer that drew them;
`mlcore.training.make_reference_sets` made them, from seeds that nothing else uses. An
administrator's gold drawings are a set of the same kind, of the site's own
(`mlcore.training.retraining`).
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
    """The embedded reference set: digits as MNIST's writers and drawn ones, balanced.

    It needs no data at hand. It comes from the makers that rehearsal draws on as well, so it
    understates what is forgotten of other hands; where MNIST is at hand, its hold-out says more.
    """
    return _read(REFERENCE)


def reference_negatives() -> Part:
    """What is no digit, drawn and spoilt; every label is NOT_A_DIGIT."""
    return _read(NEGATIVES)


def forms() -> Part:
    """Drawn digits in the world's forms, every form by many hands, digits balanced."""
    return _read(FORMS)


def checksums() -> dict[str, str]:
    """SHA-256 in hex of each file, by the name of its set."""
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
