"""Occlusion maps, checked by networks whose every weight is known."""

import numpy as np
import pytest

from mlcore.ink.strokes import parse, rasterize
from mlcore.labels import NOT_A_DIGIT
from mlcore.recognition import bundle
from mlcore.recognition.explanation import occlusion
from mlcore.recognition.inference import Recognizer
from tests.mlcore.recognition.litert_file import PIXELS, linear_network

CARD = {"temperature": 1.0, "threshold": 0.5}
SEVEN = [[[80, 80], [240, 80], [150, 300]]]


def network(label, weights):
    """Log odds of `label` are the sum of the weights of its ink, less log 10."""
    matrix = np.zeros((11, PIXELS))
    for (row, column), weight in weights.items():
        matrix[label, 28 * row + column] = weight
    return Recognizer(linear_network(matrix, np.zeros(11)), CARD)


def ink(*places):
    image = np.zeros((28, 28), np.float32)
    for place in places:
        image[place] = 1
    return image


def test_a_pixel_counts_for_what_the_log_odds_lose_without_it():
    # So far apart that no patch covers both.
    known = network(7, {(4, 4): 4.0, (20, 20): -2.0})
    heat = occlusion(known, ink((4, 4), (20, 20)), 7)
    assert heat.values[4, 4] == pytest.approx(1, abs=1e-3)
    assert heat.values[20, 20] == pytest.approx(-0.5, abs=1e-3)
    assert heat.scale == pytest.approx(4, abs=1e-3)
    assert np.count_nonzero(heat.values) == 2


@pytest.mark.parametrize("place", [(0, 0), (0, 27), (27, 13), (14, 14)])
def test_the_edge_of_the_image_counts_as_its_middle_does(place):
    heat = occlusion(network(3, {place: 2.0}), ink(place), 3)
    assert heat.values[place] * heat.scale == pytest.approx(2, abs=1e-3)


def test_neighbors_under_one_patch_share_what_it_hides():
    # A patch of 6 that moves by 2 covers each pixel 9 times, and both of these 9 times as well.
    heat = occlusion(network(7, {(10, 10): 3.0}), ink((10, 10), (10, 11)), 7)
    assert heat.values[10, 11] == pytest.approx(heat.values[10, 10])


def test_what_hardly_matters_is_not_shown_as_if_it_did():
    heat = occlusion(network(7, {(10, 10): 0.1}), ink((10, 10)), 7)
    assert (heat.scale, heat.values[10, 10]) == (1.0, pytest.approx(0.1, abs=1e-3))


def test_a_refusal_is_explained_as_well():
    heat = occlusion(network(NOT_A_DIGIT, {(9, 9): 3.0}), ink((9, 9)), NOT_A_DIGIT)
    assert (heat.label, heat.values[9, 9]) == (NOT_A_DIGIT, pytest.approx(1, abs=1e-3))


def test_without_the_ink_that_spoke_for_it_a_seven_is_doubted_more_than_without_other_ink():
    recognizer = bundle.shipped().recognizer()
    image = rasterize(parse(SEVEN))
    heat = occlusion(recognizer, image, 7)
    ranked = np.argsort(np.where(image > 0, heat.values, 0).ravel())
    count = int((image > 0).sum()) // 4

    def without(pixels):
        rest = image.copy().ravel()
        rest[pixels] = 0
        return recognizer.probabilities(rest.reshape(1, 28, 28))[0, 7]

    inked = [pixel for pixel in ranked if image.ravel()[pixel] > 0]
    assert without(inked[-count:]) < without(inked[:count]) - 0.1
