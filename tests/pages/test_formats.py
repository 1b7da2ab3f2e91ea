from datetime import timedelta

import pytest
from django.utils.translation import override

from recognizer.presentation.numbers import as_percent, listed, localized
from recognizer.templatetags.digits import (
    DASH,
    brief,
    compact,
    duration,
    figure,
    percent,
    sign,
)


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
def test_percent_never_rounds_to_0_or_100(probability: float | None, text: str) -> None:
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
def test_counts_shares_and_tiny_values_have_different_formats(
    value: float | None, text: str
) -> None:
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
def test_durations_have_readable_units(time: timedelta | float | None, text: str) -> None:
    assert duration(time) == text


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (None, ""),
        (784, "784"),
        (23_891, "23.9 k"),
        (999_999, "1,000 k"),
        (13_706_112, "13.7 M"),
        (2_345_000_000, "2,345 M"),
    ],
)
def test_large_counts_are_short(number: int | None, text: str) -> None:
    assert compact(number).replace("\N{NO-BREAK SPACE}", " ") == text


@pytest.mark.parametrize(
    ("language", "number", "share", "words"),
    [
        ("en-gb", "-1,234.50", "98.0%", "4, 7 and 9"),
        ("de", "-1.234,50", "98,0\N{NO-BREAK SPACE}%", "4, 7 und 9"),
        ("fr", "-1\N{NARROW NO-BREAK SPACE}234,50", "98,0\N{NO-BREAK SPACE}%", "4, 7 et 9"),
        ("zz", "-1,234.50", "98.0%", "4, 7 and 9"),  # an unknown language
    ],
)
def test_numbers_and_lists_follow_the_language(
    language: str, number: str, share: str, words: str
) -> None:
    with override(language):
        assert localized("-1,234.50") == number
        assert as_percent("98.0") == share
        assert listed(["4", "7", "9"]) == words


@pytest.mark.parametrize(
    ("number", "text"),
    [("1234.5", "1234.5"), ("1.2e-05", "1.2e-05"), ("nan", "nan"), ("inf", "inf")],
)
def test_localizing_adds_no_grouping(number: str, text: str) -> None:
    assert localized(number) == text


@pytest.mark.parametrize(
    ("values", "text"),
    [([], ""), (["4"], "4"), (["4", "7"], "4 and 7"), (["{0}", "7"], "{0} and 7")],
)
def test_a_list_is_joined_with_commas_and_and(values: list[str], text: str) -> None:
    assert listed(values) == text


def test_a_label_is_shown_as_one_character() -> None:
    assert [sign(label) for label in (0, 9, 10, None)] == ["0", "9", DASH, DASH]


def test_the_brief_form_of_a_failure_is_its_last_line() -> None:
    detail = "Traceback\n  somewhere\nValueError: no\n"
    assert brief({"code": "child_ended", "status": 1, "detail": detail}) == (
        "The training process ended with exit status 1."
    )
