"""Convert a picture to gray and keep the difference between the ink and its ground."""

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

Gray = NDArray[np.uint8]
Axis = NDArray[np.float64]

WHITE, BLACK = 255, 0
MIDDLE = 128

# If at most this part of a transparent picture is visible, the visible part is ink. Otherwise it is
# a sheet of paper that was cut out.
MOST_INK = 2 / 3
# Ink is bright if at most this part of it is dark; a thin dark line on white paper exceeds this.
DARK_INK = 0.0005

# Rec. 601, like Pillow's conversion to gray.
LUMINANCE = np.array([0.299, 0.587, 0.114])
# Another color axis replaces luminance if luminance has less than this part of its contrast.
CLEARLY_LESS = 0.5
# Contrast is measured on a copy of at most this many pixels a side ...
COLOR_SIDE = 256
# ... against the mean over this part of its side, so uneven light has no influence.
SURROUNDINGS = 1 / 8


def shrunk(gray: Gray, side: int) -> Gray:
    """Average the picture down to at most `side` pixels a side; return it unchanged if smaller."""
    factor = side / max(gray.shape)
    if factor >= 1:
        return gray
    size = [max(1, round(length * factor)) for length in gray.shape[::-1]]
    return cv2.resize(gray, size, interpolation=cv2.INTER_AREA)


def as_meant(image: Image.Image) -> Image.Image:
    """Correct three ways in which programs write something else than they mean.

    A BMP file with 32 bits whose alpha is 0 throughout is opaque. A picture with 16 bits whose
    values all fit into 8 bits has 8 bits. Fractions are of 1, of 255 or of 65535, whichever the
    highest one fits into.
    """
    if (
        image.format == "BMP"
        and image.mode == "RGBA"
        and image.getchannel("A").getextrema()[1] == 0
    ):
        return image.convert("RGB")
    if not image.mode.startswith(("I", "F")):
        return image
    most = image.getextrema()[1]
    if not most <= WHITE:  # type: ignore[operator]  # one band
        return image
    meant = image
    if image.mode == "F":
        white = WHITE if most <= 1 else 1  # type: ignore[operator]
        meant = image.point(lambda value: value * white + 0.5)  # rounded down next
    gray = meant.convert("L")  # the values stay as they are
    gray.info = image.info
    return gray


def eight_bits(image: Image.Image) -> Image.Image:
    """Convert the picture to mode L or RGB, or to RGBA if it can be transparent."""
    if image.mode.startswith(("I", "F")):
        return _from_sixteen_bits(image)
    if image.has_transparency_data:
        return image.convert("RGBA")
    return image.convert("L" if image.mode in ("1", "L") else "RGB")


def _from_sixteen_bits(image: Image.Image) -> Image.Image:
    """Scale 16 bits to 8 bits; Pillow's conversion would clip all values above 255."""
    values = np.asarray(image, np.float32)
    gray = Image.fromarray((np.clip(values, 0, 65535) / 257).round().astype(np.uint8))
    transparent = image.info.get("transparency")
    if not isinstance(transparent, int):
        return gray
    alpha = Image.fromarray(np.where(values == transparent, 0, 255).astype(np.uint8))
    return Image.merge("RGBA", [gray, gray, gray, alpha])


def gray_of(image: Image.Image) -> Gray:
    """Convert a picture in mode L, RGB or RGBA to gray, (h, w) uint8.

    The gray is the luminance. If ink and ground have nearly the same luminance (red on green,
    yellow on white), it is the color along the axis on which they differ most. Transparent areas
    become white, or black under bright ink.
    """
    if image.mode == "RGBA":
        image = _laid_on_ground(image)
    if image.mode == "L":
        return np.asarray(image)
    colors = np.asarray(image)
    axis = _axis_of_contrast(colors)
    if axis is None:
        return np.asarray(image.convert("L"))
    # Map the darkest possible color on the axis to 0 and the brightest to 255.
    offset = -WHITE * axis[axis < 0].sum()
    return cv2.transform(colors, np.append(axis, offset)[None])


def _laid_on_ground(image: Image.Image) -> Image.Image:
    ground = Image.new("RGBA", image.size, (_ground(image),) * 3)
    return Image.alpha_composite(ground, image).convert("RGB")


def _ground(image: Image.Image) -> int:
    """Return BLACK if nearly all visible pixels are bright ink, otherwise WHITE."""
    alpha = np.asarray(image.getchannel("A"))
    dark = np.asarray(image.convert("RGB").convert("L")) < MIDDLE
    visible = float(alpha.sum(dtype=np.float64))
    if visible > MOST_INK * WHITE * alpha.size:
        return WHITE
    return BLACK if float(alpha[dark].sum(dtype=np.float64)) < DARK_INK * visible else WHITE


def _axis_of_contrast(colors: NDArray[np.uint8]) -> Axis | None:
    """Return weights (3,) of red, green and blue; None if luminance is sufficient.

    The absolute weights sum to 1. The axis is the first principal component of the differences
    between colors and their surroundings. It points from the ink, which is rarer, to its ground.
    """
    differences = _differences(colors)
    scatter = differences.T @ differences
    axis = np.linalg.eigh(scatter)[1][:, -1]
    axis /= np.abs(axis).sum()
    if LUMINANCE @ scatter @ LUMINANCE >= CLEARLY_LESS**2 * (axis @ scatter @ axis):
        return None
    return -axis if ((differences @ axis) ** 3).sum() > 0 else axis


def _differences(colors: NDArray[np.uint8]) -> NDArray[np.float64]:
    """Return (n, 3), the differences of a smaller copy's pixels from their local mean."""
    factor = min(1.0, COLOR_SIDE / max(colors.shape))
    size = [max(1, round(side * factor)) for side in colors.shape[1::-1]]
    small = cv2.resize(colors, size, interpolation=cv2.INTER_AREA).astype(np.float64)
    reach = max(3, round(max(size) * SURROUNDINGS) // 2 * 2 + 1)
    return (small - cv2.blur(small, (reach, reach))).reshape(-1, 3)
