import json
from collections.abc import Callable

import numpy as np
import pytest
from django.conf import LazySettings

from mlcore.ink import strokes
from mlcore.pictures.encoding import photographed, png
from recognizer.actions.drawings.recognition import Ink, read_picture, read_strokes, recognize
from recognizer.actions.drawings.store import save_drawing
from recognizer.actions.versions.rescore import answer_to
from recognizer.actions.versions.serving import serving
from recognizer.models import Drawing, ModelVersion, User
from recognizer.models.drawings import packed, unpacked
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

    assert stored.planes.dtype == np.uint8
    assert len(np.unique(stored.planes)) > 10  # levels, which rounding could change
    seen = stored.planes.astype(np.float32) / np.float32(255)
    answer = serving().recognizer.recognize(seen, augmented=augmented)
    kept = stored.answers.get()
    assert kept.probabilities == list(answer.probabilities)
    assert (kept.label, kept.confidence) == (answer.label, answer.confidence)
    assert kept.not_a_digit == answer.not_a_digit
    assert answer_to(stored, serving(), version).probabilities == kept.probabilities


def test_a_canvas_drawing_is_stored_with_the_directions_of_its_strokes(
    version: ModelVersion, owner: User
) -> None:
    ink = read_strokes(SEVEN)
    stored = Drawing.objects.get(pk=save_drawing(owner=owner, ink=ink).pk)
    assert stored.directions is not None
    assert len(stored.directions) < 3_000  # compressed
    np.testing.assert_array_equal(stored.planes, ink.planes)
    np.testing.assert_array_equal(stored.planes[..., 0], stored.as_array)
    assert ink.network_input is not None
    np.testing.assert_array_equal(np.divide(stored.planes, 255, dtype="f4"), ink.network_input)
    assert stored.planes[..., 1:].any()


def test_an_upload_is_stored_without_directions(version: ModelVersion, owner: User) -> None:
    ink = as_picture(SEVEN)
    stored = Drawing.objects.get(pk=save_drawing(owner=owner, ink=ink).pk)
    assert stored.directions is None
    assert stored.planes.shape == (28, 28, 9)
    np.testing.assert_array_equal(stored.planes, ink.planes)
    np.testing.assert_array_equal(stored.planes[..., 0], stored.as_array)
    assert stored.as_array.any()
    assert not stored.planes[..., 1:].any()


@pytest.mark.parametrize("source", ["canvas", "upload"])
def test_a_blank_drawing_has_a_blank_network_input(source: str, version: ModelVersion) -> None:
    blank = read_strokes([]) if source == "canvas" else read_picture(png(np.full((9, 9), 255)))
    assert blank.network_input is None
    assert not blank.planes.any()
    assert blank.as_bytes == bytes(784)
    assert blank.source == source
    assert (blank.directions is None) is (source == "upload")


def test_packed_directions_are_unpacked_unchanged() -> None:
    directions = np.random.default_rng(1).integers(0, 256, (28, 28, 8)).astype(np.uint8)
    np.testing.assert_array_equal(unpacked(packed(directions)), directions)
    np.testing.assert_array_equal(unpacked(memoryview(packed(directions))), directions)
