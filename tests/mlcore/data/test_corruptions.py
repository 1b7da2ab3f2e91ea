import io

import cv2
import numpy as np
import pytest
from PIL import Image

from mlcore.data import corruptions, synthesis
from mlcore.data.corruptions import CORRUPTIONS, DRAWINGS, PICTURES
from mlcore.ink.geometry import CENTER

# Where a small digit lies is undone by the layout, as it should be.
RANDOM = sorted(set(CORRUPTIONS) - {"thicker", "thinner", "off_center_small"})


@pytest.fixture(scope="module")
def digits():
    images, _ = synthesis.digits(4, np.random.default_rng(8))
    return images


@pytest.fixture
def bar():
    """An upright line, 20 pixels long and 3 wide."""
    image = np.zeros((1, 28, 28), np.uint8)
    image[0, 4:24, 13:16] = 255
    return image


@pytest.fixture
def ring():
    image = np.zeros((28, 28), np.uint8)
    cv2.circle(image, (14, 14), 8, 255, 2)
    return image[np.newaxis]


@pytest.fixture
def pictures(monkeypatch):
    """What the path of pictures is given to read, decoded, (h, w) floats."""
    seen = []

    def read(data):
        seen.append(np.asarray(Image.open(io.BytesIO(data)), np.float64))
        return np.zeros((28, 28), np.uint8)

    monkeypatch.setattr(corruptions, "read_image", read)
    return seen


def corrupted(name, images, seed=0):
    return CORRUPTIONS[name](images, np.random.default_rng(seed))


def slant(image):
    """How far the ink leans across for one pixel down, by its second moments."""
    moments = cv2.moments(image)
    return moments["mu11"] / moments["mu02"]


def likeness(ones, others):
    """The correlation of their pixels: 1 for the same, about 0.9 if a pixel further to one side."""
    return np.corrcoef(ones.ravel(), others.ravel())[0, 1]


def test_there_are_twelve_and_nobody_can_add_to_them():
    assert set(CORRUPTIONS) == {
        *("shift", "scale", "rotation", "shear", "thicker", "thinner", "dotted"),
        *("noise", "blur", "contrast", "occlusion", "off_center_small"),
    }
    with pytest.raises(TypeError):
        CORRUPTIONS["another"] = CORRUPTIONS["shift"]


@pytest.mark.parametrize("name", CORRUPTIONS)
def test_a_seed_always_makes_the_same_images(name, digits):
    before = digits.copy()
    found = corrupted(name, digits)
    assert (found.shape, found.dtype) == ((len(digits), 28, 28), np.uint8)
    assert np.array_equal(found, corrupted(name, digits))
    assert not np.array_equal(found, digits)
    assert np.array_equal(digits, before)


@pytest.mark.parametrize("name", RANDOM)
def test_another_seed_disturbs_otherwise(name, digits):
    # One digit laid out on whole pixels could come out alike; several do not.
    assert not np.array_equal(corrupted(name, digits, 1), corrupted(name, digits, 2))


@pytest.mark.parametrize("name", DRAWINGS)
def test_drawings_are_laid_out_in_the_mnist_geometry(name, digits):
    for image in corrupted(name, digits).astype(float):
        rows, columns = np.nonzero(image > 16)
        assert 17 <= max(np.ptp(rows), np.ptp(columns)) + 1 <= 21
        assert abs((image.sum(1) @ np.arange(28)) / image.sum() - CENTER) <= 0.6
        assert abs((image.sum(0) @ np.arange(28)) / image.sum() - CENTER) <= 0.6


@pytest.mark.parametrize("name", DRAWINGS)
def test_no_ink_stays_no_ink(name):
    assert not corrupted(name, np.zeros((2, 28, 28), np.uint8)).any()


@pytest.mark.parametrize("name", ["shift", "scale"])
def test_the_layout_undoes_shift_and_scale_but_for_some_sharpness(name, digits):
    found = corrupted(name, digits)
    assert likeness(found, digits) > 0.8
    assert likeness(found, np.roll(digits, 1, axis=0)) < 0.6  # another digit


@pytest.mark.parametrize("seed", range(8))
def test_rotation_turns_by_10_to_25_degrees(bar, seed):
    angle = abs(np.rad2deg(np.arctan(slant(corrupted("rotation", bar, seed)[0]))))
    assert 9 < angle < 26


@pytest.mark.parametrize("seed", range(8))
def test_shear_leans_by_a_fifth_to_a_half(bar, seed):
    leant = abs(slant(corrupted("shear", bar, seed)[0]))
    assert 0.18 < leant < 0.52


def test_lines_grow_and_shrink_by_the_stated_share_of_their_width(bar):
    def width(image):
        return image[12:17].sum() / 255 / 5

    plain = width(corrupted("shear", bar)[0])  # leaning changes no line's width across
    assert width(corrupted("thicker", bar)[0]) / plain == pytest.approx(1.6, abs=0.3)
    assert width(corrupted("thinner", bar)[0]) / plain == pytest.approx(0.5, abs=0.2)


def test_a_dotted_line_falls_into_dots(bar):
    dots, _ = cv2.connectedComponents((corrupted("dotted", bar)[0] > 100).astype(np.uint8))
    assert dots - 1 >= 5  # 20 pixels, one dot every 2.3 to 3.2


def test_a_patch_opens_a_ring(ring):
    def holes(image):
        larger = cv2.resize(image, None, fx=4, fy=4, interpolation=cv2.INTER_CUBIC)
        mask = (larger > 100).astype(np.uint8)
        hierarchy = cv2.findContours(mask, cv2.RETR_CCOMP, cv2.CHAIN_APPROX_SIMPLE)[1]
        return int((hierarchy[0, :, 3] >= 0).sum())

    assert holes(corruptions.as_pictures(ring)[0]) == 1
    assert holes(corrupted("occlusion", ring)[0]) == 0


def test_a_small_digit_anywhere_on_a_sheet_is_read_as_a_large_one_is(digits):
    small, large = corrupted("off_center_small", digits), corruptions.as_pictures(digits)
    assert likeness(small, large) > 0.8
    assert likeness(small, np.roll(large, 1, axis=0)) < 0.6


def test_noise_is_20_of_255_on_paper_of_235(bar, pictures):
    corrupted("noise", bar)
    paper = pictures[0][:, :50]
    assert pictures[0].shape == (168, 168)
    # What lies above 255, a standard deviation away, is cut off.
    assert paper.min() < 235 - 50
    assert paper[paper < 235].std() == pytest.approx(20 * np.sqrt(1 - 2 / np.pi), rel=0.1)


def test_blur_softens_edges(bar, pictures):
    corruptions.as_pictures(bar)
    corrupted("blur", bar)
    sharp, soft = (np.abs(np.diff(picture, axis=1)).max() for picture in pictures)
    assert soft < 0.7 * sharp


@pytest.mark.parametrize("seed", range(5))
def test_contrast_leaves_15_to_30_percent(bar, pictures, seed):
    corrupted("contrast", bar, seed)
    left = 1 - pictures[0].min() / pictures[0].max()
    assert 0.14 < left < 0.31


def test_occlusion_covers_a_square_of_paper(ring, pictures):
    corruptions.as_pictures(ring)
    corrupted("occlusion", ring)
    rows, columns = np.nonzero(pictures[0] != pictures[1])
    assert (pictures[1][rows, columns] == 235).all()
    assert 0 < np.ptp(rows) < 30
    assert 0 < np.ptp(columns) < 30


def test_a_small_digit_takes_a_quarter_of_the_sheet_at_most(ring, pictures):
    for seed in range(4):
        corrupted("off_center_small", ring, seed)
    corners = []
    for picture in pictures:
        rows, columns = np.nonzero(picture < 200)
        assert picture.shape == (336, 336)
        assert max(np.ptp(rows), np.ptp(columns)) < 84
        corners.append((rows.min(), columns.min()))
    assert len(set(corners)) == 4


def test_the_tables_share_no_name():
    assert len(DRAWINGS) + len(PICTURES) == len(CORRUPTIONS)
