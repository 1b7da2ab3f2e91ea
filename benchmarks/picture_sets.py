"""Sets of pictures of known digits that need data: scans of few pixels, cells, photographs."""

from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from mlcore.data import development_sets
from mlcore.data.datasets import Part
from mlcore.pictures.encoding import photographed, png
from tests.mlcore.picture_kinds.cameras import encoded

Image = NDArray[np.uint8]
Gray = NDArray[np.uint8]
PictureSet = tuple[list[bytes], NDArray[np.uint8]]  # the files and their labels
Maker = Callable[[Image, Generator], bytes]

SIDE = 320
CELL = 40


def tight(image: Image) -> Image:
    """Cut a digit, (28, 28), to its box."""
    rows, columns = np.flatnonzero(image.any(1)), np.flatnonzero(image.any(0))
    return image[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]


def small(image: Image, side: int, dilated: int = 0) -> Image:
    """Average a digit down to `side` pixels, then widen its lines by `dilated` pixels."""
    box = tight(image)
    scale = side / max(box.shape)
    size = [max(1, round(length * scale)) for length in box.shape[::-1]]
    shrunk = cv2.resize(box, size, interpolation=cv2.INTER_AREA)
    if not dilated:
        return shrunk
    padded = np.pad(shrunk, dilated)
    return cv2.dilate(padded, np.ones((dilated + 1, dilated + 1)))


def enlarged(ink: Image, margin: int = 2) -> Gray:
    """Dark on white, SIDE pixels high or wide."""
    padded = np.pad(ink, margin)
    zoom = SIDE / max(padded.shape)
    return 255 - cv2.resize(padded, None, fx=zoom, fy=zoom, interpolation=cv2.INTER_LINEAR)


def _whole(image: Image, rng: Generator) -> bytes:
    return png(photographed(image / np.float32(255), 6, paper=235, black=35))


def _soft(image: Image, rng: Generator) -> bytes:
    return png(enlarged(small(image, 16)))


def _thick(image: Image, rng: Generator) -> bytes:
    return png(enlarged(small(image, int(rng.choice([12, 16])), 2)))


def _in_much_white(image: Image, rng: Generator) -> bytes:
    """A digit of 8 to 20 pixels in white around it, enlarged."""
    ink = small(image, int(rng.integers(8, 21)), int(rng.integers(0, 2)))
    return png(enlarged(ink, int(rng.integers(6, 24))))


def _stretched(image: Image, rng: Generator) -> bytes:
    """A clean scan, cut to its box and stretched to a square of 16 pixels."""
    ink = cv2.resize(tight(image), (16, 16), interpolation=cv2.INTER_AREA)
    return png(255 - np.pad(ink, int(rng.integers(0, 3))))


def _framed(image: Image, rng: Generator) -> bytes:
    """A cell of a form: a printed frame that the digit nearly touches, 40 pixels or larger."""
    side = CELL * int(rng.choice([1, 2, 4]))
    cell = np.full((side, side), 255.0, np.float32)
    thick = max(1, round(side * rng.uniform(0.015, 0.05)))
    inset = rng.integers(0, max(1, side // 10), 2)
    corner = (side - 1 - inset[1], side - 1 - inset[0])
    shade = float(rng.uniform(0, 150))
    cv2.rectangle(cell, (int(inset[0]), int(inset[1])), tuple(map(int, corner)), shade, thick)
    tall = round(side * rng.uniform(0.5, 0.72))
    ink = cv2.resize(tight(image), None, fx=tall / 20, fy=tall / 20, interpolation=cv2.INTER_CUBIC)
    free = np.array(cell.shape) - ink.shape
    top, left = (free / 2 + rng.uniform(-0.06, 0.06, 2) * side).astype(int)
    part = cell[top : top + ink.shape[0], left : left + ink.shape[1]]
    part *= 1 - rng.uniform(0.5, 1) * ink / 255
    picture = cell * rng.uniform(0.85, 1) + rng.normal(0, rng.uniform(0, 8), cell.shape)
    return encoded(np.clip(picture, 0, 255).astype(np.uint8), "JPEG", quality=80)


def _noisy(image: Image, rng: Generator) -> bytes:
    """A scan of few pixels with strong noise and pepper."""
    ink = np.pad(small(image, int(rng.integers(14, 29))), int(rng.integers(2, 9)))
    gray = 255 - ink * rng.uniform(0.5, 1) + rng.normal(0, rng.uniform(10, 35), ink.shape)
    pepper = rng.random(ink.shape) < rng.uniform(0, 0.03)
    return png(np.where(pepper, 0, np.clip(gray, 0, 255)).astype(np.uint8))


MAKERS: dict[str, Maker] = {
    "as pictures": _whole,
    "soft": _soft,
    "thick and soft": _thick,
    "small in much white": _in_much_white,
    "stretched to a square": _stretched,
    "framed cells": _framed,
    "noisy scans": _noisy,
}


def made_of(part: Part, seed: int) -> dict[str, PictureSet]:
    """One picture of each digit, for each maker."""
    return {
        name: (
            [make(image, np.random.default_rng([seed, i])) for i, image in enumerate(part.images)],
            part.labels,
        )
        for name, make in MAKERS.items()
    }


def development(sets: Path) -> dict[str, PictureSet]:
    """The dev sets of digits that are in the folder, without junk."""
    found = {"phone_dev": development_sets.phone(sets), "canvas_dev": development_sets.canvas(sets)}
    kept = {name: each for name, each in found.items() if each is not None}
    kept["scikit 8x8"] = development_sets.scikit_digits()
    good = {name: each.take(np.flatnonzero(~each.junk)) for name, each in kept.items()}
    return {name: (list(each.pictures), each.labels) for name, each in good.items()}


def cases(folder: Path) -> PictureSet:
    """Single files whose names begin with the digit."""
    paths = sorted(path for path in folder.iterdir() if path.name[0].isdigit())
    labels = np.array([int(path.name[0]) for path in paths], np.uint8)
    return [path.read_bytes() for path in paths], labels
