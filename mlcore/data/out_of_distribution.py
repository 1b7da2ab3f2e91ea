"""Out-of-distribution drawings: non-digits made differently from all training data.

Training draws its negatives with pens along Bezier curves (`mlcore.data.synthesis`) or spoils
digits (`mlcore.data.augmentation`). The drawings here are rasters: printed type, filled and
outlined areas, thresholded noise and textures. They are for measuring only and share no code with
the training data.
"""

import string
from collections.abc import Callable, Mapping
from functools import cache
from types import MappingProxyType

import cv2
import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from mlcore.ink.geometry import IMAGE_SIDE, place

Images = NDArray[np.uint8]
Raster = NDArray[np.uint8]

# Letters that look like a digit in print or in quick handwriting: O o Q D (0), I i l (1), Z z (2),
# S s (5), G b (6), J (a 1 or a 7), B (8), g q (9), y (4 and 9).
DISGUISED = frozenset("OoQDIilZzSsGbJBgqy")
LETTERS = tuple(sorted(set(string.ascii_letters) - DISGUISED))
# What looks like a digit among handwritten symbols, by name in LaTeX: a single line (1),
# theta and phi (0), beta (8), gamma (4 and 9), and the integral sign (1 and 5).
DISGUISED_SYMBOLS = frozenset(
    {"|", "/", "!", "(", ")", "[", "]", ",", r"\{", r"\}", r"\prime"}
    | {r"\theta", r"\phi", r"\beta", r"\gamma", r"\int"}
)
# Symbols that look like a line, a ring, an S or a 3 are left out: | / ! ' ( ) [ ] { } $ and others.
SYMBOLS = tuple('#%&@*+=?~^<>"_;©«»±')
# OpenCV's built-in fonts: Hershey line fonts in OpenCV 4, a sans serif with italics in OpenCV 5.
FONTS = (
    cv2.FONT_HERSHEY_SIMPLEX,
    cv2.FONT_HERSHEY_COMPLEX,
    cv2.FONT_HERSHEY_TRIPLEX,
    cv2.FONT_HERSHEY_SCRIPT_SIMPLEX,
)

SIDE = 128  # of the raster; drawings stay within its middle half before they are turned
MIDDLE = SIDE // 2
TURN = np.deg2rad(12)
SLANT = 0.15
WHITE = (255,)


def _pillow_letter(rng: Generator) -> Raster:
    return _printed(str(rng.choice(LETTERS)), rng)


def _opencv_letter(rng: Generator) -> Raster:
    return _plotted(str(rng.choice(LETTERS)), rng)


def _symbol(rng: Generator) -> Raster:
    return _printed(str(rng.choice(SYMBOLS)), rng)


def _word(rng: Generator) -> Raster:
    letters = "".join(rng.choice(LETTERS, rng.integers(2, 5)))
    return (_printed, _plotted)[rng.integers(2)](letters, rng)


def _number(rng: Generator) -> Raster:
    """Print two digits side by side."""
    return (_printed, _plotted)[rng.integers(2)](str(rng.integers(10, 100)), rng)


def _polygon(rng: Generator) -> Raster:
    """Draw a filled polygon of 3 to 7 corners, or an outline of a triangle or upright square.

    Other outlines (a diamond, or more corners) can be mistaken for a 0.
    """
    if rng.random() < 0.5:
        return _outline(_ring(np.ones(rng.integers(3, 8)), rng.uniform(0, 7)), rng, filled=True)
    upright = np.pi / 4 + rng.integers(4) * np.pi / 2
    return _outline(_ring(np.ones(rng.integers(3, 5)), upright), rng, filled=False)


def _star(rng: Generator) -> Raster:
    points = rng.integers(5, 9)
    radii = np.where(np.arange(2 * points) % 2, rng.uniform(0.3, 0.5), 1.0)
    return _outline(_ring(radii, rng.uniform(0, 7)), rng, filled=rng.random() < 0.5)


def _arrow(rng: Generator) -> Raster:
    """Draw a block arrow in one of eight directions."""
    neck, shaft = rng.uniform(-0.1, 0.3), rng.uniform(0.15, 0.35)
    half = np.array([[-1, shaft], [neck, shaft], [neck, rng.uniform(0.65, 0.9)], [1, 0]])
    shape = np.vstack([half, half[-2::-1] * [1, -1]])
    turn = rng.integers(8) * np.pi / 4
    return _outline(_turned(shape, turn), rng, filled=rng.random() < 0.5)


def _face(rng: Generator) -> Raster:
    raster = _blank()
    radius, width = 30, int(rng.integers(3, 6))
    cv2.circle(raster, (MIDDLE, MIDDLE), radius, WHITE, width, cv2.LINE_AA)
    for side in (-1, 1):
        eye = (MIDDLE + side * int(rng.integers(9, 13)), MIDDLE - int(rng.integers(7, 11)))
        cv2.circle(raster, eye, int(rng.integers(3, 5)), WHITE, cv2.FILLED, cv2.LINE_AA)
    smile = rng.random() < 0.6
    mouth, start = (MIDDLE, MIDDLE + (6 if smile else 18)), 20 if smile else 200
    cv2.ellipse(raster, mouth, (14, 10), 0, start, start + 140, WHITE, width, cv2.LINE_AA)
    return raster


def _curve(rng: Generator) -> Raster:
    """Draw a closed curve of Fourier terms around its middle, with three to seven deep bays."""
    angles = np.linspace(0, 2 * np.pi, 240, endpoint=False)
    bays = rng.integers(3, 8)
    radii = 1 + rng.uniform(0.4, 0.65) * np.cos(bays * angles + rng.uniform(0, 7))
    radii += rng.uniform(0, 0.25) * np.cos(2 * angles + rng.uniform(0, 7))
    return _outline(_ring(radii, 0.0), rng, filled=rng.random() < 0.5)


def _blob(rng: Generator) -> Raster:
    """Threshold smooth noise: a few islands with bays and holes."""
    noise = cv2.GaussianBlur(rng.normal(0, 1, (SIDE, SIDE)), (0, 0), rng.uniform(5, 10))
    level = np.quantile(noise[_inside()], rng.uniform(0.4, 0.65))
    return np.where((noise > level) & _inside(), 255, 0).astype(np.uint8)


def _texture(rng: Generator) -> Raster:
    """Draw hatching, a grid, a checkerboard or dots, within a square or a disc."""
    rows, columns = np.indices((SIDE, SIDE)) / rng.uniform(8, 13)
    across, down = _turned(np.stack([columns, rows], -1), rng.uniform(0, np.pi)).transpose(2, 0, 1)
    stripes, bars = across % 1 < rng.uniform(0.3, 0.5), down % 1 < 0.4
    pattern = (stripes, stripes | bars, stripes ^ (down % 1 < 0.5), stripes & bars)
    return np.where(pattern[rng.integers(4)] & _inside(rng.random() < 0.5), 255, 0).astype(np.uint8)


# Each function takes a generator and returns white on black, (SIDE, SIDE) uint8.
KINDS: Mapping[str, Callable[[Generator], Raster]] = MappingProxyType(
    {
        "pillow_letter": _pillow_letter,
        "opencv_letter": _opencv_letter,
        "symbol": _symbol,
        "word": _word,
        "number": _number,
        "polygon": _polygon,
        "star": _star,
        "arrow": _arrow,
        "face": _face,
        "curve": _curve,
        "blob": _blob,
        "texture": _texture,
    }
)


def out_of_distribution_images(count: int, rng: Generator) -> tuple[Images, NDArray[np.str_]]:
    """Return images (count, 28, 28) uint8 in MNIST's geometry and their kinds (count,).

    No image is blank. The kinds alternate. Each drawing is slightly turned and slanted.
    """
    kinds = np.resize(list(KINDS), count)
    images = [_laid_out(KINDS[kind](rng), rng) for kind in kinds]
    return np.array(images, np.uint8).reshape(count, IMAGE_SIDE, IMAGE_SIDE), kinds


def _laid_out(raster: Raster, rng: Generator) -> Images:
    angle, slant = rng.uniform(-TURN, TURN), rng.uniform(-SLANT, SLANT)
    sine, cosine = np.sin(angle), np.cos(angle)
    linear = np.array([[cosine, -sine], [sine, cosine]]) @ [[1, slant], [0, 1]]
    middle = np.full(2, (SIDE - 1) / 2)
    whole = np.hstack([linear, (middle - linear @ middle)[:, None]])
    placed = place(cv2.warpAffine(raster, whole, (SIDE, SIDE)) / np.float32(255))
    if placed is None:
        raise ValueError("An out-of-distribution drawing without ink.")
    return np.rint(placed * 255).astype(np.uint8)


def _blank() -> Raster:
    return np.zeros((SIDE, SIDE), np.uint8)


def _inside(disc: bool = True) -> NDArray[np.bool_]:
    """Return a mask (SIDE, SIDE) of a disc or a square in the middle of the raster."""
    away = np.abs(np.indices((SIDE, SIDE)) - (SIDE - 1) / 2)
    distance = np.hypot(*away) if disc else away.max(axis=0)
    return distance < SIDE / 4


def _ring(radii: NDArray[np.float64], start: float) -> NDArray[np.float64]:
    """Return points (n, 2) at these distances from the origin, at even angles."""
    angles = start + np.linspace(0, 2 * np.pi, len(radii), endpoint=False)
    return np.stack([np.cos(angles), np.sin(angles)], axis=1) * radii[:, None]


def _turned(points: NDArray[np.float64], angle: float) -> NDArray[np.float64]:
    sine, cosine = np.sin(angle), np.cos(angle)
    return points @ np.array([[cosine, sine], [-sine, cosine]])


def _outline(points: NDArray[np.float64], rng: Generator, *, filled: bool) -> Raster:
    """Draw a closed shape around the origin, filled or as lines about as wide as a pen."""
    scaled = np.rint(points / np.abs(points).max() * SIDE / 4 + MIDDLE).astype(np.int32)
    raster = _blank()
    if filled:
        cv2.fillPoly(raster, [scaled], WHITE, cv2.LINE_AA)
    else:
        cv2.polylines(raster, [scaled], True, WHITE, int(rng.integers(5, 10)), cv2.LINE_AA)
    return raster


@cache
def _font(size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    return ImageFont.load_default(size)


def _printed(text: str, rng: Generator) -> Raster:
    """Print text in Pillow's sans serif, up to two pixels bolder on either side."""
    image = Image.new("L", (SIDE, SIDE))
    ImageDraw.Draw(image).text(
        (MIDDLE, MIDDLE),
        text,
        fill=255,
        font=_font(60 if len(text) == 1 else 30),
        anchor="mm",
        stroke_width=int(rng.integers(0, 3)),
    )
    return np.asarray(image)


def _plotted(text: str, rng: Generator) -> Raster:
    """Print text in one of OpenCV's fonts, light to bold."""
    font, width = FONTS[rng.integers(len(FONTS))], int(rng.integers(1, 5))
    scale = 2.0 if len(text) == 1 else 1.0
    (across, down), _ = cv2.getTextSize(text, font, scale, width)
    raster = _blank()
    corner = (MIDDLE - across // 2, MIDDLE + down // 2)
    cv2.putText(raster, text, corner, font, scale, WHITE, width, cv2.LINE_AA)
    return raster
