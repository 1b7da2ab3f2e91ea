import os

import cv2
import numpy as np
import pytest

from mlcore.ink.geometry import place, placement_of, stroke_width, with_pen_width


def bar(height, width, *, left, top, shape=(200, 200)):
    ink = np.zeros(shape, np.float32)
    ink[top : top + height, left : left + width] = 1
    return ink


def box(image):
    rows, columns = np.flatnonzero(image.any(axis=1)), np.flatnonzero(image.any(axis=0))
    return rows[0], columns[0], rows[-1] - rows[0] + 1, columns[-1] - columns[0] + 1


def center_of_mass(image):
    rows, columns = np.mgrid[:28, :28]
    return (image * rows).sum() / image.sum(), (image * columns).sum() / image.sum()


def test_no_ink_has_no_image():
    assert place(np.zeros((50, 40), np.float32)) is None


def test_a_bar_is_scaled_to_twenty_pixels_and_centered():
    # 100 x 30 pixels become 20 x 6. Two rows of 6 columns cannot be centered on column 14 exactly:
    # columns 12 to 17 have their center at 14.5, 11 to 16 at 13.5.
    image = place(bar(100, 30, left=150, top=3))
    top, left, height, width = box(image)
    assert (height, width) == (20, 6)
    assert top in (4, 5)
    assert left in (11, 12)
    assert image.sum() == pytest.approx(120)
    assert (image.dtype, image.shape) == (np.float32, (28, 28))


@pytest.mark.parametrize("scale", [0.1, 0.35, 1, 4])
def test_the_same_ink_at_any_scale_gives_nearly_the_same_image(scale):
    ink = np.zeros((200, 200), np.float32)
    cv2.ellipse(ink, (100, 100), (50, 80), 20, 0, 300, 1, 20)
    other = cv2.resize(ink, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    # The rounding of the center of mass may differ by one pixel: take the best of nine moves.
    moves = [(dy, dx) for dy in (-1, 0, 1) for dx in (-1, 0, 1)]
    images = [np.roll(place(other), move, axis=(0, 1)) for move in moves]
    assert min(np.abs(image - place(ink)).mean() for image in images) < 0.05


def test_edges_are_area_averages():
    # 30 x 30 pixels become 20 x 20, so a line of one pixel covers two thirds of an image pixel.
    ink = bar(30, 30, left=0, top=0, shape=(30, 30)) * 0
    ink[0] = ink[:, 0] = ink[-1] = ink[:, -1] = 1
    image = place(ink)
    top, left, *_ = box(image)
    assert image[top, left + 5] == pytest.approx(2 / 3, abs=1e-6)
    assert image[top + 5, left + 5] == 0


def test_the_center_of_mass_is_within_half_a_pixel_of_14():
    ink = bar(100, 20, left=0, top=0)
    ink[90:100, :60] = 1  # an L
    assert center_of_mass(place(ink)) == pytest.approx((14, 14), abs=0.5 + 1e-5)


def test_an_eccentric_center_of_mass_does_not_push_ink_out_of_the_image():
    ink = np.full((100, 100), 0.01, np.float32)
    ink[:5, :5] = 1  # nearly all mass in one corner
    image = place(ink)
    assert image.sum() == pytest.approx(ink.sum() / 25, rel=1e-3)
    assert box(image)[2:] == (20, 20)


def test_a_single_pixel_fills_the_box():
    assert box(place(np.ones((1, 1), np.float32)))[2:] == (20, 20)


def test_values_stay_between_0_and_1():
    rng = np.random.default_rng(5)
    image = place(rng.random((9, 7)).astype(np.float32))
    assert image.min() >= 0
    assert image.max() <= 1


@pytest.mark.parametrize(
    ("size", "finest"),
    [((300, 240), 0.0), ((300, 240), 20.0), ((30, 24), 0.0), ((15, 12), 0.0)],
    ids=str,
)
def test_points_of_the_ink_are_found_in_the_image(size, finest):
    height, width = size
    point = np.array([0.7 * width, 0.3 * height])
    rows, columns = np.mgrid[:height, :width]
    spread = height / 12  # a spot of some pixels of the image
    far = ((columns - point[0]) ** 2 + (rows - point[1]) ** 2) / spread**2
    ink = np.zeros(size, np.float32)
    ink[:, width // 3] = ink[height // 4] = 1
    placement = placement_of(np.stack([ink, np.exp(-far / 2)], axis=-1), finest=finest)
    spot = placement.image[..., 1]
    middle = center_of_mass(spot)[::-1]
    assert placement.of(point[np.newaxis])[0] == pytest.approx(middle, abs=0.1)


def test_the_corners_of_a_box_are_found_exactly():
    # Pixels 20 to 119 across and 10 to 209 down: 5 pixels become one of 20.
    placement = placement_of(bar(200, 100, left=20, top=10, shape=(300, 200)))
    corners = placement.of(np.array([[19.5, 9.5], [119.5, 209.5]]))
    top, left, height, width = box(placement.image)
    assert (height, width) == (20, 10)
    expected = [[left - 0.5, top - 0.5], [left + 9.5, top + 19.5]]
    np.testing.assert_allclose(corners, expected, atol=1e-6)


def test_other_planes_follow_the_ink():
    ink = np.zeros((200, 160), np.float32)
    cv2.ellipse(ink, (70, 100), (40, 80), 20, 0, 300, 1, 12)
    planes = np.stack([ink, ink[::-1], np.ones_like(ink)], axis=-1)
    placed = place(planes)
    assert placed.shape == (28, 28, 3)
    assert placed[..., 0] == pytest.approx(place(ink), abs=1e-6)
    rows, columns = np.nonzero(placed[..., 2])
    top, left, height, width = box(placed[..., 0])
    assert (rows.min(), columns.min(), np.ptp(rows) + 1, np.ptp(columns) + 1) == (
        top,
        left,
        height,
        width,
    )


def test_planes_without_ink_have_no_image():
    planes = np.ones((40, 40, 3), np.float32)
    planes[..., 0] = 0
    assert place(planes) is None


@pytest.mark.parametrize("width", [2, 5, 12])
def test_stroke_width_of_a_long_bar_is_its_width(width):
    assert stroke_width(bar(190, width, left=60, top=5)) == pytest.approx(width, rel=0.1)


def test_stroke_width_of_a_slanting_line_is_its_width():
    ink = np.zeros((400, 400), np.uint8)
    cv2.line(ink, (40, 60), (350, 300), 255, 12, cv2.LINE_AA)
    assert stroke_width(ink.astype(np.float32) / 255) == pytest.approx(12, rel=0.12)


def test_no_ink_has_no_width():
    assert stroke_width(np.zeros((5, 5), np.float32)) == 0


@pytest.mark.parametrize("width", [2, 4, 40, 60])
def test_very_thin_and_thick_lines_get_the_width_of_mnist(width):
    ink = np.zeros((400, 400), np.float32)
    cv2.ellipse(ink, (200, 200), (90, 140), 0, 0, 360, 1, width)
    assert stroke_width(place(with_pen_width(ink))) == pytest.approx(2.5, abs=0.3)


def test_usual_lines_and_blobs_keep_their_width():
    ink = np.zeros((400, 400), np.float32)
    cv2.ellipse(ink, (200, 200), (90, 140), 0, 0, 360, 1, 36)  # 36 / 316 * 20 = 2.3
    disc = np.zeros((400, 400), np.float32)
    cv2.circle(disc, (200, 200), 100, 1, -1)
    assert with_pen_width(ink) is ink
    assert with_pen_width(disc) is disc
    empty = np.zeros((4, 4), np.float32)
    assert with_pen_width(empty) is empty


def test_thinning_does_not_break_the_thin_part_of_a_line():
    ink = np.zeros((300, 300), np.uint8)
    cv2.line(ink, (150, 30), (150, 270), 1, 12)
    cv2.ellipse(ink, (150, 70), (70, 45), 0, 0, 360, 1, 60)
    cv2.ellipse(ink, (150, 230), (70, 45), 0, 0, 360, 1, 60)
    thinner = with_pen_width(ink.astype(np.float32))
    count, _ = cv2.connectedComponents((thinner > 0.5).astype(np.uint8))
    assert count == 2  # the ground and one component


@pytest.mark.skipif("MNIST_PATH" not in os.environ, reason="MNIST_PATH does not name mnist.npz")
def test_most_mnist_images_stay_unchanged():
    with np.load(os.environ["MNIST_PATH"]) as arrays:
        pictures = arrays["x_train"][:1000].astype(np.float32) / 255
    same = [np.allclose(place(picture), picture, atol=1e-5) for picture in pictures]
    assert np.mean(same) > 0.98


@pytest.mark.parametrize("change", [-1e-5, 0, 1e-5])
def test_rounding_errors_do_not_move_a_symmetric_drawing(change: float) -> None:
    ink = np.full((20, 20), 0.9, np.float32)
    ink[0] += change  # as processors differ that add in another order
    image = place(ink)
    assert image is not None
    assert np.flatnonzero(image.any(axis=1))[[0, -1]].tolist() == [5, 24]
