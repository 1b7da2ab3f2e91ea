"""When each point of a drawing is drawn again. The times are worked out by hand."""

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


def test_points_come_when_they_came() -> None:
    assert times(
        [point(0, 0, 50), point(0, 9, 90), point(5, 9, 250)], [point(1, 1, 600), point(2, 2, 640)]
    ) == [[0, 40, 200], [550, 590]]


def test_nobody_waits_longer_than_a_second() -> None:
    assert times(
        [point(0, 0, 0), point(0, 9, 100)], [point(1, 1, 60_100), point(2, 2, 60_150)]
    ) == [
        [0, 100],
        [1100, 1150],
    ]


def test_a_clock_that_goes_back_stands_still() -> None:
    assert times([point(0, 0, 0), point(0, 9, 300), point(5, 9, 200), point(9, 9, 400)]) == [
        [0, 300, 300, 500]
    ]


# The ink fills 72 of the box's 100, which the even pen crosses in 800 ms: 8 ms a unit.
@pytest.mark.parametrize("t", [None, 7])
def test_without_times_the_pen_is_equally_fast_everywhere(t: float | None) -> None:
    """That every point has the same time is no time either."""
    line = [point(0, 0, t), point(25, 0, t), point(100, 0, t)]
    assert times(line, [point(0, 50, t)]) == [[0, 18 * 8, 72 * 8], [72 * 8 + 250]]


def test_one_time_that_is_missing_makes_all_even() -> None:
    assert times([point(0, 0, 0), point(50, 0), point(100, 0, 10)]) == [[0, 288, 576]]
    played = replay([[point(0, 0, 0), point(50, 0), point(100, 0, 10)]])
    assert played is not None
    assert not played.is_timed


def test_places_are_those_of_the_thumbnail_and_pressure_is_kept() -> None:
    strokes = [[point(0, 0, 0, 0.25), point(0, 500, 80, 0.5)]]
    played = replay(strokes)

    assert played is not None
    assert played.strokes == [
        [{"x": 50, "y": 14, "t": 0, "p": 0.25}, {"x": 50, "y": 86, "t": 80, "p": 0.5}]
    ]
    assert ink_path(strokes) == "M50.0 14.0L50.0 86.0"
    assert (played.duration, played.is_timed) == (80, True)


@pytest.mark.parametrize("strokes", [None, [], [[]], [[point(3, 3, 0)]]])
def test_there_is_nothing_to_play_in_nothing_or_a_dot(strokes: list | None) -> None:
    assert replay(strokes) is None


def test_two_dots_are_played_one_after_the_other() -> None:
    assert times([point(3, 3)], [], [point(9, 3)]) == [[0], [250]]
