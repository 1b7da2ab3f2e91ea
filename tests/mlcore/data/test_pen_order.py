"""In which order and direction the synthesizer's writers draw, and what their hands and pads do."""

from dataclasses import replace

import cv2
import numpy as np
import pytest

from mlcore.data.synthesis import Writer, digit_strokes, sampling
from mlcore.data.synthesis.forms import FORMS
from mlcore.data.synthesis.legibility import THINNEST, legible_width
from mlcore.ink.strokes import rasterize

CAREFUL = {
    "slant": 0.0,
    "turn": 0.0,
    "tremor": 0.0,
    "speed": 0.0,
    "thickness": 1.0,
    "right_to_left": False,
    "backward": 0.0,
    "looseness": 0.0,
    "hooks": 0.0,
    "skips": 0.0,
    "spacing": 0.0,
    "grid": 0.0,
}


@pytest.fixture
def rng():
    return np.random.default_rng(21)


@pytest.fixture(autouse=True)
def _without_dots(monkeypatch):
    monkeypatch.setattr(sampling, "_DOTTED", 0)


def drawn(name, rng, count=20, **habits):
    """Drawings of a form by one writer, careful but for these habits."""
    writer = replace(Writer.sample(rng), **(CAREFUL | habits))
    return digit_strokes(count, rng, forms=[name], writer=writer).strokes


def turning(line):
    """Twice the signed area of a line that is closed: positive if clockwise, as y grows down."""
    x, y = line.T
    return float(x @ np.roll(y, -1) - y @ np.roll(x, -1))


@pytest.mark.parametrize(
    ("name", "count"),
    [
        ("zero", 1),
        ("zero_slashed", 2),
        ("zero_slash_joined", 1),
        ("one_both", 2),
        ("one_both_joined", 1),
        ("one_lambda", 1),
        ("four_open", 2),
        ("four_cursive", 1),
        ("four_closed_joined", 1),
        ("four_three_strokes", 3),
        ("five", 1),
        ("five_two_strokes", 2),
        ("seven", 1),
        ("seven_crossed", 2),
        ("seven_two_strokes", 2),
        ("seven_three_strokes", 3),
        ("eight", 1),
        ("eight_circles", 2),
        ("nine_curled_left", 1),
        ("nine_two_strokes", 2),
    ],
)
def test_people_lift_the_pen_as_often_as_the_form_says(name, count, rng):
    assert {len(lines) for lines in drawn(name, rng)} == {count}


@pytest.mark.parametrize(
    ("name", "clockwise"),
    [
        ("zero", False),
        ("zero_clockwise", True),
        ("zero_from_left", False),
        ("zero_from_left_clockwise", True),
        ("zero_from_bottom", True),
        ("zero_from_bottom_left_first", False),
    ],
)
def test_loops_turn_one_way(name, clockwise, rng):
    assert all((turning(lines[0]) > 0) == clockwise for lines in drawn(name, rng))


@pytest.mark.parametrize(
    "name",
    ["one", "one_upstroke", "two", "three_round", "four_cursive", "six_loop", "seven", "nine_open"],
)
def test_most_digits_end_below_where_they_began(name, rng):
    assert all(lines[-1][-1, 1] > lines[0][0, 1] + 0.2 for lines in drawn(name, rng))


@pytest.mark.parametrize("name", ["one_upward", "six_upward", "nine_upward", "seven_from_foot"])
def test_a_few_begin_at_the_foot(name, rng):
    assert all(lines[0][0, 1] > lines[0][-1, 1] + 0.2 for lines in drawn(name, rng))


@pytest.mark.parametrize("name", ["five_bar_first", "seven_cross_first"])
def test_a_bar_may_come_first(name, rng):
    assert all(np.ptp(first[:, 1]) < np.ptp(second[:, 1]) for first, second in drawn(name, rng))


@pytest.mark.parametrize("name", ["five_bar_backward", "seven_cross_backward"])
def test_a_bar_may_go_to_the_left(name, rng):
    assert all(bar[0, 0] > bar[-1, 0] for _, bar in drawn(name, rng))


def test_some_writers_draw_bars_from_right_to_left(rng):
    bars = [lines[1] for lines in drawn("seven_crossed", rng, count=100, right_to_left=True)]
    assert 0.6 < np.mean([bar[0, 0] > bar[-1, 0] for bar in bars]) < 0.95


def test_some_writers_draw_backward(rng):
    assert all(lines[0][0, 1] > lines[0][-1, 1] for lines in drawn("seven", rng, backward=1.0))


def test_few_writers_draw_in_an_odd_direction(rng):
    writers = [Writer.sample(rng) for _ in range(1000)]
    assert 0.03 < np.mean([writer.right_to_left for writer in writers]) < 0.15
    assert 0 < np.mean([writer.backward for writer in writers]) < 0.06


def test_a_pen_that_skips_breaks_lines_in_two(rng):
    assert {len(lines) for lines in drawn("two", rng, skips=1.0)} == {2}


def test_hooks_make_lines_longer(rng):
    plain, hooked = (
        np.mean([np.hypot(*np.diff(lines[0], axis=0).T).sum() for lines in sample])
        for sample in (drawn("one", rng), drawn("one", rng, hooks=1.0, hook=0.1))
    )
    assert plain + 0.05 < hooked < plain + 0.25


def test_a_coarse_pad_reports_few_points_on_its_grid(rng):
    for (line,) in drawn("eight", rng, spacing=0.1, grid=50.0):
        assert 15 < len(line) < 45
        assert np.allclose(line * 50, np.round(line * 50))
        assert np.hypot(*np.diff(line, axis=0).T).max() < 0.13


def holes(lines, width):
    """The number of paper areas that a pen of this width encloses."""
    image = cv2.resize(rasterize(lines, pen_width=width)[..., 0], None, fx=4, fy=4)
    ink = (image > 0.5).astype(np.uint8)
    _, hierarchy = cv2.findContours(ink, cv2.RETR_CCOMP, cv2.CHAIN_APPROX_SIMPLE)
    return int((hierarchy[0, :, 3] >= 0).sum())


CLOSED = [name for name in FORMS if FORMS[name].label in (0, 8) and "open" not in name]


@pytest.mark.parametrize("name", CLOSED)
def test_a_marker_leaves_loops_open(name, rng):
    kept = []
    for lines in drawn(name, rng, count=10):
        width = legible_width(lines, 8.0)
        assert THINNEST < width <= 8
        kept.append(holes(lines, width) >= min(1, holes(lines, 2.5)))
    assert sum(kept) >= 9


def test_a_fine_pen_shows_the_gap_of_a_six(rng):
    gaps = [holes(lines, 1.5) == 0 for lines in drawn("six_gap", rng, count=50)]
    assert np.mean(gaps) > 0.8


def test_a_line_without_loops_takes_the_widest_marker(rng):
    assert all(legible_width(lines, 8.0) == 8.0 for lines in drawn("one", rng))


def test_no_pen_is_wider_than_the_writer_wants(rng):
    assert all(legible_width(lines, 2.0) <= 2.0 for lines in drawn("three_round", rng))
