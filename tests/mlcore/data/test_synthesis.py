import subprocess
import sys
from dataclasses import replace

import cv2
import numpy as np
import pytest

from mlcore.data.synthesis import (
    Writer,
    digit_strokes,
    digits,
    draw,
    negative_strokes,
    negatives,
    sampling,
    sheet,
)
from mlcore.data.synthesis.curves import curve, path
from mlcore.data.synthesis.forms import FORMS, LINE_FORMS, form, in_other_order
from mlcore.data.synthesis.scrawls import SCRAWLS
from mlcore.data.synthesis.symbols import LETTERS, SIGNS
from mlcore.ink.geometry import BOX, CENTER, IMAGE_SIDE
from mlcore.ink.strokes import MAX_POINTS, MAX_STROKES, parse, rasterize
from mlcore.labels import DIGITS, NOT_A_DIGIT

EVERYTHING = [*FORMS, *LINE_FORMS, *LETTERS, *SIGNS, *SCRAWLS]


@pytest.fixture
def rng():
    return np.random.default_rng(11)


def holes(image):
    """The number of paper areas enclosed by ink, by OpenCV's contour hierarchy."""
    larger = cv2.resize(image, None, fx=4, fy=4, interpolation=cv2.INTER_CUBIC)
    _, hierarchy = cv2.findContours(
        (larger > 100).astype(np.uint8), cv2.RETR_CCOMP, cv2.CHAIN_APPROX_SIMPLE
    )
    return int((hierarchy[0, :, 3] >= 0).sum())


def share_with_holes(form_name, count, rng):
    images, _ = digits(150, rng, forms=[form_name])
    return np.mean([holes(image) == count for image in images])


@pytest.mark.parametrize("name", FORMS)
def test_every_form_has_the_mnist_geometry(name, rng):
    images, labels = digits(20, rng, forms=[name])
    assert images.shape == (20, IMAGE_SIDE, IMAGE_SIDE)
    assert images.dtype == np.uint8
    assert set(labels) == {FORMS[name].label}
    for image in images:
        rows, columns = np.nonzero(image > 16)
        assert 17 <= max(np.ptp(rows), np.ptp(columns)) + 1 <= BOX + 1
        mass = image.astype(float)
        assert abs((mass.sum(1) @ np.arange(IMAGE_SIDE)) / mass.sum() - CENTER) <= 0.6
        assert abs((mass.sum(0) @ np.arange(IMAGE_SIDE)) / mass.sum() - CENTER) <= 0.6


def test_the_amount_of_ink_is_as_in_mnist(rng):
    # MNIST's training part has 103 pixels above half gray per digit.
    images, _ = digits(400, rng)
    assert 90 < (images > 127).sum(axis=(1, 2)).mean() < 120


@pytest.mark.parametrize(
    ("name", "count"),
    [
        ("zero", 1),
        ("zero_slashed", 2),
        ("zero_slash_out", 2),
        ("one", 0),
        ("one_upstroke", 0),
        ("one_flat_flag", 0),
        ("one_lambda", 0),
        ("one_both", 0),
        ("one_both_joined", 0),
        ("two", 0),
        ("two_angular", 0),
        ("three_round", 0),
        ("four_open", 0),
        ("four_closed", 1),
        ("four_cursive", 0),
        ("five", 0),
        ("five_like_s", 0),
        ("six_loop", 1),
        ("seven", 0),
        ("seven_crossed", 0),
        ("eight", 2),
        ("eight_circles", 2),
        ("eight_lower_circle_first", 2),
        ("nine_straight", 1),
        ("nine_curled_left", 1),
        ("nine_two_strokes", 1),
    ],
)
def test_forms_have_as_many_holes_as_their_digits(name, count, rng, monkeypatch):
    monkeypatch.setattr(sampling, "_DOTTED", 0)  # dots enclose nothing
    assert share_with_holes(name, count, rng) > 0.8


def test_dotted_lines_consist_of_many_components(rng, monkeypatch):
    fine = replace(Writer.sample(rng), thickness=0.8)

    def parts():
        images, _ = digits(60, rng, forms=["seven"], writer=fine)
        return [cv2.connectedComponents((image > 128).astype(np.uint8))[0] - 1 for image in images]

    monkeypatch.setattr(sampling, "_DOTTED", 0)
    assert np.median(parts()) == 1
    monkeypatch.setattr(sampling, "_DOTTED", 1)
    assert np.median(parts()) >= 4


def test_the_same_seed_draws_the_same_images():
    first, labels = digits(30, np.random.default_rng(5))
    again, same_labels = digits(30, np.random.default_rng(5))
    other, _ = digits(30, np.random.default_rng(6))
    assert np.array_equal(first, again)
    assert np.array_equal(labels, same_labels)
    assert not np.array_equal(first, other)
    assert np.array_equal(
        negatives(30, np.random.default_rng(5)), negatives(30, np.random.default_rng(5))
    )


def test_labels_are_balanced_and_shuffled(rng):
    _, labels = digits(205, rng)
    assert set(np.bincount(labels, minlength=10)) == {20, 21}
    assert np.any(np.diff(labels.astype(int)) < 0)


def test_named_forms_come_in_equal_parts(rng):
    _, labels = digits(90, rng, forms=["seven_crossed", "one_both", "one_foot"])
    assert dict(zip(*np.unique(labels, return_counts=True), strict=True)) == {1: 60, 7: 30}


def test_digits_are_the_rasters_of_their_strokes():
    drawn = digit_strokes(40, np.random.default_rng(5))
    images, labels = digits(40, np.random.default_rng(5))
    assert np.array_equal(drawn.labels, labels)
    for lines, width, image in zip(drawn.strokes, drawn.pen_widths, images, strict=True):
        assert np.array_equal(np.rint(rasterize(lines, pen_width=width)[..., 0] * 255), image)


def test_negatives_are_the_rasters_of_their_strokes():
    drawn = negative_strokes(40, np.random.default_rng(5))
    images = negatives(40, np.random.default_rng(5))
    assert set(drawn.labels) == {NOT_A_DIGIT}
    for lines, width, image in zip(drawn.strokes, drawn.pen_widths, images, strict=True):
        assert np.array_equal(np.rint(rasterize(lines, pen_width=width)[..., 0] * 255), image)


@pytest.mark.parametrize("drawn", [digit_strokes, negative_strokes])
def test_strokes_are_points_with_a_pen(drawn, rng):
    sample = drawn(200, rng)
    assert len(sample.strokes) == len(sample.pen_widths) == len(sample.labels) == 200
    assert 1 <= sample.pen_widths.min() < sample.pen_widths.max() <= 8
    for lines in sample.strokes:
        assert all(line.ndim == 2 and line.shape[1] == 2 for line in lines)
        assert np.isfinite(np.concatenate(lines)).all()


def test_no_strokes_are_drawn_if_none_are_wanted(rng):
    assert digit_strokes(0, rng).strokes == []
    assert digits(0, rng)[0].shape == (0, IMAGE_SIDE, IMAGE_SIDE)


def test_an_unknown_form_is_refused(rng):
    with pytest.raises(KeyError, match="seven_backwards"):
        digits(3, rng, forms=["seven_backwards"])
    with pytest.raises(KeyError, match="seven_backwards"):
        draw("seven_backwards", rng)


def test_digits_of_one_writer_are_more_similar_than_those_of_two(rng):
    within, between = [], []
    for _ in range(12):
        writer, other = Writer.sample(rng), Writer.sample(rng)
        a, _ = digits(12, rng, forms=["three_round"], writer=writer)
        b, _ = digits(12, rng, forms=["three_round"], writer=other)
        a, b = a.astype(float), b.astype(float)
        within.append(np.abs(a[:6] - a[6:]).mean())
        between.append(np.abs(a - b).mean())
    assert np.mean(between) > 1.3 * np.mean(within)


def test_a_writer_mostly_uses_one_form(rng):
    writer = Writer.sample(rng)
    names = [writer.form_of(7, rng).name for _ in range(200)]
    assert 170 < names.count(writer.forms[7]) < 200


def test_negatives_are_never_blank_and_differ(rng):
    images = negatives(300, rng)
    assert images.shape == (300, IMAGE_SIDE, IMAGE_SIDE)
    assert images.dtype == np.uint8
    assert images.max(axis=(1, 2)).min() > 127
    assert len({image.tobytes() for image in images}) > 280  # single dots may be equal


@pytest.mark.parametrize("letter", "BDGIOQSZbgiloqsyz")
def test_letters_that_look_like_digits_are_not_negatives(letter):
    assert letter not in {name.split("_")[1] for name in LETTERS}


@pytest.mark.parametrize("name", EVERYTHING)
def test_drawings_are_strokes_that_the_site_accepts(name, rng):
    strokes = draw(name, rng)
    assert 1 <= len(strokes) <= MAX_STROKES
    assert sum(map(len, strokes)) <= MAX_POINTS
    points = np.concatenate(strokes)
    assert points.dtype == np.float64
    assert np.isfinite(points).all()
    assert points[:, :2].min() >= 0
    assert np.all(np.diff(points[:, 2]) >= 0)
    assert 0 <= points[:, 3].min() <= points[:, 3].max() <= 1
    sent = [[dict(zip("xytp", map(float, p), strict=True)) for p in stroke] for stroke in strokes]
    assert np.allclose(rasterize(parse(sent)), rasterize(strokes))


@pytest.mark.parametrize("digit", range(10))
def test_a_digit_is_drawn_by_its_number(digit, rng):
    assert draw(digit, rng)


def test_masters_with_different_points_are_refused():
    with pytest.raises(ValueError, match="masters of seven differ"):
        form("seven", 7, ["0,0 50,0! 20,99", "0,0 50,0! 20,50 20,99"])


def test_a_form_in_another_order():
    known = form("seven", 7, ["0,0 50,0! 20,99 | 5,40 50,40"])
    other = in_other_order(known, [2, -1], "seven_again")
    cross, seven = other.masters[0]
    assert np.allclose(cross.points, [[0.05, 0.4], [0.5, 0.4]])
    assert np.allclose(seven.points, [[0.2, 0.99], [0.5, 0], [0, 0]])
    assert list(seven.corners) == [False, True, False]
    assert [len(strokes) for strokes in in_other_order(known, [1], "uncrossed").masters] == [1]
    with pytest.raises(IndexError):
        in_other_order(known, [3], "three")


@pytest.mark.parametrize("digit", DIGITS)
def test_every_form_of_a_digit_is_named_after_it(digit):
    name = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")[digit]
    labels = {known.label for key, known in FORMS.items() if key.split("_")[0] == name}
    assert labels == {digit}


def test_a_curve_passes_through_its_control_points():
    control = path("0,0 50,20 100,0 60,-80")
    drawn = curve(control.points, control.corners, roundness=1, samples=7)
    assert np.allclose(drawn[::7], control.points)


def test_a_curve_without_roundness_is_a_polygon():
    control = path("0,0 100,0! 100,100")
    drawn = curve(control.points, control.corners, roundness=0, samples=9)
    assert np.all((np.abs(drawn[:, 1]) < 1e-9) | (np.abs(drawn[:, 0] - 1) < 1e-9))


def test_the_sheet_has_a_row_for_every_drawing(tmp_path, rng):
    sheet(tmp_path / "sheet.png", rng, columns=2)
    page = cv2.imread(str(tmp_path / "sheet.png"), cv2.IMREAD_GRAYSCALE)
    assert page.shape[0] == len(EVERYTHING) * (IMAGE_SIDE + 2)
    assert page.min() == 0


def test_it_reports_that_the_sheet_cannot_be_written(tmp_path, rng):
    with pytest.raises(OSError, match=r"sheet\.png"):
        sheet(tmp_path / "missing" / "sheet.png", rng, columns=1)


def test_it_needs_neither_tensorflow_nor_django():
    heavy = "{'tensorflow', 'django'} & set(sys.modules)"
    code = f"import sys, mlcore.data.synthesis; sys.exit(bool({heavy}))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
