"""Numbers are read from strokes and ink; single digits are never split, and nothing is invented."""

from collections.abc import Sequence

import cv2
import numpy as np
import pytest

from mlcore.data.synthesis.sampling import draw
from mlcore.data.synthesis.writers import Writer
from mlcore.ink.geometry import line_with_pen_width
from mlcore.ink.strokes import Strokes, extent, ink_of
from mlcore.pictures.encoding import photographed
from mlcore.recognition import written_line
from mlcore.recognition.bundle import shipped
from mlcore.recognition.numbers import NumberReader
from tests.mlcore.picture_kinds.digits import PLAIN

# Fives with a detached bar: above the bowl, beside the stem's top, and far to the right.
BODY = [[80, 60], [76, 130], [120, 118], [160, 150], [150, 200], [110, 225], [70, 210]]
BARS = [[[84, 40], [165, 36]], [[100, 60], [175, 56]], [[140, 58], [230, 52]]]


@pytest.fixture(scope="module")
def reader() -> NumberReader:
    return shipped().number_reader()


def paths(*strokes: Sequence[Sequence[float]]) -> Strokes:
    return [np.asarray(stroke, float) for stroke in strokes]


def number(text: str, rng: np.random.Generator, gap: float = 0.3) -> Strokes:
    """Digits by one writer side by side on a line, `gap` heights apart, 100 units high."""
    writer, strokes, right = Writer.sample(rng), [], 0.0
    for digit in text:
        drawn = plain(digit, rng, writer)
        points = np.concatenate(drawn)
        low, high = points.min(axis=0), points.max(axis=0)
        scale = 100 / (high - low)[1]
        drawn = [(each - low) * scale + (right, 0) for each in drawn]
        right = float(np.concatenate(drawn)[:, 0].max()) + 100 * gap
        strokes += drawn
    return strokes


def plain(digit: str, rng: np.random.Generator, writer: Writer | None = None) -> Strokes:
    """A digit of at most three strokes: not dotted, as by a pen that skips."""
    while True:
        drawn = [each[:, :2] for each in draw(PLAIN[int(digit)], rng, writer=writer)]
        if len(drawn) <= 3:
            return drawn


def picture(strokes: Strokes) -> np.ndarray:
    """A gray picture of strokes that are 100 units high, 60 pixels high."""
    ink = ink_of(strokes, pen_width=2.5 * 100 / extent(strokes))
    assert ink is not None
    small = cv2.resize(ink, None, fx=60 / ink.shape[0], fy=60 / ink.shape[0])
    return photographed(np.pad(small, 20), 1, paper=225, black=60)


def texts(count: int, rng: np.random.Generator) -> list[str]:
    lengths = rng.integers(2, 6, count)
    return ["".join(map(str, rng.integers(0, 10, length))) for length in lengths]


def test_most_numbers_are_read_from_strokes(reader: NumberReader) -> None:
    rng = np.random.default_rng(1)
    wanted = texts(40, rng)
    read = [reader.read_strokes(number(text, rng)) for text in wanted]
    assert sum(got.digits == text for got, text in zip(read, wanted, strict=True)) >= 37


MINUS, PLUS = [[[0, 50], [45, 48]]], [[[0, 50], [45, 52]], [[22, 28], [24, 72]]]


COLON = [[[0, 30], [3, 32]], [[0, 85], [3, 87]]]
SIGNS = {"-": MINUS, "+": PLUS, ":": COLON, ".": COLON[1:]}


def signed(text: str, rng: np.random.Generator, gap: float) -> Strokes:
    """Digits by one writer and signs, `gap` heights apart."""
    strokes, right = [], 0.0
    for each in text:
        drawn = paths(*SIGNS.get(each, [])) or number(each, rng)
        points = np.concatenate(drawn)
        drawn = [stroke + (right - points[:, 0].min(), 0) for stroke in drawn]  # noqa: RUF005
        right = float(np.concatenate(drawn)[:, 0].max()) + 100 * gap
        strokes += drawn
    return strokes


@pytest.mark.parametrize("gap", [0.1, 0.2, 0.35])
def test_signs_before_and_between_digits_are_not_lost(reader: NumberReader, gap: float) -> None:
    rng = np.random.default_rng(5)
    wanted = ["-7", "-2", "+5", "-35", "3-4", "12-05", "+62", "6+3", "12:30", "4.50"] * 3
    read = [reader.read_strokes(signed(text, rng, gap)).text for text in wanted]
    assert sum(got == text for got, text in zip(read, wanted, strict=True)) >= 26


def test_specks_between_digits_are_no_points(reader: NumberReader) -> None:
    def dot(x: float, y: float) -> list[list[float]]:
        return [[x, y], [x + 4, y + 3]]

    def mark(x: float) -> list[list[list[float]]]:
        return [dot(x, 92), dot(x + 14, 90), dot(x + 28, 93)]

    seven = [[0, 0], [60, 0], [20, 100]]
    one = [[150, 0], [150, 100]]
    assert reader.read_strokes(paths(seven, *mark(85), one)).text == "71"
    assert reader.read_strokes(paths(seven, dot(100, 92), one)).text == "7.1"


def test_signs_are_read_from_pictures(reader: NumberReader) -> None:
    rng, network = np.random.default_rng(6), shipped().ink_network()
    wanted = ["-7", "-2", "-35", "3-4", "12-05", "+62", "6+3", "-180", "12:30", "4.50"] * 3
    right = 0
    for text in wanted:
        right += reader.read_picture(picture(signed(text, rng, 0.35)), network).text == text
    assert right >= 24


def test_most_numbers_are_read_from_pictures(reader: NumberReader) -> None:
    rng, network = np.random.default_rng(2), shipped().ink_network()
    wanted = texts(30, rng)
    right = 0
    for text in wanted:
        right += reader.read_picture(picture(number(text, rng)), network).digits == text
    assert right >= 26


def test_boxes_and_strokes_say_which_digit_is_where(reader: NumberReader) -> None:
    seven, four = (
        paths([[0, 0], [60, 0], [30, 100]]),
        paths([[120, 0], [100, 60], [160, 60]], [[145, 20], [143, 100]]),
    )
    got = reader.read_strokes([four[0], *seven, four[1]])
    assert got.text == "74"
    assert [mark.strokes for mark in got.marks] == [(1,), (0, 2)]
    assert got.marks[0].box == (0, 0, 60, 100)
    assert got.marks[1].box == (100, 0, 160, 100)


def test_boxes_of_a_picture_are_in_its_pixels(reader: NumberReader) -> None:
    gray = np.full((200, 400), 240, np.uint8)
    cv2.line(gray, (150, 60), (148, 140), 20, 7)
    cv2.ellipse(gray, (240, 100), (28, 40), 0, 0, 360, 20, 7)
    got = reader.read_picture(gray, shipped().ink_network())
    assert got.text == "10"
    one, zero = (mark.box for mark in got.marks)
    assert one == pytest.approx((145, 57, 153, 144), abs=8)
    assert zero == pytest.approx((208, 57, 272, 144), abs=8)


@pytest.mark.parametrize("bar", BARS)
def test_a_five_with_a_detached_bar_is_one_digit(
    reader: NumberReader, bar: list[list[float]]
) -> None:
    assert reader.read_strokes(paths(BODY, bar)).digits in ("5", "")


def test_single_digits_are_not_split(reader: NumberReader) -> None:
    rng = np.random.default_rng(3)
    read = [reader.read_strokes(plain(digit, rng)) for digit in "0123456789" for _ in range(8)]
    assert sum(len(got.digits) > 1 for got in read) <= 1


def test_signs_stand_where_they_are_written(reader: NumberReader) -> None:
    three, five = number("3", np.random.default_rng(4)), number("5", np.random.default_rng(4))
    comma = paths([[95, 92], [85, 120]])
    shifted = [each + np.array([110.0, 0.0]) for each in five]
    got = reader.read_strokes([*three, *comma, *shifted])
    assert got.text == "3,5"
    assert got.digits == "35"


def beside(*parts: Strokes, gap: float = 15.0) -> Strokes:
    """Put parts side by side; their heights stay."""
    strokes, right = [], 0.0
    for part in parts:
        left = min(float(each[:, 0].min()) for each in part)
        strokes += [each + np.array([right - left, 0.0]) for each in part]
        right = max(float(each[:, 0].max()) for each in strokes) + gap
    return strokes


def ring(x: float, y: float, radius: float) -> Sequence[Sequence[float]]:
    turn = np.linspace(-np.pi / 2, 3 * np.pi / 2, 20)
    circle = np.stack([x + radius * np.cos(turn), y + radius * np.sin(turn)], axis=1)
    return [[float(a), float(b)] for a, b in circle]


def test_slashes_between_digits_are_no_ones(reader: NumberReader) -> None:
    slash, read = paths([[60, -25], [0, 125]]), []
    for seed in range(8):
        rng = np.random.default_rng([7, seed])
        strokes = beside(number("24", rng), slash, number("8", rng), slash, number("26", rng))
        read.append(reader.read_strokes(strokes).text)
    assert [text.count("/") for text in read] == [2] * 8
    assert read.count("24/8/26") >= 4  # some of the digits are dotted


def test_ones_that_lean_alike_are_no_slashes(reader: NumberReader) -> None:
    one = [[45, 0], [0, 100]]
    small, high = paths([[40, 5], [0, 95]]), paths([[50, -8], [0, 108]])
    nine = number("9", np.random.default_rng(8))
    got = reader.read_strokes(beside(paths(one), high, small, high, nine, gap=30))
    assert got.text == "11119"


@pytest.mark.parametrize("seed", range(4))
def test_a_percent_sign_after_a_number_is_kept(reader: NumberReader, seed: int) -> None:
    rng = np.random.default_rng([9, seed])
    percent = paths(ring(18, 20, 17), [[75, 0], [15, 100]], ring(75, 80, 18))
    got = reader.read_strokes(beside(number("35", rng), percent))
    assert got.text == "35%"
    assert got.digits == "35"
    assert len(got.marks[-1].strokes) == 3


def test_a_slash_and_a_percent_sign_are_read_in_a_picture(reader: NumberReader) -> None:
    rng, network = np.random.default_rng(10), shipped().ink_network()
    slash = paths([[60, -25], [0, 125]])
    percent = paths(ring(18, 15, 16), [[95, 0], [25, 100]], ring(100, 82, 17))
    strokes = beside(number("24", rng), slash, number("38", rng), percent, gap=25)
    ink = ink_of(strokes, pen_width=2 * 100 / extent(strokes))
    assert ink is not None
    small = cv2.resize(ink, None, fx=90 / ink.shape[0], fy=90 / ink.shape[0])
    gray = photographed(np.pad(small, 20), 1, paper=225, black=60)
    assert reader.read_picture(gray, network).text == "24/38%"


def test_a_slash_after_an_amount_is_left_out(reader: NumberReader) -> None:
    slash, dash = paths([[60, -25], [0, 125]]), paths([[0, 55], [55, 52]])
    got = reader.read_strokes(beside(number("540", np.random.default_rng(11)), slash, dash))
    assert (got.text, got.left_out) == ("540", "/-")


def test_a_dash_after_an_amount_is_left_out(reader: NumberReader) -> None:
    strokes = number("70", np.random.default_rng(5))
    right = max(float(each[:, 0].max()) for each in strokes)
    point, dash = [[right + 20, 97], [right + 22, 99]], [[right + 45, 60], [right + 105, 55]]
    got = reader.read_strokes([*strokes, *paths(point, dash)])
    assert (got.text, got.left_out) == ("70", ".-")


def test_what_is_no_digit_is_marked_or_left_out_and_never_read(reader: NumberReader) -> None:
    one = [[0, 0], [0, 100]]
    star = [[[120 + x, 50 + y], [120 - x, 50 - y]] for x, y in ((0, 45), (40, 25), (40, -25))]
    got = reader.read_strokes(paths(one, *star))
    assert got.digits in ("1?", "1")


@pytest.mark.parametrize("seed", range(4))
def test_a_number_is_not_sure_if_something_between_its_digits_cannot_be_read(
    reader: NumberReader, seed: int
) -> None:
    rng = np.random.default_rng([12, seed])
    star = paths(*([[x, y], [-x, -y]] for x, y in ((0, 50), (45, 25), (45, -25))))
    got = reader.read_strokes(beside(number("20", rng), star, number("26", rng)))
    assert got.confidence == 0 if "?" in got.text else got.confidence <= 0.75
    plain = reader.read_strokes(number("2026", np.random.default_rng([12, seed])))
    assert plain.confidence > 0.9


def test_signs_that_only_resemble_digits_are_no_number(reader: NumberReader) -> None:
    turn = np.linspace(0, 2 * np.pi, 24)
    infinity = np.stack([50 * np.sin(turn), 25 * np.sin(2 * turn)], axis=1)
    spiral = 8 * turn[:, None] * np.stack([np.cos(2 * turn), np.sin(2 * turn)], axis=1)
    assert reader.read_strokes([infinity]).text in ("?", "")
    assert reader.read_strokes([spiral]).text in ("?", "")


def test_nothing_is_read_of_nothing(reader: NumberReader) -> None:
    assert reader.read_strokes([]).text == ""
    assert reader.read_ink(np.zeros((40, 80), np.float32)).text == ""
    blank = np.full((60, 200), 230, np.uint8)
    assert reader.read_picture(blank, shipped().ink_network()).text == ""


@pytest.mark.parametrize("unit", [1e-9, 1, 1_000, 1e6])
@pytest.mark.parametrize(
    "line",
    [[[[0, 0], [1, 0]]], [[[0, 0], [1, 0]], [[3, 0], [4, 0]]], [[[0, 0]], [[3, 0]]]],
    ids=["a line", "two lines", "two taps"],
)
def test_flat_lines_are_no_number_in_any_unit(
    reader: NumberReader, line: list[list[list[float]]], unit: float
) -> None:
    strokes = [each * unit for each in paths(*line)]
    assert reader.read_strokes(strokes).text == ""


@pytest.mark.parametrize("size", [5e-324, 1e-310, 1e-300])
@pytest.mark.parametrize("end", [(0, 1), (1, 0), (1, 1)])
def test_a_stroke_that_is_hardly_one_is_a_tap(
    reader: NumberReader, end: tuple[int, int], size: float
) -> None:
    strokes = paths([[0, 0], [end[0] * size, end[1] * size]])
    assert reader.read_strokes(strokes).text == reader.read_strokes(paths([[0, 0]])).text == ""


@pytest.mark.parametrize("low", [5e-324, 1e-310, 1e-9])
def test_a_line_that_is_hardly_higher_than_flat_is_read(reader: NumberReader, low: float) -> None:
    assert reader.read_strokes(paths([[0, 0], [1e6, low]])).text == ""


def test_specks_and_scribbles_are_no_numbers_and_take_no_time(reader: NumberReader) -> None:
    rng = np.random.default_rng(6)
    specks = (rng.random((300, 1200)) < 0.01).astype(np.float32)
    assert reader.read_ink(specks).text == ""
    strokes = [rng.random((2, 2)) * 1000 for _ in range(64)]
    assert reader.read_strokes(strokes).text == ""


def test_a_long_line_of_low_writing_stays_small(
    reader: NumberReader, monkeypatch: pytest.MonkeyPatch
) -> None:
    shapes = []

    def watched(ink: np.ndarray, height: float) -> np.ndarray:
        shapes.append(ink.shape)
        return line_with_pen_width(ink, height)

    monkeypatch.setattr(written_line, "line_with_pen_width", watched)
    ink = np.zeros((40, 8_000), np.float32)
    ink[20:22, 100:130] = 1
    reader.read_ink(ink)
    assert max(shapes[0]) <= 4_000
