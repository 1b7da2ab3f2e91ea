from datetime import timedelta

import pytest

from recognizer.templatetags.digits import DASH, duration, figure, last_line, percent, sign


@pytest.mark.parametrize(
    ("probability", "text"),
    [
        (0.0, "0.0%"),
        (0.0001, "<0.1%"),
        (0.9864, "98.6%"),
        (0.99999, ">99.9%"),
        (1.0, "100.0%"),
        (None, ""),
    ],
)
def test_percent_never_rounds_to_a_certainty(probability: float | None, text: str) -> None:
    assert percent(probability) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (13, "13"),
        (0.985, "98.50%"),
        (1.0, "100.00%"),
        (0.0, "0"),
        (3.1e-6, "0.000003"),
        (None, DASH),
    ],
)
def test_counts_shares_and_tiny_differences_are_told_apart(value: float | None, text: str) -> None:
    assert figure(value) == text


@pytest.mark.parametrize(
    ("time", "text"),
    [
        (4.4, "4 s"),
        (timedelta(seconds=70), "1 min 10 s"),
        (3_725, "1 h 2 min"),
        (-3, "0 s"),
        (None, ""),
    ],
)
def test_durations_are_read_by_people(time: timedelta | float | None, text: str) -> None:
    assert duration(time) == text


def test_a_label_has_one_sign() -> None:
    assert [sign(label) for label in (0, 9, 10, None)] == ["0", "9", DASH, DASH]


def test_the_reason_is_the_last_line() -> None:
    assert last_line("Traceback\n  somewhere\nValueError: no\n") == "ValueError: no"
