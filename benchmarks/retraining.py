"""Measure the effect of 20 corrections by one writer: errors on other drawings, MNIST, and time.

    python -m benchmarks.retraining --data mnist.npz [--writers 4] [--model DIR]

Each writer has strong habits: one slant, turn and aspect for all digits, and one bend for each
digit, applied to MNIST's hold-out digits (never trained on). Two drawings of every digit are
corrected; thirty others of every digit are only measured. Every line is one run of the real
command, `python -m mlcore retrain`, in a separate process, with and without MNIST. Settings are
chosen on the hold-out; MNIST's test part is only reported. A refused digit counts as wrong.

Run it on an idle machine, because the seconds are wall time.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from itertools import chain
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from mlcore.data import datasets
from mlcore.data.datasets import Part
from mlcore.evaluation import metrics
from mlcore.ink.directions import as_planes
from mlcore.ink.geometry import IMAGE_SIDE, place
from mlcore.labels import DIGITS
from mlcore.recognition import bundle

CORRECTED, MEASURED = 2, 30  # drawings of each digit
SLANT, TURN, ASPECT, BEND, KNOTS = 0.45, 0.3, 0.25, 2.2, 4
HEADER = (
    *("writer", "MNIST", "errors before", "errors after", "hold-out before", "hold-out after"),
    *("test before", "test after", "share of the way", "seconds", "of these, by phase"),
)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data")
    parser.add_argument("--model", type=Path, default=bundle.SHIPPED)
    parser.add_argument("--writers", type=int, default=4)
    parser.add_argument("--recipe", type=json.loads, default={}, help="overrides, as JSON")
    options = parser.parse_args()
    path = datasets.find(options.data)
    mnist = datasets.read(path)
    parent = bundle.read(options.model)
    parts = (mnist.holdout, mnist.test)
    before = [_right(parent, part) for part in parts]
    print(" | ".join(HEADER))
    for writer in range(1, options.writers + 1):
        corrections = drawings(mnist.holdout, np.random.default_rng(writer))
        for given in (path, None):
            report, candidate = run(parent, corrections, given, writer, options.recipe)
            row = [str(writer), "at hand" if given else "none"]
            row += [_share(report[when]["corrections_holdout"]) for when in ("before", "after")]
            for was, part in zip(before, parts, strict=True):
                row += [f"{was:.2%}", f"{_right(candidate, part):.2%}"]
            phases = ", ".join(f"{name} {took:.1f}" for name, took in report["phases"].items())
            row += [f"{report['share']}", f"{report['wall']:.0f}", phases]
            print(" | ".join(row), flush=True)


def drawings(holdout: Part, rng: Generator) -> dict[str, Any]:
    """Make the arrays of corrections.npz from drawings by one new writer."""
    warping = WarpingWriter(rng)
    rows, held = [], []
    for digit in DIGITS:
        own = np.flatnonzero(holdout.labels == digit)
        rows += rng.choice(own, CORRECTED + MEASURED, replace=False).tolist()
        held += [False] * CORRECTED + [True] * MEASURED
    images = [warping.draw(holdout.images[row], int(holdout.labels[row])) for row in rows]
    return {
        "inputs": as_planes(np.array(images)),
        "labels": holdout.labels[rows],
        "holdout": np.array(held),
        "ids": np.arange(len(rows)),
    }


class WarpingWriter:
    """A writer with fixed random habits, who changes MNIST images."""

    def __init__(self, rng: Generator) -> None:
        side = rng.choice([-1, 1], 3)
        turn = TURN * side[0] * rng.uniform(0.5, 1)
        slant = SLANT * side[1] * rng.uniform(0.5, 1)
        aspect = np.exp(ASPECT * side[2] * rng.uniform(0.5, 1))
        rotation = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
        self.matrix = rotation @ np.array([[aspect, slant], [0, 1 / aspect]])
        self.bends = rng.normal(0, BEND, (len(DIGITS), KNOTS, KNOTS, 2)).astype(np.float32)

    def draw(self, image: NDArray[np.uint8], digit: int) -> NDArray[np.uint8]:
        middle = (IMAGE_SIDE - 1) / 2
        raster = (np.arange(2 * IMAGE_SIDE) + 0.5) / 2 - 0.5 - middle
        raster = raster * 1.6  # room for slanted ink
        grid = np.stack(np.meshgrid(raster, raster), axis=-1)
        sources = (grid @ self.matrix.T + middle).astype(np.float32)
        sources += cv2.resize(self.bends[digit], (2 * IMAGE_SIDE, 2 * IMAGE_SIDE), interpolation=2)
        ink = cv2.remap(image, sources, None, cv2.INTER_LINEAR).astype(np.float32) / 255
        placed = place(np.where(ink > 0.05, ink, np.float32(0)))
        return np.rint((placed if placed is not None else ink) * 255).astype(np.uint8)


def run(
    parent: bundle.Bundle,
    corrections: dict[str, Any],
    mnist: Path | None,
    seed: int,
    recipe: dict[str, float],
    numbers: dict[str, Any] | None = None,
) -> tuple[dict, bundle.Bundle]:
    """Run one job in a temporary folder; return (report with "wall" seconds, candidate).

    numbers: the arrays of numbers.npz, if there are any.
    """
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        job = {"seed": seed, "mnist": str(mnist.resolve()) if mnist else None, "recipe": recipe}
        (folder / "job.json").write_text(json.dumps(job))
        np.savez(folder / "corrections.npz", **corrections)
        if numbers:
            np.savez(folder / "numbers.npz", **numbers)
        bundle.write(parent, folder / "parent")
        command = [sys.executable, "-m", "mlcore", "retrain", str(folder)]
        phases = timed(command)
        report = json.loads((folder / "report.json").read_text())
        seconds = {"wall": sum(phases.values()), "phases": phases}
        return report | seconds, bundle.read(folder / "candidate")


def timed(command: list[str]) -> dict[str, float]:
    """Run a command that reports its phases as JSON lines; return the seconds of each.

    Until the first report it is "start". Raises CalledProcessError.
    """
    phases: dict[str, float] = {}
    phase, since = "start", time.monotonic()
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        for line in chain(process.stdout, [""]):
            now = time.monotonic()
            phases[phase] = phases.get(phase, 0.0) + now - since
            phase, since = (json.loads(line)["phase"] if line else "end"), now
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command)
    return phases


def _right(version: bundle.Bundle, part: Part) -> float:
    return metrics.brief(metrics.answers(version, part.inputs, part.labels))["accuracy"]


def _share(counts: dict[str, int]) -> str:
    return f"{counts['correct'] / counts['n']:.1%}"


if __name__ == "__main__":
    main()
