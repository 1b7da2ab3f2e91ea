import io
import json

import numpy as np
import pytest
from PIL import Image

from mlcore.data import development_sets
from mlcore.data.datasets import Part, checksum
from mlcore.errors import DataUnavailable
from tests.mlcore.data.dev_sets import save_dev_sets


@pytest.fixture
def sets(tmp_path):
    return save_dev_sets(tmp_path)


def pixels(data):
    return np.asarray(Image.open(io.BytesIO(data)))


def test_canvas_drawings_become_pictures_of_their_pixels(sets):
    canvas = development_sets.canvas(sets)
    with np.load(sets / "canvas_dev.npz") as file:
        assert np.array_equal([pixels(picture) for picture in canvas.pictures], file["x"])
        assert np.array_equal(canvas.labels, file["y"])
    assert canvas.names.tolist() == ["0", "1", "2", "3"]
    assert not canvas.junk.any()  # the list belongs to one known file


def test_photographs_are_labeled_by_their_names(sets):
    phone, letters = development_sets.phone(sets), development_sets.letters(sets)
    assert phone.names.tolist() == ["0_blank.png", "1_2.png", "7_2.png"]
    assert phone.labels.tolist() == [0, 1, 7]
    assert [development_sets.letter_of(name) for name in letters.names] == ["A", "L", "o"]
    assert letters.labels.tolist() == [10, 10, 10]


def test_reading_keeps_labels_and_blank_pictures_are_zeros(sets):
    read = development_sets.phone(sets).read()
    assert (read.images.shape, read.images.dtype) == ((3, 28, 28), np.uint8)
    assert read.images.any(axis=(1, 2)).tolist() == [False, True, True]
    assert read.labels.tolist() == [0, 1, 7]


def test_take_keeps_pictures_labels_and_names_together(sets):
    last = development_sets.phone(sets).take(np.array([2]))
    assert (last.labels.tolist(), last.names.tolist(), len(last)) == ([7], ["7_2.png"], 1)
    assert last.pictures[0] == (sets / "phone_dev" / "7_2.png").read_bytes()


def test_known_junk_is_marked_only_in_the_known_file(sets, monkeypatch):
    with np.load(sets / "canvas_dev.npz") as file:
        known = checksum(Part(file["x"], file["y"]))
    monkeypatch.setattr(development_sets, "CANVAS_SHA256", known)
    monkeypatch.setattr(development_sets, "ANOTHER_DIGIT", (1,))
    monkeypatch.setattr(development_sets, "NO_DIGIT", (3,))
    assert development_sets.canvas(sets).junk.tolist() == [False, True, False, True]


def test_no_drawing_is_listed_twice():
    listed = [*development_sets.ANOTHER_DIGIT, *development_sets.NO_DIGIT]
    assert len(set(listed)) == len(listed)
    assert max(listed) < 1344


def test_each_set_may_be_missing(tmp_path):
    assert development_sets.canvas(tmp_path) is None
    assert development_sets.phone(tmp_path) is None
    assert development_sets.letters(tmp_path) is None
    assert development_sets.pen_digits(tmp_path) is None
    assert development_sets.pen_symbols(tmp_path) is None


def test_pen_digits_have_writers_and_sources(sets):
    digits = development_sets.pen_digits(sets)
    assert (digits.labels.tolist(), digits.names.tolist()) == ([7, 1, 4, 1], ["0", "1", "2", "3"])
    assert digits.writers.tolist() == ["tra3", "tra3", "tra12", "w03"]
    assert digits.sources.tolist() == ["pendigits"] * 3 + ["formulas"]
    last = digits.take(np.array([3]))
    assert (last.names.tolist(), last.writers.tolist(), len(last)) == (["3"], ["w03"], 1)
    assert last.strokes == [digits.strokes[3]]


def test_pen_symbols_are_no_digits_and_keep_their_names(sets):
    symbols = development_sets.pen_symbols(sets)
    assert symbols.labels.tolist() == [10, 10, 10]
    assert symbols.names.tolist() == [r"\leftarrow", "|", "z"]


@pytest.mark.parametrize(
    ("name", "label", "read"),
    [
        ("pen_dev.json", "x", development_sets.pen_digits),
        ("pen_symbols_dev.json", 4, development_sets.pen_symbols),
    ],
)
def test_a_broken_entry_of_a_pen_set_is_reported(sets, name, label, read):
    (sets / name).write_text(json.dumps([{"user": "w1", "label": label, "strokes": [[[0, 0]]]}]))
    with pytest.raises(DataUnavailable, match=f"{name}, entry 1: “label” must be"):
        read(sets)


def test_a_photograph_without_a_label_is_reported(sets):
    (sets / "phone_dev" / "seven_3.png").write_bytes(b"")
    with pytest.raises(DataUnavailable, match=r"seven_3\.png"):
        development_sets.phone(sets)


def test_an_unreadable_file_of_drawings_is_reported(sets):
    np.savez(sets / "canvas_dev.npz", pictures=np.zeros(3))
    with pytest.raises(DataUnavailable, match="canvas_dev"):
        development_sets.canvas(sets)


def test_the_argument_for_the_folder_overrides_the_environment(tmp_path, monkeypatch):
    monkeypatch.delenv("DEV_SETS_PATH", raising=False)
    assert development_sets.folder(None) is None
    monkeypatch.setenv("DEV_SETS_PATH", str(tmp_path))
    assert development_sets.folder(None) == tmp_path
    with pytest.raises(DataUnavailable, match="DEV_SETS_PATH"):
        development_sets.folder(tmp_path / "missing")


def test_scikit_learns_digits_become_dark_ink_on_white_paper():
    digits = development_sets.scikit_digits()
    # Class counts of the test part of "Optical Recognition of Handwritten Digits" (UCI).
    assert np.bincount(digits.labels).tolist() == [178, 182, 177, 183, 181, 182, 181, 179, 174, 180]
    zero = pixels(digits.pictures[0])
    assert zero.shape == (192, 192)
    assert (zero[:, :24] == 255).all()
    assert zero.min() < 60
    assert zero[96, 96] > zero.min() + 100  # the hole of the 0
