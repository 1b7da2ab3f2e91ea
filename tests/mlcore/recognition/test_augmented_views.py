import cv2
import numpy as np

from mlcore.ink.directions import PLANES
from mlcore.ink.geometry import place, stroke_width
from mlcore.ink.strokes import rasterize
from mlcore.ink.warps import linear_maps, warp
from mlcore.recognition.augmented_views import AUGMENTED_VIEWS, augmented_views


def bar():
    """An upright line, 3 pixels wide and 20 high, laid out by `place`."""
    ink = np.zeros((40, 40), np.float32)
    ink[5:35, 18:22] = 1
    return place(ink)


def slant(image):
    """The horizontal shift of the ink's middle from the top row to the bottom row, in pixels."""
    rows = np.flatnonzero(image.sum(axis=1) > 0.5)
    top, bottom = (image[rows[i]] @ np.arange(28) / image[rows[i]].sum() for i in (1, -2))
    return bottom - top


def test_the_first_augmented_view_is_the_image_itself():
    assert np.array_equal(augmented_views(bar())[0], bar())


def test_all_augmented_views_have_the_mnist_geometry():
    seen = augmented_views(bar())
    assert seen.shape == (len(AUGMENTED_VIEWS), 28, 28)
    assert seen.dtype == np.float32
    assert 0 <= seen.min() <= seen.max() <= 1
    for image in seen:
        rows = np.flatnonzero(image.any(axis=1))
        assert 18 <= np.ptp(rows) + 1 <= 21
        assert 2 <= stroke_width(image) <= 4


def test_opposite_rotations_give_opposite_slants():
    _, left, right, *_ = augmented_views(bar())
    assert slant(left) * slant(right) < 0
    assert abs(abs(slant(left)) - abs(slant(right))) < 0.5


def test_an_image_without_ink_stays_blank():
    assert not augmented_views(np.zeros((28, 28), np.float32)).any()


def test_an_identity_warp_changes_only_the_scale():
    (identity,) = linear_maps(*np.zeros((4, 1)))
    fine = warp(bar(), identity)
    assert fine.shape == (56, 56)
    halved = fine.reshape(28, 2, 28, 2).mean(axis=(1, 3))
    assert np.abs(halved - bar()).max() < 0.3
    assert abs(halved.sum() - bar().sum()) < 1


def test_directions_are_moved_with_the_ink():
    drawn = rasterize([np.array([[0.0, 0.0], [60.0, 10.0], [20.0, 100.0]])])
    assert drawn is not None
    seen = augmented_views(drawn)
    assert seen.shape == (len(AUGMENTED_VIEWS), 28, 28, PLANES)
    assert np.array_equal(seen[0], drawn)
    assert 0 <= seen.min() <= seen.max() <= 1
    for view in seen:
        assert on_the_ink(view) > 0.95
        # The directions keep their names.
        strongest = view.sum(axis=(0, 1))[1:].argsort()[-2:]
        assert set(strongest) == set(drawn.sum(axis=(0, 1))[1:].argsort()[-2:])


def on_the_ink(view):
    """The share of the directions that is within two pixels of ink."""
    near = cv2.dilate((view[..., 0] > 0.5).astype(np.uint8), np.ones((5, 5)))
    directions = view[..., 1:].sum(axis=-1)
    return directions[near > 0].sum() / directions.sum()
