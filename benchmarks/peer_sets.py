"""Digits from several sources: as our version gets them, and as picture files for peers."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from mlcore.data import corruptions, development_sets
from mlcore.data.corruptions import CORRUPTIONS, PICTURES
from mlcore.data.datasets import Part
from mlcore.data.development_sets import DevSet
from mlcore.data.out_of_distribution import DISGUISED
from mlcore.evaluation.report import PICTURED, separate_rng, spread
from mlcore.ink.strokes import Strokes, ink_of
from mlcore.pictures.encoding import photographed, png
from tests.mlcore.picture_kinds import KINDS
from tests.mlcore.picture_kinds.digits import drawn_digits

# Peers read at most this many, evenly spread, to keep the time down.
BESIDE_MNIST, BESIDE_CORRUPTED = 1_000, 500

# A drawing becomes a picture of this height, its pen a tenth of the digit's height.
DRAWN_SIDE, DRAWN_PEN = 96, 2.0
# Paper that is added for peers around drawings and around photographs that were cut to
# the digit, as a part of the longer side. The other pictures are read best as they are.
DRAWN_MARGIN, CUT_MARGIN = 0.5, 0.1

MADE_DIGITS, MADE_SEED = 10, 1  # as `python -m benchmarks.pictures` has them


@dataclass(frozen=True)
class DigitSet:
    """n digits (or letters).

    inputs: what our version gets: strokes, picture files (bytes), or images (28, 28) uint8.
    picture: turns an input into a picture file for peers; None if they cannot read the
    set. writers: (n,), empty where nobody knows. beside: peers read at most so many.
    margin: paper to add for peers.
    """

    name: str
    labels: NDArray[np.integer]
    inputs: Sequence[Any]
    picture: Callable[[Any], bytes] | None = None
    writers: NDArray[np.str_] = field(default_factory=lambda: np.array([], np.str_))
    beside: int | None = None
    margin: float = 0.0

    def __len__(self) -> int:
        return len(self.labels)

    def take(self, where: NDArray[np.intp]) -> "DigitSet":
        writers = self.writers[where] if len(self.writers) else self.writers
        inputs = [self.inputs[i] for i in where]
        return replace(self, labels=self.labels[where], inputs=inputs, writers=writers)


def digit_sets(
    test: Part, dev_sets: Path, cases: Path | None, at_most: int | None
) -> Iterator[DigitSet]:
    """Make all sets that are at hand, one after the other; at most at_most digits of each."""
    for each in (*pen_digits(dev_sets), *_of_dev_sets(dev_sets), made_pictures(at_most)):
        yield each.take(spread(len(each), at_most))
    if cases is not None:
        yield named_cases(cases)
    yield from mnist(test.take(spread(len(test), at_most)))


def letters(dev_sets: Path) -> DigitSet | None:
    """Return the photographed letters that do not look like digits; None if they are missing."""
    found = development_sets.letters(dev_sets)
    if found is None:
        return None
    known = np.array([development_sets.letter_of(name) for name in found.names])
    plain = found.take(np.flatnonzero(~np.isin(known, sorted(DISGUISED))))
    return _of_files("letters_dev", plain, CUT_MARGIN)


def phone(dev_sets: Path) -> DigitSet | None:
    """Return the photographed digits; None if they are missing."""
    found = development_sets.phone(dev_sets)
    return None if found is None else _of_files("phone_dev", found, CUT_MARGIN)


def mnist(test: Part) -> Iterator[DigitSet]:
    """MNIST's test part as images, as pictures, and under each corruption, as `mlcore evaluate`."""
    yield DigitSet("MNIST test, as images", test.labels, list(test.images))
    pictures = corruptions.pictures(test.images)
    yield DigitSet("MNIST test, as pictures", test.labels, pictures, same, beside=BESIDE_MNIST)
    pictured = test.take(spread(len(test), PICTURED))
    for number, (name, corrupt) in enumerate(CORRUPTIONS.items()):
        rng = separate_rng(number)
        if name in PICTURES:
            part = pictured
            inputs: Sequence[Any] = corruptions.corrupted_pictures(name, part.images, rng)
            picture: Callable[[Any], bytes] = same
        else:
            part, picture = test, picture_of_image
            inputs = list(corrupt(part.images, rng))
        shown = f"MNIST test, {name.replace('_', ' ')}"
        yield DigitSet(shown, part.labels, inputs, picture, beside=BESIDE_CORRUPTED)


def made_pictures(at_most: int | None) -> DigitSet:
    """Pictures of drawn digits, ten of every kind in tests/mlcore/picture_kinds."""
    digits = drawn_digits(MADE_DIGITS, MADE_SEED)
    every = [(kind, number) for kind in KINDS for number in range(MADE_DIGITS)]
    chosen = [every[i] for i in spread(len(every), at_most)]
    pictures = [
        KINDS[kind](digits[number], np.random.default_rng([MADE_SEED, number]))
        for kind, number in chosen
    ]
    labels = np.array([digits[number].label for _, number in chosen])
    return DigitSet("made pictures", labels, pictures, same)


def named_cases(folder: Path) -> DigitSet:
    """Read the picture files whose names begin with their digit."""
    paths = sorted(path for path in folder.iterdir() if path.name[0] in "0123456789")
    labels = np.array([int(path.name[0]) for path in paths], np.intp)
    return DigitSet("cases", labels, [path.read_bytes() for path in paths], same)


def pen_digits(dev_sets: Path) -> Iterator[DigitSet]:
    """Read the pen digits, one set for each source; the writers are named SOURCE WRITER."""
    digits = development_sets.pen_digits(dev_sets)
    if digits is None:
        return
    for source in np.unique(digits.sources)[::-1]:
        of_source = digits.take(np.flatnonzero(digits.sources == source))
        yield DigitSet(
            name=f"pen_dev, {source}",
            labels=of_source.labels.astype(np.intp),
            inputs=of_source.strokes,
            picture=picture_of_strokes,
            writers=np.array([f"{source} {writer}" for writer in of_source.writers]),
            margin=DRAWN_MARGIN,
        )


def picture_of_strokes(strokes: Strokes) -> bytes:
    """Draw strokes as dark ink on white, DRAWN_SIDE pixels the longer side: a PNG file."""
    ink = ink_of(strokes, pen_width=DRAWN_PEN)
    if ink is None:
        return png(np.full((DRAWN_SIDE, DRAWN_SIDE), 255, np.uint8))
    scale = DRAWN_SIDE / max(ink.shape)
    small = cv2.resize(ink, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    return png(photographed(small.astype(np.float32), 1))


def picture_of_image(image: NDArray[np.uint8]) -> bytes:
    """Return an image as a PNG file, dark ink on light paper."""
    return corruptions.pictures(image[np.newaxis])[0]


def same(data: bytes) -> bytes:
    return data


def _of_dev_sets(dev_sets: Path) -> Iterator[DigitSet]:
    if (photographed_digits := phone(dev_sets)) is not None:
        yield photographed_digits
    if (drawings := development_sets.canvas(dev_sets)) is not None:
        plain = drawings.take(np.flatnonzero(~drawings.junk))
        yield _of_files("canvas_dev without junk", plain)
    yield _of_files("scikit-learn's 8x8 digits", development_sets.scikit_digits())


def _of_files(name: str, files: DevSet, margin: float = 0.0) -> DigitSet:
    return DigitSet(name, files.labels.astype(np.intp), files.pictures, same, margin=margin)
