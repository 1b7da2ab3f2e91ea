"""Measure the accuracy on pictures: photographs, scans, screens, cells of forms.

    python -m benchmarks.pictures [--data mnist.npz] [--dev-sets FOLDER] [--cases FOLDER]

Three groups, of which the last two need data:

- every kind of tests/mlcore/picture_kinds, with drawn digits in plain forms;
- digits held out of MNIST's training part, as several kinds of pictures (picture_sets.py);
- the dev sets, letters against digits, and a folder of single files.

The shipped version reads the ink that the picture path finds, and beside it the ink that the
plainest separation finds (plain_separation.py).
"""

import argparse
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks import plain_separation
from benchmarks.picture_sets import PictureSet, cases, development, made_of
from mlcore.data import datasets, development_sets
from mlcore.data.out_of_distribution import DISGUISED
from mlcore.errors import InvalidInk
from mlcore.evaluation.metrics import auroc
from mlcore.pictures.decoding import read_picture
from mlcore.pictures.preprocessing import image_from_gray
from mlcore.recognition import bundle
from mlcore.recognition.inference import Recognizer
from tests.mlcore.picture_kinds import KINDS
from tests.mlcore.picture_kinds.digits import drawn_digits

Path2Image = Callable[[NDArray[np.uint8]], NDArray[np.float32] | None]
PATHS: dict[str, Path2Image] = {
    "ink network": image_from_gray,
    "plain separation": plain_separation.image_from_gray,
}
BLANK, REFUSED = "blank", "not a digit"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", help="an mnist.npz")
    parser.add_argument("--dev-sets", help="the folder of dev sets (otherwise DEV_SETS_PATH)")
    parser.add_argument("--cases", type=Path, help="a folder of files named after their digit")
    parser.add_argument("--digits", type=int, default=10, help="pictures of each made kind")
    parser.add_argument("--scans", type=int, default=1_000, help="digits of MNIST")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    recognizer = bundle.shipped().recognizer()
    print("set | pictures | " + " | ".join(PATHS) + " | wrong with the ink network")
    totals: Counter[str] = Counter()
    for name, pictures in _kinds(options.digits, options.seed):
        totals.update(_measure(name, pictures, recognizer))
    print(f"all made kinds | {totals.pop('all')} | " + " | ".join(map(str, totals.values())))
    if options.data:
        held_out = datasets.load(options.data).holdout.take(np.arange(options.scans))
        _as_arrays(held_out, recognizer)
        for name, pictures in made_of(held_out, options.seed).items():
            _measure(name, pictures, recognizer)
    if sets := development_sets.folder(options.dev_sets):
        for name, pictures in development(sets).items():
            _measure(name, pictures, recognizer)
        _letters(sets, recognizer)
    if options.cases:
        _measure("cases", cases(options.cases), recognizer)


def _kinds(count: int, seed: int) -> Iterator[tuple[str, PictureSet]]:
    digits = drawn_digits(count, seed)
    labels = np.array([digit.label for digit in digits], np.uint8)
    for name, make in KINDS.items():
        files = [make(digit, np.random.default_rng([seed, i])) for i, digit in enumerate(digits)]
        yield name, (files, labels)


def _measure(name: str, pictures: PictureSet, recognizer: Recognizer) -> Counter[str]:
    """Print the line of a set; return how many pictures each path read right, and how many of."""
    files, labels = pictures
    grays = [_gray(file) for file in files]
    said = {path: [_said(recognizer, read, gray) for gray in grays] for path, read in PATHS.items()}
    right = {
        path: sum(answer == str(label) for answer, label in zip(answers, labels, strict=True))
        for path, answers in said.items()
    }
    wrong = Counter(
        f"{label} as {answer}"
        for label, answer in zip(labels, said["ink network"], strict=True)
        if answer != str(label)
    )
    shares = " | ".join(f"{count / len(files):.1%}" for count in right.values())
    errors = ", ".join(f"{count} x {error}" for error, count in wrong.most_common(5))
    print(f"{name} | {len(files)} | {shares} | {errors}", flush=True)
    return Counter({"all": len(files)} | right)


def _gray(file: bytes) -> NDArray[np.uint8]:
    try:
        return read_picture(file)
    except InvalidInk:
        return np.full((1, 1), 255, np.uint8)


def _said(recognizer: Recognizer, read: Path2Image, gray: NDArray[np.uint8]) -> str:
    image = read(gray)
    if image is None:
        return BLANK
    answer = recognizer.recognize(image)
    return str(answer.digit) if answer.is_digit else REFUSED


def _as_arrays(part: datasets.Part, recognizer: Recognizer) -> None:
    scaled = np.divide(part.images, 255, dtype=np.float32)
    answers = [recognizer.recognize(image) for image in scaled]
    right = sum(answer.digit == label for answer, label in zip(answers, part.labels, strict=True))
    print(f"as arrays, without a picture | {len(part)} | {right / len(part):.1%} | |")


def _letters(sets: Path, recognizer: Recognizer) -> None:
    """Print how well "not a digit" tells letters from digits of the same source (AUROC)."""
    digits, letters = development_sets.phone(sets), development_sets.letters(sets)
    if digits is None or letters is None:
        return
    plain = [development_sets.letter_of(str(name)) not in DISGUISED for name in letters.names]
    figures = []
    for read in PATHS.values():
        of_digits, of_letters = (
            np.array([_not_a_digit(recognizer, read, file) for file in files])
            for files in (digits.pictures, letters.take(np.flatnonzero(plain)).pictures)
        )
        figures.append(f"{auroc(of_digits, of_letters):.4f}")
    print(f"letters_dev, AUROC | {sum(plain)} | " + " | ".join(figures) + " |")


def _not_a_digit(recognizer: Recognizer, read: Path2Image, file: bytes) -> float:
    image = read(_gray(file))
    return 1.0 if image is None else recognizer.recognize(image).not_a_digit


if __name__ == "__main__":
    main()
