"""Soft lines on a row of ink."""

from collections.abc import Sequence

import cv2
import numpy as np

from mlcore.data.number_lines.hands import Glyph


def line(row: Glyph, points: Sequence[tuple[float, float]], pen: float) -> None:
    """Draw a polyline with a pen of so many pixels; where there is ink, the stronger one stays."""
    canvas = np.zeros(row.shape, np.uint8)
    corners = np.round(np.array(points) * 16).astype(np.int32)
    cv2.polylines(canvas, [corners], False, 255, max(1, round(pen)), cv2.LINE_AA, shift=4)
    np.maximum(row, canvas / np.float32(255), out=row)
