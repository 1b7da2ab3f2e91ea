import numpy as np
import pytest

from mlcore.data import out_of_distribution as module
from mlcore.data.out_of_distribution import (
    DISGUISED,
    KINDS,
    LETTERS,
    SYMBOLS,
    out_of_distribution_images,
)
from mlcore.ink.geometry import CENTER


@pytest.fixture(scope="module")
def drawn():
    return out_of_distribution_images(10 * len(KINDS), np.random.default_rng(4))


def test_the_same_seed_gives_the_same_drawings(drawn):
    images, kinds = out_of_distribution_images(10 * len(KINDS), np.random.default_rng(4))
    assert np.array_equal(images, drawn[0])
    assert np.array_equal(kinds, drawn[1])
    other, _ = out_of_distribution_images(10 * len(KINDS), np.random.default_rng(5))
    assert not np.array_equal(other, drawn[0])


def test_all_kinds_are_equally_frequent(drawn):
    images, kinds = drawn
    assert (images.shape, images.dtype) == ((10 * len(KINDS), 28, 28), np.uint8)
    assert {kind: int((kinds == kind).sum()) for kind in KINDS} == dict.fromkeys(KINDS, 10)


@pytest.mark.parametrize("kind", KINDS)
def test_drawings_of_a_kind_differ_and_none_is_blank(drawn, kind):
    images = drawn[0][drawn[1] == kind]
    assert images.any(axis=(1, 2)).all()
    assert len({image.tobytes() for image in images}) == len(images)


def test_drawings_have_the_mnist_geometry(drawn):
    for image in drawn[0].astype(float):
        rows, columns = np.nonzero(image > 0)
        assert max(np.ptp(rows), np.ptp(columns)) + 1 <= 21
        assert abs((image.sum(1) @ np.arange(28)) / image.sum() - CENTER) <= 0.6
        assert abs((image.sum(0) @ np.arange(28)) / image.sum() - CENTER) <= 0.6


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_is_cut_off_at_the_edge_of_the_raster(kind):
    rng = np.random.default_rng(6)
    for _ in range(30):
        raster = KINDS[kind](rng)
        frame = raster.copy()
        frame[1:-1, 1:-1] = 0
        assert raster.any()
        assert not frame.any()


def test_letters_that_look_like_digits_are_left_out():
    assert len(LETTERS) + len(DISGUISED) == 52
    assert not set(LETTERS) & set("OoIlSsZzBbgq")


def test_the_font_has_every_letter_and_symbol():
    # A font draws the same box for all missing characters. The Chinese character is missing.
    texts = (*LETTERS, *SYMBOLS, "\u4e00")
    printed = {module._printed(text, np.random.default_rng(0)).tobytes() for text in texts}
    assert len(printed) == len(texts)


def test_a_count_of_zero_gives_an_empty_set():
    images, kinds = out_of_distribution_images(0, np.random.default_rng(0))
    assert images.shape == (0, 28, 28)
    assert len(kinds) == 0
