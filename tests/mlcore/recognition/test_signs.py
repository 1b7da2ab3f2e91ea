"""Signs are told by their size and place beside digits that reach from 0 to 1."""

import numpy as np
import pytest

from mlcore.ink.strokes import rasterize
from mlcore.recognition.signs import Shape, is_percent, is_slash, leans_of, plus_of, sign_of

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
        ([Shape(1.0, 0.49, 1.2, 0.54)], "-"),  # a short one
        ([Shape(1.0, 0.8, 1.1, 0.9), Shape(1.0, 0.3, 1.1, 0.4)], ":"),
        ([Shape(1.0, 0.35, 1.5, 0.4), Shape(1.0, 0.6, 1.5, 0.65)], "="),
        ([Shape(1.0, 0.5, 1.6, 0.55), Shape(1.27, 0.2, 1.33, 0.85)], "+"),
        ([Shape(0.0, 0.57, 0.41, 0.64), Shape(0.12, 0.38, 0.13, 0.69)], "+"),  # low on its bar
        ([Shape(0.0, 0.42, 0.59, 0.53), Shape(0.19, -0.02, 0.21, 0.94)], "+"),  # as high as digits
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
        [Shape(1.0, 0.5, 1.5, 0.55), Shape(1.45, 0.2, 1.5, 0.85)],  # a stem at the end of a bar
        [DOT, DOT, DOT],
    ],
)
def test_no_signs(shapes: list[Shape]) -> None:
    assert sign_of(shapes) is None


BAR, STEM = [[0, 50], [100, 50]], [[50, 0], [50, 100]]
SMALL = Shape(1.0, 0.3, 1.5, 0.8)


def image_of(*strokes: list[list[float]]) -> np.ndarray:
    planes = rasterize([np.array(stroke, float) for stroke in strokes])
    assert planes is not None
    return planes[..., 0]


def test_a_plus_in_one_piece_is_told_by_its_image() -> None:
    leaning = [[65, 5], [40, 100]]
    for strokes in ([BAR, STEM], [BAR, leaning], [[[0, 60], [100, 50]], STEM]):
        assert plus_of(SMALL, image_of(*strokes)) == "+"


@pytest.mark.parametrize(
    "strokes",
    [
        [BAR],
        [STEM],
        [[[0, 0], [100, 0]], STEM],  # a T
        [[[60, 0], [10, 65], [95, 65]], [[70, 35], [70, 100]]],  # a 4
        [[[10, 0], [90, 0], [50, 100]], [[35, 50], [85, 50]]],  # a crossed 7
        [[[0, 0], [100, 100]], [[100, 0], [0, 100]]],  # an x
    ],
)
def test_other_images_show_no_plus(strokes: list[list[list[float]]]) -> None:
    assert plus_of(SMALL, image_of(*strokes)) is None


def test_a_plus_in_one_piece_is_halfway_up_and_a_high_one_has_straight_lines() -> None:
    assert plus_of(Shape(1.0, 0.8, 1.5, 1.3), image_of(BAR, STEM)) is None
    high = Shape(1.0, 0.0, 1.6, 1.0)
    assert plus_of(high, image_of(BAR, STEM)) == "+"
    assert plus_of(high, image_of([[0, 30], [60, 60], [100, 60]], STEM)) is None


@pytest.mark.parametrize("lean", [-0.5, 0.0, 0.3, 0.8])
def test_a_straight_line_leans_as_it_is_drawn(lean: float) -> None:
    image = rasterize([np.array([[100 * lean, 0.0], [0.0, 100.0]])])
    assert image is not None
    assert leans_of(image[np.newaxis, ..., 0])[0] == pytest.approx(lean, abs=0.03)


@pytest.mark.parametrize(
    "path",
    [
        [[0, 30], [40, 0], [40, 100]],  # a one with a flag
        [[0, 0], [60, 0], [20, 100]],  # a seven
        [[0, 50], [100, 50]],  # a dash
    ],
)
def test_what_is_bent_or_lies_does_not_lean(path: list[list[float]]) -> None:
    image = rasterize([np.array(path, float)])
    assert image is not None
    assert np.isnan(leans_of(image[np.newaxis, ..., 0])[0])


def test_a_slash_reaches_above_and_below_the_digits_and_leans() -> None:
    slash = Shape(1.0, -0.2, 1.6, 1.2)
    assert is_slash(slash, 0.43)
    assert not is_slash(slash, 0.05)  # a long one
    assert not is_slash(Shape(1.0, 0.0, 1.6, 1.0), 0.6)  # a leaning one
    assert not is_slash(Shape(1.0, -0.3, 1.6, 1.0), 0.46)  # a one that begins higher


def test_a_percent_sign_is_a_leaning_line_between_two_rings() -> None:
    upper, stroke, lower = (
        Shape(1.0, 0.0, 1.35, 0.4),
        Shape(1.1, 0.0, 1.7, 1.0),
        Shape(1.6, 0.6, 1.95, 1.0),
    )
    assert is_percent(upper, stroke, 0.6, lower)
    assert not is_percent(upper, stroke, 0.0, lower)
    assert not is_percent(lower, stroke, 0.6, upper)
    assert not is_percent(Shape(0.5, 0.0, 1.0, 1.0), stroke, 0.6, lower)  # a zero, a one, a point
