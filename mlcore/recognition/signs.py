"""Signs that stand in numbers, told by size and place: they are too plain for a network."""

from collections.abc import Sequence
from dataclasses import dataclass

EQUALS = "="  # never part of a number, but people write it after one


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


DOT = 0.28  # longest side of a point
BELOW = 0.62  # the upper edge of a comma is below this
COMMA = 1.1  # its greatest height
DASH = (0.2, 1.6)  # width of a dash
FLAT = 0.45  # its height is at most this part of its width
DASH_PLACE = (0.2, 0.8)  # of its middle
PLUS = (0.25, 0.9)  # both sides of a plus
STACKED = 0.3  # two dots or dashes above each other differ in x by at most this


def sign_of(shapes: Sequence[Shape]) -> str | None:
    """Return the sign that one or two atoms are by their boxes, or None."""
    if len(shapes) == 1:
        return _single(shapes[0])
    if len(shapes) == 2:
        return _double(*sorted(shapes, key=lambda shape: shape.middle))
    return None


def _single(shape: Shape) -> str | None:
    if max(shape.width, shape.height) <= DOT:
        return "." if shape.top >= BELOW - DOT else None
    if shape.top >= BELOW and shape.height <= COMMA and shape.width <= _widest_comma(shape):
        return ","
    return "-" if _is_dash(shape) and _within(shape.middle, DASH_PLACE) else None


def _double(upper: Shape, lower: Shape) -> str | None:
    apart = abs(upper.left + upper.right - lower.left - lower.right) / 2
    if apart > STACKED:
        return None
    if _is_dot(upper) and _is_dot(lower) and lower.top > upper.bottom:
        return ":"
    if _is_dash(upper) and _is_dash(lower) and lower.top > upper.bottom:
        return EQUALS
    crossed = {_is_dash(upper), _is_dash(lower)} == {True, False}
    bar, stem = (upper, lower) if _is_dash(upper) else (lower, upper)
    if crossed and _within(bar.width, PLUS) and _within(stem.height, PLUS):
        inside = stem.top < bar.middle - 0.1 and stem.bottom > bar.middle + 0.1
        upright = stem.width < stem.height / 2
        return "+" if inside and upright else None
    return None


def _widest_comma(shape: Shape) -> float:
    """A comma is rather upright, unless it hangs below the digits."""
    return COMMA if shape.bottom > 1.1 else 1.2 * shape.height


def _is_dot(shape: Shape) -> bool:
    return max(shape.width, shape.height) <= DOT


def _is_dash(shape: Shape) -> bool:
    return _within(shape.width, DASH) and shape.height <= FLAT * shape.width


def _within(value: float, limits: tuple[float, float]) -> bool:
    return limits[0] <= value <= limits[1]
