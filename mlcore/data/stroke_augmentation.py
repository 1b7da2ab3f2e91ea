"""Data augmentation of pen strokes: warps of the path, and other orders and directions of the pen.

Strokes are warped before they are drawn, so lines keep the pen's width and directions are those of
the warped path.
"""

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from mlcore.ink.warps import linear_maps

Path = NDArray[np.float64]

# Standard deviations at strength 1.
ROTATION = np.deg2rad(9)
SHEAR = 0.16
STRETCH = 0.12  # of height and width separately, as a logarithm
ELASTIC = 0.03  # of the longest side, at the knots
KNOTS, GRID = 5, 33  # displacements at KNOTS x KNOTS points, cubic in between on GRID x GRID


def warped(strokes: Sequence[Path], rng: Generator, strength: float = 1.0) -> list[Path]:
    """Return strokes (n, 2) turned, slanted, stretched and bent at random, in their own scale.

    strokes: (n, 2 or more) each; only x and y are used.
    """
    paths = [stroke[:, :2] for stroke in strokes]
    points = np.concatenate(paths)
    low, high = points.min(axis=0), points.max(axis=0)
    size = float((high - low).max()) or 1.0
    matrix = linear_maps(
        *(rng.normal(0, sd * strength, 1) for sd in (ROTATION, SHEAR, STRETCH, STRETCH))
    )[0]
    knots = rng.normal(0, ELASTIC * strength, (KNOTS, KNOTS, 2)).astype(np.float32)
    bends = cv2.resize(knots, (GRID, GRID), interpolation=cv2.INTER_CUBIC)
    relative = (points - (low + high) / 2) / size
    cell = np.clip(np.rint((relative + 0.5) * (GRID - 1)), 0, GRID - 1).astype(np.intp)
    moved = (relative @ matrix.T + bends[cell[:, 1], cell[:, 0]]) * size
    return np.split(moved, np.cumsum([len(path) for path in paths])[:-1])


def reordered(strokes: Sequence[Path], rng: Generator) -> list[Path]:
    """Return the same ink drawn otherwise: each stroke backwards or not, in any order."""
    turned = [stroke[::-1] if rng.random() < 0.5 else stroke for stroke in strokes]
    return [turned[i] for i in rng.permutation(len(turned))]
