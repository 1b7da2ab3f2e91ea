import math

import numpy as np
import pytest

from mlcore.errors import InvalidInk
from mlcore.ink.directions import PLANES
from mlcore.ink.geometry import quantized, stroke_width
from mlcore.ink.strokes import (
    MAX_POINTS,
    MAX_STROKES,
    extent,
    network_inputs,
    parse,
    rasterize,
)

SEVEN = [[[60, 60], [160, 60], [90, 230]], [[80, 150], [150, 150]]]


def circle(radius, *, x=0.0, y=0.0, points=90):
    angles = np.linspace(0, 2 * np.pi, points)
    return [[[x + radius * math.cos(a), y + radius * math.sin(a)] for a in angles]]


def test_points_may_be_pairs_or_objects_and_mixed():
    first, second = parse([[[1, 2], {"x": 3, "y": 4.5, "t": 10, "p": 0.25}], [{"x": 5, "y": 6}]])
    assert first.dtype == np.float64
    np.testing.assert_array_equal(first, [[1, 2, np.nan, np.nan], [3, 4.5, 0, 0.25]])
    np.testing.assert_array_equal(second, [[5, 6, np.nan, np.nan]])


@pytest.mark.parametrize(
    "stroke",
    [
        [[1, 2], [3.5, -4]],
        [{"x": 1, "y": 2}, {"x": 3.5, "y": -4}],
        [{"x": 1, "y": 2, "t": 5, "p": 0.5}, {"p": 1, "t": 7.5, "y": 4, "x": 3}],
        [{"x": 1, "y": 2, "width": 9}, {"x": 3, "y": 4, "width": 9}],
    ],
)
def test_points_of_one_kind_are_read_as_points_of_several_kinds_are(stroke):
    (alone,) = parse([stroke])
    (among_others,) = parse([[*stroke, [0, 0], {"x": 0, "y": 0}]])
    np.testing.assert_array_equal(alone, among_others[: len(stroke)])


@pytest.mark.parametrize(
    ("points", "reason"),
    [
        ([[1, 2, 3], [4, 5, 6]], "Stroke 1, point 1"),
        ([[1, 2], [1, True]], "Stroke 1, point 2"),
        ([[1, 2], ["3", 4]], "Stroke 1, point 2"),
        ([[1, 2], [3, float("nan")]], "Stroke 1, point 2"),
        ([[1, 2], [3, 10**400]], "Stroke 1, point 2"),
        ([{"x": 1, "y": 2}, {"x": 1, "t": 2}], "Stroke 1, point 2"),
        ([{"x": 1, "y": 2, "p": 0}, {"x": 1, "y": 2, "p": 1.5}], "Stroke 1, point 2"),
    ],
)
def test_points_of_one_kind_are_checked_one_by_one(points, reason):
    with pytest.raises(InvalidInk, match=reason):
        parse([points])


def test_times_count_from_the_first_and_keep_their_milliseconds():
    now = 1_790_000_000_000
    strokes = parse([[{"x": 0, "y": 0, "t": now}], [{"x": 0, "y": 0, "t": now + 17}]])
    assert [float(stroke[0, 2]) for stroke in strokes] == [0, 17]


def test_empty_strokes_are_dropped():
    assert len(parse([[], [[1, 2]], []])) == 1
    assert parse([]) == []


@pytest.mark.parametrize("value", [None, True, 5, "strokes", {"strokes": []}])
def test_a_value_that_is_not_a_list_of_strokes_is_refused(value):
    with pytest.raises(InvalidInk) as refusal:
        parse(value)
    assert refusal.value.kind == "invalid"
    assert "list of strokes" in str(refusal.value)


@pytest.mark.parametrize(
    "point", [None, 5, "12", [], [1], [1, 2, 3], {"x": 1}, {"y": 1}, {"X": 1, "Y": 2}, [[1, 2]]]
)
def test_a_malformed_point_is_refused_with_its_position(point):
    with pytest.raises(InvalidInk, match="Stroke 2, point 3"):
        parse([[], [[1, 2], [1, 2], point]])


@pytest.mark.parametrize(
    "number",
    [math.nan, math.inf, -math.inf, 1e7, -1e7, 10**400, True, "1", None, [1], {}],
    ids=lambda number: str(number)[:8],
)
def test_invalid_coordinates_are_refused(number):
    for point in ([number, 1], [1, number], {"x": number, "y": 1}, {"x": 1, "y": number}):
        with pytest.raises(InvalidInk, match="Stroke 1, point 1"):
            parse([[point]])


@pytest.mark.parametrize(
    "extra", [{"p": 1.5}, {"p": -0.1}, {"p": True}, {"t": math.nan}, {"t": ""}]
)
def test_invalid_pressure_and_time_are_refused(extra):
    with pytest.raises(InvalidInk):
        parse([[{"x": 1, "y": 2} | extra]])


def test_strokes_at_the_limits_are_read_and_one_more_is_too_large():
    assert len(parse([[[1, 2]]] * MAX_STROKES)) == 64
    assert len(parse([[[1, 2]] * MAX_POINTS])[0]) == 10_000
    for strokes in ([[[1, 2]]] * 65, [[]] * 65, [[[1, 2]] * 5_000, [[1, 2]] * 5_001]):
        with pytest.raises(InvalidInk, match="at most") as refusal:
            parse(strokes)
        assert refusal.value.kind == "too_large"


def test_deep_nesting_is_refused_without_recursion():
    deep = []
    for _ in range(100_000):
        deep = [deep]
    for value in (deep, [[[deep, 1]]], [[{"x": deep, "y": 1}]]):
        with pytest.raises(InvalidInk):
            parse(value)


def test_no_strokes_draw_nothing():
    assert rasterize([]) is None
    assert rasterize([np.empty((0, 4), np.float32)]) is None
    assert not network_inputs([[], [np.empty((0, 2))]]).any()
    assert network_inputs([]).shape == (0, 28, 28, PLANES)


def test_a_circle_is_a_ring_of_twenty_pixels_with_the_pen_width_of_mnist():
    planes = rasterize(parse(circle(100)))
    assert (planes.shape, planes.dtype) == ((28, 28, PLANES), np.float32)
    image = planes[..., 0]
    rows = np.flatnonzero((image > 0.1).any(axis=1))
    assert rows[-1] - rows[0] + 1 == 20
    # The ring's path has a radius of (20 - 2.5) / 2 pixels; its area is its length times 2.5.
    assert image.sum() == pytest.approx(math.pi * 17.5 * 2.5, rel=0.03)
    assert stroke_width(image) == pytest.approx(2.5, abs=0.15)
    assert image.max() == pytest.approx(1)
    assert image[13:15, 13:15].sum() == 0


@pytest.mark.parametrize(
    ("scale", "shift"),
    [(0.001, 0), (3, 500), (1000, -9e5), (0.001, 9e5), (1e-5, 1e5), (1e-300, 0)],
)
def test_scale_and_position_do_not_matter(scale, shift):
    moved = [[[x * scale + shift, y * scale + shift] for x, y in stroke] for stroke in SEVEN]
    assert np.abs(rasterize(parse(moved)) - rasterize(parse(SEVEN))).max() < 0.1


def test_the_extent_is_the_longest_side_of_all_strokes_together():
    # The points reach from 60 to 160 across and from 60 to 230 down.
    assert extent(parse(SEVEN)) == 170
    assert extent(parse([[[5, 7]]])) == extent([]) == 0


def test_a_tap_is_a_dot_in_the_middle():
    image = rasterize(parse([[[300, 20]]]))[..., 0]
    assert image[14, 14] == pytest.approx(1)
    # A disc 2.5 pixels wide.
    assert image.sum() == pytest.approx(math.pi * 1.25**2, rel=0.1)


def test_a_tap_beside_a_line_is_drawn_too():
    dotted = rasterize(parse([[[50, 90], [50, 200]], [[50, 20]]]))[..., 0]
    rows = np.flatnonzero((dotted > 0).any(axis=1))
    assert (np.diff(rows) > 1).any()  # a gap between the dot and the line


def test_ends_of_lines_are_round():
    image = rasterize(parse([[[0, 0], [0, 100]]]))[..., 0]
    rows = image.sum(axis=1)
    assert 0 < rows[np.flatnonzero(rows)[0]] < 0.9 * rows[14]


def test_the_seven_is_not_turned_or_mirrored():
    image = rasterize(parse(SEVEN))[..., 0]
    rows, columns = np.nonzero(image > 0.5)
    top, bottom = columns[rows == rows.min() + 1], columns[rows == rows.max()]
    assert np.ptp(top) >= 8  # a bar above
    assert bottom.max() < columns.max() - 4  # a foot to the left below


def test_many_equal_points_are_accepted():
    many = rasterize(parse([[[5, 5]] * MAX_POINTS]))
    np.testing.assert_array_equal(many, rasterize(parse([[[5, 5]]])))


def test_nearly_equal_points_do_not_overflow():
    assert rasterize(parse([[[0, 0], [1e-44, 0]]])).max() == pytest.approx(1)
    assert rasterize(parse([[[0, 0], [5e-324, 0]]])).max() == pytest.approx(1)


@pytest.mark.parametrize("pen_width", [1.5, 2.5, 6.0])
def test_stored_inputs_are_the_rasterized_ones_bit_for_bit(pen_width):
    drawings = [parse(SEVEN), parse(circle(40)), parse([[[3, 3]]])]
    stored = network_inputs(drawings, pen_width=pen_width)
    assert (stored.dtype, stored.shape) == (np.uint8, (3, 28, 28, PLANES))
    for planes, strokes in zip(stored, drawings, strict=True):
        drawn = rasterize(strokes, pen_width=pen_width)
        assert np.array_equal(np.divide(planes, 255, dtype=np.float32), drawn)
        assert np.array_equal(quantized(drawn), drawn)


def test_pressure_and_time_change_nothing():
    timed = [[{"x": x, "y": y, "t": 9 * x, "p": 0.5} for x, y in stroke] for stroke in SEVEN]
    np.testing.assert_array_equal(rasterize(parse(timed)), rasterize(parse(SEVEN)))


def test_the_width_of_the_pen_changes_the_ink_more_than_its_movement():
    thin, wide = (rasterize(parse(SEVEN), pen_width=width) for width in (1.5, 5.0))
    ink, movement = (
        wide[..., planes].sum() / thin[..., planes].sum() for planes in (0, range(1, 9))
    )
    assert ink > 2
    assert 0.7 < movement < 1.1  # a wide pen leaves its path less of the box
