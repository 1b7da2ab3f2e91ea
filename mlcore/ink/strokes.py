"""Pen strokes: read them from JSON and draw them into the image.

Brush size and screen density do not matter. Only the path counts, and every path is drawn with the
same pen, which has MNIST's line width.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from mlcore import codes
from mlcore.errors import InvalidInk
from mlcore.ink.directions import PLANES, direction_images
from mlcore.ink.geometry import (
    BOX,
    IMAGE_SIDE,
    PEN_WIDTH,
    SUPERSAMPLING,
    placement_of,
    quantized,
)
from mlcore.messages import Message

MAX_STROKES = 64
MAX_POINTS = 10_000
MAX_COORDINATE = 1e6
MAX_TIME = 1e15  # ms; more than ten times today's Unix time

Strokes = list[NDArray[np.float64]]

# The lowest and highest value of each number of a point: a place, time in ms and pressure.
_BOUNDS = {
    "x": (-MAX_COORDINATE, MAX_COORDINATE),
    "y": (-MAX_COORDINATE, MAX_COORDINATE),
    "t": (-MAX_TIME, MAX_TIME),
    "p": (0, 1),
}
_PAIR = {"x": 0, "y": 1}  # where the numbers of a point [x, y] are
_SHAPE = codes.SHAPE_OF_STROKES()
_FRACTION_BITS = 4  # cv2 takes coordinates as integers with this many bits after the point


def parse(raw: object) -> Strokes:
    """Read strokes from a decoded JSON value.

    Returns one (n, 4) float64 array per stroke, n >= 1: x and y as they were sent, t in ms since
    the first timed point (nan if absent), p in [0, 1] (nan if absent). x grows to the right and y
    downwards, in any unit and from any origin. Empty strokes are dropped. Raises InvalidInk:
    "invalid" for a wrong shape or number, "too_large" above MAX_STROKES or MAX_POINTS.
    """
    if not isinstance(raw, list):
        raise InvalidInk(codes.NOT_STROKES(what=_kind(raw), shape=_SHAPE))
    if len(raw) > MAX_STROKES:
        message = codes.TOO_MANY_STROKES(count=len(raw), most=MAX_STROKES)
        raise InvalidInk(message, kind="too_large")
    for number, stroke in enumerate(raw, start=1):
        if not isinstance(stroke, list):
            what = _kind(stroke)
            raise InvalidInk(codes.NOT_A_STROKE(stroke=number, what=what, shape=_SHAPE))
    points = sum(map(len, raw))
    if points > MAX_POINTS:
        message = codes.TOO_MANY_POINTS(count=points, most=MAX_POINTS)
        raise InvalidInk(message, kind="too_large")
    return _from_first_time([_points(stroke, i) for i, stroke in enumerate(raw, 1) if stroke])


def extent(strokes: Sequence[NDArray[np.floating]]) -> float:
    """Return the longest side of the box around all points (n, 2 or more); 0.0 for a tap."""
    points = [stroke[:, :2] for stroke in strokes if len(stroke)]
    return float(np.ptp(np.concatenate(points), axis=0).max()) if points else 0.0


def rasterize(
    strokes: Sequence[NDArray[np.floating]], *, pen_width: float = PEN_WIDTH
) -> NDArray[np.float32] | None:
    """Draw strokes into the network input: (28, 28, PLANES) float32 in [0, 1]; None if blank.

    Plane 0 is the ink, white on black; the others are the pen's directions, as
    `mlcore.ink.directions` says. Its values are those of `quantized`. The pen is round and
    pen_width pixels wide in the image at any scale of the strokes. Ink covers all places at most
    half a pen from the path, so ends and joins are round and a tap is a dot. Recognition uses
    PEN_WIDTH. Other widths, below BOX, are for making training data.
    """
    drawn = _on_raster(strokes, pen_width)
    if drawn is None:
        return None
    ink, paths = drawn
    placement = placement_of(ink, finest=SUPERSAMPLING)
    if placement is None:
        return None
    directions = direction_images(placement.of(path) for path in paths)
    return quantized(np.dstack([placement.image, directions]))


def network_inputs(
    drawings: Sequence[Sequence[NDArray[np.floating]]], *, pen_width: float = PEN_WIDTH
) -> NDArray[np.uint8]:
    """Return the network inputs of n drawings as they are stored: uint8 (n, 28, 28, PLANES).

    A drawing without a stroke is all zeros.
    """
    inputs = np.zeros((len(drawings), IMAGE_SIDE, IMAGE_SIDE, PLANES), np.uint8)
    for planes, strokes in zip(inputs, drawings, strict=True):
        drawn = rasterize(strokes, pen_width=pen_width)
        if drawn is not None:
            planes[:] = np.rint(drawn * 255)
    return inputs


def ink_of(
    strokes: Sequence[NDArray[np.floating]], *, pen_width: float = PEN_WIDTH
) -> NDArray[np.float32] | None:
    """Draw strokes on a fine raster: (h, w) float32 in [0, 1]; None if blank.

    A pixel of the image is SUPERSAMPLING pixels of the raster. There is a little paper around the
    ink.
    """
    drawn = _on_raster(strokes, pen_width)
    return None if drawn is None else drawn[0]


def _on_raster(
    strokes: Sequence[NDArray[np.floating]], pen_width: float
) -> tuple[NDArray[np.float32], Strokes] | None:
    """Return the ink on the fine raster with the paths, (n, 2) each, in pixels of the raster."""
    paths = [stroke[:, :2].astype(np.float64) for stroke in strokes if len(stroke)]
    if not paths:
        return None
    points = np.concatenate(paths)
    low = points.min(axis=0)
    # Divide before scaling: the scale factor of a very small drawing may overflow.
    unit = extent(paths) or 1.0
    size = (points.max(axis=0) - low) / unit
    scale = (BOX - pen_width) * SUPERSAMPLING
    radius = float(pen_width) * SUPERSAMPLING / 2  # not NumPy's, or the ink would be float64
    margin = radius + 2
    width, height = np.ceil(size * scale + 2 * margin).astype(int)
    canvas = np.ones((height, width), np.uint8)
    placed = [(path - low) / unit * scale + margin for path in paths]
    for path in placed:
        _draw(canvas, path)
    distance = cv2.distanceTransform(canvas, cv2.DIST_L2, cv2.DIST_MASK_PRECISE)
    return np.clip(radius + 0.5 - distance, 0, 1), placed


def _draw(canvas: NDArray[np.uint8], path: NDArray[np.float64]) -> None:
    """Set the pixels under a path to 0."""
    corners = np.round(path * (1 << _FRACTION_BITS)).astype(np.int32)
    if len(corners) == 1:  # cv2 draws nothing for a line of one point
        corners = np.repeat(corners, 2, axis=0)
    cv2.polylines(canvas, [corners], False, (0,), shift=_FRACTION_BITS)


def _points(raw: list[Any], number: int) -> NDArray[np.float64]:
    """Return the points of a stroke, (n, 4). Raises InvalidInk that names the first wrong one."""
    points = _alike(raw)
    if points is None:
        where = ({"stroke": number, "point": place} for place, _ in enumerate(raw, start=1))
        points = np.array([_point(*each) for each in zip(raw, where, strict=True)])
    return points


def _alike(raw: list[Any]) -> NDArray[np.float64] | None:
    """Return valid points that all have the same fields, (n, 4); None for any others.

    This is the usual stroke, and ten times as quick as point by point.
    """
    if set(map(type, raw)) not in ({list}, {dict}):
        return None
    fields = _PAIR if type(raw[0]) is list else {axis: axis for axis in raw[0]}
    if set(map(len, raw)) != {len(fields)} or not {"x", "y"} <= fields.keys() <= _BOUNDS.keys():
        return None
    points = np.full((len(raw), len(_BOUNDS)), np.nan)
    try:
        for column, (axis, (low, high)) in zip(points.T, _BOUNDS.items(), strict=True):
            if axis in fields:
                values = [point[fields[axis]] for point in raw]
                if not set(map(type, values)) <= {int, float}:
                    return None
                column[:] = values
                if not (low <= column.min() and column.max() <= high):  # also true for nan
                    return None
    except (LookupError, OverflowError):  # another field; a whole number of hundreds of digits
        return None
    return points


def _point(raw: object, where: dict[str, int]) -> list[float]:
    if isinstance(raw, list) and len(raw) == 2:
        x, y = raw
    elif isinstance(raw, Mapping) and "x" in raw and "y" in raw:
        x, y = raw["x"], raw["y"]
    else:
        raise InvalidInk(codes.NOT_A_POINT(**where, what=_kind(raw), shape=_SHAPE))
    known = {"x": x, "y": y, **(raw if isinstance(raw, Mapping) else {})}
    return [
        _number(known[axis], {**where, "axis": axis}, *_BOUNDS[axis]) if axis in known else np.nan
        for axis in _BOUNDS
    ]


def _number(raw: Any, where: dict[str, Any], low: float, high: float) -> float:
    if isinstance(raw, bool) or not isinstance(raw, int | float):
        raise InvalidInk(codes.NOT_A_NUMBER(**where, what=_kind(raw)))
    if not low <= raw <= high:  # also true for nan
        raise InvalidInk(codes.OUT_OF_RANGE(**where, low=low, high=high))
    return float(raw)


def _from_first_time(strokes: list[NDArray[np.float64]]) -> Strokes:
    """Count times from the first one, because clients use different clocks.

    Raises InvalidInk if one is further from it than MAX_TIME: it could not be read again.
    """
    times = np.concatenate([stroke[:, 2] for stroke in strokes]) if strokes else np.empty(0)
    known = times[~np.isnan(times)]
    if known.size == 0:
        return strokes
    for i, stroke in enumerate(strokes, start=1):
        for j in np.flatnonzero(np.abs(stroke[:, 2] - known[0]) > MAX_TIME):
            where = {"stroke": i, "point": int(j) + 1, "axis": "t"}
            low, high = known[0] - MAX_TIME, known[0] + MAX_TIME
            raise InvalidInk(codes.OUT_OF_RANGE(**where, low=float(low), high=float(high)))
    return [stroke - (0, 0, known[0], 0) for stroke in strokes]


def _kind(raw: object) -> Message | str:
    """Name the kind of a JSON value without repeating the value, which may be huge."""
    match raw:
        case None:
            return "null"
        case bool():
            return codes.JSON_BOOLEAN()
        case int() | float():
            return codes.JSON_NUMBER()
        case str():
            return codes.JSON_TEXT()
        case list():
            return codes.JSON_LIST(count=len(raw))
        case _:
            return codes.JSON_OBJECT()
