"""The ink of a line is found at any size, through overlapping windows."""

import cv2
import numpy as np
import pytest

from mlcore.pictures.ink_network import shipped
from mlcore.pictures.line_ink import line_ink, writing_height


def sheet(height: int, width: int, *, high: int, left: int, top: int) -> np.ndarray:
    """Gray paper with ten slanted lines, `high` pixels high and as far apart."""
    gray = np.full((height, width), 235, np.uint8)
    for i in range(10):
        x = left + i * high
        cv2.line(gray, (x, top), (x - high // 6, top + high), 30, max(2, high // 9), cv2.LINE_AA)
    return gray


@pytest.mark.parametrize(
    ("high", "left", "top", "size"),
    [(40, 20, 10, (60, 440)), (30, 200, 300, (500, 700)), (12, 6, 5, (22, 140))],
)
def test_all_of_a_line_is_seen_where_it_is(
    high: int, left: int, top: int, size: tuple[int, int]
) -> None:
    seen = line_ink(sheet(*size, high=high, left=left, top=top), shipped())
    assert seen is not None
    count, _, stats, _ = cv2.connectedComponentsWithStats((seen.ink > 0.4).astype(np.uint8))
    assert count - 1 == 10
    boxes = [seen.in_picture((x, y, x + w, y + h)) for x, y, w, h in sorted(stats[1:, :4].tolist())]
    for i, box in enumerate(boxes):
        assert (box[0] + box[2]) / 2 == pytest.approx(left + i * high - high / 12, abs=0.12 * high)
        assert box[1] == pytest.approx(top, abs=0.2 * high)
        assert box[3] == pytest.approx(top + high, abs=0.2 * high)


def test_blank_paper_has_no_line() -> None:
    assert line_ink(np.full((50, 300), 240, np.uint8), shipped()) is None


def test_the_height_is_that_of_most_ink() -> None:
    ink = np.zeros((60, 100), np.float32)
    ink[10:50, 10:16] = ink[10:50, 40:46] = 1
    ink[0:4, 80:84] = 1
    assert writing_height(ink) == 40
    assert writing_height(np.zeros((5, 5), np.float32)) == 0
