"""Reference sets: frozen sets on which every version is measured and none is trained.

They are stored as files, so changes of the synthesizer do not change them.
`mlcore.training.make_reference_sets` made them, from seeds that nothing else uses. A site's gold
set, chosen by its administrators, serves the same purpose (`mlcore.training.retraining`).
"""

import hashlib
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from mlcore.data.datasets import Part
from mlcore.data.lines import Lines
from mlcore.ink.strokes import extent, network_inputs

FOLDER = Path(__file__).parent / "reference"
SIDE = 1_000  # of the longest side of a drawing in a file of strokes
REFERENCE, NEGATIVES, FORMS, PEN = "reference.npz", "negatives.npz", "forms.npz", "pen.npz"
NUMBERS = "numbers.npz"
NAMES = (REFERENCE, NEGATIVES, FORMS, PEN, NUMBERS)


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


@cache
def pen() -> Part:
    """Return pen digits with their directions, in all known forms, each by another drawn writer.

    The file has strokes, so their network inputs follow the geometry in use.
    """
    with np.load(FOLDER / PEN, allow_pickle=False) as file:
        points, strokes, drawings = file["points"], file["strokes"], file["drawings"]
        labels = file["labels"]
    paths = np.split(points.astype(np.float64), np.cumsum(strokes)[:-1])
    ends = np.cumsum(drawings)
    starts = ends - drawings
    inputs = network_inputs([paths[a:b] for a, b in zip(starts, ends, strict=True)])
    for array in (inputs, labels):
        array.setflags(write=False)
    return Part.of(inputs, labels)


@cache
def numbers() -> Lines:
    """Return numbers of two to six digits by drawn writers, as lines of ink; some digits touch."""
    with np.load(FOLDER / NUMBERS, allow_pickle=False) as file:
        return Lines.padded(file["lines"], file["widths"], file["texts"])


def write_numbers(path: Path, lines: Lines) -> None:
    """Write lines for `numbers`, all on the widest one's width."""
    height = lines.inks[0].shape[0]
    width = max(ink.shape[1] for ink in lines.inks)
    np.savez_compressed(path, **lines.as_arrays(height, width))


def write_pen(
    path: Path, drawings: Sequence[Sequence[NDArray[np.floating]]], labels: NDArray[np.uint8]
) -> None:
    """Write drawings for `pen`: points as int16, SIDE to a drawing's longest side.

    points: (n, 2), x and y of all strokes. strokes: the number of points of each stroke. drawings:
    the number of strokes of each drawing.
    """
    points = []
    for strokes in drawings:
        whole = np.concatenate([stroke[:, :2] for stroke in strokes])
        size = extent(strokes) or 1.0
        points.append(np.rint((whole - whole.min(axis=0)) / size * SIDE).astype(np.int16))
    np.savez_compressed(
        path,
        points=np.concatenate(points),
        strokes=np.array([len(stroke) for each in drawings for stroke in each], np.int32),
        drawings=np.array([len(each) for each in drawings], np.int32),
        labels=labels,
    )


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
