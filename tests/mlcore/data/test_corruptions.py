import io

import cv2
import numpy as np
import pytest
from PIL import Image

from mlcore.data import corruptions, synthesis
from mlcore.data.corruptions import (
    CORRUPTIONS,
    DRAWINGS,
    PICTURES,
    as_pictures,
    corrupted_pictures,
)
from mlcore.ink.geometry import CENTER
from mlcore.pictures.encoding import read_image

# The layout undoes the position of a small digit, as it should.
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
    """The decoded pictures that picture preprocessing receives, (h, w) floats."""
    seen = []

    def read(data, network):
        seen.append(np.asarray(Image.open(io.BytesIO(data)), np.float64))
        return np.zeros((28, 28), np.uint8)

    monkeypatch.setattr(corruptions, "read_image", read)
    return seen


def corrupted(name, images, seed=0):
    return CORRUPTIONS[name](images, np.random.default_rng(seed))


def slant(image):
    """The slant: horizontal shift per pixel down, by second moments."""
    moments = cv2.moments(image)
    return moments["mu11"] / moments["mu02"]


def likeness(ones, others):
    """The correlation of the pixels: 1 for equal images, about 0.9 after a shift by one pixel."""
    return np.corrcoef(ones.ravel(), others.ravel())[0, 1]


def test_there_are_twelve_in_a_read_only_mapping():
    assert set(CORRUPTIONS) == {
        *("shift", "scale", "rotation", "shear", "thicker", "thinner", "dotted"),
        *("noise", "blur", "contrast", "occlusion", "off_center_small"),
    }
    with pytest.raises(TypeError):
        CORRUPTIONS["another"] = CORRUPTIONS["shift"]


@pytest.mark.parametrize("name", CORRUPTIONS)
def test_the_same_seed_gives_the_same_images(name, digits):
    before = digits.copy()
    found = corrupted(name, digits)
    assert (found.shape, found.dtype) == ((len(digits), 28, 28), np.uint8)
    assert np.array_equal(found, corrupted(name, digits))
    assert not np.array_equal(found, digits)
    assert np.array_equal(digits, before)


@pytest.mark.parametrize("name", RANDOM)
def test_another_seed_gives_other_images(name, digits):
    # One digit could come out equal, because the layout uses whole pixels. Several do not.
    assert not np.array_equal(corrupted(name, digits, 1), corrupted(name, digits, 2))


@pytest.mark.parametrize("name", DRAWINGS)
def test_drawings_are_laid_out_in_the_mnist_geometry(name, digits):
    for image in corrupted(name, digits).astype(float):
        rows, columns = np.nonzero(image > 16)
        assert 17 <= max(np.ptp(rows), np.ptp(columns)) + 1 <= 21
        assert abs((image.sum(1) @ np.arange(28)) / image.sum() - CENTER) <= 0.6
        assert abs((image.sum(0) @ np.arange(28)) / image.sum() - CENTER) <= 0.6


@pytest.mark.parametrize("name", DRAWINGS)
def test_a_blank_image_stays_blank(name):
    assert not corrupted(name, np.zeros((2, 28, 28), np.uint8)).any()


@pytest.mark.parametrize("name", ["shift", "scale"])
def test_the_layout_undoes_shift_and_scale_except_for_some_blur(name, digits):
    found = corrupted(name, digits)
    assert likeness(found, digits) > 0.8
    assert likeness(found, np.roll(digits, 1, axis=0)) < 0.6  # another digit


@pytest.mark.parametrize("seed", range(8))
def test_rotation_turns_by_10_to_25_degrees(bar, seed):
    angle = abs(np.rad2deg(np.arctan(slant(corrupted("rotation", bar, seed)[0]))))
    assert 9 < angle < 26


@pytest.mark.parametrize("seed", range(8))
def test_shear_slants_by_a_fifth_to_a_half(bar, seed):
    leant = abs(slant(corrupted("shear", bar, seed)[0]))
    assert 0.18 < leant < 0.52


def test_lines_grow_and_shrink_by_the_documented_share_of_their_width(bar):
    def width(image):
        return image[12:17].sum() / 255 / 5

    plain = width(corrupted("shear", bar)[0])  # shear does not change the horizontal width
    assert width(corrupted("thicker", bar)[0]) / plain == pytest.approx(1.6, abs=0.3)
    assert width(corrupted("thinner", bar)[0]) / plain == pytest.approx(0.5, abs=0.2)


def test_a_dotted_line_consists_of_separate_dots(bar):
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


def test_a_small_digit_anywhere_on_a_sheet_gives_the_same_image_as_a_large_one(digits):
    small, large = corrupted("off_center_small", digits), corruptions.as_pictures(digits)
    assert likeness(small, large) > 0.8
    assert likeness(small, np.roll(large, 1, axis=0)) < 0.6


def test_noise_is_20_of_255_on_paper_of_235(bar, pictures):
    corrupted("noise", bar)
    paper = pictures[0][:, :50]
    assert pictures[0].shape == (168, 168)
    # Values above 255, one standard deviation away, are clipped.
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


def test_a_small_digit_takes_at_most_a_quarter_of_the_sheet(ring, pictures):
    for seed in range(4):
        corrupted("off_center_small", ring, seed)
    corners = []
    for picture in pictures:
        rows, columns = np.nonzero(picture < 200)
        assert picture.shape == (336, 336)
        assert max(np.ptp(rows), np.ptp(columns)) < 84
        corners.append((rows.min(), columns.min()))
    assert len(set(corners)) == 4


def test_no_name_is_in_both_tables():
    assert len(DRAWINGS) + len(PICTURES) == len(CORRUPTIONS)


@pytest.mark.parametrize("name", PICTURES)
def test_corrupted_pictures_are_the_files_that_are_read(name, digits):
    files = corrupted_pictures(name, digits, np.random.default_rng(3))
    read = np.stack([read_image(file) for file in files])
    assert np.array_equal(read, PICTURES[name](digits, np.random.default_rng(3)))


def test_pictures_are_dark_on_light_and_what_as_pictures_reads(digits):
    files = corruptions.pictures(digits)
    gray = cv2.imdecode(np.frombuffer(files[0], np.uint8), cv2.IMREAD_UNCHANGED)
    assert gray.shape == (168, 168)
    assert (gray[0, 0], gray.min()) == (235, 35)
    assert np.array_equal(np.stack([read_image(file) for file in files]), as_pictures(digits))
