"""The formats of an export, read by other programs' readers."""

import csv
import io
import random
import struct
from collections.abc import Callable
from zipfile import ZipFile

import cv2
import numpy as np
import pytest

from recognizer.actions.exchange import idx, streamed_zip
from recognizer.actions.exchange.export_drawings import FORMATS, export_file
from recognizer.actions.labels.label_history import label_drawing, review_corrections
from recognizer.models import Answer, Drawing, User
from tests.conftest import ONE
from tests.pages.rows import make_drawing

Draw = Callable[..., Drawing]


def exported(name: str, *, people: bool = False) -> bytes:
    drawings = Drawing.objects.all()
    return b"".join(export_file(drawings=drawings, name=name, people=people).pieces)


@pytest.fixture
def three(owner: User, draw: Draw) -> list[Drawing]:
    """A seven labeled 7, a one labeled "not a digit", and a one without a label."""
    drawings = [draw(owner), draw(owner, ONE), draw(owner, ONE)]
    label_drawing(drawing=drawings[0], by=owner, label=7, source="api")
    label_drawing(drawing=drawings[1], by=owner, label=10, source="api")
    return list(Drawing.objects.order_by("pk"))


def test_npz_has_one_array_a_column(three: list[Drawing]) -> None:
    with np.load(io.BytesIO(exported("npz")), allow_pickle=False) as arrays:
        assert arrays["inputs"].dtype == np.uint8
        np.testing.assert_array_equal(arrays["inputs"], [each.planes for each in three])
        assert arrays["ids"].tolist() == [each.pk for each in three]
        assert arrays["labels"].tolist() == ["7", "not_a_digit", ""]
        assert arrays["label_states"].tolist() == ["pending", "pending", ""]
        assert arrays["answers"].tolist() == ["7", "1", "1"]
        assert arrays["versions"].tolist() == [1, 1, 1]
        assert arrays["probabilities"].shape == (3, 10)
        assert arrays["created_at"].tolist() == [each.created_at.isoformat() for each in three]
        assert "owners" not in arrays


def test_npz_of_drawings_without_an_answer(three: list[Drawing]) -> None:
    Answer.objects.all().delete()

    with np.load(io.BytesIO(exported("npz")), allow_pickle=False) as arrays:
        assert arrays["answers"].tolist() == ["", "", ""]
        assert arrays["versions"].tolist() == [0, 0, 0]
        assert np.isnan(arrays["confidences"]).all()
        assert np.isnan(arrays["probabilities"]).all()


def test_idx_has_mnists_two_files(three: list[Drawing]) -> None:
    with ZipFile(io.BytesIO(exported("idx"))) as files:
        images, labels = files.read("images-idx3-ubyte"), files.read("labels-idx1-ubyte")

    assert struct.unpack(">4i", images[:16]) == (2051, 3, 28, 28)
    assert images[16:] == b"".join(bytes(each.network_input) for each in three)
    assert struct.unpack(">2i", labels[:8]) == (2049, 3)
    assert list(labels[8:]) == [7, 10, idx.UNLABELED]


def test_png_has_a_folder_a_label(three: list[Drawing]) -> None:
    seven, other, unlabeled = three
    names = [f"7/{seven.pk}.png", f"not_a_digit/{other.pk}.png", f"unlabeled/{unlabeled.pk}.png"]

    with ZipFile(io.BytesIO(exported("png"))) as files:
        assert files.namelist() == names
        data = np.frombuffer(files.read(names[0]), np.uint8)
    np.testing.assert_array_equal(cv2.imdecode(data, cv2.IMREAD_UNCHANGED), seven.as_array)


def test_the_german_table_has_semicolons_and_commas(three: list[Drawing]) -> None:
    data = exported("csv-de")

    assert data.startswith(b"\xef\xbb\xbfid;created_at;")
    lines = list(csv.DictReader(io.StringIO(data.decode("utf-8-sig")), delimiter=";"))
    answer = three[0].answer
    assert answer is not None
    assert float(lines[0]["confidence"].replace(",", ".")) == answer.confidence
    assert "." not in lines[0]["confidence"] + lines[0]["probabilities"]
    assert [line["label"] for line in lines] == ["7", "not_a_digit", ""]


@pytest.mark.parametrize("withdrawn", [False, True])
def test_people_are_those_of_the_current_label(
    three: list[Drawing], owner: User, reviewer: User, stranger: User, withdrawn: bool
) -> None:
    correction = three[0].corrections.get()
    review_corrections(corrections=[correction], by=reviewer, verdict="approved")
    if withdrawn:
        label_drawing(drawing=three[0], by=stranger, label=1, source="api")

    (line, *_) = csv.DictReader(io.StringIO(exported("csv", people=True).decode()))

    people = (line["owner"], line["labeler"], line["reviewer"])
    assert people == (("owner", "stranger", "") if withdrawn else ("owner", "owner", "reviewer"))
    with np.load(io.BytesIO(exported("npz", people=True)), allow_pickle=False) as arrays:
        assert arrays["labelers"][0] == people[1]


@pytest.mark.parametrize("name", FORMATS)
def test_an_export_of_nothing_can_be_read(db: None, name: str) -> None:
    data = exported(name)

    if name == "npz":
        assert np.load(io.BytesIO(data), allow_pickle=False)["inputs"].shape == (0, 28, 28, 9)
    elif name in ("idx", "png"):
        assert ZipFile(io.BytesIO(data)).testzip() is None
    else:
        assert data.count(b"\n") == (0 if name == "ndjson" else 1)


@pytest.mark.parametrize("name", ["npz", "idx", "png"])
def test_archives_are_streamed(owner: User, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setattr(streamed_zip, "CHUNK", 20_000)
    for seed in range(100):
        noise = random.Random(seed).randbytes(784)  # random bytes cannot be compressed
        make_drawing(owner, network_input=noise)

    pieces = list(export_file(drawings=Drawing.objects.all(), name=name).pieces)

    assert len(pieces) >= 3
    assert all(pieces)
    assert max(map(len, pieces)) < 60_000
