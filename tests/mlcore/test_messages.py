"""Messages: codes with parameters, and their English."""

import json

import pytest

from mlcore import codes
from mlcore.errors import InvalidInk
from mlcore.messages import CODES, Code, english


def test_a_message_is_plain_json() -> None:
    message = codes.NOT_A_STROKE(stroke=2, what=codes.JSON_LIST(count=3), shape="So and so.")
    assert json.loads(json.dumps(message)) == {
        "code": "not_a_stroke",
        "stroke": 2,
        "what": {"code": "json_list", "count": 3},
        "shape": "So and so.",
    }
    assert english(message) == "Stroke 2 is a list with 3 items. So and so."


def test_a_code_takes_its_parameters_and_no_others() -> None:
    with pytest.raises(TypeError, match="most"):
        codes.TOO_MANY_POINTS(count=7)
    with pytest.raises(TypeError, match="other"):
        codes.READING_MNIST(other=7)


def test_no_two_codes_are_the_same() -> None:
    before = dict(CODES)
    with pytest.raises(ValueError, match="reading_mnist"):
        Code("reading_mnist", "Reading something else")
    assert before == CODES


@pytest.mark.parametrize(
    ("form", "number", "text"),
    [
        ("", 7, "7"),
        (",", 1_200, "1,200"),
        ("g", 1e-6, "1e-06"),
        (".3f", 0.12345, "0.123"),
        (".2%", 0.875, "87.50%"),
        ("g%", 0.995, "99.5%"),
    ],
)
def test_numbers_are_written_as_the_code_says(form: str, number: float, text: str) -> None:
    try:
        assert english(Code("tried", "{number}", number=form)(number=number)) == text
    finally:
        del CODES["tried"]


def test_an_error_carries_its_message_and_reads_as_english() -> None:
    error = InvalidInk(codes.TOO_MANY_STROKES(count=65, most=64), kind="too_large")
    assert str(error) == "There are 65 strokes; at most 64 are allowed."
    assert (error.code, error.kind) == ("too_many_strokes", "too_large")
    assert error.message == {"code": "too_many_strokes", "count": 65, "most": 64}
