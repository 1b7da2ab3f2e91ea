"""What leaving out points of strokes changes: the bytes of a drawing, and its answer.

    python -m benchmarks.simplification --pen pen_dev.json --numbers numbers_dev/pen.json

The answer to the strokes as they are stored is compared with the answer to those that were sent.
They are sent once as they are in the file, and once as the studio sends them: curves through the
middles between the pen's places, with times and pressure.

Expected, as the studio sends them: 15 % of the bytes and one other answer of 2,518 digits, 20 % and
no other of 436 numbers. Where the answer would change, the site stores all points.
"""

import argparse
import json
from pathlib import Path
from typing import Any

import numpy as np

from mlcore.ink.simplification import simplified
from mlcore.ink.strokes import Strokes, parse, rasterize
from mlcore.recognition import bundle

STEP = 4.0  # thousandths of the drawing between two points of a curve
MILLISECONDS = 8.0  # between two places of the pen


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pen", type=Path, required=True, help="digits as strokes")
    parser.add_argument("--numbers", type=Path, help="numbers as strokes")
    options = parser.parse_args()
    shipped = bundle.shipped()
    recognizer = shipped.recognizer()

    def digit(strokes: Strokes) -> tuple[str, float]:
        answer = recognizer.recognize(rasterize(strokes))
        return str(answer.label), answer.confidence

    compare("digits", options.pen, digit)
    if options.numbers:
        reader = shipped.number_reader()

        def number(strokes: Strokes) -> tuple[str, float]:
            reading = reader.read_strokes(strokes)
            return reading.text, reading.confidence

        compare("numbers", options.numbers, number)


def compare(name: str, path: Path, answer: Any) -> None:
    drawings = [parse(each["strokes"]) for each in json.loads(path.read_text())]
    for kind, sent in (("as they are", drawings), ("as the studio", list(map(curved, drawings)))):
        stored = list(map(simplified, sent))
        pairs = [(answer(a), answer(b)) for a, b in zip(sent, stored, strict=True)]
        others = sum(a[0] != b[0] for a, b in pairs)
        change = np.array([abs(a[1] - b[1]) for a, b in pairs if a[0] == b[0]])
        before, after = (np.array([size(each) for each in part]) for part in (sent, stored))
        print(
            f"{len(pairs):,} {name}, {kind}: {np.median(before):,.0f} bytes -> "
            f"{np.median(after):,.0f} (median; {after.sum() / before.sum():.0%} of all); "
            f"{others} other answers; confidence differs by {np.percentile(change, 99):.4f} "
            f"(99th percentile), {change.max():.4f} at most"
        )


def curved(strokes: Strokes) -> Strokes:
    """Return strokes as a pad draws them: quadratic curves through the middles, as polylines."""
    curves = []
    for stroke in strokes:
        places = stroke[:, :2]
        if len(places) < 3:
            curves.append(with_times(places))
            continue
        middles = (places[1:] + places[:-1]) / 2
        starts = np.vstack([places[:1], middles[1:-1]])
        ends = np.vstack([middles[1:-1], places[-1:]])
        parts = [places[:1]]
        for start, through, end in zip(starts, places[1:-1], ends, strict=True):
            length = np.hypot(*(through - start)) + np.hypot(*(end - through))
            share = np.linspace(0, 1, max(2, int(length / STEP)))[1:, np.newaxis]
            part = (1 - share) ** 2 * start + 2 * share * (1 - share) * through + share**2 * end
            parts.append(part)
        curves.append(with_times(np.vstack(parts).round(2)))
    return curves


def with_times(places: np.ndarray) -> np.ndarray:
    times = np.arange(len(places)) * MILLISECONDS
    return np.column_stack([places, times, np.full(len(places), 0.5)])


def size(strokes: Strokes) -> int:
    """Return the bytes of strokes as they are stored."""
    points = [
        [
            {n: v for n, v in zip("xytp", point, strict=True) if not np.isnan(v)}
            for point in stroke.tolist()
        ]
        for stroke in strokes
    ]
    return len(json.dumps(points))


if __name__ == "__main__":
    main()
