"""Twelve corruptions of digits, each within one fixed range of strength, still readable by people.

Drawings: the digit is enlarged on a canvas with room around it, changed there, and laid out again
by `geometry.place`, as the site does with any ink. So shift and scale only measure what remains
after the layout: the blur of a raster at fractions of a pixel, and the detail that a small raster
loses. The pen keeps the width after the change; picture preprocessing would normalize it.

    shift             by up to half an image across and down, at fractions of a pixel
    scale             to between 0.4 and 3 times the size, in a raster as coarse as the image
    rotation          by 10 to 25 degrees to either side
    shear             by a slant of 0.2 to 0.5 of the height to either side
    thicker           lines about 1.6 times as wide
    thinner           lines about half as wide
    dotted            lines as rows of dots, with gaps a third as wide as the dots

Pictures: the digit becomes dark ink (35 of 255) on light paper (235), 168 pixels a side. It is
changed there and read from the bytes of a PNG by `preprocessing.image_from_picture`.

    noise             Gaussian noise per pixel, standard deviation 20 of 255
    blur              by a Gaussian of 0.4 to 1 pixels of the image; a pen is 2.5 wide
    contrast          15 to 30 % of the ink's darkness is left, on paper from gray to white
    occlusion         a square in the paper's color, 5 pixels of the image a side, on some ink
    off_center_small  40 pixels of digit anywhere on a sheet of 336 x 336

The strengths were chosen by eye on images of MNIST's training part, without looking at the figures
of any network.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Protocol

import cv2
import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from mlcore.ink.geometry import IMAGE_SIDE, place, stroke_width
from mlcore.pictures.encoding import photographed, png, read_image
from mlcore.pictures.ink_network import InkNetwork

Images = NDArray[np.uint8]
NetworkInput = NDArray[np.uint8]
Ink = NDArray[np.float32]
Gray = NDArray[np.uint8]


class Corruption(Protocol):
    """Corrupt images (n, 28, 28) uint8.

    network: the ink network of a version, for pictures; otherwise the program's.
    """

    def __call__(
        self, images: Images, rng: Generator, network: InkNetwork | None = None
    ) -> Images: ...


ZOOM = 4  # pixels of the canvas per pixel of the image
SPECK = 0.02  # fainter values are interpolation artifacts, not ink

SCALES = (0.4, 3.0)
ROTATIONS = np.deg2rad([10, 25])
SHEARS = (0.2, 0.5)
THICKER, THINNER = 0.3, -0.25  # of the line's width, on either side of it
DOT, APART = (0.9, 1.2), 2.6  # radius in pixels of the image, and distance of dots in radii

PAPER, BLACK = 235, 35
PICTURE_ZOOM = 6
NOISE = 20
BLURS = (0.4, 1.0)
CONTRASTS, PAPERS = (0.15, 0.3), (130, 250)
PATCH = 5
SHEET, SMALL_ZOOM = 336, 2

UPRIGHT = np.eye(2)


def pictures(images: Images) -> list[bytes]:
    """Return images (n, 28, 28) uint8 as PNG files, dark ink on light paper."""
    return [png(_picture(image)) for image in images]


def corrupted_pictures(name: str, images: Images, rng: Generator) -> list[bytes]:
    """Return the PNG files that PICTURES[name] reads for images (n, 28, 28) uint8."""
    return [png(_CHANGES[name](_picture(image), rng)) for image in images]


def as_pictures(images: Images, network: InkNetwork | None = None) -> Images:
    """Return images (n, 28, 28) uint8 after picture preprocessing alone, without a corruption.

    network: the ink network of a version; otherwise the one that comes with the program.
    """
    return np.stack([read_image(picture, network) for picture in pictures(images)])


def _shift(image: NetworkInput, rng: Generator) -> Ink:
    return _warped(image, UPRIGHT, zoom=1, move=rng.uniform(-IMAGE_SIDE / 2, IMAGE_SIDE / 2, 2))


def _scale(image: NetworkInput, rng: Generator) -> Ink:
    factor = np.exp(rng.uniform(*np.log(SCALES)))
    how = cv2.INTER_AREA if factor < 1 else cv2.INTER_LINEAR
    return cv2.resize(_ink(image), None, fx=factor, fy=factor, interpolation=how)


def _rotation(image: NetworkInput, rng: Generator) -> Ink:
    angle = _either_side(ROTATIONS, rng)
    sine, cosine = np.sin(angle), np.cos(angle)
    return _warped(image, np.array([[cosine, -sine], [sine, cosine]]))


def _shear(image: NetworkInput, rng: Generator) -> Ink:
    return _warped(image, np.array([[1, _either_side(SHEARS, rng)], [0, 1]]))


def _thicker(image: NetworkInput, rng: Generator) -> Ink:
    return _with_outline_moved(_warped(image, UPRIGHT), THICKER)


def _thinner(image: NetworkInput, rng: Generator) -> Ink:
    return _with_outline_moved(_warped(image, UPRIGHT), THINNER)


def _dotted(image: NetworkInput, rng: Generator) -> Ink:
    """Place dots from the middle of the lines outwards, no two closer than the gap."""
    ink = _warped(image, UPRIGHT)
    free = cv2.distanceTransform((ink > ink.max() / 2).astype(np.uint8), cv2.DIST_L2, 5)
    radius = rng.uniform(*DOT) * ZOOM
    dots = np.zeros(ink.shape, np.uint8)
    while free.max() > 1:
        row, column = np.unravel_index(free.argmax(), free.shape)
        middle = (int(column), int(row))
        cv2.circle(dots, middle, round(radius), (255,), cv2.FILLED, cv2.LINE_AA)
        cv2.circle(free, middle, round(APART * radius), (0,), cv2.FILLED)
    return np.divide(dots, 255, dtype=np.float32)


def _noise(gray: Gray, rng: Generator) -> Gray:
    return _gray(gray + rng.normal(0, NOISE, gray.shape))


def _blur(gray: Gray, rng: Generator) -> Gray:
    return cv2.GaussianBlur(gray, (0, 0), rng.uniform(*BLURS) * PICTURE_ZOOM).astype(np.uint8)


def _contrast(gray: Gray, rng: Generator) -> Gray:
    darkness = (PAPER - gray.astype(np.float32)) / (PAPER - BLACK)
    return _gray(rng.uniform(*PAPERS) * (1 - rng.uniform(*CONTRASTS) * darkness))


def _occlusion(gray: Gray, rng: Generator) -> Gray:
    rows, columns = np.nonzero(gray < (PAPER + BLACK) / 2)
    covered = gray.copy()
    if not rows.size:
        return covered
    where = rng.integers(rows.size)
    side = PATCH * PICTURE_ZOOM
    top, left = (max(int(middle) - side // 2, 0) for middle in (rows[where], columns[where]))
    covered[top : top + side, left : left + side] = PAPER
    return covered


def _off_center_small(gray: Gray, rng: Generator) -> Gray:
    side = IMAGE_SIDE * SMALL_ZOOM
    small = cv2.resize(gray, (side, side), interpolation=cv2.INTER_AREA)
    sheet = np.full((SHEET, SHEET), PAPER, np.uint8)
    top, left = rng.integers(0, SHEET - side, 2)
    sheet[top : top + side, left : left + side] = small
    return sheet


def _of_drawings(change: Callable[[NetworkInput, Generator], Ink]) -> Corruption:
    """Make a corruption that changes each image and lays it out again; zeros without ink."""

    def corrupt(images: Images, rng: Generator, network: InkNetwork | None = None) -> Images:
        return np.stack([_laid_out(change(image, rng)) for image in images])

    return corrupt


def _of_pictures(name: str) -> Corruption:
    """Make a corruption that changes a picture and reads it; zeros if no ink is found."""

    def corrupt(images: Images, rng: Generator, network: InkNetwork | None = None) -> Images:
        files = corrupted_pictures(name, images, rng)
        return np.stack([read_image(file, network) for file in files])

    return corrupt


_CHANGES: Mapping[str, Callable[[Gray, Generator], Gray]] = MappingProxyType(
    {
        "noise": _noise,
        "blur": _blur,
        "contrast": _contrast,
        "occlusion": _occlusion,
        "off_center_small": _off_center_small,
    }
)

DRAWINGS: Mapping[str, Corruption] = MappingProxyType(
    {
        "shift": _of_drawings(_shift),
        "scale": _of_drawings(_scale),
        "rotation": _of_drawings(_rotation),
        "shear": _of_drawings(_shear),
        "thicker": _of_drawings(_thicker),
        "thinner": _of_drawings(_thinner),
        "dotted": _of_drawings(_dotted),
    }
)
PICTURES: Mapping[str, Corruption] = MappingProxyType(
    {name: _of_pictures(name) for name in _CHANGES}
)
CORRUPTIONS: Mapping[str, Corruption] = MappingProxyType({**DRAWINGS, **PICTURES})


def _ink(image: NetworkInput) -> Ink:
    return np.divide(image, 255, dtype=np.float32)


def _picture(image: NetworkInput) -> Gray:
    return photographed(_ink(image), PICTURE_ZOOM, paper=PAPER, black=BLACK)


def _laid_out(ink: Ink) -> NetworkInput:
    placed = place(np.where(ink > SPECK, np.clip(ink, 0, 1), 0))
    if placed is None:
        return np.zeros((IMAGE_SIDE, IMAGE_SIDE), np.uint8)
    return np.rint(placed * 255).astype(np.uint8)


def _warped(
    image: NetworkInput, matrix: NDArray[np.float64], *, zoom: int = ZOOM, move: object = (0, 0)
) -> Ink:
    """Draw the image on a canvas of twice its side, transformed by a (2, 2) matrix.

    The transformation is around the middle. The canvas has `zoom` pixels per pixel of the image;
    move is (across, down) in pixels of the canvas.
    """
    side = 2 * IMAGE_SIDE * zoom
    linear = zoom * matrix
    middle = np.full(2, (side - 1) / 2) + np.asarray(move)
    shift = middle - linear @ np.full(2, (IMAGE_SIDE - 1) / 2)
    whole = np.hstack([linear, shift[:, None]])
    return cv2.warpAffine(_ink(image), whole, (side, side), flags=cv2.INTER_CUBIC)


def _with_outline_moved(ink: Ink, share: float) -> Ink:
    """Grow (share > 0) or thin lines by this share of their width, on either side."""
    solid = (ink > ink.max() / 2).astype(np.float32)
    reach = max(1, round(abs(share) * stroke_width(solid)))
    disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * reach + 1, 2 * reach + 1))
    return cv2.dilate(solid, disc) if share > 0 else cv2.erode(solid, disc)


def _either_side(limits: object, rng: Generator) -> float:
    low, high = np.asarray(limits)
    return float(rng.uniform(low, high) * rng.choice([-1, 1]))


def _gray(values: NDArray[np.floating]) -> Gray:
    return np.rint(np.clip(values, 0, 255)).astype(np.uint8)
