"""Data augmentation of pen strokes: warps of the path, and other orders and directions of the pen.

Strokes are warped before they are drawn, so lines keep the pen's width and directions are those of
the warped path.
"""

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from mlcore.ink.geometry import PEN_WIDTH
from mlcore.ink.strokes import rasterize
from mlcore.ink.warps import linear_maps

Path = NDArray[np.float64]
Images = NDArray[np.uint8]

# Standard deviations at strength 1.
ROTATION = np.deg2rad(9)
SHEAR = 0.16
STRETCH = 0.12  # of height and width separately, as a logarithm
ELASTIC = 0.03  # of the longest side, at the knots
KNOTS, GRID = 5, 33  # displacements at KNOTS x KNOTS points, cubic in between on GRID x GRID

# Pens of drawings that are shown as pictures, in pixels of the image: nine in ten of MNIST's have
# 1.7 to 3.9, markers more.
PEN_SPREAD = 0.3  # standard deviation of the logarithm
THINNEST, THICKEST = 1.2, 5.5


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


def network_input(strokes: Sequence[Path]) -> Images:
    """Return the network input (28, 28, PLANES) uint8 of strokes, as the canvas makes it."""
    return _drawn(strokes, PEN_WIDTH)


def as_picture(strokes: Sequence[Path], rng: Generator, most: float = THICKEST) -> Images:
    """Return the network input of strokes as if from a picture: any pen, and no directions.

    most: the width of the thickest pen, in pixels of the image.
    """
    width = PEN_WIDTH * np.exp(rng.normal(0.05, PEN_SPREAD))
    planes = _drawn(strokes, float(np.clip(width, THINNEST, max(most, THINNEST))))
    planes[..., 1:] = 0
    return planes


def _drawn(strokes: Sequence[Path], pen_width: float) -> Images:
    planes = rasterize(strokes, pen_width=pen_width)
    if planes is None:
        raise ValueError("a drawing without a stroke")
    return np.rint(planes * 255).astype(np.uint8)
