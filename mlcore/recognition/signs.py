"""Signs that stand in numbers, told by size and place: they are too plain for a network."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mlcore.ink.geometry import IMAGE_SIDE

EQUALS = "="  # never part of a number, but people write it after one
SLASH, PERCENT = "/", "%"


@dataclass(frozen=True)
class Shape:
    """The box of an atom. x is in heights of the digits around; y too, from their upper edge."""

    left: float
    top: float
    right: float
    bottom: float

    @property
    def width(self) -> float:
        return self.right - self.left

    @property
    def height(self) -> float:
        return self.bottom - self.top

    @property
    def middle(self) -> float:
        return (self.top + self.bottom) / 2


DOT = 0.24  # longest side of a point
BELOW = 0.62  # the upper edge of a comma is below this
COMMA = 1.1  # its greatest height
DASH = (0.15, 1.6)  # width of a dash
FLAT = 0.55  # its height is at most this part of its width
DASH_PLACE = (0.2, 0.8)  # of its middle
PLUS_BAR, PLUS_STEM = (0.25, 0.9), (0.15, 1.3)  # width and height of the lines of a plus
# A plus in one piece: its height; the share of its ink in its lines, more if it is so high that it
# may be a 4; and in pixels of the image, the width of its lines and their arms.
PLUS_IN_ONE, LIKE_A_4 = (0.25, 1.3), 0.85
LINES_SHARE, SURE_SHARE = 0.85, 0.95
LINE, ARM = 5, 4
PLUS_ENDS = 0.15  # of its bar, at least so much is on each side of the stem
STACKED = 0.3  # two dots or dashes above each other differ in x by at most this
STRAIGHT = 1.0  # pixels of the image: the standard deviation of ink across a straight line
SLASH_LEAN = (0.2, 1.2)  # how far a slash leans
BEYOND = 0.04  # a slash reaches so far above the digits and below them ...
SLASH_HEIGHT = 1.2  # ... and is at least so high
RING = (0.12, 0.7)  # both sides of a ring of a percent sign
RINGS_APART = 0.25  # their middles, in y
PERCENT_HEIGHT = 0.7  # the least of the line between them


def sign_of(shapes: Sequence[Shape]) -> str | None:
    """Return the sign that one or two atoms are by their boxes, or None."""
    if len(shapes) == 1:
        return _single(shapes[0])
    if len(shapes) == 2:
        return _double(*sorted(shapes, key=lambda shape: shape.middle))
    return None


def leans_of(images: NDArray[np.float32]) -> NDArray[np.float64]:
    """Return how far each of n lines leans to the right, (n,), per height; nan if not straight.

    images: (n, 28, 28) float32 in [0, 1], not blank.
    """
    moments = images.reshape(len(images), -1).astype(np.float64) @ _PLACES
    _, x, y, xx, yy, xy = (moments / moments[:, :1]).T
    across, down, both = xx - x * x, yy - y * y, xy - x * y
    half, apart = (across + down) / 2, np.hypot((across - down) / 2, both)
    narrow, wide = np.maximum(half - apart, 0), half + apart
    upright = (narrow <= STRAIGHT**2) & (down > across / 4)
    return np.where(upright, -both / np.maximum(wide - across, 1e-9), np.nan)


def plus_of(shape: Shape, image: NDArray[np.float32]) -> str | None:
    """Return a plus if one piece is one, or None. image: (28, 28) float32, its network input."""
    sizes = _within(shape.width, PLUS_BAR) and _within(shape.height, PLUS_IN_ONE)
    if not sizes or not _within(shape.middle, DASH_PLACE):
        return None
    share = LINES_SHARE if shape.height <= LIKE_A_4 else SURE_SHARE
    return "+" if shows_plus(image, share=share) else None


def shows_plus(image: NDArray[np.float32], *, share: float = LINES_SHARE) -> bool:
    """Whether an image shows an upright and a flat line that cross, and little else.

    image: (28, 28) float32 in [0, 1], not blank. share: of the ink that has to be in one row and
    one column, each as wide as a pen.
    """
    bands = [np.convolve(image.sum(axis=axis), np.ones(LINE), "same") for axis in (1, 0)]
    row, column = (int(np.argmax(band)) for band in bands)
    across, down = (slice(max(0, at - LINE // 2), at + LINE // 2 + 1) for at in (row, column))
    inside = float(bands[0][row] + bands[1][column] - image[across, down].sum())
    if inside < share * float(image.sum()):
        return False
    arms = image[across].max(axis=0), image[:, down].max(axis=1)
    return all(_reaches(arm, at) for arm, at in zip(arms, (column, row), strict=True))


def is_slash(shape: Shape, lean: float) -> bool:
    """Whether a line that leans so far is a slash between digits, and not a one."""
    reaches = shape.top <= -BEYOND and shape.bottom >= 1 + BEYOND
    return _within(lean, SLASH_LEAN) and reaches and shape.height >= SLASH_HEIGHT


def is_percent(upper: Shape, stroke: Shape, lean: float, lower: Shape) -> bool:
    """Whether two rings and a line between them that leans so far are a percent sign."""
    rings = all(
        _within(side, RING) for ring in (upper, lower) for side in (ring.width, ring.height)
    )
    between = upper.left < stroke.left + stroke.width / 2 < lower.right
    apart = lower.middle - upper.middle >= RINGS_APART
    return (
        rings
        and between
        and apart
        and _within(lean, SLASH_LEAN)
        and stroke.height >= PERCENT_HEIGHT
    )


def _single(shape: Shape) -> str | None:
    if _is_dash(shape) and _within(shape.middle, DASH_PLACE):
        return "-"
    if max(shape.width, shape.height) <= DOT:
        return "." if shape.top >= BELOW - DOT else None
    if shape.top >= BELOW and shape.height <= COMMA and shape.width <= _widest_comma(shape):
        return ","
    return None


def _double(upper: Shape, lower: Shape) -> str | None:
    apart = abs(upper.left + upper.right - lower.left - lower.right) / 2
    if apart > STACKED:
        return None
    if _is_dot(upper) and _is_dot(lower) and lower.top > upper.bottom:
        return ":"
    if _is_dash(upper) and _is_dash(lower) and lower.top > upper.bottom:
        return EQUALS
    bar, stem = (upper, lower) if _is_dash(upper) else (lower, upper)
    return "+" if _is_dash(bar) and _is_plus(bar, stem) else None


def _reaches(arm: NDArray[np.float32], crossing: int) -> bool:
    """Whether a line of ink, (28,), goes on by ARM to both sides of where the other crosses it."""
    inked = np.flatnonzero(arm >= arm.max() / 2)
    return bool(crossing - inked[0] >= ARM and inked[-1] - crossing >= ARM)


def _is_plus(bar: Shape, stem: Shape) -> bool:
    sizes = _within(bar.width, PLUS_BAR) and _within(stem.height, PLUS_STEM)
    upright = stem.width < stem.height / 2
    inside = stem.top < bar.middle < stem.bottom
    x = ((stem.left + stem.right) / 2 - bar.left) / bar.width
    return sizes and upright and inside and _within(x, (PLUS_ENDS, 1 - PLUS_ENDS))


def _widest_comma(shape: Shape) -> float:
    """A comma is rather upright, unless it hangs below the digits."""
    return COMMA if shape.bottom > 1.1 else 1.2 * shape.height


def _is_dot(shape: Shape) -> bool:
    return max(shape.width, shape.height) <= DOT


def _is_dash(shape: Shape) -> bool:
    return _within(shape.width, DASH) and shape.height <= FLAT * shape.width


def _places() -> NDArray[np.float64]:
    """Return 1, x, y, x^2, y^2 and x y of each pixel of an image, (784, 6)."""
    y, x = np.mgrid[:IMAGE_SIDE, :IMAGE_SIDE].reshape(2, -1) - IMAGE_SIDE / 2
    return np.stack([np.ones_like(x), x, y, x * x, y * y, x * y], axis=1)


def _within(value: float, limits: tuple[float, float]) -> bool:
    return limits[0] <= value <= limits[1]


_PLACES = _places()
