"""What a label is, and how numbers are compared."""

import pytest

from mlcore.evaluation.numbers import NumberFigures, edit_distance
from mlcore.labels import figures, is_number


@pytest.mark.parametrize(
    "text",
    [
        "10",
        "2026",
        "3.5",
        "1.234.567,50",
        "-4",
        "+4",
        "12:30",
        "3/4",
        "50%",
        "07",
        "3-4",
        "12-05-2024",
    ],
)
def test_numbers(text: str) -> None:
    assert is_number(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "7",
        "20?6",
        "3.",
        ".5",
        "1 2",
        "3-",
        "3--4",
        "3,,5",
        "x",
        "--4",
        "%",
        "٣٥",
        "²3",
        "1" * 25,
        "1\n",
    ],
)
def test_what_is_no_number(text: str) -> None:
    assert not is_number(text)


def test_figures_are_the_digits() -> None:
    assert figures("-1.234,50%") == "123450"


@pytest.mark.parametrize(
    ("wanted", "said", "errors"),
    [
        ("2026", "2026", 0),
        ("2026", "2025", 1),
        ("2026", "206", 1),
        ("26", "2?26", 2),
        ("10", "", 2),
    ],
)
def test_edit_distance(wanted: str, said: str, errors: int) -> None:
    assert edit_distance(wanted, said) == errors
    assert edit_distance(said, wanted) == errors


def test_rates_count_rows_as_often_as_they_say() -> None:
    found = NumberFigures.of([("2026", "2026", 3), ("10", "1", 2)])
    assert found == NumberFigures(n=5, exact=3, digits=16, errors=2)
    assert (found.accuracy, found.error_rate) == (0.6, 0.125)
    assert NumberFigures().accuracy == NumberFigures().error_rate == 0
