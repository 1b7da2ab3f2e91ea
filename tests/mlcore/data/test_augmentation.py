import cv2
import numpy as np
import pytest

from mlcore.data import synthesis
from mlcore.data.augmentation import augment, spoil
from mlcore.data.datasets import Part


@pytest.fixture(scope="module")
def drawn():
    return Part(*synthesis.digits(60, np.random.default_rng(3)))


@pytest.fixture(scope="module")
def images(drawn):
    return drawn.images


def centers(images):
    """(n, 2) centers of mass, row and column."""
    weights = images.astype(float)
    mass = weights.sum((1, 2))
    rows, columns = np.mgrid[:28, :28]
    return np.stack([(weights * grid).sum((1, 2)) / mass for grid in (rows, columns)], 1)


def test_strength_0_changes_nothing_and_copies(images):
    same = augment(images, np.random.default_rng(0), 0.0)
    assert np.array_equal(same, images)
    assert not np.shares_memory(same, images)


def test_the_same_seed_gives_the_same_warps_and_another_gives_others(images):
    first, again, other = (augment(images, np.random.default_rng(seed)) for seed in (1, 1, 2))
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)


def test_warped_digits_stay_in_the_geometry_of_mnist(images):
    warped = augment(images, np.random.default_rng(0))
    assert (warped.dtype, warped.shape) == (np.uint8, images.shape)
    # Within half a pixel of (14, 14), or one more pixel if the augmentation shifted the image.
    assert np.abs(centers(warped) - 14).max() <= 1.6
    heights, widths = ((warped > 0).any(axis).sum(1) for axis in (2, 1))
    assert np.maximum(heights, widths).max() <= 21


def test_a_stronger_warp_moves_more(images):
    def change(strength):
        warped = augment(images, np.random.default_rng(0), strength)
        return np.abs(warped.astype(float) - images).mean()

    assert change(0.3) < change(1.0)


def holes(image):
    """(n, 2): the centers of the holes in the ink, across and down."""
    outlines, tree = cv2.findContours((image > 100).astype(np.uint8), cv2.RETR_CCOMP, 2)[-2:]
    inner = [outline for outline, row in zip(outlines, tree[0], strict=True) if row[3] >= 0]
    return np.array([outline.mean(axis=(0, 1)) for outline in inner])


def test_spoilt_digits_are_not_the_digits_they_came_from(drawn):
    spoilt = spoil(drawn, np.random.default_rng(0))
    assert (spoilt.dtype, spoilt.shape) == (np.uint8, drawn.images.shape)
    assert (spoilt.max((1, 2)) > 0).all()
    assert (spoilt != drawn.images).any((1, 2)).all()


def test_two_zeros_never_become_an_eight():
    """Two holes side by side, as in a 00, are allowed; one over the other is an 8."""
    zeros = Part(*synthesis.digits(60, np.random.default_rng(4), forms=["zero"]))
    pairs = [
        found for image in spoil(zeros, np.random.default_rng(0)) if len(found := holes(image)) == 2
    ]
    assert len(pairs) > 10
    for one, other in pairs:
        across, down = np.abs(one - other)
        assert across > down


def test_two_ones_never_become_one():
    """Side by side they are two components, or wider than a line."""
    ones = Part(*synthesis.digits(60, np.random.default_rng(4), forms=["one"]))
    upright = (np.ptp(np.flatnonzero(f.any(0))) for f in spoil(ones, np.random.default_rng(0)))
    single = [np.ptp(np.flatnonzero(image.any(0))) for image in ones.images]
    assert min(upright) > min(single)


def test_both_accept_a_black_image():
    black = np.zeros((2, 28, 28), np.uint8)
    none = Part(black, np.zeros(2, np.uint8))
    rng = np.random.default_rng(0)
    assert not augment(black, rng).any()
    assert not spoil(none, rng).any()
