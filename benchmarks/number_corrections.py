"""Measure the effect of ten corrected numbers by one writer: other numbers by the same hand.

    python -m benchmarks.number_corrections [--data mnist.npz] [--writers 4] [--model DIR]

The writers are those of `benchmarks.synthetic_writers` of whom the version misreads a share in
BADLY of the numbers, in the order of their seeds. A number is four of their digits side by side, as
pen strokes. Ten are corrected; forty others are only measured. Each row is one run of the real
command, `python -m mlcore retrain`. *Drawn* is the reference set of numbers, which no training
sees; the gates of a site compare it too.
"""

import argparse
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count, islice
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.retraining import run
from benchmarks.synthetic_writers import StrongWriter
from mlcore.data import datasets, reference_sets
from mlcore.data.lines import Lines
from mlcore.evaluation.version_comparison import on_lines
from mlcore.ink.strokes import Strokes
from mlcore.recognition import bundle
from mlcore.recognition.bundle import Bundle
from mlcore.recognition.labeled_numbers import LabeledNumber, labeled_strokes
from mlcore.recognition.line_network import HEIGHT, WIDTH

CORRECTED, MEASURED, LENGTH = 10, 40, 4
PURPOSES = 11, 12  # of drawings: to correct, and to measure
GAP = 0.25  # between two digits, per height of the first
BADLY = (0.15, 0.7)
HEADER = (
    *("writer", "cut", "numbers right before", "after", "drawn before", "after"),
    *("share of the way", "seconds"),
)


@dataclass(frozen=True)
class Number:
    strokes: Strokes
    text: str


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", help="an mnist.npz")
    parser.add_argument("--writers", type=int, default=4)
    parser.add_argument("--model", type=Path, default=bundle.SHIPPED)
    options = parser.parse_args()
    mnist = datasets.find(options.data) if options.data else None
    parent = bundle.read(options.model)
    drawn = on_lines(parent, reference_sets.numbers())["accuracy"]
    print(" | ".join(HEADER))
    changes = []
    for seed, corrected, others, before in islice(badly_read(parent), options.writers):
        cut = [labeled_strokes(each.strokes, each.text, parent.recognizer()) for each in corrected]
        known = [number for number in cut if number is not None]
        report, candidate = retrained(parent, known, mnist, seed)
        after = right(candidate, others)
        drawn_after = on_lines(candidate, reference_sets.numbers())["accuracy"]
        figures = (f"{each:.1%}" for each in (before, after, drawn, drawn_after))
        row = (str(seed), f"{len(known)} of {len(corrected)}", *figures, f"{report['share']:g}")
        print(" | ".join((*row, f"{report['wall']:.0f}")), flush=True)
        changes.append((before, after))
    wrong = np.array([(1 - before, 1 - after) for before, after in changes])
    print(f"wrong numbers left, median: {np.median(wrong[:, 1] / wrong[:, 0]):.0%}")


def badly_read(parent: Bundle) -> Iterator[tuple[int, list[Number], list[Number], float]]:
    """Yield seed, numbers to correct, others, and the share of the others that is read."""
    for seed in count(1):
        others = numbers(seed, PURPOSES[1], MEASURED)
        share = right(parent, others)
        if BADLY[0] <= 1 - share <= BADLY[1]:
            yield seed, numbers(seed, PURPOSES[0], CORRECTED), others, share


def numbers(seed: int, purpose: int, count: int) -> list[Number]:
    """Return numbers of a writer's digits side by side on one line."""
    each = -(-count * LENGTH // 10)
    digits = StrongWriter(seed).drawings(each, purpose)
    order = np.random.default_rng([seed, purpose]).permutation(len(digits))[: count * LENGTH]
    rows = order.reshape(count, LENGTH)
    return [
        Number(side_by_side([digits[i][0] for i in row]), "".join(str(digits[i][1]) for i in row))
        for row in rows
    ]


def side_by_side(digits: list[Strokes]) -> Strokes:
    """Return the strokes of digits from left to right, all standing on one line."""
    row: Strokes = []
    left = 0.0
    for digit in digits:
        points = np.concatenate([stroke[:, :2] for stroke in digit])
        low, high = points.min(axis=0), points.max(axis=0)
        row += [stroke[:, :2] - [low[0] - left, high[1]] for stroke in digit]
        left += high[0] - low[0] + GAP * max(high[1] - low[1], 1e-6)
    return row


def right(version: Bundle, asked: list[Number]) -> float:
    reader = version.number_reader()
    return float(np.mean([reader.read_strokes(each.strokes).digits == each.text for each in asked]))


def retrained(
    parent: Bundle, known: list[LabeledNumber], mnist: Path | None, seed: int
) -> tuple[dict[str, Any], Bundle]:
    """Run the retraining; return its report and its candidate."""
    ids = np.arange(len(known))
    labels = np.array([int(digit) for number in known for digit in number.figures], np.uint8)
    corrections = {
        "inputs": np.concatenate([number.inputs for number in known]),
        "labels": labels,
        "ids": np.repeat(ids, [len(number.figures) for number in known]),
        "holdout": np.zeros(len(labels), bool),
    }
    lines = Lines([number.line for number in known], [number.figures for number in known])
    numbers = lines.as_arrays(HEIGHT, WIDTH) | {"ids": ids}
    return run(parent, corrections, mnist, seed, {}, numbers)


if __name__ == "__main__":
    main()
