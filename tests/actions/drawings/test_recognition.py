import json
from collections.abc import Callable

import numpy as np
import pytest
from django.conf import LazySettings

from mlcore.ink import strokes
from mlcore.pictures.encoding import photographed, png
from recognizer.actions.drawings.recognition import Ink, read_picture, read_strokes, recognize
from recognizer.actions.drawings.store import save_drawing
from recognizer.actions.versions.serving import serving
from recognizer.models import Drawing, ModelVersion, User
from tests.conftest import ONE, SEVEN


def moved(scale: float, shift: float) -> list:
    return [[[x * scale + shift, y * scale + shift] for x, y in stroke] for stroke in SEVEN]


@pytest.mark.parametrize(
    ("scale", "shift"),
    [(1, 0), (1 / 3, 0.1), (1e-4, 0), (1e-4, 9e5), (3_000, 7), (1e-12, 0), (1e-310, 0)],
)
def test_the_stored_strokes_give_the_answered_network_input(scale: float, shift: float) -> None:
    ink = read_strokes(moved(scale, shift))
    again = read_strokes(json.loads(json.dumps(ink.strokes)))
    assert again.strokes == ink.strokes
    np.testing.assert_array_equal(again.network_input, ink.network_input)


@pytest.mark.parametrize("scale", [1e-6, 1e-3, 1, 40])
def test_the_stored_strokes_keep_the_shape(scale: float) -> None:
    sent = strokes.parse(moved(scale / 3, 0.1))
    ink = read_strokes(moved(scale / 3, 0.1))
    assert ink.strokes is not None
    for kept, stroke in zip(strokes.parse(ink.strokes), sent, strict=True):
        assert np.abs(kept - stroke)[:, :2].max() <= strokes.extent(sent) / 10_000


def test_coordinates_are_rounded_and_known_times_and_pressures_are_stored() -> None:
    sent = [[[10.12345, 20], {"x": 210, "y": 90, "t": 5, "p": 0.12345}]]
    assert read_strokes(sent).strokes == [
        [{"x": 10.12, "y": 20.0}, {"x": 210.0, "y": 90.0, "t": 0.0, "p": 0.123}]
    ]


@pytest.mark.parametrize("augmented", [False, True])
def test_a_setting_augments_stored_answers(
    owner: User, draw: Callable[..., Drawing], settings: LazySettings, augmented: bool
) -> None:
    settings.STORED_ANSWERS_AUGMENTED = augmented
    stored = draw(owner).answers.get()
    answer = recognize(read_strokes(SEVEN), augmented=augmented).answer
    other = recognize(read_strokes(SEVEN), augmented=not augmented).answer
    assert answer is not None
    assert other is not None
    assert stored.probabilities == pytest.approx(list(answer.probabilities))
    assert stored.probabilities != pytest.approx(list(other.probabilities))


def as_strokes(drawn: list) -> Ink:
    return read_strokes(drawn)


def as_picture(drawn: list) -> Ink:
    ink = strokes.ink_of(strokes.parse(drawn))
    assert ink is not None
    return read_picture(png(photographed(np.pad(ink, 40), 2, paper=231, black=37)))


@pytest.mark.parametrize("augmented", [False, True])
@pytest.mark.parametrize("drawn", [SEVEN, ONE, SEVEN + ONE])
@pytest.mark.parametrize("read", [as_strokes, as_picture])
def test_the_stored_network_input_gives_the_stored_answer_exactly(
    version: ModelVersion,
    owner: User,
    settings: LazySettings,
    read: Callable[[list], Ink],
    drawn: list,
    augmented: bool,
) -> None:
    settings.STORED_ANSWERS_AUGMENTED = augmented
    stored = Drawing.objects.get(pk=save_drawing(owner=owner, ink=read(drawn)).pk)

    pixels = np.frombuffer(stored.network_input, np.uint8).reshape(28, 28)
    assert len(np.unique(pixels)) > 10  # grays, where rounding could tell
    seen = pixels.astype(np.float32) / np.float32(255)
    answer = serving().recognizer.recognize(seen, augmented=augmented)
    kept = stored.answers.get()
    assert kept.probabilities == list(answer.probabilities)
    assert (kept.label, kept.confidence) == (answer.label, answer.confidence)
    assert kept.not_a_digit == answer.not_a_digit
