"""Files that are imported, and files that are refused with the place and the reason."""

import io
import json
import struct
from typing import Any
from zipfile import ZIP_BZIP2, ZipFile

import cv2
import numpy as np
import pytest

from mlcore.errors import InvalidInk
from mlcore.pictures.encoding import png
from recognizer.actions.exchange import import_drawings as import_drawings_module
from recognizer.actions.exchange import ndjson, zip_files
from recognizer.actions.exchange.entries import Limits
from recognizer.actions.exchange.import_drawings import Imported, import_drawings
from recognizer.errors import Unavailable, words_of
from recognizer.models import Answer, Correction, Deployment, Drawing, ModelVersion, User
from tests.actions.reading.files import archive, archive_with_link, count_unpacked_bytes, with_bytes
from tests.conftest import ONE, SEVEN

IMAGES, LABELS = "train-images-idx3-ubyte", "train-labels-idx1-ubyte"
Files = dict[str, bytes]
FOUR = Limits(drawings=4, unpacked=60_000)
IMAGE = np.zeros((28, 28), np.uint8)
IMAGE[4:24, 13:16] = 255


def test_a_file_that_is_sent_twice_at_once_is_stored_once(
    version: ModelVersion, owner: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    records = [{"strokes": SEVEN, "label": 7}, {"strokes": ONE}]
    locked = import_drawings_module.locked_usage

    def other_is_faster(by: User) -> Any:
        monkeypatch.setattr(import_drawings_module, "locked_usage", locked)
        import_drawings(owner=owner, file=of_lines(records[0]))
        return locked(by)

    monkeypatch.setattr(import_drawings_module, "locked_usage", other_is_faster)
    done = import_drawings(owner=owner, file=of_lines(*records))

    assert done == Imported(1, 0, duplicates=1)
    assert Drawing.objects.count() == 2
    assert Correction.objects.count() == 1


def of_lines(*records: Any) -> io.BytesIO:
    return io.BytesIO("".join(json.dumps(each) + "\n" for each in records).encode())


def of_files(files: Files, **about: Any) -> io.BytesIO:
    file = io.BytesIO()
    with ZipFile(file, "w", **about) as zip_file:
        for name, data in files.items():
            zip_file.writestr(name, data)
    return io.BytesIO(file.getvalue())


def of_arrays(**arrays: Any) -> io.BytesIO:
    file = io.BytesIO()
    np.savez_compressed(file, **arrays)
    return io.BytesIO(file.getvalue())


def images(count: int) -> Any:
    """Return different images, (n, 28, 28)."""
    return np.array([np.roll(IMAGE, i, axis=1) for i in range(count)], np.uint8).reshape(-1, 28, 28)


def idx_files(count: int, labels: bytes) -> Files:
    head = struct.pack(">4i", 2051, count, 28, 28)
    return {
        IMAGES: head + images(count).tobytes(),
        LABELS: struct.pack(">2i", 2049, len(labels)) + labels,
    }


def refused(owner: User, file: io.BytesIO, kind: str = "invalid") -> str:
    """Return why the import is refused, and check that nothing was stored."""
    with pytest.raises(InvalidInk) as error:
        import_drawings(owner=owner, file=file, limits=FOUR)
    assert error.value.kind == kind
    assert not Drawing.objects.exists()
    return words_of(error.value)


@pytest.fixture(autouse=True)
def serving(version: ModelVersion) -> ModelVersion:
    return version


def test_labels_wait_for_a_reviewer_even_those_of_a_sole_reviewer(administrator: User) -> None:
    done = import_drawings(owner=administrator, file=of_lines({"strokes": SEVEN, "label": "7"}))

    assert done == Imported(created=1, labeled=1, duplicates=0)
    drawing, correction = Drawing.objects.get(), Correction.objects.get()
    assert (drawing.owner, drawing.label, drawing.label_state) == (administrator, 7, "pending")
    assert (correction.drawing, correction.by) == (drawing, administrator)
    assert (correction.from_label, correction.to_label) == (None, 7)
    assert (correction.state, correction.source) == ("pending", "import")
    assert Answer.objects.get().label == 7


def test_drawings_that_are_twice_in_the_file_are_stored_once(owner: User) -> None:
    file = of_lines({"strokes": SEVEN}, {"strokes": ONE}, {"strokes": SEVEN})

    assert import_drawings(owner=owner, file=file) == Imported(2, labeled=0, duplicates=1)


def test_another_persons_drawing_is_no_duplicate(owner: User, stranger: User) -> None:
    for user in (owner, stranger):
        assert import_drawings(owner=user, file=of_lines({"strokes": SEVEN})).created == 1


def test_lines_by_other_programs(owner: User) -> None:
    """Empty lines, a byte order mark, and a label as a number."""
    line = json.dumps({"strokes": SEVEN, "label": 7})
    file = io.BytesIO(f"\ufeff{line}\n\n".encode())

    assert import_drawings(owner=owner, file=file) == Imported(1, labeled=1, duplicates=0)


@pytest.mark.parametrize(
    ("record", "kind", "reason"),
    [
        ([1], "invalid", "A JSON object is expected."),
        ({}, "invalid", "Either “strokes” or “picture” is expected."),
        ({"strokes": SEVEN, "picture": ""}, "invalid", "Either “strokes” or “picture”"),
        ({"strokes": [[[0, "x"]]]}, "invalid", "Stroke 1, point 1: y is a string"),
        ({"strokes": []}, "invalid", "Nothing is drawn."),
        ({"strokes": [[[0, 0]]] * 65}, "too_large", "There are 65 strokes"),
        ({"picture": "not base64"}, "invalid", "“picture” is not valid base64."),
        ({"picture": "AAAA"}, "unsupported_type", "Not a supported picture."),
        (
            {"strokes": SEVEN, "label": 10},
            "invalid",
            "Labels are 0 to 9, numbers such as 2026 or 3.5, not_a_digit",
        ),
        ({"strokes": SEVEN, "label": True}, "invalid", "The label is unknown."),
        ({"strokes": SEVEN, "label": "\ud800"}, "invalid", "The label is unknown."),
        ({"strokes": SEVEN, "created_at": "2999-01-01T00:00Z"}, "invalid", "“created_at” must be"),
        ({"strokes": SEVEN, "created_at": "2025-02-30T00:00Z"}, "invalid", "“created_at” must be"),
        ({"strokes": SEVEN, "created_at": "2025-01-01T00:00"}, "invalid", "“created_at” must be"),
        ({"strokes": SEVEN, "created_at": "0001-01-01T00:00+14:00"}, "invalid", "“created_at”"),
        ({"strokes": SEVEN, "created_at": 7}, "invalid", "“created_at” must be"),
    ],
)
def test_a_bad_line_is_named_and_nothing_is_stored(
    owner: User, record: Any, kind: str, reason: str
) -> None:
    said = refused(owner, of_lines({"strokes": ONE}, {"strokes": SEVEN}, record), kind)

    assert said.startswith("Line 3: ")
    assert reason in said


@pytest.mark.parametrize("line", [b'{"strokes": ', b"{\xff}", b'{"strokes": ' + b"[" * 100_000])
def test_a_line_that_is_no_json(owner: User, line: bytes) -> None:
    assert refused(owner, io.BytesIO(line)) == "Line 1: It is not valid JSON."


def test_a_line_that_is_too_long(owner: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ndjson, "MAX_LINE", 30)

    said = refused(owner, of_lines({"strokes": SEVEN}), "too_large")

    assert said == "Line 1: The line is longer than 30 bytes."


@pytest.mark.parametrize(
    ("data", "kind", "reason"),
    [
        (b"", "invalid", "The file holds no drawings."),
        (b" \n", "invalid", "The file holds no drawings."),
        (b"id,created_at\n", "unsupported_type", "this one is none of them"),
        (png(IMAGE), "unsupported_type", "this one is none of them"),
        (b"PK\x03\x04 and no more", "invalid", "The ZIP file is damaged."),
    ],
)
def test_files_without_drawings(owner: User, data: bytes, kind: str, reason: str) -> None:
    assert reason in refused(owner, io.BytesIO(data), kind)


def test_too_many_drawings(owner: User) -> None:
    lines = [{"strokes": [[[0, 0], [10, i]]]} for i in range(5)]

    assert "more than 4 drawings" in refused(owner, of_lines(*lines), "too_large")
    assert "more than 4 drawings" in refused(owner, of_arrays(inputs=images(5)), "too_large")


def test_arrays_by_other_programs(owner: User) -> None:
    """Images without directions, and labels as numbers."""
    file = of_arrays(inputs=images(3), labels=np.array([1, 1, 7]))

    assert import_drawings(owner=owner, file=file, limits=FOUR) == Imported(3, 3, duplicates=0)
    assert Drawing.objects.earliest("pk").as_array.tolist() == IMAGE.tolist()


@pytest.mark.parametrize(
    ("arrays", "reason"),
    [
        ({"inputs": images(2).astype(np.float32)}, "“inputs” must be uint8 (n, 28, 28)."),
        ({"inputs": images(2)[:, 1:]}, "“inputs” must be uint8 (n, 28, 28)."),
        ({"inputs": images(2), "labels": np.array([1])}, "“labels” must be text or int (2,)."),
        ({"inputs": images(2), "labels": np.array([1.0, 2.0])}, "“labels” must be text or int"),
        ({"inputs": images(2), "labels": np.array([1, 10])}, "Drawing 2: The label is unknown."),
        ({"inputs": np.zeros((1, 28, 28), np.uint8)}, "Drawing 1: Nothing is drawn."),
        ({"inputs": images(0)}, "The file holds no drawings."),
        ({"labels": np.array([1])}, "needs one file whose name ends in inputs.npy."),
        ({"inputs": np.array([{}])}, "“inputs” is not a readable NumPy array."),
    ],
)
def test_arrays_that_are_refused(owner: User, arrays: dict[str, Any], reason: str) -> None:
    assert reason in refused(owner, of_arrays(**arrays))


@pytest.mark.parametrize("shape", [(10**12, 28, 28), (-1, 28, 28), (0, 28, 28)])
def test_an_array_whose_header_does_not_fit_is_not_read(
    owner: User, monkeypatch: pytest.MonkeyPatch, shape: tuple[int, ...]
) -> None:
    """NumPy would allocate what the header says."""
    file = io.BytesIO()
    header = {"descr": "|u1", "fortran_order": False, "shape": shape}
    np.lib.format.write_array_header_1_0(file, header)
    data = file.getvalue() + IMAGE.tobytes()
    monkeypatch.setattr(np.lib.format, "read_array", lambda *args, **about: pytest.fail("read"))

    said = refused(owner, of_files({"inputs.npy": data}))

    assert said == "“inputs” is not a readable NumPy array."


@pytest.mark.parametrize(
    "data",
    [
        *(b"", b"\x93NUMPY", b"\x93NUMPY\x09\x00", b"no array"),
        b"\x93NUMPY\x01\x00\x03\x00{(\n",  # a tokenizer fails
    ],
)
def test_a_file_that_is_no_array(owner: User, data: bytes) -> None:
    said = refused(owner, of_files({"inputs.npy": data}))

    assert said == "“inputs” is not a readable NumPy array."


def test_a_text_with_a_number_that_is_no_character(owner: User) -> None:
    labels = np.array([0xFFFFFFFF], np.uint32).view("<U1")

    said = refused(owner, of_arrays(inputs=images(1), labels=labels))

    assert said == "“labels” is not a readable NumPy array."


def test_mnists_files(owner: User) -> None:
    file = of_files(idx_files(4, bytes([1, 7, 10, 255])))

    assert import_drawings(owner=owner, file=file, limits=FOUR) == Imported(4, 3, duplicates=0)
    labels = Drawing.objects.order_by("pk").values_list("label", flat=True)
    assert list(labels) == [1, 7, 10, None]


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (
            {LABELS: struct.pack(">2i", 2049, 1) + b"\1"},
            "2 images, but 1 labels",
        ),
        (
            {LABELS: struct.pack(">2i", 2049, 2) + b"\1\x0b"},
            "Drawing 2: The label",
        ),
        (
            {LABELS: b"\0"},
            "labels-idx1-ubyte: It is not an IDX file of uint8 n.",
        ),
        ({IMAGES: b""}, "It is not an IDX file of uint8 n x 28 x 28."),
        ({IMAGES: struct.pack(">4i", 2051, -1, 28, 28)}, "not an IDX file"),
        ({"test-images-idx3-ubyte": b""}, "needs one file whose name ends in idx3-ubyte."),
    ],
)
def test_idx_files_that_are_refused(owner: User, change: Files, reason: str) -> None:
    assert reason in refused(owner, of_files({**idx_files(2, b"\1\2"), **change}))


def test_folders_by_other_programs(owner: User, stranger: User) -> None:
    """A photograph is read like an upload; what macOS adds is left out."""
    paper = np.full((120, 120), 255, np.uint8)
    cv2.line(paper, (60, 20), (60, 100), (0,), 9)
    files = {
        "set/1/photograph.jpg": cv2.imencode(".jpg", paper)[1].tobytes(),
        "set/not_a_digit/image.png": png(IMAGE),
        "set/.DS_Store": b"?",
        "__MACOSX/set/1/._photograph.jpg": b"?",
    }

    assert import_drawings(owner=owner, file=of_files(files)) == Imported(2, 2, duplicates=0)
    photograph, image = Drawing.objects.order_by("pk")
    assert (photograph.label, image.label) == (1, 10)
    answer = photograph.answer
    assert answer is not None
    assert answer.label == 1
    assert image.as_array.tolist() == IMAGE.tolist()


@pytest.mark.parametrize(
    ("files", "kind", "reason"),
    [
        ({"1.png": png(IMAGE)}, "invalid", "1.png: It is not in a folder"),
        ({"x/1.png": png(IMAGE)}, "invalid", "x/1.png: The label is unknown."),
        ({"1/1.txt": b"one"}, "unsupported_type", "1/1.txt: Not a supported picture."),
        ({"1/": b""}, "invalid", "The file holds no drawings."),
        ({"../1/1.png": png(IMAGE)}, "invalid", "../1/1.png: The path is absolute or has"),
        ({"/1/1.png": png(IMAGE)}, "invalid", "/1/1.png: The path is absolute or has"),
        ({"1/..\\..\\1.png": png(IMAGE)}, "invalid", "The path is absolute or has"),
        ({"1/1.png": b"\0" * 60_001}, "too_large", "The unpacked file has 60,001 bytes"),
    ],
)
def test_folders_that_are_refused(owner: User, files: Files, kind: str, reason: str) -> None:
    assert reason in refused(owner, of_files(files), kind)


def test_a_zip_file_with_very_many_members_is_not_opened(
    owner: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = of_files({f"1/{number}.png": b"" for number in range(109)})
    monkeypatch.setattr(zip_files.zip_members, "opened", lambda file: pytest.fail("opened"))
    monkeypatch.setattr(zip_files, "PIECE", 50)  # entries are in two pieces

    assert "more than 4 drawings" in refused(owner, file, "too_large")


def test_only_deflate_is_read(owner: User) -> None:
    file = of_files({"1/1.png": png(IMAGE)}, compression=ZIP_BZIP2)

    assert "Compressed by a method that is not read." in refused(owner, file, "unsupported_type")


def test_links_are_not_read(owner: User) -> None:
    assert "link.png: A symbolic link" in refused(owner, archive_with_link(), "unsupported_type")


def test_a_zip_file_that_hides_its_size_is_not_unpacked(
    owner: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its directory states 100 bytes; zlib would unpack 50 MB."""
    bomb = archive({"1/1.png": bytes(50_000_000)})
    hidden = with_bytes(bomb, b"PK\1\2", 24, struct.pack("<I", 100))
    unpacked = count_unpacked_bytes(monkeypatch)

    assert refused(owner, hidden) == "1/1.png: The file in the archive is damaged."
    assert 0 < sum(unpacked) < 100_000


def test_a_member_without_a_name(owner: User) -> None:
    data = of_files({"x": png(IMAGE)}).getvalue()

    assert refused(owner, io.BytesIO(data.replace(b"x", b"\0"))) == "The ZIP file is damaged."


def test_a_damaged_member(owner: User) -> None:
    data = of_files({"1/1.png": png(IMAGE)}).getvalue().replace(b"IDAT", b"IDAX", 1)

    assert refused(owner, io.BytesIO(data)) == "1/1.png: The file in the archive is damaged."


def test_without_a_version_nothing_can_be_imported(owner: User, version: ModelVersion) -> None:
    Deployment.objects.all().delete()

    with pytest.raises(Unavailable):
        import_drawings(owner=owner, file=of_lines({"strokes": SEVEN}))
