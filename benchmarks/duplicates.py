"""Measure how often near-duplicates are found, and how often other digits are mistaken for them.

    python -m benchmarks.duplicates --data mnist.npz

Results with MNIST's training part on two cores of an AMD EPYC:

    other digits           0.2 % (ones 76 %)
    moved by a pixel     100.0 %
    JPEG, quality 50      98.2 %
    noise of 10 in ink   100.0 %
    turned by 2 degrees   99.8 %
    turned by 5 degrees    7.8 %
    larger by 3 percent   98.0 %
    20,000 images compared with each other in 15 s, on a busy machine
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

Images = NDArray[np.uint8]
LOOKED_AT, AMONG, TIMED = 2_000, 30_000, 20_000


def warped(images: Images, *, degrees: float = 0, scale: float = 1, across: float = 0) -> Images:
    move = cv2.getRotationMatrix2D((13.5, 13.5), degrees, scale)
    move[0, 2] += across
    return np.stack([cv2.warpAffine(image, move, (28, 28)) for image in images])


def as_jpeg(images: Images) -> Images:
    files = [cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, 50])[1] for image in images]
    return np.stack([cv2.imdecode(file, cv2.IMREAD_GRAYSCALE) for file in files])


def noisy(images: Images) -> Images:
    noise = np.random.default_rng(0).normal(0, 10, images.shape) * (images > 0)
    return np.clip(images + noise, 0, 255).astype(np.uint8)


COPIES: dict[str, Callable[[Images], Images]] = {
    "moved by a pixel": lambda images: warped(images, across=1),
    "JPEG, quality 50": as_jpeg,
    "noise of 10 in ink": noisy,
    "turned by 2 degrees": lambda images: warped(images, degrees=2),
    "turned by 5 degrees": lambda images: warped(images, degrees=5),
    "larger by 3 percent": lambda images: warped(images, scale=1.03),
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    part = read(parser.parse_args().data).training
    images, labels = part.images[:AMONG], part.labels[:LOOKED_AT]
    known = describe(images)
    asked = known[:LOOKED_AT]
    likeness = asked @ known.T
    np.fill_diagonal(likeness, 0)
    near = likeness.max(axis=1) >= NEARLY_SAME
    others, ones = near[labels != 1].mean(), near[labels == 1].mean()
    print(f"{'other digits':20} {others:6.1%} (ones {ones:.0%})")
    for name, copy in COPIES.items():
        alike = (asked * describe(copy(images[:LOOKED_AT]))).sum(axis=1)
        print(f"{name:20} {(alike >= NEARLY_SAME).mean():6.1%}")
    started = time.monotonic()
    near_duplicates(images[:TIMED])
    print(f"{TIMED:,} images compared with each other in {time.monotonic() - started:.1f} s")


if __name__ == "__main__":
    main()
