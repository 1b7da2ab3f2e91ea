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
PICTURE = 600  # pixels a side


def main() -> None:
    rng = np.random.default_rng(1)
    drawings = [synthesis.draw(i % 10, rng) for i in range(DRAWINGS)]
    inputs = [planes for each in drawings if (planes := strokes.rasterize(each)) is not None]
    pictures = [as_png(planes[..., 0]) for planes in inputs]
    recognizer = bundle.shipped().recognizer()
    print("step | p50 ms | p99 ms")
    show("strokes to network input", strokes.rasterize, drawings)
    show(f"PNG of {PICTURE} x {PICTURE} to network input", image_from_picture, pictures)
    show("network input to answer", recognizer.recognize, inputs)
    show("network input to heat map", lambda planes: occlusion(recognizer, planes, 7), inputs)


def as_png(image: np.ndarray) -> bytes:
    """Encode an image as a PNG with black ink on white paper."""
    paper = 255 - np.rint(cv2.resize(image, (PICTURE, PICTURE)) * 255).clip(0, 255)
    return cv2.imencode(".png", paper.astype(np.uint8))[1].tobytes()


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
