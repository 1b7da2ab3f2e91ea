"""Paper and other grounds, (h, w, 3) float32: the reflected part of the light."""

import cv2
import numpy as np
from numpy.typing import NDArray

Picture = NDArray[np.float32]
Color = tuple[float, float, float]
Shape = tuple[int, int]

WHITE = (0.95, 0.95, 0.93)
PALE_BLUE = (0.62, 0.74, 0.86)
RED = (0.85, 0.35, 0.35)


def plain(shape: Shape, color: Color = WHITE) -> Picture:
    return np.full((*shape, 3), color, np.float32)


def ruled(
    shape: Shape,
    gap: float,
    *,
    color: Color = PALE_BLUE,
    width: float = 1.5,
    tilt: float = 0.0,
    offset: float = 0.5,
    squared: bool = False,
) -> Picture:
    """Paper with lines `gap` pixels apart, turned by `tilt` degrees; squared: both directions."""
    rows, columns = np.mgrid[: shape[0], : shape[1]].astype(np.float32)
    turn = np.radians(tilt)
    down = rows * np.cos(turn) - columns * np.sin(turn)
    across = columns * np.cos(turn) + rows * np.sin(turn)
    lines = _lines(down, gap, width, offset)
    if squared:
        lines = np.maximum(lines, _lines(across, gap, width, offset))
    return painted(plain(shape), lines, color)


def _lines(along: Picture, gap: float, width: float, offset: float) -> Picture:
    away = np.abs((along / gap + offset) % 1 - 0.5) * gap
    return np.clip((width + 1) / 2 - away, 0, min(1.0, width)).astype(np.float32)


def recycled(shape: Shape, rng: np.random.Generator) -> Picture:
    """Gray, cloudy paper with lighter and darker fibers."""
    paper = plain(shape, (0.80, 0.78, 0.73)) * (1 + clouds(shape, 12, 0.02, rng)[..., None])
    scale = max(shape) / 400
    for _ in range(140):
        start = rng.uniform(0, 1, 2) * shape[::-1]
        turn, length = rng.uniform(0, np.pi), rng.uniform(3, 9) * scale
        end = start + length * np.array([np.cos(turn), np.sin(turn)])
        fibre = np.zeros(shape, np.float32)
        cv2.line(fibre, start.astype(int).tolist(), end.astype(int).tolist(), 1, 1, cv2.LINE_AA)
        paper *= 1 + rng.normal(0, 0.07) * fibre[..., None]
    return paper.astype(np.float32)


def clouds(shape: Shape, size: float, strength: float, rng: np.random.Generator) -> Picture:
    """(h, w) noise of mean 0, standard deviation `strength`, in lumps about `size` pixels wide."""
    small = [max(2, round(side / size)) for side in shape[::-1]]
    lumps = cv2.resize(rng.normal(0, 1, small[::-1]), shape[::-1], interpolation=cv2.INTER_CUBIC)
    return (lumps * strength / lumps.std()).astype(np.float32)


def painted(sheet: Picture, cover: Picture, color: Color, strength: float = 1.0) -> Picture:
    """Paint ink of this color on the sheet; cover: its opacity, (h, w) from 0 to 1."""
    share = (strength * cover)[..., None]
    return (sheet * (1 - share) + np.array(color, np.float32) * share).astype(np.float32)


def at(ink: Picture, shape: Shape, where: tuple[float, float] = (0.5, 0.5)) -> Picture:
    """Put `ink` into (h, w) of this shape, its middle at `where`: down and across, 0 to 1."""
    top, left = (
        int(np.clip(part * side - length / 2, 0, side - length))
        for part, side, length in zip(where, shape, ink.shape, strict=True)
    )
    cover = np.zeros(shape, np.float32)
    cover[top : top + ink.shape[0], left : left + ink.shape[1]] = ink
    return cover
