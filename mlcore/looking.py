"""One look at a picture: what in it is ink, if the light falls so and the ink is darker or lighter."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from mlcore.light import contrast_of, light_on
from mlcore.parts import belonging, window
from mlcore.ruling import spans, without_ruling

Grey = NDArray[np.uint8]
Contrast = NDArray[np.float32]
Mask = NDArray[np.bool_]

# Contrast is 0 for paper and 1 for black ink on white. The faintest pencil is well above this, the
# grain of paper and the rings of JPEG are below.
FAINTEST = 0.08
# Ink stands out from the noise of the paper by at least this many standard deviations.
ABOVE_NOISE = 5.0
# The same for stains, which are wider than a pixel and looked for everywhere.
ABOVE_STAINS = 8.0
# A line is followed down to this part of the contrast that full ink has, once it has reached half.
FADED = 0.35
# Ink ends at an edge: within this part of the longest side, at least so much of its contrast is
# gone beside it. What fades out slowly is shadow.
EDGE_REACH = 0.03
SHARP = 0.5


@dataclass(frozen=True, eq=False)
class Finding:
    """What may be the drawing, in a picture of (h, w)."""

    contrast: Contrast  # (h, w), without the lines of the paper
    mask: Mask  # (h, w): the drawing
    level: float  # the contrast that full ink has
    light_on_dark: bool
    reach: float  # how wide ink may be, as a part of the longest side

    @property
    def box(self) -> tuple[int, int, int, int]:
        """The rows and columns of the drawing: top, bottom, left, right."""
        rows, columns = np.flatnonzero(self.mask.any(1)), np.flatnonzero(self.mask.any(0))
        return int(rows[0]), int(rows[-1]) + 1, int(columns[0]), int(columns[-1]) + 1


def look(grey: Grey, *, light_on_dark: bool, reach: float) -> Finding | None:
    """The drawing in a grey picture, (h, w) uint8; None if nothing there can be ink."""
    positive = 255 - grey if light_on_dark else grey
    contrast = contrast_of(positive, light_on(positive, reach))
    faintest = max(FAINTEST, ABOVE_NOISE * _noise(contrast))
    contrast = np.maximum(contrast, 0)
    level = _ink_level(contrast, faintest)
    if level and spans(contrast > max(faintest, FADED * level)):
        contrast = without_ruling(contrast, faintest)
        level = _ink_level(contrast, faintest)
    if level is None:
        return None
    faded = max(faintest, FADED * level)
    mask = belonging(contrast, level, faded)
    if mask is None or _is_broad(mask, reach):
        return None
    if not _ends_sharply(contrast, mask) or not _stands_out(contrast, mask, faded):
        return None
    return Finding(contrast, mask, level, light_on_dark, reach)


def edges_explained(found: Finding, grey: Grey) -> float:
    """How much of the steps in the picture's grey the outline of the drawing follows.

    Steps count for more in the middle of the picture; less than 0 for steps the wrong way.
    """
    weight = window(grey.shape)
    inside, values = found.mask.astype(np.float32), grey.astype(np.float32)
    down = np.diff(inside, axis=0) * np.diff(values, axis=0) * weight[1:]
    across = np.diff(inside, axis=1) * np.diff(values, axis=1) * weight[:, 1:]
    explained = float(down.sum() + across.sum())
    return explained if found.light_on_dark else -explained


def _noise(contrast: Contrast) -> float:
    """Standard deviation of the paper's grain, from the differences of neighbours.

    Of |a - b| for two normal values the lower half has a mean of 0.459 sigma; it is still that of
    paper where a tight crop leaves little else than the edges of ink.
    """
    return min(_lower_half_mean(np.abs(np.diff(contrast, axis=axis))) for axis in (0, 1)) / 0.459


def _lower_half_mean(values: Contrast) -> float:
    return float(values[values <= np.median(values)].mean()) if values.size else 0.0


def _ink_level(contrast: Contrast, faintest: float) -> float | None:
    """The contrast that full ink has, or None if nothing stands out."""
    candidates = contrast[contrast > faintest]
    return float(np.quantile(candidates, 0.9)) if candidates.size else None


def _is_broad(mask: Mask, reach: float) -> bool:
    """Whether twice the area over the edges in the picture is more than lines of ink are wide."""
    edges = sum(int(np.diff(mask, axis=axis).sum()) for axis in (0, 1))
    return 2 * int(mask.sum()) > reach * max(mask.shape) * edges


def _ends_sharply(contrast: Contrast, mask: Mask) -> bool:
    """Whether the contrast falls where the ink ends, in the mean along its outline."""
    side = 2 * max(1, round(EDGE_REACH * max(mask.shape))) + 1
    ink, kernel = mask.astype(np.uint8), np.ones((side, side), np.uint8)
    inside = mask & (cv2.erode(ink, kernel) == 0)
    outside = ~mask & (cv2.dilate(ink, kernel) > 0)
    if not inside.any() or not outside.any():
        return True
    high = float(contrast[inside].mean())
    return high - float(contrast[outside].mean()) > SHARP * high


def _stands_out(contrast: Contrast, mask: Mask, faded: float) -> bool:
    """Whether the ink is clearly darker than stains of the paper, which are wider than grain."""
    ink = cv2.dilate((contrast > faded).astype(np.uint8), np.ones((5, 5)))
    paper = contrast[ink == 0]
    return not paper.size or float(contrast[mask].mean()) > ABOVE_STAINS * float(paper.std())
