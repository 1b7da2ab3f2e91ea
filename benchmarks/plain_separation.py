"""The plainest separation of ink from paper, to compare with: divide by the paper, Otsu, parts."""

import cv2
import numpy as np
from numpy.typing import NDArray

from mlcore.ink.geometry import place, quantized, with_pen_width

LEAST = 0.06  # of the largest part's area
SIDE = 320


def image_from_gray(gray: NDArray[np.uint8]) -> NDArray[np.float32] | None:
    """Return the image, (28, 28) float32 in [0, 1], of a gray picture; None if it is blank."""
    scale = SIDE / max(gray.shape)
    if scale < 1:
        gray = cv2.resize(gray, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    values = gray.astype(np.float32)
    rim = np.concatenate([values[0], values[-1], values[:, 0], values[:, -1]])
    if np.median(rim) < 128:
        values = 255 - values
    reach = max(3, max(gray.shape) // 2)
    paper = cv2.blur(cv2.dilate(values, np.ones((9, 9))), (reach, reach))
    dark = np.rint(255 * np.clip(1 - values / np.maximum(paper, 1), 0, 1)).astype(np.uint8)
    threshold, mask = cv2.threshold(dark, 0, 255, cv2.THRESH_OTSU)
    _, labels, stats, _ = cv2.connectedComponentsWithStats(mask)
    areas = stats[1:, cv2.CC_STAT_AREA]
    if not areas.size or threshold < 20:
        return None
    kept = np.isin(labels, 1 + np.flatnonzero(areas >= LEAST * areas.max()))
    near = cv2.dilate(kept.astype(np.uint8), np.ones((3, 3))) > 0
    level = float(np.quantile(dark[kept], 0.9))
    ink = np.where(near, np.clip(dark / level, 0, 1), 0).astype(np.float32)
    image = place(with_pen_width(ink))
    return None if image is None else quantized(image)
