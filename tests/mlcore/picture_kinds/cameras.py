"""Light, lens and file: turn a sheet, (h, w, 3) float32 in [0, 1], into a picture's bytes."""

import io

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

Picture = NDArray[np.float32]
Shape = tuple[int, int]


def slope(shape: Shape, least: float, turn: float = 0.0) -> Picture:
    """(h, w): light that decreases linearly from 1 to `least` in the direction `turn`, degrees."""
    rows, columns = np.mgrid[: shape[0], : shape[1]]
    along = np.cos(np.radians(turn)) * columns + np.sin(np.radians(turn)) * rows
    along = (along - along.min()) / np.ptp(along)
    return (1 - (1 - least) * along).astype(np.float32)


def shadow(shape: Shape, dark: float, place: float, turn: float, softness: float) -> Picture:
    """(h, w): `dark` on one side of a straight edge, 1 on the other.

    place: the position of the edge, and softness: its width, both as parts of the way across.
    """
    along = (1 - slope(shape, 0, turn) - place) / max(softness, 1e-3)
    return (dark + (1 - dark) * np.clip(along + 0.5, 0, 1)).astype(np.float32)


def vignette(shape: Shape, least: float) -> Picture:
    """(h, w): 1 in the middle, `least` in the corners, decreasing with the squared distance."""
    rows, columns = (np.linspace(-1, 1, side) for side in shape)
    away = (rows[:, None] ** 2 + columns**2) / 2
    return (1 - (1 - least) * away).astype(np.float32)


def lit(sheet: Picture, light: Picture) -> Picture:
    return sheet * light[..., None]


def turned(sheet: Picture, degrees: float, ground: tuple[float, float, float]) -> Picture:
    height, width = sheet.shape[:2]
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), degrees, 1)
    return cv2.warpAffine(sheet, matrix, (width, height), flags=cv2.INTER_AREA, borderValue=ground)


def tilted(sheet: Picture, by: float, ground: tuple[float, float, float]) -> Picture:
    """Perspective from below: the upper edge is shorter by this part on either side."""
    height, width = sheet.shape[:2]
    corners = np.float32([[0, 0], [width, 0], [width, height], [0, height]])
    seen = corners + np.float32([[by * width, 0], [-by * width, 0], [0, 0], [0, 0]])
    matrix = cv2.getPerspectiveTransform(corners, seen)
    return cv2.warpPerspective(sheet, matrix, (width, height), borderValue=ground)


def blurred(sheet: Picture, sigma: float) -> Picture:
    return cv2.GaussianBlur(sheet, (0, 0), sigma)


def shaken(sheet: Picture, length: int, turn: float) -> Picture:
    """Motion blur along a line of `length` pixels, in the direction `turn` in degrees."""
    way = np.zeros((length, length), np.float32)
    reach = (length - 1) / 2
    step = reach * np.array([np.cos(np.radians(turn)), np.sin(np.radians(turn))])
    start, end = (np.round(reach + sign * step).astype(int).tolist() for sign in (-1, 1))
    cv2.line(way, start, end, 1)
    return cv2.filter2D(sheet, -1, way / way.sum())


def sensed(sheet: Picture, noise: float, rng: np.random.Generator) -> NDArray[np.uint8]:
    """(h, w, 3) uint8: the sheet with sensor noise; noise in gray levels."""
    return to_bytes(sheet + rng.normal(0, noise / 255, sheet.shape))


def to_bytes(sheet: NDArray[np.floating]) -> NDArray[np.uint8]:
    return np.clip(np.rint(255 * sheet), 0, 255).astype(np.uint8)


def encoded(
    picture: NDArray[np.uint8] | Image.Image, kind: str = "PNG", **options: object
) -> bytes:
    image = picture if isinstance(picture, Image.Image) else Image.fromarray(picture)
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()
