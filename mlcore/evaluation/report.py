"""The figures that `python -m mlcore evaluate` measures of a version, as one JSON object.

docs/evaluation.md explains each figure. These figures are only reported. Versions are chosen and
calibrated by figures on hold-outs, in `mlcore.training.packaging`.
"""

from pathlib import Path
from typing import Any

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from mlcore.data import development_sets
from mlcore.data.corruptions import CORRUPTIONS, PICTURES, as_pictures
from mlcore.data.datasets import Part
from mlcore.data.development_sets import DevSet
from mlcore.data.out_of_distribution import DISGUISED, KINDS, out_of_distribution_images
from mlcore.evaluation import pen_report
from mlcore.evaluation.metrics import (
    Answers,
    answers,
    apart,
    brief,
    full,
    reading,
    trusted,
    wrong_answer,
)
from mlcore.labels import NOT_A_DIGIT
from mlcore.messages import english
from mlcore.recognition.bundle import Bundle

SEED = 20_261  # for the corruptions and the out-of-distribution drawings
PICTURED = 2_000  # digits that each corruption of pictures changes, which is slow
OUT_OF_DISTRIBUTION = 2_000
SKIPPED = "skipped: not at hand"

Figures = dict[str, Any]


def evaluation_report(
    version: Bundle, test: Part, *, dev_sets: Path | None = None, at_most: int | None = None
) -> Figures:
    """Measure a version on MNIST's test part and on all other evaluation sets.

    dev_sets: the folder that `mlcore.data.development_sets` describes; None skips it. at_most: for
    a quick look, use at most this many drawings of each set, evenly spread; the figures contain n.
    Raises ValueError if at_most is below 1.
    """
    if at_most is not None and at_most < 1:
        raise ValueError(f"At most {at_most} of each set leaves nothing to measure.")
    test = test.take(spread(len(test), at_most))
    on_test = answers(version, test.images, test.labels)
    ood_count = OUT_OF_DISTRIBUTION if at_most is None else min(OUT_OF_DISTRIBUTION, at_most)
    return {
        "mnist_test": full(on_test),
        "robustness": robustness(version, test),
        "scikit_digits": scikit_digits(version, at_most),
        "not_a_digit": not_a_digit(version, on_test, ood_count),
        "dev_sets": (
            f"skipped: {english(development_sets.ADVICE)}"
            if dev_sets is None
            else on_dev_sets(version, dev_sets, at_most)
        ),
    }


def robustness(version: Bundle, test: Part) -> Figures:
    """Measure the accuracy under each corruption, and with picture preprocessing alone.

    Corruptions of pictures change at most PICTURED digits of the test part, evenly spread.
    """
    pictured, ink = test.take(spread(len(test), PICTURED)), version.ink_network()

    def read(part: Part, images: NDArray[np.uint8]) -> Figures:
        return reading(answers(version, images, part.labels))

    corruptions = {}
    for number, (name, corrupt) in enumerate(CORRUPTIONS.items()):
        path, part = ("picture", pictured) if name in PICTURES else ("drawing", test)
        images = corrupt(part.images, separate_rng(number), ink)
        corruptions[name] = {"path": path} | read(part, images)
    return {
        "mean_accuracy": float(np.mean([each["accuracy"] for each in corruptions.values()])),
        "undisturbed": read(pictured, pictured.images),
        "undisturbed_as_picture": read(test, as_pictures(test.images, ink)),
        "corruptions": corruptions,
    }


def scikit_digits(version: Bundle, at_most: int | None) -> Figures:
    """Measure digits from another source than MNIST, with picture preprocessing."""
    got = _read(version, _thinned(development_sets.scikit_digits(), at_most))
    return reading(got) | {"per_digit": brief(got)["per_digit"]}


def not_a_digit(version: Bundle, on_digits: Answers, count: int) -> Figures:
    """Measure how well "not a digit" separates out-of-distribution drawings from digits."""
    got, kinds = out_of_distribution_answers(version, count)
    return {
        "digits": len(on_digits.labels),
        **apart(on_digits, got, np.ones(count, np.bool_)),
        "kinds": {kind: apart(on_digits, got, kinds == kind) for kind in KINDS},
    }


def out_of_distribution_answers(version: Bundle, count: int) -> tuple[Answers, NDArray[np.str_]]:
    """Answer `count` out-of-distribution drawings, always the same ones; also return the kinds."""
    images, kinds = out_of_distribution_images(count, separate_rng(len(CORRUPTIONS)))
    return answers(version, images, np.full(count, NOT_A_DIGIT)), kinds


def on_dev_sets(version: Bundle, folder: Path, at_most: int | None) -> Figures:
    """Measure the available dev sets: drawings, photographs, and what is drawn with a pen."""
    found = {
        "canvas": development_sets.canvas(folder),
        "phone": development_sets.phone(folder),
        "letters": development_sets.letters(folder),
    }
    sets = {name: _thinned(each, at_most) for name, each in found.items() if each}
    read = {name: _read(version, each) for name, each in sets.items()}
    figures: Figures = dict.fromkeys(found, SKIPPED)
    for name in {"canvas", "phone"} & set(sets):
        figures[name] = _digits(read[name], sets[name])
    if {"phone", "letters"} <= set(sets):
        figures["letters"] = _letters(read["phone"], read["letters"], sets["letters"])
    return figures | _with_pen(version, folder, at_most)


def _with_pen(version: Bundle, folder: Path, at_most: int | None) -> Figures:
    figures: Figures = {"pen": SKIPPED, "pen_symbols": SKIPPED}
    digits = development_sets.pen_digits(folder)
    if digits is None:
        return figures
    digits = digits.take(spread(len(digits), at_most))
    on_digits = pen_report.answered(version, digits)
    figures["pen"] = pen_report.by_source(version, on_digits, digits)
    symbols = development_sets.pen_symbols(folder)
    if symbols is not None:
        symbols = symbols.take(spread(len(symbols), at_most))
        got = pen_report.answered(version, symbols)
        figures["pen_symbols"] = pen_report.on_symbols(on_digits, got, symbols)
    return figures


def _digits(got: Answers, of: DevSet) -> Figures:
    wrong = [
        {"name": str(of.names[i]), **wrong_answer(got, i), "junk": bool(of.junk[i])}
        for i in np.flatnonzero(~got.right)
    ]
    plain = got.take(~of.junk)
    return trusted(got) | {"without_junk": trusted(plain), "wrong": wrong}


def _letters(on_digits: Answers, got: Answers, of: DevSet) -> Figures:
    """Measure letters against the digits of the same source.

    Letters that look like digits are not counted in the totals.
    """
    letters = np.array([development_sets.letter_of(name) for name in of.names])
    refused = got.said == NOT_A_DIGIT
    return {
        **apart(on_digits, got, ~np.isin(letters, sorted(DISGUISED))),
        "left_out": "".join(sorted(DISGUISED)),
        "refused_by_letter": {
            str(letter): float(refused[letters == letter].mean()) for letter in np.unique(letters)
        },
    }


def _read(version: Bundle, pictures: DevSet) -> Answers:
    part = pictures.read(version.ink_network())
    return answers(version, part.images, part.labels)


def _thinned(pictures: DevSet, at_most: int | None) -> DevSet:
    return pictures.take(spread(len(pictures), at_most))


def spread(count: int, at_most: int | None) -> NDArray[np.intp]:
    """Return at most `at_most` indices of `count`, evenly spread.

    The first half of MNIST's test part is easier than the second, so a prefix would be biased.
    """
    kept = count if at_most is None else min(count, at_most)
    return np.arange(kept) * count // max(kept, 1)


def separate_rng(number: int) -> Generator:
    """Return a separate random generator for each generated set."""
    return np.random.default_rng([SEED, number])
