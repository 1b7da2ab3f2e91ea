"""How wide a pen may be before a drawing becomes a blot."""

import numpy as np

from mlcore.data.synthesis.curves import Points, distances, path_length
from mlcore.ink.geometry import BOX

THINNEST = 1.2  # pixels of the image
_PLACES = 60  # along the lines, at which both sides are looked at
_PAPER = 1.0  # pixels beside a line that have to stay free
_FREE = 0.75  # share of the sides that have to stay free, of those that are with the thinnest pen


def legible_width(lines: list[Points], wanted: float) -> float:
    """Return the widest pen up to `wanted`, in pixels of the image, that keeps a drawing legible.

    A pen is too wide where a line touches its neighbors or fills its own loops and bends: there is
    no paper left beside it.
    """
    places, normals = _sides(lines)
    size = float(np.ptp(places, axis=0).max())
    if not size:
        return wanted
    enough = _FREE * _free_sides(places, normals, THINNEST, size)
    width = max(wanted, THINNEST)
    while width > THINNEST and _free_sides(places, normals, width, size) < enough:
        width = max(0.9 * width, THINNEST)
    return width


def _sides(lines: list[Points]) -> tuple[Points, Points]:
    """Return places (n,2) at regular distances along the lines, and their unit normals (n,2)."""
    step = sum(path_length(line) for line in lines) / _PLACES + 1e-9
    places, normals = [], []
    for line in lines:
        along = distances(line)
        at = np.linspace(0, along[-1], 2 + int(along[-1] / step))
        spots = np.stack([np.interp(at, along, axis) for axis in line.T], axis=1)
        ahead = np.diff(spots, axis=0, append=2 * spots[-1:] - spots[-2:-1])
        normal = np.stack([-ahead[:, 1], ahead[:, 0]], axis=1)
        places.append(spots)
        normals.append(normal / (np.hypot(ahead[:, 0], ahead[:, 1]) + 1e-9)[:, None])
    return np.concatenate(places), np.concatenate(normals)


def _free_sides(places: Points, normals: Points, width: float, size: float) -> int:
    """Count the sides of the places that have paper beside a pen of this width."""
    pixel = size / max(BOX - width, 1)
    beside = (width / 2 + _PAPER) * pixel * normals
    sides = np.concatenate([places + beside, places - beside])
    squares = (sides**2).sum(axis=1)[:, None] + (places**2).sum(axis=1) - 2 * sides @ places.T
    return int((squares.min(axis=1) >= (width / 2 * pixel) ** 2).sum())
