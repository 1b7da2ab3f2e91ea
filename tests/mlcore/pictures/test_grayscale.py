import numpy as np
import pytest
from PIL import Image

from mlcore.pictures.decoding import read_picture
from mlcore.pictures.preprocessing import image_from_picture
from tests.mlcore.picture_kinds.cameras import encoded
from tests.mlcore.picture_kinds.canvases import FIVE, SEVEN, difference, drawn, image_of, noise


def colored(mask, ink, paper):
    """Color a drawing, (h, w) uint8, black on white, with two colors: (h, w, 3)."""
    share = mask[..., None] / 255
    return (share * paper + (1 - share) * ink).round().astype(np.uint8)


@pytest.mark.parametrize(
    ("ink", "paper"),
    [
        ((200, 0, 0), (0, 102, 0)),  # 0.299 * 200 = 0.587 * 102
        ((139, 0, 0), (0, 0, 255)),
        ((255, 0, 0), (0, 130, 0)),
        ((0, 0, 255), (97, 0, 0)),
        ((255, 255, 0), (255, 255, 255)),
    ],
)
def test_ink_as_bright_as_its_ground_is_separated_by_color(ink, paper):
    picture = colored(drawn(SEVEN), ink, paper)
    assert difference(image_of(picture), SEVEN) < 0.01
    light = 0.5 + 0.5 * np.linspace(0, 1, 300)[:, None]
    noisy = picture * light + noise(2, picture.shape)
    assert difference(image_of(noisy), SEVEN) < 0.02


@pytest.mark.parametrize("ink", [(40, 40, 45), (20, 40, 150), (190, 30, 40), (20, 110, 50)])
def test_pens_on_paper_are_converted_by_luminance(ink):
    picture = colored(drawn(SEVEN), ink, (225, 222, 210))
    luminance = np.asarray(Image.fromarray(picture).convert("L"))
    np.testing.assert_array_equal(read_picture(encoded(picture)), luminance)


def test_gray_pictures_stay_unchanged():
    gray = np.clip(drawn(FIVE, paper=200, ink=120) + noise(6), 0, 255).astype(np.uint8)
    for picture in (gray, np.dstack([gray] * 3), np.dstack([gray] * 3 + [np.full_like(gray, 255)])):
        np.testing.assert_array_equal(read_picture(encoded(picture)), gray)


@pytest.mark.parametrize("paper", [(225, 222, 210), (120, 160, 90), (30, 60, 40)])
@pytest.mark.parametrize("sigma", [0, 2, 8])
def test_colored_paper_with_only_noise_is_blank(paper, sigma):
    sheet = np.full((300, 300, 3), paper) + noise(sigma, (300, 300, 3))
    assert image_of(sheet) is None
    strong = Image.fromarray(np.clip(sheet, 0, 255).astype(np.uint8))
    assert image_from_picture(encoded(strong, "JPEG", quality=40)) is None


@pytest.mark.parametrize("shape", [(1, 1, 3), (1, 9, 3), (2, 2, 4), (1, 1, 4)])
def test_tiny_colored_pictures_are_accepted(shape):
    image = image_of(noise(80, shape) + 128)
    assert image is None or image.shape == (28, 28)
