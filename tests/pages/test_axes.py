"""The ends and marks of charts' axes."""

import pytest

from recognizer.presentation.axes import axis


@pytest.mark.parametrize(
    ("values", "limits", "marks"),
    [
        ([0.013, 2.345], {"least": 0}, (0, 1, 2, 3)),
        ([0.9, 0.994], {"least": 0, "most": 1}, (0.9, 0.925, 0.95, 0.975, 1)),
        ([1.0, 1.0], {"least": 0, "most": 1, "span": 0.02}, (0.98, 0.985, 0.99, 0.995, 1)),
        ([0, 0], {"least": 0, "most": 1, "span": 0.02}, (0, 0.005, 0.01, 0.015, 0.02)),
        ([0, 137], {"least": 0, "whole": True}, (0, 50, 100, 150)),
        ([0, 2], {"least": 0, "whole": True}, (0, 1, 2)),
        ([0, 0], {"least": 0, "whole": True}, (0, 1)),
        ([0.0017, 0.0095], {"least": 0}, (0, 0.002, 0.004, 0.006, 0.008, 0.01)),
    ],
)
def test_an_axis_has_round_marks_and_holds_all_values(
    values: list[float], limits: dict, marks: tuple[float, ...]
) -> None:
    found = axis(values, **limits)
    assert found.marks == marks
    assert found.low <= min(values)
    assert found.high >= max(values)
    assert (found.share(found.low), found.share(found.high)) == (0, 1)
