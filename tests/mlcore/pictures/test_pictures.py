"""End-to-end tests: the shipped version reads whole pictures."""

import os
from collections.abc import Iterator

import numpy as np
import pytest

from mlcore.data import datasets
from mlcore.recognition import bundle
from mlcore.recognition.inference import Recognizer
from tests.mlcore.picture_kinds import KINDS
from tests.mlcore.picture_kinds.digits import Digit, drawn_digits, scanned_digits
from tests.mlcore.picture_kinds.photographs import by_chance
from tests.mlcore.picture_kinds.reading import Reading, read, read_kind

pytestmark = pytest.mark.slow  # makes and reads hundreds of photographs

ENOUGH = 0.97
SEED = 5


@pytest.fixture(scope="module")
def recognizer() -> Recognizer:
    return bundle.shipped().recognizer()


@pytest.fixture(scope="module")
def readings(recognizer: Recognizer) -> list[Reading]:
    """Readings of two pictures of every kind; the digits alternate."""
    return list(_readings(drawn_digits(10, SEED), recognizer))


def _readings(digits: list[Digit], recognizer: Recognizer) -> Iterator[Reading]:
    for number, kind in enumerate(KINDS):
        pair = [digits[(2 * number + i) % len(digits)] for i in range(2)]
        yield from read_kind(kind, pair, recognizer, SEED + number)


def test_digits_in_pictures_of_all_kinds_are_read(readings: list[Reading]) -> None:
    wrong = [reading for reading in readings if not reading.is_right]
    assert len(readings) >= 120
    assert len(wrong) <= (1 - ENOUGH) * len(readings), wrong


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_picture_has_a_right_answer(readings: list[Reading], kind: str) -> None:
    assert any(reading.is_right for reading in readings if reading.kind == kind)


@pytest.mark.skipif("MNIST_PATH" not in os.environ, reason="MNIST_PATH does not name mnist.npz")
def test_scanned_digits_in_pictures_of_all_kinds_are_read(recognizer: Recognizer) -> None:
    held_out = datasets.load(os.environ["MNIST_PATH"]).holdout
    readings = list(_readings(scanned_digits(held_out, 100, SEED), recognizer))
    wrong = [reading for reading in readings if not reading.is_right]
    assert len(wrong) <= (1 - ENOUGH) * len(readings), wrong


@pytest.mark.parametrize("seed", range(12))
def test_no_digit_is_found_in_a_photograph_of_empty_paper(
    recognizer: Recognizer, seed: int
) -> None:
    rng = np.random.default_rng(seed)
    assert read(recognizer, by_chance(None, rng, (640, 480))) in ("blank", "not a digit")
