"""Plain pictures lose nothing: the network input is that of the geometry alone."""

from itertools import product

import cv2
import numpy as np
import pytest

from mlcore.ink.geometry import place, with_pen_width
from mlcore.ink.strokes import ink_of, parse
from tests.mlcore.picture_kinds.canvases import FIVE, SEVEN, apart, image_of

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


def image_and_expected(strokes, pen, size, softness, paper, black):
    picture = np.rint(paper + written(strokes, pen, size, softness) * (black - paper))
    ink = ((picture - paper) / (black - paper)).astype(np.float32)
    return image_of(picture), place(with_pen_width(ink / ink.max()))


FORMS, PENS, SIZES, BLURS = (SEVEN, FIVE), (1, 2.5, 5, 8), (TINY, SMALL, HUGE), (0, SOFT)
GRAYS = ((255, 0), (20, 230))  # of paper and ink


@pytest.mark.parametrize("strokes", FORMS)
@pytest.mark.parametrize("pen", PENS)
@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("softness", BLURS)
@pytest.mark.parametrize("grays", GRAYS)
def test_the_image_is_that_of_the_ink(strokes, pen, size, softness, grays):
    image, expected = image_and_expected(strokes, pen, size, softness, *grays)
    # Half a pixel of place: the geometry rounds the size of the box up to whole pixels.
    assert apart(image, expected) <= 0.03


def test_hardly_any_image_lies_elsewhere():
    differences = [
        np.abs(np.subtract(*image_and_expected(*kind, *grays))).mean()
        for *kind, grays in product(FORMS, PENS, SIZES, BLURS, GRAYS)
    ]
    assert np.mean(differences) <= 0.01
    assert np.mean(np.array(differences) <= 0.01) >= 0.9
