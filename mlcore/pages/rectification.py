"""Straighten a page: turn it upright and undo its perspective, by its ruling or by its writing."""

import math
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from mlcore.pages.flattening import Mask
from mlcore.pictures.grayscale import WHITE, Gray

Floats = NDArray[np.float64]
Matrix = NDArray[np.float64]  # a homography, (3, 3)

# Pages are up to so many degrees off.
MOST = 20.0
# Segments are ruling if they are so many heights of the writing long; their directions are
# trusted if all of them are together this part of the page's side.
LONG, ENOUGH = 1.5, 0.8
# Segments this far off the fitted directions are left out (tangent of the angle).
OFF = 0.04
# Only lines that are spread over this part of the page's side tell its perspective. A page becomes
# at most so many times larger by it; more is a line that wavers.
SPREAD, LARGER = 0.25, 2.0
# The direction of writing on blank paper: steps in degrees, a copy of so many pixels a side, and by
# how much its rows must stand out more than those of the page as it is.
STEP, SIDE, BETTER = 0.5, 600, 1.05


@dataclass(frozen=True)
class Direction:
    """How steep lines are: the tangent of their angle in the middle, and its change a pixel."""

    middle: float = 0.0
    change: float = 0.0

    def at(self, away: float) -> float:
        return self.middle + self.change * away


def straightening(flat: Gray, ink: Mask, writing: float) -> tuple[Matrix, tuple[int, int]]:
    """Return the homography that straightens a page, and the size (width, height) of the result.

    flat: a flattened page, (h, w) uint8. ink: where its ink is. writing: the height of its writing
    in pixels.
    """
    across, down = _ruling_directions(flat, LONG * writing)
    if across is None:
        across = Direction(_slope_of_rows(ink) if down is None else -down.middle)
    down = down or Direction(-across.middle)
    matrix, size = _homography(across, down, flat.shape)
    if math.prod(size) <= LARGER * flat.size:
        return matrix, size
    return _homography(Direction(across.middle), Direction(down.middle), flat.shape)


def straightened(flat: Gray, matrix: Matrix, size: tuple[int, int]) -> Gray:
    """Apply a homography; what lies outside of the page is paper."""
    return cv2.warpPerspective(flat, matrix, size, flags=cv2.INTER_LINEAR, borderValue=WHITE)


def mapped(points: Floats, matrix: Matrix) -> Floats:
    """Map points, (n, 2) of x and y, by a homography."""
    return cv2.perspectiveTransform(points[None].astype(np.float64), matrix)[0]


def _ruling_directions(flat: Gray, long: float) -> tuple[Direction | None, Direction | None]:
    """Return the directions of the lines across and down; None if there are too few of them."""
    found = cv2.createLineSegmentDetector().detect(flat)[0]
    if found is None:
        return None, None
    starts, ends = np.split(found.reshape(-1, 4).astype(float), 2, axis=1)
    steps = ends - starts
    lengths = np.hypot(*steps.T)
    middles = (starts + ends) / 2 - np.array(flat.shape[::-1]) / 2
    steep = math.tan(math.radians(MOST))
    directions: list[Direction | None] = []
    for along, aside in ((0, 1), (1, 0)):
        kept = (lengths >= long) & (np.abs(steps[:, aside]) <= steep * np.abs(steps[:, along]))
        if lengths[kept].sum() < ENOUGH * flat.shape[aside]:
            directions.append(None)
            continue
        slopes = steps[kept, aside] / steps[kept, along]
        # Where the lines cross the middle axis: lines through one vanishing point have slopes that
        # change linearly with it.
        places = middles[kept, aside] - slopes * middles[kept, along]
        least = SPREAD * flat.shape[along]
        directions.append(_fitted(places, slopes, lengths[kept], least))
    return directions[0], directions[1]


def _fitted(places: Floats, slopes: Floats, weights: Floats, least: float) -> Direction:
    """Fit slopes that change linearly with the place, by weighted least squares, twice.

    They do not change if the places are less than `least` pixels apart.
    """
    kept = np.abs(slopes - _weighted_median(slopes, weights)) <= 3 * OFF
    fit = np.zeros(2)
    for _ in range(2):
        spread = np.ptp(places[kept]) if kept.any() else 0
        degree = 1 if spread >= least and kept.sum() >= 4 else 0
        fit = np.polyfit(places[kept], slopes[kept], degree, w=np.sqrt(weights[kept]))
        kept = np.abs(np.polyval(fit, places) - slopes) <= OFF
        if not kept.any():
            break
    return Direction(float(fit[-1]), float(fit[0]) if len(fit) == 2 else 0.0)


def _weighted_median(values: Floats, weights: Floats) -> float:
    order = np.argsort(values)
    sums = np.cumsum(weights[order])
    return float(values[order][np.searchsorted(sums, sums[-1] / 2)])


def _slope_of_rows(mask: Mask) -> float:
    """Return the slope along which the ink falls into the clearest rows (projection profile).

    See Postl 1986, "Detection of linear oblique structures and skew scan in digitized documents".
    """
    scale = min(1.0, SIDE / max(mask.shape))
    rows, columns = (axis * scale for axis in np.nonzero(mask))
    if not rows.size:
        return 0.0
    angles = np.arange(-MOST, MOST + STEP, STEP)
    slopes = np.tan(np.radians(angles))
    sharpness = [_sharpness(rows - slope * columns) for slope in slopes]
    best = int(np.argmax(sharpness))
    return float(slopes[best]) if sharpness[best] > BETTER * _sharpness(rows) else 0.0


def _sharpness(heights: Floats) -> float:
    profile = np.bincount((heights - heights.min()).astype(int)).astype(float)
    return float((profile**2).sum())


def _homography(
    across: Direction, down: Direction, shape: tuple[int, ...]
) -> tuple[Matrix, tuple[int, int]]:
    """Map the quadrilateral of four such lines to a rectangle, and the whole page into view."""
    height, width = shape
    middle = np.array([width, height]) / 2
    reach = 0.4 * np.array([width, height])
    corners = np.array(
        [
            middle + _crossing(y, across.at(y), x, down.at(x))
            for x, y in ((-1, -1), (1, -1), (1, 1), (-1, 1)) * reach
        ]
    )
    wide = (np.hypot(*(corners[1] - corners[0])) + np.hypot(*(corners[2] - corners[3]))) / 2
    high = (np.hypot(*(corners[3] - corners[0])) + np.hypot(*(corners[2] - corners[1]))) / 2
    wanted = np.array([[0, 0], [wide, 0], [wide, high], [0, high]])
    matrix = cv2.getPerspectiveTransform(corners.astype(np.float32), wanted.astype(np.float32))
    page = np.array([[0, 0], [width, 0], [width, height], [0, height]], float)
    seen = mapped(page, matrix)
    low, size = seen.min(axis=0), np.ceil(np.ptp(seen, axis=0)).astype(int)
    shift = np.array([[1, 0, -low[0]], [0, 1, -low[1]], [0, 0, 1]])
    return shift @ matrix, (int(size[0]), int(size[1]))


def _crossing(y: float, slope: float, x: float, lean: float) -> Floats:
    """Return where the line through (0, y) and the one through (x, 0) cross."""
    across = (x + lean * y) / (1 - lean * slope)
    return np.array([across, y + slope * across])
