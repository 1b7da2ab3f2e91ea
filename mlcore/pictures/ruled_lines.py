"""Printed lines that run across a picture: finding them and taking them out of its contrast."""

import cv2
import numpy as np
from numpy.typing import NDArray

from mlcore.pictures.contrast import Contrast

Floats = NDArray[np.floating]
Ints = NDArray[np.integer]

# Lines are looked for up to this far from level and from upright, in such steps: degrees.
STEEPEST = 12.0
TURN = 0.75
# They are looked for in averages over this many strips, and seen in so many of them ...
STRIPS = 24
SEEN = 0.75
# ... of which some are among these at either end ...
ENDS = 3
# ... with at least this part of the faintest ink's contrast, and thinner than this part of the
# longest side.
FAINT = 1 / 3
THIN = 0.03
THINNEST = 2  # pixels; in smaller pictures a pen is hardly wider
MAX_LINES = 60
# A single one is ruling only if it is fainter than this part of full ink.
FAINTER = 0.7
# How far from straight a line may be, in pixels: paper is seldom quite flat.
STRAY = 2
# Print is uneven: a line is taken out as dark as this many times what it usually is.
UNEVEN = 1.3


def without_ruling(contrast: Contrast, faintest: float, level: float) -> Contrast:
    """The contrast, (h, w) float32, without thin straight lines from one edge to the other.

    They are level or upright to within STEEPEST. Where ink crosses one, the ink stays. faintest and
    level are the contrasts of the faintest ink and of full ink.
    """
    if THIN * max(contrast.shape) < THINNEST:
        return contrast
    for _ in range(2):
        contrast = _without_level_lines(contrast, FAINT * faintest, FAINTER * level)
        contrast = np.ascontiguousarray(contrast.T)
    return contrast


def _without_level_lines(contrast: Contrast, faintest: float, dark: float) -> Contrast:
    height, width = contrast.shape
    strips = cv2.resize(contrast, (min(STRIPS, width), height), interpolation=cv2.INTER_AREA)
    count = strips.shape[1]
    across = width * ((np.arange(count) + 0.5) / count - 0.5)
    slopes = np.tan(np.radians(np.arange(-STEEPEST, STEEPEST + TURN, TURN)))
    reach = max(1, round(THIN * max(contrast.shape) / 2))
    responses = np.stack([_response(strips, slope * across, reach) for slope in slopes])
    responses[:, :reach], responses[:, -reach:] = 0, 0  # a tight crop has ink along its edge
    lines = _peaks(responses, faintest, reach)
    if len(lines) == 1 and responses[lines[0]] > dark:
        return contrast
    for slope, row in lines:
        track = _followed(strips, row + slopes[slope] * across)
        contrast = _without_line(contrast, strips, track, reach)
    return contrast


def _response(strips: Contrast, shifts: Floats, reach: int) -> Contrast:
    """(h,): the contrast that most strips, and those at the ends, have along a thin line.

    Of the line through each row of the middle; 0 where a broad one is.
    """
    height, count = strips.shape
    rows = np.arange(height)[:, None] + np.rint(shifts).astype(np.intp)
    along = strips[np.clip(rows, 0, height - 1), np.arange(count)]
    rank = int((1 - SEEN) * count)
    seen = np.partition(along, rank, axis=1)[:, rank]
    ends = along[:, :ENDS].max(axis=1), along[:, -ENDS:].max(axis=1)
    seen = np.minimum(seen, np.minimum(*ends))
    band = cv2.morphologyEx(seen[:, None], cv2.MORPH_OPEN, np.ones((2 * reach + 1, 1)))[:, 0]
    return np.where(band < seen / 2, seen - band, 0)


def _peaks(responses: Contrast, faintest: float, reach: int) -> list[tuple[int, int]]:
    """(slope's index, row in the middle) of the lines, the clearest first."""
    peaks: list[tuple[int, int]] = []
    rest = responses.copy()
    while len(peaks) < MAX_LINES:
        slope, row = divmod(int(rest.argmax()), rest.shape[1])
        if rest[slope, row] < faintest:
            break
        peaks.append((slope, row))
        rest[:, max(0, row - reach) : row + reach + 1] = 0
    return peaks


def _followed(strips: Contrast, track: Floats) -> Floats:
    """The rows (strips,) at which the line really lies."""
    offsets = np.arange(-STRAY, STRAY + 1)
    nearest = offsets[_across(strips, track, offsets).argmax(axis=1)]
    smooth = cv2.blur(cv2.medianBlur(nearest.astype(np.float32)[:, None], 5), (1, 3))
    return track + smooth[:, 0]


def _across(strips: Contrast, track: Floats, offsets: Ints) -> Contrast:
    """(strips, offsets): the contrast so far above or below the line."""
    rows = np.rint(track).astype(np.intp)[:, None] + offsets
    return strips[np.clip(rows, 0, len(strips) - 1), np.arange(len(track))[:, None]]


def _without_line(contrast: Contrast, strips: Contrast, track: Floats, reach: int) -> Contrast:
    height, width = contrast.shape
    offsets = np.arange(-reach - 1, reach + 2)
    profile = np.quantile(_across(strips, track, offsets), 0.6, axis=0)
    profile = np.maximum(profile - min(profile[0], profile[-1]), 0)
    places = (np.arange(len(track)) + 0.5) * width / len(track) - 0.5
    away = np.arange(height)[:, None] - np.interp(np.arange(width), places, track)
    line = np.interp(away, offsets, profile, left=0, right=0).astype(np.float32)
    band = line > 0.1 * profile.max()
    rest = np.where(band, np.maximum(contrast - UNEVEN * line, 0), contrast)
    # Ink on both sides of the line goes on under it.
    thickness = int(band.sum(axis=0).max())
    bridged = cv2.morphologyEx(rest, cv2.MORPH_CLOSE, np.ones((thickness + 2, 3)))
    return np.where(band, np.minimum(bridged, contrast), contrast)
