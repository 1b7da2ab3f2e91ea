"""The pen's directions. Planes 1 to 8 are east, south-east and so on, clockwise."""

import cv2
import numpy as np
import pytest

from mlcore.ink import directions
from mlcore.ink.directions import DIRECTIONS, PLANES, SPREAD, as_planes, direction_images
from mlcore.ink.strokes import MAX_POINTS, parse, rasterize

EAST, SOUTH_EAST, SOUTH, SOUTH_WEST, WEST, NORTH_WEST, NORTH, NORTH_EAST = range(DIRECTIONS)

# A 1 with a long flag, its flag upwards; and a 7 of nearly the same ink, its bar to the right.
FLAGGED_ONE = [[[0, 60], [100, 0], [100, 200]]]
SEVEN = [[[0, 60], [100, 0]], [[100, 0], [100, 200]]]


def line(*points):
    return np.array(points, np.float64)


def lit(images):
    """The directions that have anything, with their sums."""
    sums = images.sum(axis=(0, 1))
    return {int(k): float(sums[k]) for k in np.flatnonzero(sums > 1e-6)}


@pytest.mark.parametrize(
    ("end", "direction"),
    [
        ((22, 14), EAST),
        ((20, 20), SOUTH_EAST),
        ((14, 22), SOUTH),
        ((8, 20), SOUTH_WEST),
        ((6, 14), WEST),
        ((8, 8), NORTH_WEST),
        ((14, 6), NORTH),
        ((20, 8), NORTH_EAST),
    ],
)
def test_a_line_lights_only_its_own_direction(end, direction):
    assert list(lit(direction_images([line((14, 14), end)]))) == [direction]


def test_a_line_to_the_right_lights_the_first_direction_along_itself():
    images = direction_images([line((6, 14), (22, 14))])
    assert (images.shape, images.dtype) == ((28, 28, DIRECTIONS), np.float32)
    east = images[..., EAST]
    assert east[14, 10:18] == pytest.approx(1, abs=0.02)
    # Across the line it is a Gaussian.
    assert east[15, 14] / east[14, 14] == pytest.approx(np.exp(-0.5 / SPREAD**2), abs=0.02)
    assert max(east[14, 2], east[8, 14]) < 0.001


def test_a_rasterized_line_to_the_right_has_ink_and_the_plane_after_it():
    drawn = rasterize(parse([[[0, 0], [100, 0]]]))
    assert np.flatnonzero(drawn.any(axis=(0, 1))).tolist() == [0, 1]


@pytest.mark.parametrize("degrees", [10, 22.5, 40, 100, 191, 275, 350])
def test_a_length_is_shared_by_the_two_nearest_directions(degrees):
    angle = np.deg2rad(degrees)
    way = 8 * np.array([np.cos(angle), np.sin(angle)])
    found = lit(direction_images([line((14, 14), np.add((14, 14), way))]))
    first, share = divmod(degrees / 45, 1)
    straight = lit(direction_images([line((14, 14), (22, 14))]))[EAST]
    assert found[int(first)] == pytest.approx((1 - share) * straight, rel=0.01)
    assert found[int(first + 1) % DIRECTIONS] == pytest.approx(share * straight, rel=0.01)
    assert sum(found.values()) == pytest.approx(straight, rel=0.01)


def test_the_sum_grows_with_the_length_and_not_with_the_points():
    short, longer, long = (direction_images([line((4, 14), (x, 14))]).sum() for x in (12, 16, 20))
    assert long - longer == pytest.approx(longer - short, rel=0.01)
    assert long > 1.9 * short
    many = line(*[(x, 14) for x in np.linspace(4, 20, 500)])
    assert direction_images([many]).sum() == pytest.approx(long, rel=1e-3)


def test_a_reversed_stroke_lights_the_opposite_directions():
    there = direction_images([line((5, 9), (20, 6), (12, 22))])
    back = direction_images([line((12, 22), (20, 6), (5, 9))])
    assert np.roll(back, DIRECTIONS // 2, axis=-1) == pytest.approx(there, abs=1e-5)
    assert np.abs(there - back).max() > 0.5


def test_the_order_of_strokes_does_not_matter():
    one, other = line((5, 5), (20, 9)), line((9, 4), (9, 24))
    both = direction_images([one, other])
    np.testing.assert_allclose(direction_images([other, one]), both, atol=1e-6)


def test_a_line_drawn_twice_is_cut_at_one():
    twice = direction_images([line((5, 14), (22, 14))] * 2)
    assert twice.max() == 1


@pytest.mark.parametrize(
    "paths",
    [[], [line((14, 14))], [line((14, 14), (14, 14), (14, 14))], [line((3, 3)), line((20, 3))]],
    ids=["nothing", "tap", "pen that rests", "two taps"],
)
def test_taps_have_no_direction(paths):
    assert not direction_images(paths).any()


def test_only_the_ink_of_a_tap_beside_a_line_has_no_direction():
    dotted = rasterize(parse([[[0, 90], [0, 200]], [[0, 0]]]))
    rows = np.flatnonzero(dotted[..., 0].any(axis=1))
    top = dotted[rows[0] : rows[0] + 2]
    assert top[..., 0].max() > 0.9
    assert not top[..., 1:].any()


def test_a_path_at_the_edge_stays_in_the_image():
    images = direction_images([line((-3, -3), (31, -3), (31, 31))])
    assert np.isfinite(images).all()
    assert images[0, 14, EAST] > 0.5
    assert images[14, 27, SOUTH] > 0.5


@pytest.mark.parametrize("turn", range(0, 360, 60))
def test_the_middle_of_the_directions_is_that_of_the_ink(turn):
    """Of an egg, because the round ends of an open line are ink without movement."""
    angles = np.deg2rad(np.arange(turn, turn + 365, 5))
    across, down = 30 * np.cos(angles), 50 * np.sin(angles) + 12 * np.cos(2 * angles)
    drawn = rasterize([np.stack([across, down], axis=1)])
    ink, directions = drawn[..., 0], drawn[..., 1:].sum(axis=-1)
    for grid in np.mgrid[:28, :28]:
        middles = [(each * grid).sum() / each.sum() for each in (ink, directions)]
        assert middles[0] == pytest.approx(middles[1], abs=0.2)


@pytest.mark.parametrize("strokes", [FLAGGED_ONE, SEVEN, [[[0, 0], [30, 90], [90, 90], [20, 5]]]])
def test_directions_lie_on_the_ink(strokes):
    drawn = rasterize(parse(strokes))
    ink, directions = drawn[..., 0], drawn[..., 1:].sum(axis=-1)
    assert directions[ink > 0.99].min() > 0.3
    away = cv2.dilate((ink > 0).astype(np.uint8), np.ones((3, 3))) == 0
    assert directions[away].max() < 0.05


@pytest.mark.parametrize(("scale", "shift"), [(1e-3, 0), (7.3, 400), (1000, -9e5)])
def test_scale_and_position_of_the_strokes_do_not_matter(scale, shift):
    moved = [[[x * scale + shift, y * scale + shift] for x, y in stroke] for stroke in FLAGGED_ONE]
    assert np.abs(rasterize(parse(moved)) - rasterize(parse(FLAGGED_ONE))).max() < 0.02


def test_equal_ink_with_another_movement_has_other_planes():
    one = rasterize(parse(FLAGGED_ONE))
    down = [FLAGGED_ONE[0][::-1]]  # drawn from its foot: up, and the flag downwards
    other = rasterize(parse(down))
    assert np.abs(one[..., 0] - other[..., 0]).max() < 0.02
    assert np.abs(one[..., 1:] - other[..., 1:]).max() > 0.8


def test_small_steps_of_a_digitizer_are_smoothed():
    """A slanting line in whole numbers is a staircase; its direction is that of the line."""
    steps = [[x, round(x / 4)] for x in range(41)]
    smooth, jagged = (rasterize(parse([path])) for path in ([[0, 0], [40, 10]], steps))
    of_smooth, of_jagged = (each[..., 1:].sum(axis=(0, 1)) for each in (smooth, jagged))
    assert of_jagged == pytest.approx(of_smooth, abs=0.1 * float(of_smooth.sum()))


def test_the_longest_drawing_that_is_accepted_is_drawn():
    corners = np.random.default_rng(1).random((MAX_POINTS, 2)) * 100
    drawn = rasterize([corners])
    assert drawn.shape == (28, 28, PLANES)
    assert 0 <= drawn.min() <= drawn.max() <= 1


def test_images_become_planes_without_directions():
    images = np.random.default_rng(1).integers(0, 256, (3, 28, 28)).astype(np.uint8)
    planes = as_planes(images)
    assert (planes.shape, planes.dtype) == ((3, 28, 28, PLANES), np.uint8)
    assert np.array_equal(planes[..., 0], images)
    assert not planes[..., 1:].any()
    assert as_planes(planes) is planes
    assert as_planes(images[:0].astype(np.float32)).shape == (0, 28, 28, PLANES)


def test_a_long_scribble_is_resampled_at_no_more_than_some_thousand_points(monkeypatch):
    counted = []
    spread = directions._spread
    monkeypatch.setattr(
        directions, "_spread", lambda points: counted.append(len(points)) or spread(points)
    )
    zigzag = np.stack([np.linspace(4, 24, 10_000), np.arange(10_000) % 2 * 20.0 + 4], axis=1)
    images = direction_images([zigzag, zigzag[:, ::-1]])
    assert sum(counted) <= directions.MOST_POINTS + 4
    assert images.max() == 1
    assert np.isfinite(images).all()
