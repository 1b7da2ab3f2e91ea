"""What stands between digits and after a number; none of it has a label."""

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from mlcore.data.number_lines.hands import Glyph
from mlcore.data.number_lines.pens import line

RAISED = 0.1  # share of points that stand in the middle of the line


def places(length: int, rng: Generator) -> dict[int, str]:
    """Return after which digits a sign stands: between thousands, or before decimals."""
    kind = rng.random()
    if kind < 0.2 and length > 3:
        return {i: str(rng.choice([".", ","])) for i in range(length - 4, -1, -3)}
    if kind < 0.35 and length > 2:
        return {int(rng.integers(0, length - 1)): str(rng.choice([".", ",", ",", "-", "/", ":"]))}
    return {}


def draw_sign(
    row: Glyph, kind: str, edge: NDArray[np.int64], base: float, size: float, rng: Generator
) -> None:
    """Draw a sign after the digit before; the next digit stands right of the moved edge."""
    pen = max(1.0, size * rng.uniform(0.08, 0.16))
    x = float(edge.max()) - size * rng.uniform(0.05, 0.2)
    y = base + size * rng.normal(0, 0.05)
    y -= size * rng.uniform(0.3, 0.5) if kind == "." and rng.random() < RAISED else 0
    d = size * rng.uniform(0.1, 0.3)
    shapes = {
        ".": [(x, y), (x + pen / 2, y)],
        ",": [(x, y), (x - d * rng.uniform(0, 0.8), y + d)],
        "-": [(x, y - size * 0.45), (x + 1.5 * d, y - size * 0.45 - rng.normal(0, 1))],
        "/": [(x + d, y - size * 1.1), (x - d, y + size * 0.1)],
        ":": [(x, y), (x, y)],
    }
    line(row, shapes[kind], pen)
    if kind == ":":
        line(row, [(x, y - size * 0.6), (x, y - size * 0.6)], pen)


def draw_ending(row: Glyph, right: int, base: float, size: float, rng: Generator) -> int:
    """Draw what people write after an amount: a point, a dash, both, or an equals sign.

    Returns the last column of it.
    """
    pen = max(1.0, size * rng.uniform(0.07, 0.16))
    x = right + size * rng.uniform(0.1, 0.5)
    kind = rng.integers(6)
    if kind in (0, 1, 4, 5):  # a point or a comma, or a stroke as long as half a digit
        tail = size * rng.uniform(0, 0.6) if rng.random() < 0.5 else 0.0
        start = base - tail * rng.uniform(0, 0.7)
        line(row, [(x, start), (x - tail * rng.uniform(0, 0.8), start + tail)], pen)
        x += size * rng.uniform(0.1, 0.5)
    if kind in (1, 2, 3, 5):  # a dash, or two, which may stand high
        length = size * rng.uniform(0.2, 1.4)
        high = rng.uniform(0, 0.5) if rng.random() < 0.4 else 0.0
        for down in (0.45, 0.2)[: 2 if kind == 3 else 1]:
            y = base - size * (down + high + rng.normal(0, 0.08))
            rise = rng.normal(0.05, 0.2) * length
            middle = (x + length / 2, y + rng.normal(0, 0.05) * size)
            line(row, [(x, y), middle, (x + length, y - rise)], pen)
        x += length
    return min(round(x + pen), row.shape[1] - 1)
