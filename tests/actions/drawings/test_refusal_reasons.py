"""Why there is no digit in an answer."""

import pytest

from mlcore.recognition.inference import Answer
from recognizer.actions.drawings.recognition import read_strokes, recognize
from recognizer.actions.drawings.refusal_reasons import Reason, reason_of
from recognizer.models import ModelVersion

SEVEN = [[[80, 80], [240, 80], [150, 300]]]
ONE = [[[330, 80], [328, 300]]]
# A four whose upright does not reach its arm.
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


def test_digits_side_by_side_are_named(version: ModelVersion) -> None:
    found = recognize(read_strokes(SEVEN + ONE))
    assert found.answer is not None
    assert not found.answer.is_digit
    assert found.several == (7, 1)


def test_a_digit_in_parts_is_not_several(version: ModelVersion) -> None:
    found = recognize(read_strokes(FOUR))
    assert found.answer is not None
    assert (found.answer.digit, found.several) == (4, ())


def test_a_star_is_not_several(version: ModelVersion) -> None:
    found = recognize(read_strokes(STAR))
    assert found.answer is not None
    assert (found.answer.is_digit, found.several) == (False, ())
