"""Find printed lines that run across a picture and remove them from its contrast."""

import cv2
import numpy as np
from numpy.typing import NDArray

from mlcore.pictures.contrast import Contrast

Floats = NDArray[np.floating]
Ints = NDArray[np.integer]

# Lines are searched up to STEEPEST degrees from horizontal and vertical, in steps of TURN degrees.
STEEPEST = 12.0
TURN = 0.75
# Lines are searched in averages over STRIPS strips. A line must be visible in the part SEEN of
# them, and in at least one of the ENDS strips at either end.
STRIPS = 24
SEEN = 0.75
ENDS = 3
# A line has at least the part FAINT of the faintest ink's contrast and is thinner than the part
# THIN of the longest side.
FAINT = 1 / 3
THIN = 0.03
THINNEST = 2  # pixels; in smaller pictures a pen line is hardly wider than a printed line
MAX_LINES = 60
# A single line is ruling only if it is fainter than this part of full ink.
FAINTER = 0.7
# Maximum deviation of a line from straight, in pixels; paper is seldom quite flat.
STRAY = 2
# Print is uneven, so this many times the usual contrast of a line is removed.
UNEVEN = 1.3


def without_ruling(contrast: Contrast, faintest: float, level: float) -> Contrast:
    """Remove thin straight lines from edge to edge from the contrast, (h, w) float32.

    The lines are horizontal or vertical to within STEEPEST. Ink that crosses a line stays.
    faintest, level: the contrasts of the faintest ink and of full ink.
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
    """Return (h,), the contrast of the thin line through each row in the middle.

    Most strips, and those at the ends, have at least this contrast along the line. It is 0 if the
    line is broad.
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
    """Return (index of the slope, row in the middle) of the lines, the clearest first."""
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
    """Return the rows (strips,) at which the line really lies."""
    offsets = np.arange(-STRAY, STRAY + 1)
    nearest = offsets[_across(strips, track, offsets).argmax(axis=1)]
    smooth = cv2.blur(cv2.medianBlur(nearest.astype(np.float32)[:, None], 5), (1, 3))
    return track + smooth[:, 0]


def _across(strips: Contrast, track: Floats, offsets: Ints) -> Contrast:
    """Return (strips, offsets), the contrast at these offsets above or below the line."""
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
    # Ink on both sides of the line continues under it.
    thickness = int(band.sum(axis=0).max())
    bridged = cv2.morphologyEx(rest, cv2.MORPH_CLOSE, np.ones((thickness + 2, 3)))
    return np.where(band, np.minimum(bridged, contrast), contrast)
