"""The times of the points in a replay. The expected times were computed by hand."""

import pytest

from recognizer.presentation.replay import replay
from recognizer.presentation.thumbnails import ink_path


def point(x: float, y: float, t: float | None = None, p: float | None = None) -> dict[str, float]:
    known = {"x": x, "y": y, "t": t, "p": p}
    return {name: value for name, value in known.items() if value is not None}


def times(*strokes: list[dict[str, float]]) -> list[list[float]]:
    played = replay(strokes)
    assert played is not None
    return [[each["t"] for each in stroke] for stroke in played.strokes]


def test_points_keep_their_times() -> None:
    assert times(
        [point(0, 0, 50), point(0, 9, 90), point(5, 9, 250)], [point(1, 1, 600), point(2, 2, 640)]
    ) == [[0, 40, 200], [550, 590]]


def test_a_pause_lasts_at_most_a_second() -> None:
    assert times(
        [point(0, 0, 0), point(0, 9, 100)], [point(1, 1, 60_100), point(2, 2, 60_150)]
    ) == [
        [0, 100],
        [1100, 1150],
    ]


def test_a_time_that_goes_back_counts_as_no_time_passed() -> None:
    assert times([point(0, 0, 0), point(0, 9, 300), point(5, 9, 200), point(9, 9, 400)]) == [
        [0, 300, 300, 500]
    ]


# The ink fills 72 of the box's 100 units. The constant speed is 100 units in 800 ms: 8 ms a unit.
@pytest.mark.parametrize("t", [None, 7])
def test_without_times_the_speed_is_constant(t: float | None) -> None:
    """Equal times of all points count as no times."""
    line = [point(0, 0, t), point(25, 0, t), point(100, 0, t)]
    assert times(line, [point(0, 50, t)]) == [[0, 18 * 8, 72 * 8], [72 * 8 + 250]]


def test_one_missing_time_makes_the_speed_constant() -> None:
    assert times([point(0, 0, 0), point(50, 0), point(100, 0, 10)]) == [[0, 288, 576]]
    played = replay([[point(0, 0, 0), point(50, 0), point(100, 0, 10)]])
    assert played is not None
    assert not played.is_timed


def test_positions_equal_the_thumbnails_and_pressure_is_kept() -> None:
    strokes = [[point(0, 0, 0, 0.25), point(0, 500, 80, 0.5)]]
    played = replay(strokes)

    assert played is not None
    assert played.strokes == [
        [{"x": 50, "y": 14, "t": 0, "p": 0.25}, {"x": 50, "y": 86, "t": 80, "p": 0.5}]
    ]
    assert ink_path(strokes) == "M50.0 14.0L50.0 86.0"
    assert (played.duration, played.is_timed) == (80, True)


@pytest.mark.parametrize("strokes", [None, [], [[]], [[point(3, 3, 0)]]])
def test_no_ink_and_a_single_dot_have_no_replay(strokes: list | None) -> None:
    assert replay(strokes) is None


def test_two_dots_are_replayed_one_after_the_other() -> None:
    assert times([point(3, 3)], [], [point(9, 3)]) == [[0], [250]]
