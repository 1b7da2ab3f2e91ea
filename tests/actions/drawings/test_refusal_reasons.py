"""Reasons why an answer is not a digit."""

from typing import Any

import cv2
import numpy as np
import pytest

from mlcore.pictures.encoding import png
from mlcore.recognition.inference import Answer
from recognizer.actions.drawings.recognition import Mode, read_picture, read_strokes, recognize
from recognizer.actions.drawings.refusal_reasons import Reason, reason_of
from recognizer.models import ModelVersion

SEVEN = [[[80, 80], [240, 80], [150, 300]]]
ONE = [[[330, 80], [328, 300]]]
# A four whose vertical stroke does not touch the other one.
FOUR = [[[110, 60], [70, 190], [150, 190]], [[165, 90], [163, 290]]]
# A star: six rays.
STAR = [[[150, 150], [150 + x, 150 + y]] for x, y in ((0, -90), (80, 45), (-80, 45), (0, 95))]


def refusal(not_a_digit: float, likeliest: float) -> Answer:
    shares = [(1 - likeliest) / 9] * 10
    shares[7] = likeliest
    return Answer(tuple(shares), not_a_digit, 10, not_a_digit)


def test_a_digit_needs_no_reason() -> None:
    assert reason_of(Answer((0.1,) * 10, 0.1, 7, 0.9)) is None


@pytest.mark.parametrize(
    ("not_a_digit", "likeliest", "reason"),
    [
        (0.6, 0.9, Reason.UNSURE),  # 7 with 0.36
        (0.6, 0.3, Reason.UNKNOWN),  # 7 with 0.12
        (0.99, 1.0, Reason.UNKNOWN),
    ],
)
def test_a_refused_drawing_may_look_like_a_digit(
    not_a_digit: float, likeliest: float, reason: Reason
) -> None:
    assert reason_of(refusal(not_a_digit, likeliest)) is reason


def test_a_blank_drawing_has_its_own_reason() -> None:
    assert reason_of(None) is Reason.BLANK


def test_digits_side_by_side_are_a_number(version: ModelVersion) -> None:
    found = recognize(read_strokes(SEVEN + ONE))
    assert found.answer is not None
    assert not found.answer.is_digit
    assert found.number is not None
    assert found.number.text == "71"


def test_a_digit_in_parts_is_no_number(version: ModelVersion) -> None:
    found = recognize(read_strokes(FOUR))
    assert found.answer is not None
    assert (found.answer.digit, found.number) == (4, None)


def test_a_star_is_no_number(version: ModelVersion) -> None:
    found = recognize(read_strokes(STAR))
    assert found.answer is not None
    assert (found.answer.is_digit, found.number) == (False, None)


MINUS = [[[-20, 180], [50, 178]]]
PLUS = [[[-30, 180], [50, 182]], [[10, 140], [9, 220]]]


@pytest.mark.parametrize(
    ("strokes", "text"),
    [(MINUS + SEVEN, "-7"), (SEVEN + MINUS, "-7"), (PLUS + SEVEN, "+7"), (MINUS + FOUR, "-4")],
)
def test_a_sign_before_a_digit_is_read_with_it(
    version: ModelVersion, strokes: list[Any], text: str
) -> None:
    found = recognize(read_strokes(strokes))
    assert found.answer is not None
    assert found.text == text
    assert reason_of(found.answer, several=found.number is not None) == Reason.SEVERAL


def test_a_sign_before_a_digit_in_a_picture_is_read_with_it(version: ModelVersion) -> None:
    gray = np.full((200, 230), 235, np.uint8)
    cv2.polylines(gray, [np.array([[95, 50], [135, 50], [115, 150]])], False, (30,), 8)
    cv2.line(gray, (40, 100), (76, 100), (30,), 8)
    assert recognize(read_picture(png(gray))).text == "-7"


@pytest.mark.parametrize(
    ("strokes", "mode", "text"),
    [
        (SEVEN, Mode.NUMBER, "7"),
        (SEVEN, Mode.AUTO, None),
        (SEVEN + ONE, Mode.NUMBER, "71"),
        (SEVEN + ONE, Mode.DIGIT, None),
    ],
)
def test_the_mode_says_what_is_read(
    version: ModelVersion, strokes: list[Any], mode: Mode, text: str | None
) -> None:
    number = recognize(read_strokes(strokes), mode=mode).number
    assert (number and number.text) == text


def test_boxes_are_in_the_units_of_the_picture_that_was_sent(version: ModelVersion) -> None:
    gray = np.full((1200, 2400), 240, np.uint8)  # larger than pictures are read
    cv2.line(gray, (900, 360), (890, 840), 20, 42)
    cv2.ellipse(gray, (1440, 600), (170, 240), 0, 0, 360, 20, 42)
    number = recognize(read_picture(png(gray)), mode=Mode.NUMBER).number
    assert number is not None
    assert number.text == "10"
    assert number.marks[1].box == pytest.approx((1249, 339, 1631, 861), abs=50)
