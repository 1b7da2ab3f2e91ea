"""A 1 that is a plain bar is not taken for a printed line where digits stand beside it."""

import cv2
import numpy as np
import pytest

from mlcore.pictures.ink_extraction import separate_ink
from mlcore.pictures.ink_network import SIDE
from mlcore.pictures.plain_bars import with_plain_bars
from mlcore.recognition import bundle

NINE = np.add(cv2.ellipse2Poly((0, 0), (18, 20), 0, 0, 360, 6), (34, 22))
STEM = np.array([[52, 22], [46, 80]])


def nineteen(*, slant: float = 0.0, margin: int = 40, pen: int = 5) -> np.ndarray:
    """A gray picture of a bar and a nine, both 80 pixels high, dark on even paper."""
    paper = np.full((80 + 2 * margin, 53 + 2 * margin), 250, np.uint8)
    bar = np.array([[slant * 80, 0], [0, 80]])
    for line in (bar, NINE, STEM):
        points = np.round((line + margin) * 16).astype(np.int32)
        cv2.polylines(paper, [points], False, (40,), pen, cv2.LINE_AA, 4)
    return paper


@pytest.mark.parametrize("margin", [20, 30, 40, 50])
@pytest.mark.parametrize("slant", [0.0, 0.06])
def test_a_bar_beside_a_digit_is_a_one(margin: int, slant: float) -> None:
    version, picture = bundle.shipped(), nineteen(margin=margin, slant=slant)

    read = version.number_reader().read_picture(picture, version.ink_network())

    assert read.digits == "19"
    ink = separate_ink(picture)
    assert ink is not None
    assert ink.sum() == pytest.approx((250 - picture.astype(float)).sum() / 210, rel=0.1)


def faded(top: int, bottom: int, *, left: int = 20, middle: float = 0.1) -> np.ndarray:
    """The coverage of a zero, from 30 to 70, and of a bar of which only the ends are seen."""
    coverage = np.zeros((SIDE, SIDE), np.float32)
    coverage[30:70, 40:60] = 1
    coverage[35:65, 45:55] = 0
    coverage[top:bottom, left : left + 3] = middle
    coverage[top : top + 4, left : left + 3] = 0.6
    return coverage


def drawn(coverage: np.ndarray) -> np.ndarray:
    return np.where(coverage > 0, 60, 230).astype(np.uint8)


def test_a_bar_as_high_as_the_digit_is_added() -> None:
    coverage = faded(32, 69)

    found = with_plain_bars(drawn(coverage), coverage)

    assert (found[32:69, 20:23] > 0.9).all()
    assert (found[:, 40:60] == coverage[:, 40:60]).all()


@pytest.mark.parametrize(
    "coverage",
    [
        faded(10, 80),  # a ruled line: longer than the digit
        faded(58, 69),  # a comma
        faded(2, 42),  # it stands elsewhere
        faded(0, 40),  # the edge cuts it off
        faded(32, 69, middle=0.9),  # it is seen already
        np.zeros((SIDE, SIDE), np.float32),
        np.ones((SIDE, SIDE), np.float32),
    ],
)
def test_all_else_stays(coverage: np.ndarray) -> None:
    assert with_plain_bars(drawn(coverage), coverage) is coverage


def test_a_bar_that_is_not_seen_at_all_stays_away() -> None:
    picture, coverage = drawn(faded(32, 69)), faded(32, 69)
    coverage[:, :30] = 0
    assert with_plain_bars(picture, coverage) is coverage


def test_faint_pictures_are_left_alone() -> None:
    coverage = faded(32, 69)
    assert with_plain_bars(np.where(coverage > 0, 226, 230).astype(np.uint8), coverage) is coverage


def with_dash(left: int, right: int, *, top: int = 49) -> np.ndarray:
    """The coverage of a zero, from 30 to 70, and of a dash of which only the ends are seen."""
    coverage = faded(30, 70)
    coverage[:, :40] = 0
    coverage[top : top + 3, left:right] = 0.1
    coverage[top : top + 3, [left, right - 1]] = 0.6
    return coverage


def test_a_dash_halfway_up_is_added_if_dashes_are_wanted() -> None:
    coverage = with_dash(15, 35)
    gray = drawn(coverage)

    found = with_plain_bars(gray, coverage, dashes=True)

    assert (found[49:52, 15:35] > 0.9).all()
    assert (found[:, 40:60] == coverage[:, 40:60]).all()
    assert with_plain_bars(gray, coverage) is coverage


@pytest.mark.parametrize(
    "coverage",
    [
        with_dash(15, 35, top=66),  # a line below
        with_dash(15, 35, top=31),
        with_dash(0, 20),  # it goes on beyond the edge
        with_dash(15, 21),  # a speck
    ],
)
def test_other_flat_lines_stay_as_they_are(coverage: np.ndarray) -> None:
    assert with_plain_bars(drawn(coverage), coverage, dashes=True) is coverage
