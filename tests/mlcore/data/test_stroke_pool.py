"""The stock of pen drawings, and the network inputs that an epoch makes of it."""

import numpy as np
import pytest

from mlcore.data import stroke_pool
from mlcore.data.pen import PenDigits
from mlcore.data.stroke_pool import StrokeStock
from mlcore.ink.directions import PLANES
from mlcore.ink.geometry import PEN_WIDTH, stroke_width
from mlcore.ink.strokes import network_inputs, parse
from mlcore.labels import NOT_A_DIGIT
from mlcore.recognition.confidence import are_strokes

SEVEN = parse([[[60, 60], [160, 60], [90, 230]], [[80, 150], [150, 150]]])
DOWN = parse([[[0, 0], [0, 100]]])


def stock_of(drawing, count, width=PEN_WIDTH):
    labels = np.full(count, 7, np.uint8)
    return StrokeStock([drawing] * count, labels, np.full(count, width))


@pytest.fixture(scope="module")
def digits():
    return stroke_pool.drawn_digits(60, np.random.default_rng(1))


def test_drawn_digits_are_balanced_and_negatives_are_none(digits):
    assert np.bincount(digits.labels, minlength=10).tolist() == [6] * 10
    assert len(digits) == len(digits.drawings) == len(digits.pen_widths) == 60
    negatives = stroke_pool.drawn_negatives(9, np.random.default_rng(1))
    assert negatives.labels.tolist() == [NOT_A_DIGIT] * 9
    assert all(len(drawing) for drawing in negatives.drawings)


def test_taken_and_joined_drawings_keep_their_label_and_pen(digits):
    taken = digits.take(np.array([4, 0]))
    assert taken.labels.tolist() == digits.labels[[4, 0]].tolist()
    assert taken.drawings == [digits.drawings[4], digits.drawings[0]]
    both = stroke_pool.EMPTY + taken + digits
    assert both.drawings == taken.drawings + digits.drawings
    assert both.pen_widths.tolist() == [*taken.pen_widths, *digits.pen_widths]
    assert both.labels.dtype == np.uint8


def test_drawings_for_the_canvas_are_unchanged(digits):
    part = stroke_pool.as_canvas(digits)
    assert np.array_equal(part.inputs, network_inputs(digits.drawings))
    assert part.labels.tolist() == digits.labels.tolist()


def test_a_part_of_an_epochs_drawings_are_pictures(digits):
    part = stroke_pool.augmented(digits, np.random.default_rng(2), 0.5)
    assert part.inputs.shape == (60, 28, 28, PLANES)
    assert part.labels.tolist() == digits.labels.tolist()
    pictures = ~are_strokes(part.inputs)
    assert 0.2 < pictures.mean() < 0.6
    assert part.images.any(axis=(1, 2)).all()


def test_only_pictures_have_another_pen():
    part = stroke_pool.augmented(stock_of(SEVEN, 40, width=4.0), np.random.default_rng(3), 0.3)
    widths = np.array([stroke_width(image / np.float32(255)) for image in part.images])
    strokes = are_strokes(part.inputs)
    assert widths[strokes] == pytest.approx(PEN_WIDTH, abs=0.4)
    assert widths[~strokes] == pytest.approx(4.0, abs=0.6)


def test_a_part_of_the_drawings_is_drawn_in_another_direction():
    down, up = 3, 7  # planes
    part = stroke_pool.augmented(stock_of(DOWN, 300), np.random.default_rng(4), 0.0)
    strokes = part.inputs[are_strokes(part.inputs)]
    upwards = strokes[..., up].any(axis=(1, 2))
    assert (strokes[..., down].any(axis=(1, 2)) ^ upwards).all()
    # REORDERED of them are, and half of these are turned.
    assert upwards.mean() == pytest.approx(stroke_pool.REORDERED / 2, abs=0.05)


def test_the_same_seed_gives_the_same_drawings_and_another_gives_others(digits):
    first, again, other = (
        stroke_pool.augmented(digits, np.random.default_rng(seed), 1.0).inputs for seed in (1, 1, 2)
    )
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)


def test_peoples_digits_get_pens_that_leave_them_legible():
    tiny = [np.array([[0.0, 0.0], [1000, 0], [1000, 1000], [0, 1000], [0, 40.0]]), SEVEN[0][:, :2]]
    strokes = [[each] for each in tiny] * 100
    pen = PenDigits(strokes, np.full(200, 5, np.uint8), np.array(["w"] * 200))
    stock = stroke_pool.people_digits(pen, np.random.default_rng(1))
    assert stock.drawings == strokes
    assert stock.labels is pen.labels
    assert stock.pen_widths.min() >= 1
    assert stock.pen_widths[::2].max() < 8
    assert stock.pen_widths.std() > 0.3


def test_pictures_are_drawn_with_the_pen_of_each_drawing():
    stock = stock_of(SEVEN, 2) + stock_of(DOWN, 2, width=5.0)
    part = stroke_pool.as_pictures(stock)
    assert part.directions is None
    assert part.labels.tolist() == [7] * 4
    for width, rows in ((PEN_WIDTH, stock.drawings[:2]), (5.0, stock.drawings[2:])):
        drawn = network_inputs(rows, pen_width=width)[..., 0]
        places = slice(0, 2) if width == PEN_WIDTH else slice(2, 4)
        assert np.array_equal(part.images[places], drawn)
    assert len(stroke_pool.as_pictures(stroke_pool.EMPTY)) == 0
