"""Two digits side by side are distinguished from one digit in several strokes."""

import numpy as np
import pytest

from mlcore.data.synthesis.sampling import draw
from mlcore.data.synthesis.writers import Writer
from mlcore.ink.strokes import ink_of
from mlcore.recognition import bundle
from mlcore.recognition.inference import Recognizer
from mlcore.recognition.segmentation import THIN, digits_side_by_side, pieces_of
from tests.mlcore.picture_kinds.digits import PLAIN

# Fives with a detached bar: above the bowl, beside the stem's top, and far to the right.
BODY = [[80, 60], [76, 130], [120, 118], [160, 150], [150, 200], [110, 225], [70, 210]]
BARS = [[[84, 40], [165, 36]], [[100, 60], [175, 56]], [[140, 58], [230, 52]]]


@pytest.fixture(scope="module")
def recognizer() -> Recognizer:
    return bundle.shipped().recognizer()


def cut(strokes):
    return ink_of([np.asarray(stroke, float) for stroke in strokes], pen_width=THIN)


def beside(one, other, gap):
    """Put two drawings side by side; gap: in heights of the higher one."""
    left, right = np.concatenate(one), np.concatenate(other)
    height = max(np.ptp(left[:, 1]), np.ptp(right[:, 1]))
    shift = left[:, :2].max(axis=0) - right[:, :2].min(axis=0)
    shift = np.array([shift[0] + gap * height, left[:, 1].min() - right[:, 1].min()])
    return [stroke[:, :2] for stroke in one] + [stroke[:, :2] + shift for stroke in other]


def test_most_pairs_are_detected_and_read_from_left_to_right(recognizer):
    rng = np.random.default_rng(1)
    pairs = [rng.integers(0, 10, 2) for _ in range(40)]
    seen = []
    for pair in pairs:
        writer = Writer.sample(rng)
        one, other = (draw(PLAIN[digit], rng, writer=writer) for digit in pair)
        found = digits_side_by_side(cut(beside(one, other, 0.3)), recognizer)
        seen.append([answer.label for answer in found])
    named = [labels == pair.tolist() for labels, pair in zip(seen, pairs, strict=True) if labels]
    assert len(named) >= 32  # of 40
    assert np.mean(named) >= 0.9


def test_single_digits_are_never_split(recognizer):
    rng = np.random.default_rng(2)
    drawings = [draw(PLAIN[digit], rng) for digit in range(10) for _ in range(8)]
    several = [digits_side_by_side(cut(each), recognizer) for each in drawings]
    assert several == [[]] * 80


@pytest.mark.parametrize("bar", BARS)
def test_a_five_with_a_detached_bar_is_one_digit(recognizer, bar):
    five = cut([BODY, bar])
    assert len(pieces_of(five)) == 1
    assert digits_side_by_side(five, recognizer) == []


def test_components_above_each_other_are_one_piece():
    assert len(pieces_of(cut([[[0, 0], [50, 0]], [[0, 60], [50, 60]], [[0, 120], [50, 120]]]))) == 1


def test_a_dot_beside_a_digit_is_not_a_digit(recognizer):
    assert digits_side_by_side(cut([[[0, 0], [0, 100]], [[60, 90], [62, 92]]]), recognizer) == []


def test_a_non_digit_beside_a_digit_is_not_counted(recognizer):
    one = [[0, 0], [0, 100]]
    star = [[[60 + x, 50 + y], [60 - x, 50 - y]] for x, y in ((0, 45), (40, 25), (40, -25))]
    assert len(pieces_of(cut([one, *star]))) == 2
    assert digits_side_by_side(cut([one, *star]), recognizer) == []


def test_blank_ink_has_no_pieces():
    assert pieces_of(np.zeros((20, 20), np.float32)) == []
