"""Measure how often two digits side by side are detected, and one digit is mistaken for two.

    python -m benchmarks.touching_digits
    python -m benchmarks.touching_digits --data mnist.npz

The synthesizer draws pairs by one writer at several distances. With --data, the last 10,000 digits
of MNIST's training part are also used, as pairs of images. "refused": the network refuses the
drawing. "named": the site also gives the reason "several"; only refused drawings are checked for
this. HEIGHT and SURE of `mlcore.recognition.segmentation` were chosen on drawn pairs of another
seed.
"""

import argparse
from collections.abc import Iterable, Iterator

import cv2
import numpy as np
from numpy.typing import NDArray

from mlcore.data import synthesis
from mlcore.data.synthesis.writers import Writer
from mlcore.ink import strokes
from mlcore.ink.geometry import Ink, place, with_pen_width
from mlcore.recognition import bundle
from mlcore.recognition.inference import Recognizer
from mlcore.recognition.segmentation import THIN, digits_side_by_side

COUNT = 300
GAPS = (0.05, 0.15, 0.3, 0.6)  # heights of the higher digit
PIXEL_GAPS = (2, 5, 10)  # pixels of MNIST's images
ZOOM = 6

Seen = Iterable[tuple[Ink, Ink]]  # the image, and the ink to segment


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", help="an mnist.npz")
    data = parser.parse_args().data
    recognizer, rng = bundle.shipped().recognizer(), np.random.default_rng(1)
    print(f"{'':24}{'drawings':>10}{'refused':>10}{'named':>10}")
    show("one digit", recognizer, drawn(one(rng) for _ in range(5 * COUNT)))
    for gap in GAPS:
        show(f"two, {gap} apart", recognizer, drawn(two(gap, rng) for _ in range(COUNT)))
    if data:
        images = np.load(data)["x_train"][50_000:]
        show("one of MNIST's", recognizer, rastered(images[: 5 * COUNT]))
        for pixels in PIXEL_GAPS:
            pairs = (
                beside(images[rng.integers(len(images), size=2)], pixels) for _ in range(COUNT)
            )
            show(f"two, {pixels} pixels apart", recognizer, rastered(pairs))


def show(name: str, recognizer: Recognizer, drawings: Seen) -> None:
    outcomes = []
    for image, ink in drawings:
        refused = not recognizer.recognize(image).is_digit
        outcomes.append((refused, refused and bool(digits_side_by_side(ink, recognizer))))
    refused_share, named = np.mean(outcomes, axis=0)
    print(f"{name:24}{len(outcomes):>10}{refused_share:>10.1%}{named:>10.1%}")


def one(rng: np.random.Generator) -> strokes.Strokes:
    return synthesis.draw(int(rng.integers(10)), rng)


def two(gap: float, rng: np.random.Generator) -> strokes.Strokes:
    writer = Writer.sample(rng)
    left, right = (synthesis.draw(int(rng.integers(10)), rng, writer=writer) for _ in range(2))
    (low, high), (other_low, other_high) = ends(left), ends(right)
    height = max(high[1] - low[1], other_high[1] - other_low[1])
    across = high[0] - other_low[0] + gap * height
    shift = np.array([across, low[1] - other_low[1] + rng.normal(0, 0.06) * height])
    return [each[:, :2] for each in left] + [each[:, :2] + shift for each in right]


def ends(drawing: strokes.Strokes) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    points = np.concatenate(drawing)[:, :2]
    return points.min(axis=0), points.max(axis=0)


def drawn(drawings: Iterable[strokes.Strokes]) -> Iterator[tuple[Ink, Ink]]:
    for each in drawings:
        image, ink = strokes.rasterize(each), strokes.ink_of(each, pen_width=THIN)
        assert image is not None
        assert ink is not None
        yield image, ink


def beside(pair: NDArray[np.uint8], gap: int) -> NDArray[np.uint8]:
    """Put two images side by side, `gap` pixels apart, without empty columns at their sides."""
    left, right = (cropped(each) for each in pair)
    return np.hstack([left, np.zeros((len(left), gap), np.uint8), right])


def cropped(image: NDArray[np.uint8]) -> NDArray[np.uint8]:
    columns = np.flatnonzero(image.any(axis=0))
    return image[:, columns[0] : columns[-1] + 1]


def rastered(images: Iterable[NDArray[np.uint8]]) -> Iterator[tuple[Ink, Ink]]:
    for image in images:
        gray = image.astype(np.float32) / 255
        larger = cv2.resize(gray, None, fx=ZOOM, fy=ZOOM, interpolation=cv2.INTER_CUBIC)
        ink = np.clip(larger, 0, 1).astype(np.float32)
        image = place(with_pen_width(ink))
        assert image is not None
        yield image, ink


if __name__ == "__main__":
    main()
