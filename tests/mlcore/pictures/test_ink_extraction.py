import cv2
import numpy as np
import pytest

from mlcore.ink.geometry import place
from mlcore.ink.strokes import parse, rasterize
from mlcore.pictures.ink_extraction import INK_SIDE, separate_ink
from mlcore.pictures.preprocessing import image_from_picture
from mlcore.recognition import bundle
from tests.mlcore.picture_kinds.cameras import encoded
from tests.mlcore.picture_kinds.canvases import FIVE, SEVEN, difference, drawn, image_of, noise


@pytest.mark.parametrize("strokes", [SEVEN, FIVE])
@pytest.mark.parametrize("pen", [3, 6, 10])
def test_strokes_and_a_picture_of_them_give_nearly_the_same_image(strokes, pen):
    assert difference(image_of(drawn(strokes, pen=pen)), strokes) < 0.01


@pytest.mark.parametrize("pen", [1, 20, 30])
def test_a_very_thin_or_thick_pen_gives_nearly_the_same_image(pen):
    # The centering by whole pixels may differ by one pixel: 0.03 to 0.05.
    assert difference(image_of(drawn(SEVEN, pen=pen)), SEVEN) < 0.05


@pytest.mark.parametrize(("paper", "ink"), [(255, 0), (0, 255), (230, 170), (40, 160), (90, 20)])
def test_both_polarities_give_the_same_image(paper, ink):
    assert difference(image_of(drawn(SEVEN, paper=paper, ink=ink)), SEVEN) < 0.01


def test_shadows_are_not_ink():
    sheet = drawn(SEVEN, paper=220, ink=50).astype(float)
    across = np.linspace(0, 1, 300)
    for light in (0.4 + 0.6 * across, np.where(across < 0.35, 0.6, 1), 1 - 0.5 * across**2):
        assert difference(image_of(sheet * light + noise(3)), SEVEN) < 0.04


@pytest.mark.parametrize("sigma", [0, 1, 3, 8, 15, 30])
def test_paper_with_only_noise_is_blank(sigma):
    across = np.linspace(0, 1, 300)
    for light in (1, 0.7 + 0.3 * across, np.where(across < 0.45, 0.5, 1)):
        assert image_of(215 * light + noise(sigma)) is None
        assert image_of(30 * light + noise(sigma)) is None


@pytest.mark.parametrize("shape", [(1, 1), (1, 9), (28, 28), (500, 6)])
@pytest.mark.parametrize("gray", [0, 128, 255])
def test_a_picture_of_one_shade_is_blank(shape, gray):
    assert image_of(np.full(shape, gray)) is None


@pytest.mark.parametrize("shape", [(1, 2), (2, 2), (3, 1), (1, 40), (5, 4)])
def test_tiny_pictures_are_accepted(shape):
    image = image_of(noise(80, shape) + 128)
    assert image is None or image.shape == (28, 28)


def test_faint_pencil_is_read():
    sheet = drawn(FIVE, pen=3, paper=220, ink=170) + noise(3)
    assert difference(image_of(sheet), FIVE) < 0.04


def test_specks_and_dust_are_left_out():
    sheet = drawn(SEVEN)
    rows, columns = np.random.default_rng(1).integers(0, 299, (2, 40))
    sheet[rows, columns] = 0
    assert difference(image_of(sheet), SEVEN) < 0.01
    dust = np.full((300, 300), 255, np.uint8)
    dust[100:103, 200:203] = 0
    assert image_of(dust) is None


def test_frames_and_lines_at_the_edge_are_left_out():
    framed, ruled, edged = drawn(SEVEN), drawn(SEVEN), drawn(SEVEN)
    cv2.rectangle(framed, (15, 15), (280, 285), 0, 3)
    ruled[[20, 21, 22, 280, 281, 282]] = 60
    cv2.rectangle(edged, (0, 0), (299, 299), 0, 8)
    for sheet in (framed, ruled, edged):
        assert difference(image_of(sheet), SEVEN) < 0.01


def test_a_tight_crop_keeps_ink_at_the_edge():
    sheet = drawn(SEVEN, pen=10)
    rows, columns = np.flatnonzero((sheet < 128).any(1)), np.flatnonzero((sheet < 128).any(0))
    crop = sheet[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    assert difference(image_of(crop), SEVEN) < 0.02
    assert difference(image_of(255 - crop), SEVEN) < 0.02


def test_a_picture_of_an_image_gives_the_same_image():
    image = rasterize(parse(SEVEN))[..., 0]
    for picture in (255 * image, 255 - 255 * image):
        assert np.abs(image_of(picture) - image).mean() < 0.01


def test_strong_jpeg_compression_changes_little():
    data = encoded(drawn(FIVE), "JPEG", quality=15)
    assert difference(image_from_picture(data), FIVE) < 0.02


def test_ink_is_white_on_black_and_cropped_with_some_paper():
    ink = separate_ink(drawn(SEVEN))
    assert ink.dtype == np.float32
    assert (ink.min(), ink.max()) == (0, 1)
    rows, columns = np.flatnonzero(ink.max(1) > 0.5), np.flatnonzero(ink.max(0) > 0.5)
    assert np.ptp(rows) / np.ptp(columns) == pytest.approx(176 / 106, rel=0.02)  # with the pen
    assert ink[0, 0] == 0


def test_a_small_digit_on_a_large_sheet_is_examined_closely():
    sheet = np.full((768, 768), 255, np.uint8)
    sheet[40:140, 600:700] = drawn(SEVEN, size=100)
    ink = separate_ink(sheet)
    assert max(ink.shape) <= INK_SIDE
    assert difference(image_of(sheet), SEVEN) < 0.02


@pytest.mark.parametrize("wide", [8, 16])
@pytest.mark.parametrize("lean", [0, 15])
def test_a_one_that_is_cut_out_narrowly_is_read(wide: int, lean: int) -> None:
    margin, high = 10, 200
    gray = np.full((high + 2 * margin, wide + lean + 2 * margin), 235, np.uint8)
    x = margin + wide // 2
    cv2.line(gray, (x + lean, margin), (x, margin + high), (40,), wide)
    ink = separate_ink(gray)
    assert ink is not None
    image = place(ink)
    assert bundle.shipped().recognizer().recognize(image).label == 1
