"""Strokes that are random, and JSON that is nearly strokes: read, or refused with words."""

import json
import math
from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from mlcore.errors import InvalidInk
from mlcore.ink.strokes import MAX_COORDINATE, MAX_TIME, extent, parse, rasterize
from recognizer.actions.drawings.recognition import as_points, rounded

coordinates = st.floats(-MAX_COORDINATE, MAX_COORDINATE) | st.integers(-1000, 1000)
pairs = st.lists(coordinates, min_size=2, max_size=2)
points = st.fixed_dictionaries(
    {"x": coordinates, "y": coordinates},
    optional={"t": st.floats(0, MAX_TIME), "p": st.floats(0, 1)},
)
drawings = st.lists(st.lists(pairs | points, max_size=20), max_size=8)
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.sampled_from(["x", "y", "t", "p", "strokes"]), inner, max_size=4)
    ),
    max_leaves=20,
)
MANY = settings(max_examples=settings.default.max_examples * 20)


@MANY
@given(drawings)
def test_every_drawing_in_range_becomes_an_image(drawing: list[Any]) -> None:
    strokes = parse(drawing)
    image = rasterize(strokes)
    assert (image is None) == (not any(drawing))
    if image is not None:
        assert np.isfinite(image).all()
        assert 0 <= image.min() <= image.max() <= 1
        assert image[..., 0].max() > 0.5, "ink must show"


@MANY
@given(drawings)
def test_what_is_stored_is_valid_json_and_gives_the_same_ink(drawing: list[Any]) -> None:
    strokes = rounded(parse(drawing))
    stored = json.dumps([as_points(stroke) for stroke in strokes], allow_nan=False)
    again = rounded(parse(json.loads(stored)))
    assert len(again) == len(strokes)
    for one, other in zip(strokes, again, strict=True):
        np.testing.assert_array_equal(one[:, [0, 1, 3]], other[:, [0, 1, 3]])


@MANY
@given(drawings, st.floats(1e-3, 1e3), st.integers(-1000, 1000))
def test_neither_unit_nor_origin_matters(drawing: list[Any], unit: float, origin: int) -> None:
    strokes = [stroke[:, :2] for stroke in parse(drawing)]
    size = extent(strokes)
    if not 1 <= size <= 1e4 or max(np.abs(stroke).max() for stroke in strokes) > 1e4:
        return  # too small or too far away for the same digits of a float
    image = rasterize(strokes)
    moved = rasterize([stroke * unit + origin for stroke in strokes])
    assert image is not None
    assert moved is not None
    assert np.abs(image[..., 0] - moved[..., 0]).mean() < 0.01


@MANY
@given(json_values)
def test_other_json_is_refused_with_words(value: Any) -> None:
    try:
        strokes = parse(value)
    except InvalidInk as refusal:
        words, kind = str(refusal), refusal.kind
    else:
        assert all(math.isfinite(x) for stroke in strokes for x in stroke[:, :2].flat)
        return
    assert words
    assert kind in ("invalid", "too_large")


@MANY
@given(drawings, st.floats(-MAX_TIME, MAX_TIME))
def test_times_that_are_read_can_be_read_again(drawing: list[Any], t: float) -> None:
    timed = [*drawing, [{"x": 0, "y": 0, "t": t}]]
    try:
        strokes = parse(timed)
    except InvalidInk as refusal:
        assert "t is out of range" in str(refusal)  # noqa: PT017
        return
    parse([as_points(stroke) for stroke in rounded(strokes)])
