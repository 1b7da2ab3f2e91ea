"""The steps shown are the steps that recognition uses."""

import cv2
import numpy as np

from mlcore.ink.strokes import parse, rasterize
from mlcore.pictures.preprocessing import image_from_gray
from mlcore.recognition.preprocessing_steps import SHOWN, of_picture, of_strokes

SEVEN = [[[80, 80], [240, 80], [150, 300]]]


def photograph(width):
    paper = np.full((600, 480), 235, np.uint8)
    corners = np.array([[120, 110], [350, 110], [220, 480]], np.int32)
    cv2.polylines(paper, [corners], isClosed=False, color=30, thickness=width)
    return paper


def as_bytes(image):
    return np.rint(image * 255).astype(np.uint8)


def test_strokes_become_ink_then_twenty_pixels_then_the_image():
    strokes = parse(SEVEN)
    ink, box, image = of_strokes(strokes)
    assert [step.name for step in (ink, box, image)] == ["ink", "box", "network_input"]
    # The drawing is 160 wide and 220 high, so its height becomes 20 pixels.
    assert box.picture.shape[0] == 20
    assert 14 <= box.picture.shape[1] <= 16
    np.testing.assert_array_equal(image.picture, as_bytes(rasterize(strokes)[..., 0]))


def test_the_box_surrounds_the_ink():
    image = of_strokes(parse(SEVEN))[-1]
    left, top, right, bottom = image.box
    assert image.picture[top:bottom, left:right].sum() == image.picture.sum()
    assert image.picture[top, left:right].any()
    assert image.picture[top:bottom, right - 1].any()


def test_a_picture_is_shown_before_its_ink():
    steps = of_picture(photograph(56))
    assert [step.name for step in steps] == ["picture", "ink", "box", "network_input"]
    assert max(steps[0].picture.shape) == SHOWN
    assert steps[0].picture[0, 0] == 235
    np.testing.assert_array_equal(steps[-1].picture, as_bytes(image_from_gray(photograph(56))))


def test_widened_lines_are_shown_before_and_after():
    gray = photograph(6)
    steps = of_picture(gray)
    assert [step.name for step in steps] == ["picture", "ink", "pen", "box", "network_input"]
    thin, wide = steps[1].picture, steps[2].picture
    assert wide.mean() > 1.5 * thin.mean()
    np.testing.assert_array_equal(steps[-1].picture, as_bytes(image_from_gray(gray)))


def test_blank_drawings_have_no_steps_after_the_picture():
    assert of_strokes([]) == []
    assert [step.name for step in of_picture(np.full((90, 90), 255, np.uint8))] == ["picture"]
