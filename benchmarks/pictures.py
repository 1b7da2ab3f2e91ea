"""Measure the accuracy on pictures (photographs, scans, screens), one line for every kind.

    python -m benchmarks.pictures [--data mnist.npz] [--digits 10] [--seed 1]

The pictures are those of tests/mlcore/picture_kinds: drawn digits in plain forms or, with --data,
digits held out of MNIST's training part. The shipped version reads them.
"""

import argparse
import time

from mlcore.data import datasets
from mlcore.recognition import bundle
from tests.mlcore.picture_kinds import KINDS
from tests.mlcore.picture_kinds.digits import Digit, drawn_digits, scanned_digits
from tests.mlcore.picture_kinds.reading import Reading, read_kind


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", help="an mnist.npz")
    parser.add_argument("--digits", type=int, default=10, help="pictures of each kind")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    digits = _digits(options.data, options.digits, options.seed)
    recognizer = bundle.shipped().recognizer()
    started = time.monotonic()
    readings: list[Reading] = []
    for kind in KINDS:
        of_kind = read_kind(kind, digits, recognizer, options.seed)
        print(f"{kind:42} {_line(of_kind)}", flush=True)
        readings += of_kind
    right = sum(reading.is_right for reading in readings)
    print(f"\n{right:,} of {len(readings):,} right: {right / len(readings):.2%}")
    print(f"{time.monotonic() - started:.0f} s, making the pictures included")


def _digits(data: str | None, count: int, seed: int) -> list[Digit]:
    if data is None:
        return drawn_digits(count, seed)
    return scanned_digits(datasets.load(data).holdout, count, seed)


def _line(readings: list[Reading]) -> str:
    wrong = [
        f"{reading.label} read as {reading.read}" for reading in readings if not reading.is_right
    ]
    return f"{len(readings) - len(wrong)}/{len(readings)}  {'; '.join(wrong)}"


if __name__ == "__main__":
    main()
