"""What lies around writing and is no ink: lines, frames, specks, other writing, a table."""

import math

import cv2
import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from mlcore.data.composites.figures import Figures

Floats = NDArray[np.float32]
Box = tuple[int, int, int, int] | None

FINE = 4  # lines are drawn this many times finer and then averaged down


def around(
    side: int, box: Box, contrast: float, figures: Figures, pen: float, rng: Generator
) -> Floats:
    """Return what the paper reflects, (side, side) in [0, 1], under lines, frames and specks.

    box: of the writing, or None. contrast, pen: those of its ink, which a part of the disturbances
    shares.
    """
    left = np.ones((side, side), np.float32)
    room = side if box is None else min(*box[:2], side - box[2], side - box[3])
    for share, least_room, disturbance in (
        (0.28, 0, ruling),
        (0.3, 2, frames),
        (0.15, 6, bars),
        (0.12, 6, strips),
        (0.25, 0, specks),
        (0.06, 6, thumb),
    ):
        if rng.random() < share and room >= least_room:
            cover = _averaged(disturbance(side * FINE, box, rng), side)
            left *= 1 - _darkness(contrast, rng) * cover
    if box is not None and rng.random() < 0.3:
        cover = _averaged(neighbors(side * FINE, box, figures, pen, rng), side)
        left *= 1 - contrast * rng.uniform(0.7, 1) * cover
    if rng.random() < 0.1:
        cover = _averaged(from_the_back(side * FINE, figures, pen, rng), side)
        left *= 1 - contrast * rng.uniform(0.03, 0.15) * cover
    return left


def _darkness(contrast: float, rng: Generator) -> float:
    """As dark as the ink, or independent of it."""
    return contrast * rng.uniform(0.7, 1) if rng.random() < 0.4 else rng.uniform(0.06, 0.95)


def _averaged(canvas: NDArray[np.uint8], side: int) -> Floats:
    small = cv2.resize(canvas, (side, side), interpolation=cv2.INTER_AREA)
    return small.astype(np.float32) / 255


def _blank(side: int) -> NDArray[np.uint8]:
    return np.zeros((side, side), np.uint8)


def _lines(canvas: NDArray[np.uint8], gap: float, turn: float, thick: int, rng: Generator) -> None:
    """Draw parallel lines across the whole canvas, `gap` pixels apart."""
    side = len(canvas)
    along = np.array([math.cos(turn), math.sin(turn)])
    across = np.array([-along[1], along[0]])
    start = rng.uniform(0, gap)
    for step in np.arange(start - side, side, gap):
        middle = np.array([side / 2, side / 2]) + (step) * across
        ends = [middle - 2 * side * along, middle + 2 * side * along]
        first, last = ((round(x), round(y)) for x, y in ends)
        cv2.line(canvas, first, last, (255,), thick, cv2.LINE_AA)


def ruling(side: int, box: Box, rng: Generator) -> NDArray[np.uint8]:
    """Printed lines, in one direction or in two, or a single one."""
    canvas = _blank(side)
    turn = rng.normal(0, math.radians(3)) + (math.pi / 2 if rng.random() < 0.2 else 0)
    thick = round(math.exp(rng.uniform(0, math.log(3 * FINE))))
    gap = side * math.exp(rng.uniform(math.log(0.04), math.log(0.6)))
    if rng.random() < 0.2:
        gap = 3 * side  # at most one line
    _lines(canvas, max(gap, 4 * thick), turn, thick, rng)
    if rng.random() < 0.5:
        _lines(canvas, max(gap, 4 * thick), turn + math.pi / 2, thick, rng)
    return canvas


def frames(side: int, box: Box, rng: Generator) -> NDArray[np.uint8]:
    """A rectangle around the writing, or a row of them; printed or drawn by hand."""
    canvas = _blank(side)
    left, top, right, bottom = (FINE * each for each in (box or (24, 24, 72, 72)))
    size = max(right - left, bottom - top)
    margins = size * rng.uniform(-0.02, 0.5, 4)
    x0, y0, x1, y1 = (np.array([left, top, right, bottom]) + margins * [-1, -1, 1, 1]).tolist()
    thick = max(1, round(size * math.exp(rng.uniform(math.log(0.008), math.log(0.09)))))
    turn = rng.normal(0, math.radians(2))
    columns, rows = rng.choice([0, 0, 1]), rng.choice([0, 0, 0, 1])
    shake = size * rng.uniform(0, 0.06) if rng.random() < 0.2 else 0
    middle = np.array([(x0 + x1) / 2, (y0 + y1) / 2])
    rotation = np.array([[math.cos(turn), -math.sin(turn)], [math.sin(turn), math.cos(turn)]])
    for column in range(-columns, columns + 1):
        for row in range(-rows, rows + 1):
            shift = np.array([column * (x1 - x0), row * (y1 - y0)])
            corners = np.array([[x0, y0], [x1, y0], [x1, y1], [x0, y1]]) + shift
            corners = corners + rng.normal(0, shake + 1e-9, (4, 2))
            points = ((corners - middle) @ rotation.T + middle).round().astype(np.int32)
            closed = shake == 0 or rng.random() < 0.6
            cv2.polylines(canvas, [points[:, None]], closed, (255,), thick, cv2.LINE_AA)
    return canvas


def bars(side: int, box: Box, rng: Generator) -> NDArray[np.uint8]:
    """Dark lines along one or more edges of the picture."""
    canvas = _blank(side)
    for edge in range(4):
        if rng.random() < 0.4:
            wide = round(rng.uniform(0.5, 5) * FINE)
            lean = round(rng.normal(0, 1) * FINE)
            points = np.array([[0, 0], [side, 0], [side, wide + lean], [0, wide - lean]])
            if edge % 2:
                points = points[:, ::-1]
            if edge > 1:
                points = side - points
            cv2.fillConvexPoly(canvas, points.astype(np.int32), (255,), cv2.LINE_AA)
    return canvas


def strips(side: int, box: Box, rng: Generator) -> NDArray[np.uint8]:
    """Short ends of lines that come in from the edges."""
    canvas = _blank(side)
    for _ in range(rng.integers(1, 7)):
        edge, along = rng.integers(4), rng.uniform(0, side)
        depth, slant = rng.uniform(0.01, 0.12) * side, rng.normal(0, 0.05) * side
        points = np.array([[along, -9], [along + slant, depth]])
        if edge % 2:
            points = points[:, ::-1]
        if edge > 1:
            points = side - points
        start, end = ((round(x), round(y)) for x, y in points)
        cv2.line(canvas, start, end, (255,), round(rng.uniform(0.5, 5) * FINE), cv2.LINE_AA)
    return canvas


def specks(side: int, box: Box, rng: Generator) -> NDArray[np.uint8]:
    """Dust, toner and fibers."""
    canvas = _blank(side)
    largest = rng.uniform(0.3, 1.4) * FINE
    for _ in range(int(math.exp(rng.uniform(0, math.log(50))))):
        x, y = (int(each) for each in rng.integers(0, side, 2))
        if rng.random() < 0.8:
            radius = max(1, round(largest * rng.uniform(0.3, 1)))
            cv2.circle(canvas, (x, y), radius, (255,), cv2.FILLED, cv2.LINE_AA)
        else:
            end = np.array([x, y]) + rng.normal(0, 2.5 * FINE, 2)
            cv2.line(canvas, (x, y), (round(end[0]), round(end[1])), (255,), 1, cv2.LINE_AA)
    return canvas


def thumb(side: int, box: Box, rng: Generator) -> NDArray[np.uint8]:
    """A broad round thing at the edge."""
    canvas = _blank(side)
    middle = np.array([rng.uniform(0, side), side * rng.choice([-0.02, 1.02])])
    if rng.random() < 0.3:
        middle = middle[::-1]
    axes = (round(side * rng.uniform(0.08, 0.16)), round(side * rng.uniform(0.1, 0.22)))
    place = (round(middle[0]), round(middle[1]))
    cv2.ellipse(canvas, place, axes, rng.normal(0, 20), 0, 360, (255,), cv2.FILLED)
    return cv2.GaussianBlur(canvas, (0, 0), rng.uniform(0.5, 4))


def neighbors(
    side: int, box: tuple[int, int, int, int], figures: Figures, pen: float, rng: Generator
) -> NDArray[np.uint8]:
    """Other writing that the edge cuts off; none if the writing itself reaches that edge."""
    canvas = _blank(side)
    left, top, right, bottom = (FINE * each for each in box)
    size = max(right - left, bottom - top) * rng.uniform(0.7, 1.3)
    room = {0: left, 1: top, 2: side - right, 3: side - bottom}
    for edge in range(4):
        gap = 0.06 * side
        if room[edge] < gap + FINE * 3 or rng.random() < 0.5:
            continue
        seen = min(rng.uniform(0.05, 0.75) * size, room[edge] - gap)
        along = rng.uniform(-0.3, 1) * side
        at = -size + seen if edge < 2 else side - seen
        place = (at, along) if edge % 2 == 0 else (along, at)
        part = _blank(side)
        figures.draw(part, rng, (*place, size, size), pen)
        np.maximum(canvas, part, out=canvas)
    return canvas


def from_the_back(side: int, figures: Figures, pen: float, rng: Generator) -> NDArray[np.uint8]:
    """Writing on the other side of the paper that shows through."""
    canvas = _blank(side)
    for _ in range(rng.integers(1, 5)):
        size = rng.uniform(0.2, 0.6) * side
        figures.draw(canvas, rng, (*rng.uniform(-0.2 * side, 0.8 * side, 2), size, size), pen)
    return np.ascontiguousarray(canvas[:, ::-1])


def beyond_the_sheet(sheet: Floats, box: Box, rng: Generator) -> Floats:
    """Let the paper end inside the picture, clear of the writing, with a table beyond its edges."""
    if rng.random() > 0.15:
        return sheet
    side = len(sheet)
    left, top, right, bottom = box or (side // 3, side // 3, side * 2 // 3, side * 2 // 3)
    room = np.array([left, top, side - right, side - bottom]) - 2.0
    chosen = rng.random(4) < rng.choice([0.3, 1])
    margins = np.where(chosen, np.clip(room * rng.uniform(0, 1, 4), 0, None), -side)
    corners = np.array(
        [
            [margins[0], margins[1]],
            [side - margins[2], margins[1]],
            [side - margins[2], side - margins[3]],
            [margins[0], side - margins[3]],
        ]
    )
    turn = rng.normal(0, math.radians(3))
    rotation = np.array([[math.cos(turn), -math.sin(turn)], [math.sin(turn), math.cos(turn)]])
    corners = (corners - side / 2) @ rotation.T + side / 2
    on_paper = np.zeros((side, side), np.uint8)
    points = np.rint(corners * 16).astype(np.int32)
    cv2.fillConvexPoly(on_paper, points, (255,), cv2.LINE_AA, shift=4)
    share = on_paper.astype(np.float32) / 255
    grain = cv2.resize(
        rng.normal(0, rng.uniform(0, 0.06), (12, 12)).astype(np.float32), (side, side)
    )
    return share * sheet + (1 - share) * (rng.uniform(0.05, 0.9) * (1 + grain))
