"""Plain pictures lose nothing: the network input is that of the geometry alone."""

import cv2
import numpy as np
import pytest

from mlcore.ink.geometry import place, with_pen_width
from mlcore.ink.strokes import ink_of, parse
from tests.mlcore.picture_kinds.canvases import FIVE, SEVEN, image_of

TINY, SMALL, HUGE = 16, 60, 600  # pixels: the longest side of the ink
SOFT = 0.02  # of the longest side, standard deviation of the blur


def written(strokes, pen, size, softness):
    """Ink, (h, w) float32 in [0, 1], with room around it; pen: its width in the network input."""
    ink = ink_of(parse(strokes), pen_width=pen)
    scale = size / max(ink.shape)
    how = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    ink = np.pad(cv2.resize(ink, None, fx=scale, fy=scale, interpolation=how), size // 2)
    soft = cv2.GaussianBlur(ink, (0, 0), softness * size) if softness else ink
    return soft.clip(0, 1)


@pytest.mark.parametrize("strokes", [SEVEN, FIVE])
@pytest.mark.parametrize("pen", [1, 2, 4, 8])
@pytest.mark.parametrize("size", [TINY, SMALL, HUGE])
@pytest.mark.parametrize("softness", [0, SOFT])
@pytest.mark.parametrize(("paper", "black"), [(255, 0), (20, 230)])
def test_the_image_is_that_of_the_ink(strokes, pen, size, softness, paper, black):
    picture = np.rint(paper + written(strokes, pen, size, softness) * (black - paper))
    ink = ((picture - paper) / (black - paper)).astype(np.float32)
    expected = place(with_pen_width(ink / ink.max()))
    assert np.abs(image_of(picture) - expected).mean() <= 0.01
