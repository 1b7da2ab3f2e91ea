import numpy as np
import pytest

from mlcore.data import synthesis
from mlcore.data.composites import Figures, composites
from mlcore.pictures.ink_network import SIDE


@pytest.fixture(scope="module")
def figures():
    rng = np.random.default_rng(2)
    drawings = [synthesis.draw(digit, rng) for digit in range(10)]
    return Figures(synthesis.digits(20, rng)[0], drawings)


def test_composites_are_pictures_with_their_ink(figures):
    pictures, inks = composites(40, figures, np.random.default_rng(1))
    assert pictures.shape == inks.shape == (40, SIDE, SIDE)
    assert pictures.dtype == inks.dtype == np.uint8
    assert 0.02 < (inks > 127).mean() < 0.3


def test_a_seed_makes_the_same_composites(figures):
    one, other = (composites(20, figures, np.random.default_rng(5)) for _ in range(2))
    np.testing.assert_array_equal(one, other)


def test_ink_differs_from_its_paper_in_both_polarities(figures):
    pictures, inks = composites(200, figures, np.random.default_rng(3))
    lighter = []
    for picture, ink in zip(pictures, inks, strict=True):
        if (ink > 250).any() and (ink == 0).any():
            lighter.append(picture[ink > 250].mean() > np.median(picture[ink == 0]))
    assert 0.2 < np.mean(lighter) < 0.5


def test_some_composites_are_blank(figures):
    _, inks = composites(300, figures, np.random.default_rng(4))
    assert 0.02 < np.mean([not ink.any() for ink in inks]) < 0.12


def test_no_pen_strokes_are_needed():
    scanned = synthesis.digits(10, np.random.default_rng(2))[0]
    _, inks = composites(20, Figures(scanned), np.random.default_rng(1))
    assert inks.any()
