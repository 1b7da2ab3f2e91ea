import math

import cv2
import numpy as np
import pytest

from mlcore.pages.flattening import ink_mask
from mlcore.pages.rectification import straightening
from tests.mlcore.pages import made

WRITING = 36.0  # pixels
BLANK = np.full((880, 640), made.PAPER, np.float32)


def growth(page):
    """Return how many times larger a page becomes."""
    flat = np.rint(255 * page / made.PAPER).astype(np.uint8)
    _, size = straightening(flat, ink_mask(flat), WRITING)
    return math.prod(size) / flat.size


@pytest.mark.parametrize("seed", range(40))
def test_a_line_that_wavers_tells_no_perspective(seed):
    """Such as the one above a sum. Its parts have different slopes at nearly the same place."""
    line = made.freehand(BLANK, 290, 570, 640, np.random.default_rng(seed), waver=3)
    assert growth(line) < 1.2


@pytest.mark.parametrize("rise", [0.04, 0.05])
def test_lines_that_are_no_ruling_do_not_make_a_wide_page_much_larger(rise):
    """Two lines that are far enough apart, of which one rises and the other falls."""
    page = np.full((400, 1800), made.PAPER, np.float32)
    for height, slope in ((150, rise), (270, -rise)):
        ends = [(x, height + round(slope * (x - 900))) for x in (400, 1100)]
        cv2.line(page, *ends, made.INK, 3, cv2.LINE_AA)
    assert growth(page) < 1.2


@pytest.mark.parametrize("tilt", [0.02, 0.05, 0.1])
def test_ruling_tells_the_perspective(tilt):
    rng = np.random.default_rng(0)
    sheet = made.photographed(made.ruled(BLANK, 90, squared=True), rng, tilt=tilt)
    flat = cv2.divide(sheet, cv2.dilate(sheet, np.ones((15, 15))), scale=255)
    matrix, _ = straightening(flat, ink_mask(flat), WRITING)
    corners = np.array([[tilt * 640, 0], [640 - tilt * 640, 0], [640, 880], [0, 880]])
    left_top, right_top, right, left = cv2.perspectiveTransform(corners[None], matrix)[0]
    assert left_top[0] == pytest.approx(left[0], abs=6)
    assert right_top[0] == pytest.approx(right[0], abs=6)
