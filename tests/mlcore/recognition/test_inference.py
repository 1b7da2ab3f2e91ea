import math
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from mlcore.errors import UnusableBundle
from mlcore.ink.directions import as_planes
from mlcore.ink.strokes import rasterize
from mlcore.labels import NOT_A_DIGIT
from mlcore.recognition.augmented_views import augmented_views
from mlcore.recognition.inference import Answer, Recognizer
from tests.mlcore.recognition.cards import card
from tests.mlcore.recognition.litert_file import PIXELS, PLANES, constant_network, linear_network

BLACK = np.zeros((28, 28), np.float32)


def logits_of(*probabilities):
    return [math.log(p) for p in probabilities]


def test_the_answer_is_the_most_likely_digit_with_its_probability():
    # 0.2 for "not a digit", 0.6 for a 3, the rest spread evenly over the other nine.
    shares = [0.2 / 9] * 10 + [0.2]
    shares[3] = 0.6
    answer = Recognizer(constant_network(logits_of(*shares)), card()).recognize(BLACK)
    assert (answer.label, answer.is_digit, answer.digit) == (3, True, 3)
    assert answer.not_a_digit == pytest.approx(0.2, abs=1e-6)
    assert answer.probabilities[3] == pytest.approx(0.6 / 0.8, abs=1e-6)
    assert sum(answer.probabilities) == pytest.approx(1)
    assert answer.confidence == pytest.approx(0.6, abs=1e-6)


def test_a_drawing_above_the_threshold_of_the_card_is_refused():
    model = constant_network(logits_of(*[0.06] * 10, 0.4))
    refused = Recognizer(model, card(threshold=0.39)).recognize(BLACK)
    assert (refused.label, refused.is_digit, refused.digit) == (NOT_A_DIGIT, False, None)
    assert refused.confidence == pytest.approx(0.4, abs=1e-6)
    assert Recognizer(model, card(threshold=0.41)).recognize(BLACK).is_digit


def test_the_temperature_divides_the_logits():
    model = constant_network([2 * math.log(3), *[0.0] * 9, -1000.0])
    answer = Recognizer(model, card(temperature=2.0)).recognize(BLACK)
    assert answer.probabilities[0] == pytest.approx(3 / 12, abs=1e-6)
    assert answer.probabilities[9] == pytest.approx(1 / 12, abs=1e-6)


def test_digits_keep_their_ratio_if_a_drawing_is_surely_no_digit():
    model = constant_network([1.0, *[0.0] * 9, 5000.0])
    answer = Recognizer(model, card()).recognize(BLACK)
    assert answer.not_a_digit == 1.0
    assert answer.probabilities[0] == pytest.approx(math.e / (math.e + 9), abs=1e-6)


def test_pixels_are_read_row_by_row():
    weights = np.zeros((11, PIXELS))
    weights[4, 28 * 2 + 5] = 9.0  # row 2, column 5
    recognizer = Recognizer(linear_network(weights, np.zeros(11)), card())
    image = BLACK.copy()
    image[2, 5] = 1
    assert recognizer.recognize(image).digit == 4
    image = image.T.copy()
    assert recognizer.recognize(image).probabilities[4] == pytest.approx(0.1, abs=1e-6)


def test_planes_are_read_pixel_by_pixel():
    weights = np.zeros((11, PIXELS, PLANES))
    weights[4, 28 * 2 + 5, 7] = 9.0  # row 2, column 5, the seventh direction
    recognizer = Recognizer(linear_network(weights, np.zeros(11)), card())
    drawn = np.zeros((28, 28, PLANES), np.float32)
    drawn[2, 5, 7] = 1
    assert recognizer.recognize(drawn).digit == 4
    assert recognizer.recognize(np.roll(drawn, 1, axis=-1)).probabilities[4] < 0.2


def test_a_picture_is_read_like_strokes_without_directions():
    weights = np.random.default_rng(1).normal(0, 0.1, (11, PIXELS, PLANES))
    recognizer = Recognizer(linear_network(weights, np.zeros(11)), card())
    image = np.random.default_rng(2).random((28, 28), np.float32)
    (planes,) = as_planes(image[np.newaxis])
    assert recognizer.recognize(image) == recognizer.recognize(planes)
    seen = recognizer.recognize(image, augmented=True)
    assert seen == recognizer.recognize(planes, augmented=True)


def test_strokes_and_pictures_have_their_own_temperature_and_threshold():
    model = constant_network(logits_of(*[0.06] * 10, 0.4))
    drawn = np.zeros((28, 28, PLANES), np.float32)
    drawn[9, 9, 2] = 0.1
    strict = Recognizer(model, card(strokes={"threshold": 0.39}, picture={"threshold": 0.41}))
    assert strict.recognize(BLACK).is_digit
    assert not strict.recognize(drawn).is_digit

    doubtful = Recognizer(model, card(strokes={"temperature": 2.0}))
    of_strokes, of_picture = doubtful.probabilities(
        np.concatenate([drawn[np.newaxis], as_planes(BLACK[np.newaxis])])
    )
    assert of_picture[10] == pytest.approx(0.4, abs=1e-6)
    softened = math.sqrt(0.4) / (math.sqrt(0.4) + 10 * math.sqrt(0.06))
    assert of_strokes[10] == pytest.approx(softened, abs=1e-6)


def test_the_views_of_strokes_keep_the_calibration_of_strokes():
    model = constant_network([2 * math.log(3), *[0.0] * 10])
    drawn = rasterize([np.array([[0.0, 0.0], [30.0, 5.0], [4.0, 90.0]])])
    soft = Recognizer(model, card(strokes={"temperature": 2.0}))
    answer = soft.recognize(drawn, augmented=True)
    assert answer.probabilities[0] == pytest.approx(3 / 12, abs=1e-6)


def test_a_batch_has_a_row_of_eleven_for_each_image():
    weights = np.zeros((11, PIXELS))
    weights[7] = 1.0
    recognizer = Recognizer(linear_network(weights, np.zeros(11)), card())
    one_pixel = BLACK.copy()
    one_pixel[0, 0] = 1
    found = recognizer.probabilities(np.stack([BLACK, one_pixel]))
    assert found.shape == (2, 11)
    assert found.dtype == np.float32
    assert found[0] == pytest.approx([1 / 11] * 11, abs=1e-6)
    assert found[1, 7] == pytest.approx(math.e / (math.e + 10), abs=1e-6)
    for none in ((0, 28, 28), (0, 28, 28, PLANES)):
        assert recognizer.probabilities(np.zeros(none, np.float32)).shape == (0, 11)


def test_top_lists_the_three_most_likely_digits():
    probabilities = (0.1, 0.0, 0.5, 0.0, 0.0, 0.3, 0.05, 0.05, 0.0, 0.0)
    answer = Answer(probabilities, not_a_digit=0.0, label=2, confidence=0.5)
    assert answer.top == [(2, 0.5), (5, 0.3), (0, 0.1)]


def test_answers_of_different_threads_are_not_mixed_up():
    weights = np.zeros((11, PIXELS))
    weights[range(10), range(10)] = 9.0
    recognizer = Recognizer(linear_network(weights, np.zeros(11)), card())

    def wrong_answers(digit):
        image = BLACK.copy()
        image[0, digit] = 1
        return sum(recognizer.recognize(image).digit != digit for _ in range(200))

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(wrong_answers, list(range(10)) * 2)) == [0] * 20


@pytest.mark.parametrize(
    ("images", "reason"),
    [
        (np.zeros((28, 28), np.float32), "shape"),
        (np.zeros((1, 28, 28, 1), np.float32), "shape"),
        (np.zeros((1, 28, 28, PLANES - 1), np.float32), "shape"),
        (np.zeros((1, PLANES, 28, 28), np.float32), "shape"),
        (np.full((1, 28, 28, PLANES), 2, np.float32), "from 0"),
        (np.full((1, 28, 28), 255, np.float32), "from 0"),
        (np.full((1, 28, 28), -0.1, np.float32), "from 0"),
        (np.full((1, 28, 28), np.nan, np.float32), "from 0"),
    ],
)
def test_a_value_that_is_not_a_batch_of_images_is_refused(images, reason):
    recognizer = Recognizer(constant_network([0.0] * 11), card())
    with pytest.raises(ValueError, match=reason):
        recognizer.probabilities(images)


@pytest.mark.parametrize(
    "changes",
    [
        {"temperature": 0},
        {"temperature": math.inf},
        {"temperature": math.nan},
        {"threshold": 1.5},
        {"threshold": "0.5"},
        {"threshold": None},
    ],
)
def test_an_invalid_card_is_refused(changes):
    with pytest.raises(UnusableBundle):
        Recognizer(constant_network([0.0] * 11), card(**changes))


@pytest.mark.parametrize("model", [b"", b"junk" * 100])
def test_a_file_that_is_not_litert_is_refused(model):
    with pytest.raises(UnusableBundle, match="LiteRT"):
        Recognizer(model, card())


def test_a_network_without_an_output_for_non_digits_is_refused():
    with pytest.raises(UnusableBundle, match=r"return \(1, 11\)"):
        Recognizer(constant_network([0.0] * 10), card())


def test_an_augmented_answer_is_the_mean_over_all_augmented_views():
    image = BLACK.copy()
    image[4:24, 12:16] = 1
    weights = np.random.default_rng(3).normal(0, 0.05, (11, PIXELS))
    recognizer = Recognizer(linear_network(weights, np.zeros(11)), card())
    mean = recognizer.probabilities(augmented_views(as_planes(image[np.newaxis])[0])).mean(axis=0)
    assert mean != pytest.approx(recognizer.probabilities(image[np.newaxis])[0], abs=1e-3)
    together = recognizer.probabilities(image[np.newaxis], augmented=True)
    assert together[0] == pytest.approx(mean, abs=1e-6)
    answer = recognizer.recognize(image, augmented=True)
    assert answer.not_a_digit == pytest.approx(mean[10], abs=1e-6)
    assert answer.probabilities == pytest.approx(mean[:10] / mean[:10].sum(), abs=1e-6)


def test_a_network_that_returns_nan_is_refused():
    recognizer = Recognizer(constant_network([math.nan] * 11), card())
    with pytest.raises(UnusableBundle, match="finite"):
        recognizer.recognize(BLACK)
