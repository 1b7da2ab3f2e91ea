import cv2
import numpy as np
import pytest

from mlcore.data import synthesis
from mlcore.data.augmentation import augment, spoil, worn
from mlcore.data.datasets import Part
from mlcore.ink.directions import PLANES
from mlcore.ink.strokes import network_inputs


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
    assert not worn(black, rng).any()


@pytest.fixture(scope="module")
def inputs():
    return network_inputs(synthesis.digit_strokes(30, np.random.default_rng(6)).strokes)


def test_directions_are_warped_with_the_ink(inputs):
    warped = augment(inputs, np.random.default_rng(0))
    assert (warped.dtype, warped.shape) == (np.uint8, (30, 28, 28, PLANES))
    assert np.abs(centers(warped[..., 0]) - 14).max() <= 1.6
    moved, stayed = ([], [])
    for before, after in zip(inputs, warped, strict=True):
        near = cv2.dilate(after[..., 0], np.ones((3, 3))) > 50
        for planes, shares in ((after, moved), (before, stayed)):
            movement = planes[..., 1:].sum(axis=-1, dtype=float)
            shares.append(movement[near].sum() / movement.sum())
    assert np.mean(moved) > 0.97
    assert np.mean(moved) > np.mean(stayed) + 0.03  # as those of the unwarped ink would not


def test_warped_directions_keep_their_names(inputs):
    warped = augment(inputs, np.random.default_rng(0))
    before, after = (each[..., 1:].sum(axis=(1, 2), dtype=float) for each in (inputs, warped))
    before, after = (each / each.sum(axis=1, keepdims=True) for each in (before, after))
    assert np.abs(before - after).max() < 0.12


def test_pictures_among_strokes_get_no_directions(inputs):
    mixed = inputs.copy()
    mixed[::2, ..., 1:] = 0
    warped = augment(mixed, np.random.default_rng(0))
    assert not warped[::2, ..., 1:].any()
    assert warped[1::2, ..., 1:].any(axis=(1, 2, 3)).all()


def test_worn_digits_are_changed_but_stay_in_the_geometry_of_mnist(images):
    before = images.copy()
    shabby = worn(images, np.random.default_rng(0))
    assert np.array_equal(images, before)  # the originals are kept
    assert (shabby.dtype, shabby.shape) == (np.uint8, images.shape)
    assert (shabby != images).any(axis=(1, 2)).all()
    assert np.abs(centers(shabby) - 14).max() <= 1.1
    heights, widths = ((shabby > 0).any(axis).sum(1) for axis in (2, 1))
    assert np.maximum(heights, widths).max() <= 22


def test_the_same_seed_gives_the_same_wear_and_another_gives_other_wear(images):
    first, again, other = (worn(images, np.random.default_rng(seed)) for seed in (1, 1, 2))
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)


def pieces(image):
    """The number of connected pieces of ink."""
    return cv2.connectedComponents((image > 60).astype(np.uint8))[0] - 1


def test_some_worn_digits_fall_into_dots_and_some_lose_a_part(images):
    whole = np.array([pieces(image) for image in images])
    shabby = np.array([pieces(image) for image in worn(images, np.random.default_rng(0))])
    assert (shabby >= whole + 3).mean() >= 0.15  # a third is dotted, but dots may touch
    assert (shabby <= whole + 2).mean() > 0.3
