"""Signs are told by their size and place beside digits that reach from 0 to 1."""

import pytest

from mlcore.recognition.signs import Shape, sign_of

DOT = Shape(1.0, 0.9, 1.1, 1.0)
DASH = Shape(1.0, 0.48, 1.5, 0.55)


@pytest.mark.parametrize(
    ("shapes", "sign"),
    [
        ([DOT], "."),
        ([Shape(1.0, 0.5, 1.1, 0.6)], "."),  # a point in the middle, as some people write it
        ([Shape(1.0, 0.85, 1.15, 1.3)], ","),
        ([Shape(1.0, 1.0, 1.7, 1.4)], ","),  # flat, but hanging below the digits
        ([DASH], "-"),
        ([Shape(1.0, 0.8, 1.1, 0.9), Shape(1.0, 0.3, 1.1, 0.4)], ":"),
        ([Shape(1.0, 0.35, 1.5, 0.4), Shape(1.0, 0.6, 1.5, 0.65)], "="),
        ([Shape(1.0, 0.5, 1.6, 0.55), Shape(1.27, 0.2, 1.33, 0.85)], "+"),
    ],
)
def test_signs(shapes: list[Shape], sign: str) -> None:
    assert sign_of(shapes) == sign
    assert sign_of(shapes[::-1]) == sign


@pytest.mark.parametrize(
    "shapes",
    [
        [Shape(1.0, 0.0, 1.1, 1.0)],  # a one
        [Shape(1.0, 0.1, 1.1, 0.2)],  # a dot at the top
        [Shape(1.0, 0.0, 1.5, 0.05)],  # the bar of a five
        [Shape(1.0, 0.5, 1.5, 1.0)],  # a small zero
        [DASH, Shape(1.2, 0.0, 1.3, 1.4)],  # the bar of a crossed seven is shorter than its stem
        [DOT, Shape(2.0, 0.3, 2.1, 0.4)],  # two points far apart
        [DOT, DOT, DOT],
    ],
)
def test_no_signs(shapes: list[Shape]) -> None:
    assert sign_of(shapes) is None
