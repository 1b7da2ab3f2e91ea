"""Measure how pages of numbers are read: sheets and rows by other people, and made pages.

    python -m benchmarks.pages [--dev-sets FOLDER] [--json FILE]

"recall": cells with a number that are read exactly. "precision": cells with a text whose text is
right; cells of letters must stay empty. A point before a number in the truth may be left out. The
made pages hold about 200 digits each: tables, and lines on blank, ruled and squared paper, each
seen by several cameras. "seconds" are of one core, per page, with reading.
"""

import argparse
import json
import time
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from difflib import SequenceMatcher
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from mlcore.data import development_sets
from mlcore.errors import InvalidInk
from mlcore.pages.reading import read_page
from tests.mlcore.pages import made
from tests.mlcore.pages.reader import read

Gray = NDArray[np.uint8]
Rows = list[list[str]]
Truth = tuple[bytes | Gray, Rows]

FOLDER = "numbers_dev/pages"
CAMERAS = {
    "from above": {},
    "turned by 10 degrees": {"turn": 10},
    "turned and from below": {"turn": -7, "tilt": 0.05},
    "half in the shadow": {"shadow": 0.5},
    "noisy": {"noise": 12},
    "a little blurred": {"blur": 2},
}


@dataclass
class Figures:
    """Counts over the pages of one kind. shaped: pages with the right number of cells a row."""

    name: str
    pages: int = 0
    shaped: int = 0
    right: int = 0
    numbers: int = 0
    texts: int = 0
    seconds: float = 0.0

    def add(self, picture: bytes | Gray, wanted: Rows) -> None:
        started = time.process_time()
        try:
            found = [[cell.text for cell in row] for row in read_page(picture, read).rows]
        except InvalidInk as error:
            print(f"{self.name}: {error}")
            found = []
        self.seconds += time.process_time() - started
        self.pages += 1
        self.numbers += sum(text != "" for row in wanted for text in row)
        self.texts += sum(text != "" for row in found for text in row)
        if [len(row) for row in found] == [len(row) for row in wanted]:
            self.shaped += 1
        if len(found) == len(wanted):
            self.right += sum(map(_right, found, wanted))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--dev-sets", help="the folder of dev sets (otherwise DEV_SETS_PATH)")
    parser.add_argument("--made", type=int, default=3, help="made pages of each kind")
    parser.add_argument("--json", type=Path, help="also write the figures to this file")
    options = parser.parse_args()
    cv2.setNumThreads(1)
    read(np.ones((9, 9), np.float32))  # load the network before the clock runs
    print("pages | n | right shape | recall | precision | seconds")
    measured = []
    sets = development_sets.folder(options.dev_sets)
    if sets and (sets / FOLDER).is_dir():
        measured += [_measure(path.name, [truth]) for path, truth in _by_people(sets / FOLDER)]
    for paper in PAPERS:
        for camera in CAMERAS:
            pages = (_made(paper, camera, seed) for seed in range(options.made))
            measured.append(_measure(f"{paper}, {camera}", pages))
    if options.json:
        options.json.write_text(json.dumps([asdict(each) for each in measured], indent=2) + "\n")


def _measure(name: str, pages: Iterable[Truth]) -> Figures:
    figures = Figures(name)
    for picture, wanted in pages:
        figures.add(picture, wanted)
    print(
        f"{name} | {figures.pages} | {figures.shaped} | {figures.right} of {figures.numbers} | "
        f"{figures.right} of {figures.texts} | {figures.seconds / figures.pages:.2f}",
        flush=True,
    )
    return figures


def _by_people(folder: Path) -> Iterator[tuple[Path, Truth]]:
    """Yield the sheets, and the photographs, whose numbers in truth are in one list."""
    for name, rows in json.loads((folder / "sheet.json").read_text()).items():
        yield (
            folder / name,
            ((folder / name).read_bytes(), [list(map(_number, row)) for row in rows]),
        )
    for name, numbers in json.loads((folder / "photos.json").read_text()).items():
        # Two numbers stand in each line of the only photograph with several.
        rows = [numbers[i : i + 2] for i in range(0, len(numbers), 2)]
        yield folder / name, ((folder / name).read_bytes(), rows)


def _number(text: str) -> str:
    digits = text.lstrip(".")
    return digits if digits.isdigit() else ""


def _table(rng: np.random.Generator) -> tuple[made.Page, Rows]:
    rows = [
        [str(rng.integers(0, 1000)) if rng.random() < 0.85 else "" for _ in range(7)]
        for _ in range(12)
    ]
    return made.table(rows, rng), rows


def _lines(rng: np.random.Generator) -> tuple[made.Page, Rows]:
    rows = [[str(rng.integers(10, 10_000)) for _ in range(4)] for _ in range(13)]
    return made.lines([" ".join(row) for row in rows], rng), rows


PAPERS = {
    "table": lambda page: page,
    "blank": lambda page: page,
    "ruled": lambda page: made.ruled(page, 90),
    "squared": lambda page: made.ruled(page, 45, squared=True),
    "small squares": lambda page: made.ruled(page, 28, squared=True),
}


def _right(found: list[str], wanted: list[str]) -> int:
    """Count the right numbers of a row: in their places or, if some are missing, in their order."""
    if len(found) == len(wanted):
        return sum(text == number != "" for text, number in zip(found, wanted, strict=True))
    matcher = SequenceMatcher(None, found, wanted, autojunk=False)
    return sum(block.size for block in matcher.get_matching_blocks())


def _made(paper: str, camera: str, seed: int) -> Truth:
    rng = np.random.default_rng(seed)
    page, rows = (_table if paper == "table" else _lines)(rng)
    return made.photographed(PAPERS[paper](page), rng, **CAMERAS[camera]), rows


if __name__ == "__main__":
    main()
