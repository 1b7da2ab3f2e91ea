"""Points that make no visible difference are left out."""

from itertools import pairwise

import numpy as np
import pytest

from mlcore.ink.simplification import TOLERANCE, simplified
from mlcore.ink.strokes import Strokes, extent, parse, rasterize


def scribble(seed: int) -> Strokes:
    """Up to three strokes: rough or smooth, with points that repeat, some closed."""
    random = np.random.default_rng(seed)
    strokes = []
    for _ in range(random.integers(1, 4)):
        path = np.cumsum(random.normal(size=(random.integers(1, 150), 2)), axis=0)
        if random.random() < 0.6:
            path = np.cumsum(path, axis=0)
        if random.random() < 0.3:
            path = np.vstack([path, path[:1]])
        if random.random() < 0.3:
            path = np.repeat(path, 2, axis=0)
        strokes.append(path.round(2).tolist())
    return parse(strokes)


def off(points: np.ndarray, start: np.ndarray, end: np.ndarray) -> float:
    """Return how far the points are from the line between two others, at most."""
    along = end - start
    length = (along**2).sum()
    share = np.clip((points - start) @ along / length, 0, 1) if length else np.zeros(len(points))
    return float(np.hypot(*(points - (start + share[:, np.newaxis] * along)).T).max(initial=0))


@pytest.mark.parametrize("seed", range(100))
def test_what_is_left_out_is_near_the_lines_that_are_left(seed: int) -> None:
    strokes = [
        np.column_stack([each[:, :2], np.arange(len(each)), np.ones(len(each))])
        for each in scribble(seed)
    ]
    most = 2 * TOLERANCE * (extent(strokes) or 1)  # two passes
    for before, after in zip(strokes, simplified(strokes), strict=True):
        assert (after[0, :2] == before[0, :2]).all()
        assert (after[-1] == before[-1]).all()
        for start, end in pairwise(after):
            between = before[int(start[2]) + 1 : int(end[2])]
            assert off(between[:, :2], start[:2], end[:2]) <= most


@pytest.mark.parametrize("seed", range(100))
def test_doing_it_again_changes_nothing(seed: int) -> None:
    once = simplified(scribble(seed))
    twice = simplified(once)
    assert all(np.array_equal(a, b, equal_nan=True) for a, b in zip(once, twice, strict=True))


def test_points_that_are_left_keep_time_and_pressure() -> None:
    strokes = parse([[{"x": x, "y": 0, "t": 10 * x, "p": 0.25} for x in range(50)]])
    (line,) = simplified(strokes)
    assert line.tolist() == [[0, 0, 0, 0.25], [49, 0, 490, 0.25]]


def test_taps_and_empty_drawings_stay() -> None:
    assert simplified([]) == []
    tap = parse([[[5, 5]]])
    assert simplified(tap)[0].tolist()[0][:2] == [5, 5]


def test_a_circle_stays_a_circle() -> None:
    angle = np.linspace(0, 2 * np.pi, 400)
    circle = parse([np.column_stack([np.cos(angle), np.sin(angle)]).tolist()])
    fewer = simplified(circle)
    assert 60 < len(fewer[0]) < 150
    before, after = rasterize(circle), rasterize(fewer)
    assert before is not None
    assert after is not None
    assert np.abs(before[..., 0] - after[..., 0]).max() < 0.06
