"""Extract the ink of a line of writing: the ink network looks at it part by part.

The network's window is square, and it was trained on single digits. A line is longer, so it is
looked at through windows that overlap, each nearly as wide as two digits are high.
"""

from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from mlcore.pictures.grayscale import Gray
from mlcore.pictures.ink_network import SIDE, Coverage, InkNetwork
from mlcore.pictures.plain_bars import with_plain_bars

WINDOW = 1.8  # side of a window in heights of the writing
OFF = 1.35  # the line is looked at again if the height was more than so many times off
INK = 0.4  # a pixel with at least this coverage is ink
AROUND = 0.6  # paper around the writing that is looked at, in heights
MOST_WINDOWS = 120  # a longer line is looked at through larger windows


@dataclass(frozen=True, eq=False)
class LineInk:
    """ink: (h, w) float32 in [0, 1]. height: of its writing, as `writing_height` returns it.
    scale: its pixels for one of the picture. left, top: of the ink in the picture, in the
    picture's pixels."""

    ink: Coverage
    height: float
    scale: float
    left: float = 0.0
    top: float = 0.0

    def in_picture(
        self, box: tuple[float, float, float, float]
    ) -> tuple[float, float, float, float]:
        """Return where a box of the ink is in the picture."""
        left, top, right, bottom = (edge / self.scale for edge in box)
        return left + self.left, top + self.top, right + self.left, bottom + self.top


def line_ink(gray: Gray, network: InkNetwork) -> LineInk | None:
    """Return the ink of a line in a picture, (h, w) uint8; None if there is none.

    The picture is looked at through windows as wide as its shorter side; if the writing is smaller,
    the part where it is is looked at again from near.
    """
    side = float(min(gray.shape))
    far = _through_windows(gray, side, network)
    if not far.height:
        return None
    height = far.height / far.scale
    if 1 / OFF <= WINDOW * height / side <= OFF:
        return far
    rows, columns = (np.flatnonzero((far.ink >= INK).any(axis=axis)) for axis in (1, 0))
    (top, bottom), (left, right) = (
        (
            max(0, int(found[0] / far.scale - AROUND * height)),
            min(length, int((found[-1] + 1) / far.scale + AROUND * height) + 1),
        )
        for found, length in zip((rows, columns), gray.shape, strict=True)
    )
    near = _through_windows(gray[top:bottom, left:right], WINDOW * height, network)
    return replace(near, left=left, top=top)


def writing_height(ink: NDArray[np.float32]) -> float:
    """Return the height of the component in which the middle of all ink is; 0.0 without ink.

    ink: (h, w) float32 in [0, 1].
    """
    count, labels, stats, _ = cv2.connectedComponentsWithStats((ink >= INK).astype(np.uint8))
    if count == 1:
        return 0.0
    heights = stats[1:, cv2.CC_STAT_HEIGHT]
    amounts = np.bincount(labels.ravel(), ink.ravel(), count)[1:]
    order = np.argsort(heights)
    sums = np.cumsum(amounts[order])
    return float(heights[order][np.searchsorted(sums, sums[-1] / 2)])


def _through_windows(gray: Gray, side: float, network: InkNetwork) -> LineInk:
    """Return what is seen through windows with this side in pixels."""
    least = (gray.shape[0] * gray.shape[1] * 4 / MOST_WINDOWS) ** 0.5
    window = max(round(side), round(least), 8)
    high, wide = (max(size, window) for size in gray.shape)
    above, before = (high - gray.shape[0]) // 2, (wide - gray.shape[1]) // 2
    below, after = high - gray.shape[0] - above, wide - gray.shape[1] - before
    paper = cv2.copyMakeBorder(gray, above, below, before, after, cv2.BORDER_REPLICATE)
    scale = SIDE / window
    shape = (round(high * scale), round(wide * scale))
    sums, weights = np.zeros(shape, np.float32), np.zeros(shape, np.float32)
    for top in _starts(high, window):
        for left in _starts(wide, window):
            part = np.ascontiguousarray(paper[top : top + window, left : left + window])
            y = min(round(top * scale), shape[0] - SIDE)
            x = min(round(left * scale), shape[1] - SIDE)
            here = slice(y, y + SIDE), slice(x, x + SIDE)
            sums[here] += network.coverage(part) * _WEIGHTS
            weights[here] += _WEIGHTS
    top, left = round(above * scale), round(before * scale)
    rows, columns = (round(size * scale) for size in gray.shape)
    whole = (sums / np.maximum(weights, 1e-6)).astype(np.float32)
    ink = with_plain_bars(gray, whole[top : top + rows, left : left + columns], dashes=True)
    return LineInk(ink, writing_height(ink), scale)


def _starts(length: int, window: int) -> list[int]:
    """Return where windows start that overlap by half or more and cover the length."""
    count = 1 + -(-2 * (length - window) // window)
    return [int(start) for start in np.round(np.linspace(0, length - window, count))]


def _weighted() -> NDArray[np.float32]:
    """Return (SIDE, SIDE): the middle of a window counts more than its edge."""
    profile = np.hanning(SIDE + 2)[1:-1]
    return (np.outer(profile, profile) + 1e-3).astype(np.float32)


_WEIGHTS = _weighted()
