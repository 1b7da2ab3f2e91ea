"""How often near duplicates are found, and how often other digits are taken for them.

    python -m benchmarks.duplicates --data mnist.npz

With MNIST's training part on two cores of an AMD EPYC:

    other digits           0.2 % (ones 76 %)
    moved by a pixel     100.0 %
    JPEG, quality 50      98.2 %
    noise of 10 in ink   100.0 %
    turned by 2 degrees   99.8 %
    turned by 5 degrees    7.8 %
    larger by 3 percent   98.0 %
    20,000 fields compared with each other in 15 s, while others computed
"""

import argparse
import time
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from mlcore.data.datasets import read
from mlcore.recognition.duplicates import NEARLY_SAME, describe, near_duplicates

Fields = NDArray[np.uint8]
LOOKED_AT, AMONG, TIMED = 2_000, 30_000, 20_000


def warped(fields: Fields, *, degrees: float = 0, scale: float = 1, across: float = 0) -> Fields:
    move = cv2.getRotationMatrix2D((13.5, 13.5), degrees, scale)
    move[0, 2] += across
    return np.stack([cv2.warpAffine(field, move, (28, 28)) for field in fields])


def as_jpeg(fields: Fields) -> Fields:
    files = [cv2.imencode(".jpg", field, [cv2.IMWRITE_JPEG_QUALITY, 50])[1] for field in fields]
    return np.stack([cv2.imdecode(file, cv2.IMREAD_GRAYSCALE) for file in files])


def noisy(fields: Fields) -> Fields:
    noise = np.random.default_rng(0).normal(0, 10, fields.shape) * (fields > 0)
    return np.clip(fields + noise, 0, 255).astype(np.uint8)


COPIES: dict[str, Callable[[Fields], Fields]] = {
    "moved by a pixel": lambda fields: warped(fields, across=1),
    "JPEG, quality 50": as_jpeg,
    "noise of 10 in ink": noisy,
    "turned by 2 degrees": lambda fields: warped(fields, degrees=2),
    "turned by 5 degrees": lambda fields: warped(fields, degrees=5),
    "larger by 3 percent": lambda fields: warped(fields, scale=1.03),
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    part = read(parser.parse_args().data).training
    fields, labels = part.fields[:AMONG], part.labels[:LOOKED_AT]
    known = describe(fields)
    asked = known[:LOOKED_AT]
    likeness = asked @ known.T
    np.fill_diagonal(likeness, 0)
    near = likeness.max(axis=1) >= NEARLY_SAME
    others, ones = near[labels != 1].mean(), near[labels == 1].mean()
    print(f"{'other digits':20} {others:6.1%} (ones {ones:.0%})")
    for name, copy in COPIES.items():
        alike = (asked * describe(copy(fields[:LOOKED_AT]))).sum(axis=1)
        print(f"{name:20} {(alike >= NEARLY_SAME).mean():6.1%}")
    started = time.monotonic()
    near_duplicates(fields[:TIMED])
    print(f"{TIMED:,} fields compared with each other in {time.monotonic() - started:.1f} s")


if __name__ == "__main__":
    main()
