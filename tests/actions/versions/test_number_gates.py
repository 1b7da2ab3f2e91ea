"""Gates on how numbers are read."""

from typing import Any

import pytest

from recognizer.actions.versions.promotion import judge
from tests.actions.versions.verdicts import report


def gate(found: dict[str, Any], key: str) -> dict[str, Any] | None:
    return next((each for each in judge(found)["gates"] if each["key"] == key), None)


def own(n: int, correct: int) -> dict[str, Any]:
    return {"n": n, "correct": correct, "right": "1" * correct + "0" * (n - correct)}


@pytest.mark.parametrize(("after", "passed"), [(0.96, True), (0.94, True), (0.93, False)])
def test_the_reference_set_of_numbers_may_fall_a_little(after: float, passed: bool) -> None:
    found = report()
    found["after"]["numbers"]["accuracy"] = after
    assert gate(found, "numbers")["passed"] is passed
    assert judge(found)["passed"] is passed


@pytest.mark.parametrize("key", ["number_corrections", "gold_numbers"])
def test_as_many_own_numbers_are_read_as_before(key: str) -> None:
    found = report()
    assert gate(found, key) is None
    found["before"][key], found["after"][key] = own(10, 6), own(10, 6)
    assert gate(found, key)["passed"] is True
    found["after"][key] = own(10, 5)
    assert gate(found, key)["passed"] is False
    assert not judge(found)["passed"]


def test_held_out_numbers_must_not_fall_significantly() -> None:
    found = report()
    found["before"]["number_holdout"] = found["after"]["number_holdout"] = own(10, 9)
    assert gate(found, "number_holdout")["passed"] is True
    found["after"]["number_holdout"] = own(10, 6)
    assert gate(found, "number_holdout")["passed"] is False


def test_whole_numbers_that_are_read_now_count_as_learned() -> None:
    found = report()
    found["after"]["corrections"] = found["before"]["corrections"]
    assert gate(found, "learned")["passed"] is False
    found["before"]["number_corrections"] = own(4, 1)
    found["after"]["number_corrections"] = own(4, 3)
    assert gate(found, "learned")["passed"] is True


def test_reports_without_figures_of_numbers_are_judged_without_them() -> None:
    found = report()
    for side in ("before", "after", "shipped"):
        for key in ("numbers", "number_corrections", "number_holdout", "gold_numbers"):
            del found[side][key]
    assert gate(found, "numbers")["passed"] is None
    assert judge(found)["passed"]
