"""Printed lines that run across a picture: finding them and taking them out of its contrast."""

import math

import cv2
import numpy as np
from numpy.typing import NDArray

Contrast = NDArray[np.float32]

# Lines are looked for up to this far from level and from upright, in such steps: degrees.
STEEPEST = 12.0
TURN = 0.75
# They are looked for in averages over this many strips, and seen in so many of them ...
STRIPS = 32
SEEN = 0.65
# ... thinner than this part of the longest side.
THINNEST_BAND = 0.03
MAX_LINES = 60


def without_ruling(contrast: Contrast, faintest: float) -> Contrast:
    """The contrast, (h, w) float32, without thin straight lines from one edge to the other.

    Lines are at least `faintest`, level or upright to within STEEPEST. Where ink crosses one, the
    ink stays.
    """
    level = _without_level_lines(contrast, faintest)
    return np.ascontiguousarray(
        _without_level_lines(np.ascontiguousarray(level.T), faintest).T
    )


def _without_level_lines(contrast: Contrast, faintest: float) -> Contrast:
    height, width = contrast.shape
    strips = cv2.resize(contrast, (min(STRIPS, width), height), interpolation=cv2.INTER_AREA)
    middles = (np.arange(strips.shape[1]) + 0.5) / strips.shape[1] - 0.5
    reach = max(1, round(THINNEST_BAND * max(contrast.shape) / 2))
    slopes = np.tan(np.radians(np.arange(-STEEPEST, STEEPEST + TURN, TURN)))
    responses = np.stack([_response(strips, slope * width * middles, reach) for slope in slopes])
    cleaned = contrast
    for slope, row in _peaks(responses, faintest, reach):
        track = _followed(strips, row + slopes[slope] * width * middles)
        cleaned = _without(cleaned, strips, track, middles, reach)
    return cleaned


def _response(strips: Contrast, shifts, reach: int) -> Contrast:
    """(h,): the contrast that most strips have along a line through each row of the middle."""
    height = len(strips)
    rows = np.arange(height)[:, None] + np.rint(shifts).astype(int)
    along = strips[np.clip(rows, 0, height - 1), np.arange(strips.shape[1])]
    seen = np.quantile(along, 1 - SEEN, axis=1).astype(np.float32)[:, None]
    band = cv2.morphologyEx(seen, cv2.MORPH_OPEN, np.ones((2 * reach + 1, 1)))
    return (seen - band)[:, 0]


def _peaks(responses: Contrast, faintest: float, reach: int) -> list[tuple[int, int]]:
    """(slope's index, row) of the lines, the clearest first."""
    responses = responses.copy()
    peaks: list[tuple[int, int]] = []
    while len(peaks) < MAX_LINES:
        slope, row = np.unravel_index(responses.argmax(), responses.shape)
        if responses[slope, row] < faintest:
            break
        peaks.append((int(slope), int(row)))
        responses[:, max(0, row - reach) : row + reach + 1] = 0
    return peaks


def _followed(strips: Contrast, track):
    """The rows (strips,) at which the line really lies: paper is seldom quite flat."""
    height = len(strips)
    columns = np.arange(strips.shape[1])
    offsets = np.arange(-2, 3)
    rows = np.clip(np.rint(track).astype(int)[:, None] + offsets, 0, height - 1)
    nearest = offsets[strips[rows, columns[:, None]].argmax(axis=1)]
    smooth = cv2.blur(cv2.medianBlur(nearest.astype(np.float32)[:, None], 5), (1, 3))[:, 0]
    return track + smooth


def _without(contrast: Contrast, strips: Contrast, track, middles, reach: int) -> Contrast:
    height, width = contrast.shape
    offsets = np.arange(-reach - 1, reach + 2)
    rows = np.clip(np.rint(track).astype(int)[:, None] + offsets, 0, height - 1)
    profile = np.quantile(strips[rows, np.arange(len(track))[:, None]], 0.6, axis=0)
    profile -= np.minimum(profile[0], profile[-1])
    half = reach + 1
    line = np.interp((np.arange(width) + 0.5) / width - 0.5, middles, track)
    away = np.arange(height)[:, None] - line
    taken = np.interp(away, offsets, profile, left=0, right=0).astype(np.float32)
    band = taken > 0.1 * profile.max()
    rest = np.where(band, np.maximum(contrast - 1.3 * taken, 0), contrast).astype(np.float32)
    thick = int(band.sum(axis=0).max())
    bridged = cv2.morphologyEx(rest, cv2.MORPH_CLOSE, np.ones((thick + 2, 3)))
    return np.where(band, np.minimum(bridged, contrast), contrast)
