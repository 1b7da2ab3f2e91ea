import json
import os
import re
from pathlib import Path

import numpy as np
import pytest

from mlcore.data import pen
from mlcore.errors import DataUnavailable
from mlcore.ink.strokes import parse, rasterize
from mlcore.messages import english
from tests.mlcore.data.pen_files import (
    DIGITS,
    ONE,
    SEVEN,
    entries,
    save_json,
    save_unipen,
    unipen_text,
)

ADVICE = "https://archive.ics.uci.edu/dataset/81"


def refusal(path):
    """Return the message about an unusable file, without the advice that all have."""
    with pytest.raises(DataUnavailable) as raised:
        pen.read(path)
    text = str(raised.value)
    assert str(path) in text
    assert ADVICE in text
    return text.removesuffix(f"; {english(pen.ADVICE)}")


def json_refusal(folder, change):
    """Return the message about three entries of which the second one is changed."""
    found = entries()
    found[1] = change(found[1])
    path = save_json(folder / "pen.json", found)
    return refusal(path).removeprefix(f"{path}, ")


def unipen_refusal(folder, old, new, count=1):
    text = unipen_text()
    assert old in text
    path = save_unipen(folder, text.replace(old, new, count))
    return refusal(path).removeprefix(f"{path}, ")


def line_of(text):
    return unipen_text().splitlines().index(text) + 1


def test_strokes_are_read_in_the_order_and_direction_of_the_pen(tmp_path):
    digits = pen.read(save_json(tmp_path / "pen.json", entries()))
    assert (digits.labels.tolist(), digits.labels.dtype) == ([7, 1, 4], np.uint8)
    assert digits.writers.tolist() == ["tra3", "tra3", "tra12"]
    assert [stroke.tolist() for stroke in digits.strokes[0]] == [
        [[0, 0], [600, 0], [250, 1000]],  # the longer side is 1,000
        [[100, 500], [500, 500]],
    ]
    assert digits.strokes[0][0].dtype == np.float64


def test_y_grows_upwards_in_unipen_files_and_downwards_here(tmp_path):
    digits = pen.read(save_unipen(tmp_path))
    first, second = digits.strokes[0]
    assert first.tolist() == [[0, 0], [600, 0], [250, 1000]]
    assert second.tolist() == [[100, 500], [500, 500]]
    assert [len(strokes) for strokes in digits.strokes] == [2, 1, 2]
    assert digits.writers.tolist() == ["tra3", "tra3", "tra12"]


def test_the_checksum_is_that_of_the_content_and_not_of_the_format(tmp_path):
    of_json = pen.read(save_json(tmp_path / "pen.json", entries()))
    of_unipen = pen.read(save_unipen(tmp_path))
    assert of_json.checksum == of_unipen.checksum


@pytest.mark.parametrize("what", ["label", "writer", "order", "direction", "pen lifted"])
def test_the_checksum_changes_with(tmp_path, what):
    seven = [stroke[::-1] for stroke in SEVEN] if what == "direction" else SEVEN
    seven = seven[::-1] if what == "order" else seven
    seven = [seven[0] + seven[1]] if what == "pen lifted" else seven
    first = (1 if what == "label" else 7, 4 if what == "writer" else 3, seven)
    changed = pen.read(save_json(tmp_path / "b.json", entries([first, *DIGITS[1:]])))
    assert changed.checksum != pen.read(save_json(tmp_path / "a.json", entries())).checksum


def test_a_folder_with_both_files_numbers_its_writers_separately(tmp_path):
    save_unipen(tmp_path)
    save_unipen(tmp_path, unipen_text(DIGITS[:1]), name="pendigits-orig.tes")
    digits = pen.read(tmp_path)
    assert digits.writers.tolist() == ["tra3", "tra3", "tra12", "tes3"]
    assert digits.labels.tolist() == [7, 1, 4, 7]


def test_coord_names_the_columns(tmp_path):
    with_pressure = re.sub(r"^ (\d+)  (\d+)$", r"99 \2 \1", unipen_text(), flags=re.MULTILINE)
    digits = pen.read(save_unipen(tmp_path, ".COORD P Y X\n" + with_pressure))
    assert digits.checksum == pen.read(save_json(tmp_path / "pen.json", entries())).checksum
    path = save_unipen(tmp_path, ".COORD X P\n" + unipen_text())
    assert refusal(path).endswith("line 1: .COORD must name the columns X and Y")


def test_a_broken_json_file_is_refused_with_its_line(tmp_path):
    path = tmp_path / "pen.json"
    path.write_text(json.dumps(entries(), indent=1)[:-100])
    lines = len(path.read_text().splitlines())
    assert f", line {lines}: " in refusal(path)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda entry: [entry], "an object with “user”, “label” and “strokes” is expected"),
        (lambda entry: entry | {"user": 3}, "“user” must be the name of the writer"),
        (lambda entry: entry | {"user": ""}, "“user” must be the name of the writer"),
        (lambda entry: entry | {"label": "x"}, "“label” must be a whole number from 0 to 9"),
        (lambda entry: entry | {"label": 10}, "“label” must be a whole number from 0 to 9"),
        (lambda entry: entry | {"label": True}, "“label” must be a whole number from 0 to 9"),
        (lambda entry: entry | {"label": 1.0}, "“label” must be a whole number from 0 to 9"),
        (lambda entry: entry | {"source": 1}, "“source” must be a string"),
        (lambda entry: entry | {"strokes": []}, "the drawing has no points"),
        (lambda entry: entry | {"strokes": [[]]}, "the drawing has no points"),
        (lambda entry: {"user": "tra1", "label": 1}, "The strokes are null"),
        (lambda entry: entry | {"strokes": [[[1]]]}, "Stroke 1, point 1 is"),
        (lambda entry: entry | {"strokes": [[[1, "a"]]]}, "Stroke 1, point 1: y is"),
        (lambda entry: entry | {"strokes": [[[1, 1e9]]]}, "Stroke 1, point 1: y is out of range"),
        (lambda entry: entry | {"strokes": [[[1, float("nan")]]]}, "Stroke 1, point 1: y is out"),
        (lambda entry: entry | {"strokes": [[[0, 0]]] * 65}, "There are 65 strokes"),
    ],
)
def test_a_wrong_entry_is_refused_with_its_number_and_the_reason(tmp_path, change, reason):
    assert json_refusal(tmp_path, change).startswith(f"entry 2: {reason}")


@pytest.mark.parametrize(
    ("old", "new", "line", "reason"),
    [
        ('2 ? "1"', '2 ? "l"', '.SEGMENT DIGIT 2 ? "1"', ".SEGMENT must be as in"),
        ('2 ? "1"', "2", '.SEGMENT DIGIT 2 ? "1"', ".SEGMENT must be as in"),
        ("DIGIT 2", "WORD 2", '.SEGMENT DIGIT 2 ? "1"', ".SEGMENT must be as in"),
        ('2 ? "1"', '2-3 ? "1"', '.SEGMENT DIGIT 2 ? "1"', "strokes of the digit"),
        ("1 3 1", "1 three 1", ".COMMENT 1 3 1", "a digit has one .COMMENT: its label, which is 1"),
        ("1 3 1", "2 3 1", ".COMMENT 1 3 1", "a digit has one .COMMENT: its label, which is 1"),
        (".COMMENT 1 3 1\n", "\n", '.SEGMENT DIGIT 2 ? "1"', "the digit has no .COMMENT"),
        (" 230  200", " 230", " 230  200", "a point must be one number for each of X, Y"),
        (" 230  200", " 230  200 9", " 230  200", "a point must be one number for each of X, Y"),
        (" 230  200", " 230  2OO", " 230  200", "a point must be one number for each of X, Y"),
        (" 230  200", " 230  inf", '.SEGMENT DIGIT 2 ? "1"', "Stroke 1, point 3: y is"),
    ],
)
def test_a_broken_unipen_file_is_refused_with_the_line(tmp_path, old, new, line, reason):
    message = unipen_refusal(tmp_path, old, new)
    assert message.startswith(f"line {line_of(line)}: {reason}")


def test_strokes_that_do_not_begin_or_end_are_refused(tmp_path):
    down, up = line_of(".PEN_DOWN"), line_of(".PEN_UP")
    lost_down = unipen_refusal(tmp_path, ".PEN_DOWN", ".PEN_DWN")
    assert lost_down.startswith(f"line {up}: .PEN_UP is not expected here")
    lost_up = unipen_refusal(tmp_path, ".PEN_UP\n.DT 100\n", "")
    assert lost_up.startswith(f"line {up}: .PEN_DOWN is not expected here")
    no_segment = unipen_refusal(tmp_path, '.SEGMENT DIGIT 0-1 ? "7"', "")
    assert no_segment.startswith(f"line {down}: .PEN_DOWN is not expected here")


def test_a_cut_unipen_file_is_refused(tmp_path):
    text = unipen_text()
    cut = text[: text.rindex(".PEN_UP")]
    message = refusal(save_unipen(tmp_path, cut))
    assert message.endswith(f"line {len(cut.splitlines())}: the file ends within a stroke")
    cut = text[: text.rindex(".PEN_DOWN")]
    assert "by its .SEGMENT: 2; found: 1" in refusal(save_unipen(tmp_path, cut))


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"47,100,27,81,57,37,26,0,8\n",  # eight points a digit, as in UCI's other files
        b"\xff\xfe\x00",
        b"{}",
        b"[" * 100_000,
        b"[" + b"1" * 5_000 + b"]",
    ],
    ids=["empty", "comma-separated", "binary", "object", "deep", "huge number"],
)
def test_foreign_files_are_refused(tmp_path, content):
    (tmp_path / "pendigits.tra").write_bytes(content)
    assert "neither a UNIPEN file nor a JSON list" in refusal(tmp_path / "pendigits.tra")


def test_files_without_drawings_are_refused(tmp_path):
    assert "contains no drawings" in refusal(save_json(tmp_path / "pen.json", []))
    assert "contains no drawings" in refusal(save_unipen(tmp_path, unipen_text([])))


def test_a_compressed_file_is_to_be_uncompressed_first(tmp_path):
    (tmp_path / "pendigits-orig.tra.Z").write_bytes(b"\x1f\x9d\x90" + b"x" * 20)
    assert "gzip -d" in refusal(tmp_path / "pendigits-orig.tra.Z")


def test_a_renamed_unipen_file_is_refused_because_its_writers_would_be_confused(tmp_path):
    assert "must end in .tra or .tes" in refusal(save_unipen(tmp_path, name="pen.txt"))


def test_a_missing_file_and_an_empty_folder_are_refused(tmp_path):
    assert "cannot be read" in refusal(tmp_path / "no.json")
    assert "has none of pendigits-orig.tra, pendigits-orig.tes" in refusal(tmp_path)


def test_the_argument_overrides_the_environment_and_both_are_optional(tmp_path, monkeypatch):
    monkeypatch.delenv("PEN_PATH", raising=False)
    assert pen.load() is None
    monkeypatch.setenv("PEN_PATH", str(save_json(tmp_path / "pen.json", entries())))
    assert len(pen.load()) == 3
    assert len(pen.load(save_json(tmp_path / "one.json", entries(DIGITS[:1])))) == 1


def test_no_training_gets_writers_who_are_for_testing_or_development(tmp_path):
    tested = entries(DIGITS[:1], "tes")
    developed = entries([(1, 24, ONE), (1, 25, ONE), (1, 27, ONE)])
    named = [entry | {"user": "tester"} for entry in entries(DIGITS[:1])]
    path = save_json(tmp_path / "pen.json", tested + entries() + developed + named)
    assert pen.load(path).writers.tolist() == ["tra3", "tra3", "tra12", "tester"]
    path = save_json(tmp_path / "pen.json", tested + developed)
    with pytest.raises(DataUnavailable, match="none to train on"):
        pen.load(path)


def digits_by(names):
    writers = np.array(names, np.str_)
    strokes = [[np.zeros((2, 2))] for _ in names]
    return pen.PenDigits(strokes, np.zeros(len(names), np.uint8), writers)


def test_a_writer_is_on_one_side_whatever_else_the_file_has():
    names = [f"tra{number}" for number in range(1, 31)]
    training, holdout = pen.split_by_writer(digits_by(names * 3))
    # Calculated with sha256sum and bc.
    assert sorted(set(holdout.writers)) == ["tra16", "tra22", "tra25", "tra26", "tra28"]
    assert len(training) + len(holdout) == 90
    assert not set(training.writers) & set(holdout.writers)
    alone = pen.split_by_writer(digits_by(["tra22"]))
    assert [len(side) for side in alone] == [0, 1]


def test_take_keeps_strokes_labels_and_writers_together(tmp_path):
    digits = pen.read(save_json(tmp_path / "pen.json", entries()))
    for last in (digits.take(np.array([2])), digits.take(digits.labels == 4)):
        assert (last.labels.tolist(), last.writers.tolist(), len(last)) == ([4], ["tra12"], 1)
        assert last.strokes == [digits.strokes[2]]


def test_network_inputs_are_drawn_as_on_the_site(tmp_path):
    digits = pen.read(save_json(tmp_path / "pen.json", entries()))
    inputs = pen.network_inputs(digits.strokes)
    assert (inputs.shape, inputs.dtype) == ((3, 28, 28), np.uint8)
    for drawn, (_, _, strokes) in zip(inputs, DIGITS, strict=True):
        assert np.allclose(drawn / 255, rasterize(parse(strokes)), atol=1 / 255)
        assert drawn.max() == 255


@pytest.fixture
def shared():
    """The real pen_train.json, beside the development sets."""
    path = Path(os.environ.get("DEV_SETS_PATH", "")) / "pen_train.json"
    if not path.is_file():
        pytest.skip("needs pen_train.json: set DEV_SETS_PATH to its folder")
    return path


def test_the_real_pen_digits_are_read(shared):
    digits = pen.load(shared)
    assert len(digits) == 6745
    assert len(set(digits.writers)) == 27
    training, holdout = pen.split_by_writer(digits)
    assert (len(training), len(set(holdout.writers))) == (5745, 4)
    sides = [np.ptp(np.concatenate(strokes), axis=0).max() for strokes in digits.strokes]
    assert np.allclose(sides, 1000)
