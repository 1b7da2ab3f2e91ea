"""The page of benchmarks.peers, with tiny sets and peers that need no installation."""

import json
import re
import sys
from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np
import pytest

from benchmarks import peer_sets, peers
from benchmarks.peer_readers import Readings, decoded
from mlcore.data import datasets, synthesis
from mlcore.data.datasets import Part
from mlcore.evaluation.report import spread
from mlcore.pictures.encoding import gray_of_file
from mlcore.recognition import bundle
from tests.mlcore.data.dev_sets import save_dev_sets
from tests.mlcore.data.small_mnist import save_small_mnist

WRITERS = {"careful": 31, "hurried": 30, "seldom": 29}
AT_MOST = 61  # all that the first two wrote


class AlwaysSeven:
    """A peer that reads a 7 in every picture, and none in what is no picture."""

    version = "always seven 1.0"

    def __init__(self, confidence: float) -> None:
        self.confidence = np.float32(confidence)

    def read(self, pictures: Sequence[bytes], margin: float) -> Readings:
        seen = np.array([decoded(picture) is not None for picture in pictures], bool)
        said = np.where(seen, 7, 10)
        return Readings(said, self.confidence * seen, np.zeros(len(seen), np.float32), 2.5)


@pytest.fixture(scope="module")
def dev_sets(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = save_dev_sets(tmp_path_factory.mktemp("sets"))
    rng = np.random.default_rng(2)
    drawn = [
        {
            "user": writer,
            # All digits of one writer are mislabeled.
            "label": (i + (writer == "hurried")) % 10,
            "strokes": [stroke[:, :2].tolist() for stroke in synthesis.draw(i % 10, rng)],
            "source": "formulas" if writer == "seldom" else "pendigits",
        }
        for writer, count in WRITERS.items()
        for i in range(count)
    ]
    (folder / "pen_dev.json").write_text(json.dumps(drawn))
    return folder


@pytest.fixture(scope="module")
def cases(dev_sets: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("cases")
    (folder / "7_small.png").write_bytes((dev_sets / "phone_dev" / "7_2.png").read_bytes())
    (folder / "1_without_extension").write_bytes(b"no picture")
    (folder / "README.md").write_text("The first character is the digit.")
    return folder


@pytest.fixture(scope="module")
def test_part(tmp_path_factory: pytest.TempPathFactory) -> Part:
    return datasets.read(save_small_mnist(tmp_path_factory.mktemp("data") / "mnist.npz")).test


@pytest.fixture(scope="module")
def page(dev_sets: Path, test_part: Part) -> str:
    """Return the page with a peer and another one that is not installed."""
    installed = {"seven": AlwaysSeven(0.9), "absent": None}
    return peers.report(bundle.shipped(), installed, test_part, dev_sets, at_most=AT_MOST)


def cells(page: str, name: str) -> dict[str, str]:
    """Return a line of the table of sets; `ours` twice is "ours" and "ours beside"."""
    lines = [re.split(r" \| ", line.strip("| \n")) for line in page.splitlines() if "|" in line]
    header = next(line for line in lines if line[0] == "set")
    header[header.index("beside") + 1] = "ours beside"
    return dict(zip(header, next(line for line in lines if line[0] == name), strict=True))


def without_times(page: str) -> str:
    return re.sub(r"\| \d+\.\d (?=\|)", "| ", page)


@pytest.mark.slow
def test_every_set_has_a_line(page: str) -> None:
    for name, count in {
        "pen_dev, pendigits": "61",
        "pen_dev, formulas": "29",
        "phone_dev": "3",
        "canvas_dev without junk": "4",
        "scikit-learn's 8x8 digits": "61",
        "made pictures": "61",
        "MNIST test, as images": "61",
        "MNIST test, as pictures": "61",
        "MNIST test, dotted": "61",
        "MNIST test, off center small": "61",
    }.items():
        assert cells(page, name)["n"] == count


@pytest.mark.slow
def test_a_peers_accuracy_is_its_own(page: str, test_part: Part) -> None:
    # Photographs of 0 (blank), 1 and 7, and drawings of 3, 5, 6 and 8.
    assert cells(page, "phone_dev")["seven"] == "33.33"
    assert cells(page, "canvas_dev without junk")["seven"] == "0.00"
    assert cells(page, "phone_dev")["ms seven"] == "2.5"
    sevens = f"{(test_part.labels[spread(len(test_part), AT_MOST)] == 7).mean():.2%}"
    assert cells(page, "MNIST test, as pictures")["seven"] + "%" == sevens


@pytest.mark.slow
def test_a_refused_digit_of_ours_is_wrong(page: str) -> None:
    blank_paper = cells(page, "phone_dev")
    assert blank_paper["refused"] == "33.33"
    assert blank_paper["ours"] == blank_paper["ours beside"] == "66.67"


@pytest.mark.slow
def test_peers_read_no_images_but_pictures_of_them(page: str) -> None:
    assert cells(page, "MNIST test, as images")["beside"] == "-"
    assert cells(page, "MNIST test, as images")["seven"] == "-"
    assert cells(page, "MNIST test, thinner")["beside"] == "61"


@pytest.mark.slow
def test_a_peer_that_is_not_installed_is_named_and_the_rest_is_measured(
    page: str,
) -> None:
    assert "- absent: not installed" in page
    assert "- seven: always seven 1.0" in page
    assert f"checksum `{bundle.shipped().checksum[:12]}`" in page
    assert cells(page, "phone_dev")["absent"] == "not installed"
    assert cells(page, "phone_dev")["ms absent"] == "-"
    assert "seven 100.00 %; absent not installed." in page  # letters


@pytest.mark.slow
def test_writers_of_many_digits_are_listed_the_worst_first(
    page: str,
) -> None:
    lines = page.split("## Writers")[1].splitlines()[4:]
    assert [line.split(" | ")[:2] for line in lines] == [
        ["| pendigits hurried", "30"],
        ["| pendigits careful", "31"],
    ]
    assert float(lines[0].split(" | ")[2]) < 20 < 80 < float(lines[1].split(" | ")[2])


@pytest.mark.slow
def test_two_runs_differ_only_in_times(
    test_part: Part, dev_sets: Path, cases: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(peers, "installed_peers", lambda: {"unsure": AlwaysSeven(0.4)})
    # `main` restricts OpenCV to one thread; other tests need not run so.
    monkeypatch.setattr(cv2, "setNumThreads", lambda count: None)
    mnist = save_small_mnist(tmp_path / "mnist.npz")
    command = ["--data", str(mnist), "--dev-sets", str(dev_sets), "--cases", str(cases)]
    pages = []
    for name in ("first.md", "second.md"):
        path = tmp_path / name
        monkeypatch.setattr(sys, "argv", ["peers", *command, "--at-most", "3", "--out", str(path)])
        peers.main()
        pages.append(path.read_text())
    assert without_times(pages[0]) == without_times(pages[1])
    assert cells(pages[0], "cases")["n"] == "2"
    assert cells(pages[0], "cases")["unsure"] == "50.00"
    assert cells(pages[0], "made pictures")["n"] == "3"
    assert "unsure 0.00 %." in pages[0]  # letters
    assert str(tmp_path) not in pages[0]


def test_peers_read_an_evenly_spread_part(test_part: Part) -> None:
    of = peer_sets.DigitSet(
        "some", np.arange(10), list(test_part.images[:10]), peer_sets.picture_of_image, beside=5
    )
    peer = AlwaysSeven(1)
    some = peers.measure(bundle.shipped().recognizer(), {"seven": peer}, of)
    assert some.beside.tolist() == [0, 2, 4, 6, 8]
    assert some.peers_right("seven") == "0.00"
    assert len(some.ours.said) == 10


def test_strokes_are_drawn_dark_on_white_for_peers() -> None:
    strokes = [np.array([[0.0, 0.0], [0.0, 1000.0]])]
    drawn = gray_of_file(peer_sets.picture_of_strokes(strokes))
    height, width = drawn.shape
    assert height == 96
    assert width < 24
    ink = drawn < 128
    assert ink.any(axis=1).sum() > 80
    # The pen is a tenth as wide as the digit is high.
    assert ink[height // 2].sum() == pytest.approx(ink.any(axis=1).sum() / 10, abs=1.5)
    assert drawn[0, 0] == 255
    assert peer_sets.picture_of_strokes([]) != b""


def test_margins_are_for_drawings_and_cut_photographs(dev_sets: Path) -> None:
    pen = list(peer_sets.pen_digits(dev_sets))
    assert [(each.name, len(each), each.margin) for each in pen] == [
        ("pen_dev, pendigits", 61, 0.5),
        ("pen_dev, formulas", 29, 0.5),
    ]
    assert peer_sets.phone(dev_sets).margin == peer_sets.letters(dev_sets).margin == 0.1
    # An o looks like a 0.
    assert len(peer_sets.letters(dev_sets)) == 2


def test_sets_that_are_missing_are_left_out(tmp_path: Path) -> None:
    assert list(peer_sets.pen_digits(tmp_path)) == []
    assert peer_sets.phone(tmp_path) is None
    assert peer_sets.letters(tmp_path) is None
    line = peers.letters_line(bundle.shipped().recognizer(), {}, tmp_path, None)
    assert line == "Not at hand."
