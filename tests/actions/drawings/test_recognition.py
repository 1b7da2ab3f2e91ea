import json
from collections.abc import Callable

import numpy as np
import pytest
from django.conf import LazySettings

from mlcore.ink import strokes
from recognizer.actions.drawings.recognition import read_strokes, recognize
from recognizer.models import Drawing, User
from tests.conftest import SEVEN


def moved(scale: float, shift: float) -> list:
    return [[[x * scale + shift, y * scale + shift] for x, y in stroke] for stroke in SEVEN]


@pytest.mark.parametrize(
    ("scale", "shift"),
    [(1, 0), (1 / 3, 0.1), (1e-4, 0), (1e-4, 9e5), (3_000, 7), (1e-12, 0), (1e-310, 0)],
)
def test_what_is_kept_gives_the_field_that_was_answered(scale: float, shift: float) -> None:
    ink = read_strokes(moved(scale, shift))
    again = read_strokes(json.loads(json.dumps(ink.strokes)))
    assert again.strokes == ink.strokes
    np.testing.assert_array_equal(again.network_input, ink.network_input)


@pytest.mark.parametrize("scale", [1e-6, 1e-3, 1, 40])
def test_what_is_kept_has_the_shape_of_what_was_sent(scale: float) -> None:
    sent = strokes.parse(moved(scale / 3, 0.1))
    ink = read_strokes(moved(scale / 3, 0.1))
    assert ink.strokes is not None
    for kept, stroke in zip(strokes.parse(ink.strokes), sent, strict=True):
        assert np.abs(kept - stroke)[:, :2].max() <= strokes.extent(sent) / 10_000


def test_pixels_are_kept_to_a_hundredth_with_time_and_pressure_where_known() -> None:
    sent = [[[10.12345, 20], {"x": 210, "y": 90, "t": 5, "p": 0.12345}]]
    assert read_strokes(sent).strokes == [
        [{"x": 10.12, "y": 20.0}, {"x": 210.0, "y": 90.0, "t": 0.0, "p": 0.123}]
    ]


@pytest.mark.parametrize("augmented", [False, True])
def test_stored_answers_are_augmented_as_the_setting_says(
    owner: User, draw: Callable[..., Drawing], settings: LazySettings, augmented: bool
) -> None:
    settings.STORED_ANSWERS_AUGMENTED = augmented
    answer = draw(owner).answers.get()
    answer = recognize(read_strokes(SEVEN), augmented=augmented).answer
    other = recognize(read_strokes(SEVEN), augmented=not augmented).answer
    assert answer is not None
    assert other is not None
    assert answer.probabilities == pytest.approx(list(answer.probabilities))
    assert answer.probabilities != pytest.approx(list(other.probabilities))
