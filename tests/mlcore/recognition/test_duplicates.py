"""Near-duplicates: realistic copies are found, other drawings are not."""

import cv2
import numpy as np
import pytest

from mlcore.data import reference_sets
from mlcore.recognition.duplicates import BLOCK, describe, first_near, near_duplicates


@pytest.fixture(scope="module")
def digits():
    """Frozen drawings, which changes of the synthesizer do not change."""
    part = reference_sets.forms().take(np.arange(0, 1_200, 20))
    return part.images[part.labels != 1]  # many ones really are the same line


def moved(image):
    return cv2.warpAffine(image, np.float32([[1, 0, 1], [0, 1, 0]]), (28, 28))


def turned(image):
    return cv2.warpAffine(image, cv2.getRotationMatrix2D((13.5, 13.5), 1, 1), (28, 28))


def as_jpeg(image):
    return cv2.imdecode(cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, 70])[1], 0)


@pytest.mark.parametrize("copy", [np.copy, moved, turned, as_jpeg])
def test_copies_are_found(digits, copy):
    copies = np.stack([copy(image) for image in digits])
    assert first_near(describe(copies), describe(digits)).tolist() == list(range(len(digits)))


def test_different_drawings_are_no_duplicates(digits):
    assert near_duplicates(digits).tolist() == [-1] * len(digits)


def test_the_first_of_several_duplicates_is_returned(digits):
    images = np.stack([digits[0], digits[1], digits[0], digits[1], digits[0]])
    assert near_duplicates(images).tolist() == [-1, -1, 0, 1, 0]


def test_duplicates_in_different_blocks_are_found(digits):
    rng = np.random.default_rng(0)
    others = (rng.random((BLOCK, 28, 28)) < 0.2).astype(np.uint8) * 255
    images = np.concatenate([digits[:1], others, digits[:1]])
    assert near_duplicates(images)[-1] == 0


def test_blank_images_and_empty_sets_have_no_duplicates(digits):
    blank = np.zeros((2, 28, 28), np.uint8)
    assert near_duplicates(blank).tolist() == [-1, -1]
    assert first_near(describe(digits[:2]), describe(digits[:0])).tolist() == [-1, -1]
    assert near_duplicates(digits[:0]).shape == (0,)
