"""Measure the latency of one answer in the web process, step by step, with one thread.

    python -m benchmarks.latency

The digits are drawn by the synthesizer. Each is read once after a warm-up. Run it on an idle
machine.
"""

import time
from collections.abc import Callable
from typing import Any

import cv2
import numpy as np

from mlcore.data import synthesis
from mlcore.ink import strokes
from mlcore.pictures.preprocessing import image_from_picture
from mlcore.recognition import bundle
from mlcore.recognition.explanation import occlusion

DRAWINGS, WARM_UP = 400, 20
PICTURES = (320, 600)  # pixels a side
PHOTOGRAPH = (4000, 3000)
PHOTOGRAPHS = 40


def main() -> None:
    rng = np.random.default_rng(1)
    drawings = [synthesis.draw(i % 10, rng) for i in range(DRAWINGS)]
    inputs = [planes for each in drawings if (planes := strokes.rasterize(each)) is not None]
    recognizer = bundle.shipped().recognizer()
    print("step | p50 ms | p99 ms")
    show("strokes to network input", strokes.rasterize, drawings)
    for side in PICTURES:
        pictures = [as_png(planes[..., 0], side) for planes in inputs]
        show(f"PNG of {side} x {side} to network input", image_from_picture, pictures)
    photographs = [as_photograph(planes[..., 0], rng) for planes in inputs[:PHOTOGRAPHS]]
    show("JPEG of 12 megapixels to network input", image_from_picture, photographs)
    show("network input to answer", recognizer.recognize, inputs)
    show("network input to heat map", lambda planes: occlusion(recognizer, planes, 7), inputs)


def as_png(image: np.ndarray, side: int) -> bytes:
    """Encode an image as a PNG with black ink on white paper."""
    paper = 255 - np.rint(cv2.resize(image, (side, side)) * 255).clip(0, 255)
    return cv2.imencode(".png", paper.astype(np.uint8))[1].tobytes()


def as_photograph(image: np.ndarray, rng: np.random.Generator) -> bytes:
    """Encode an image as a JPEG of a phone's size, blue ink on gray, noisy paper."""
    width, height = PHOTOGRAPH
    ink = cv2.resize(image, (height // 2, height // 2)).clip(0, 1)
    around = ((height // 4, height // 4), (width // 3, width - height // 2 - width // 3))
    cover = np.pad(ink, around)[..., None]
    light = np.linspace(215, 150, width)[:, None] * (1 - cover * [0.3, 0.8, 0.9])
    noise = rng.normal(0, 4, (height // 2, width // 2, 1)).repeat(2, 0).repeat(2, 1)
    return cv2.imencode(".jpg", (light + noise).clip(0, 255).astype(np.uint8))[1].tobytes()


def show(name: str, step: Callable[[Any], Any], inputs: list[Any]) -> None:
    for each in inputs[:WARM_UP]:
        step(each)
    times = []
    for each in inputs:
        started = time.perf_counter()
        step(each)
        times.append((time.perf_counter() - started) * 1000)
    print(f"{name} | {np.quantile(times, 0.5):.2f} | {np.quantile(times, 0.99):.2f}")


if __name__ == "__main__":
    main()
