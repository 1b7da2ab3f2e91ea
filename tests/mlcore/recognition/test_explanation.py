"""Occlusion maps, tested with networks of known weights."""

import numpy as np
import pytest

from mlcore.ink.strokes import parse, rasterize
from mlcore.labels import NOT_A_DIGIT
from mlcore.recognition import bundle
from mlcore.recognition.explanation import occlusion
from mlcore.recognition.inference import Recognizer
from tests.mlcore.recognition.cards import card
from tests.mlcore.recognition.litert_file import PIXELS, PLANES, linear_network

SEVEN = [[[80, 80], [240, 80], [150, 300]]]


def network(label, weights):
    """A network in which the log odds of `label` are the sum of the inked weights minus log 10."""
    matrix = np.zeros((11, PIXELS))
    for (row, column), weight in weights.items():
        matrix[label, 28 * row + column] = weight
    return Recognizer(linear_network(matrix, np.zeros(11)), card())


def ink(*places):
    image = np.zeros((28, 28), np.float32)
    for place in places:
        image[place] = 1
    return image


def test_the_value_of_a_pixel_is_the_loss_of_log_odds_without_it():
    # No patch covers both pixels.
    known = network(7, {(4, 4): 4.0, (20, 20): -2.0})
    heat = occlusion(known, ink((4, 4), (20, 20)), 7)
    assert heat.values[4, 4] == pytest.approx(1, abs=1e-3)
    assert heat.values[20, 20] == pytest.approx(-0.5, abs=1e-3)
    assert heat.scale == pytest.approx(4, abs=1e-3)
    assert np.count_nonzero(heat.values) == 2


@pytest.mark.parametrize("place", [(0, 0), (0, 27), (27, 13), (14, 14)])
def test_edge_and_middle_of_the_image_have_the_same_weight(place):
    heat = occlusion(network(3, {place: 2.0}), ink(place), 3)
    assert heat.values[place] * heat.scale == pytest.approx(2, abs=1e-3)


def test_neighbors_under_one_patch_share_the_loss():
    # A patch of 6 with stride 2 covers each pixel 9 times, and both of these together 9 times.
    heat = occlusion(network(7, {(10, 10): 3.0}), ink((10, 10), (10, 11)), 7)
    assert heat.values[10, 11] == pytest.approx(heat.values[10, 10])


def test_small_losses_are_not_scaled_up():
    heat = occlusion(network(7, {(10, 10): 0.1}), ink((10, 10)), 7)
    assert (heat.scale, heat.values[10, 10]) == (1.0, pytest.approx(0.1, abs=1e-3))


def test_a_patch_hides_the_movement_of_the_pen_with_the_ink():
    weights = np.zeros((11, PIXELS, PLANES))
    weights[7, 28 * 10 + 10, 3] = 4.0  # of a direction, and nothing of the ink
    known = Recognizer(linear_network(weights, np.zeros(11)), card())
    drawn = np.zeros((28, 28, PLANES), np.float32)
    drawn[10, 10, [0, 3]] = drawn[20, 20, 0] = 1
    heat = occlusion(known, drawn, 7)
    assert heat.values.shape == (28, 28)
    assert heat.values[10, 10] * heat.scale == pytest.approx(4, abs=1e-3)
    assert heat.values[20, 20] == 0


def test_movement_without_visible_ink_is_not_marked():
    """Directions are wider than the line, so they reach paper beside it."""
    weights = np.zeros((11, PIXELS, PLANES))
    weights[7, 28 * 10 + 13, 3] = 4.0
    known = Recognizer(linear_network(weights, np.zeros(11)), card())
    drawn = np.zeros((28, 28, PLANES), np.float32)
    drawn[10, 10, 0] = drawn[10, 13, 3] = 1
    heat = occlusion(known, drawn, 7)
    assert heat.values[10, 13] == 0
    assert heat.values[10, 10] > 0  # some patches hide both


def test_a_refusal_is_explained_too():
    heat = occlusion(network(NOT_A_DIGIT, {(9, 9): 3.0}), ink((9, 9)), NOT_A_DIGIT)
    assert (heat.label, heat.values[9, 9]) == (NOT_A_DIGIT, pytest.approx(1, abs=1e-3))


def test_removing_supporting_ink_lowers_the_probability_more_than_other_ink():
    recognizer = bundle.shipped().recognizer()
    image = rasterize(parse(SEVEN))
    heat = occlusion(recognizer, image, 7)
    there = image[..., 0].ravel() > 0
    ranked = np.argsort(np.where(there, heat.values.ravel(), 0))
    count = int(there.sum()) // 4

    def without(pixels):
        rest = image.reshape(PIXELS, -1).copy()
        rest[pixels] = 0
        share = float(recognizer.probabilities(rest.reshape(1, *image.shape))[0, 7])
        return np.log(share / (1 - share))

    inked = [pixel for pixel in ranked if there[pixel]]
    assert without(inked[-count:]) < without(inked[:count]) - 1
