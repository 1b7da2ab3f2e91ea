import io
import itertools

import numpy as np
import pytest
from PIL import Image

from benchmarks.peer_readers import (
    answer_image,
    answer_picture,
    answer_strokes,
    decoded,
    digits_in,
    on_square,
    read_by_ours,
    single_digit,
    text_line,
)
from mlcore.data import synthesis
from mlcore.ink.strokes import rasterize
from mlcore.pictures.encoding import png
from mlcore.recognition import bundle


def file_of(image: Image.Image, **options: object) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, "PNG", **options)
    return buffer.getvalue()


def text_of(path: tuple[int, ...]) -> list[int]:
    """Return the text of a path as CTC defines it: repetitions joined, then blanks removed."""
    return [column - 1 for column, _ in itertools.groupby(path) if column != 0]


def test_one_digit_has_the_probability_of_all_its_paths() -> None:
    outputs = np.random.default_rng(3).dirichlet(np.ones(11), size=4)
    sums = np.zeros(10)
    for path in itertools.product(range(11), repeat=4):
        if len(text := text_of(path)) == 1:
            sums[text[0]] += outputs[np.arange(4), path].prod()
    np.testing.assert_allclose(single_digit(outputs), sums / sums.sum(), rtol=1e-9)


def test_outputs_that_leave_most_to_other_characters_still_give_a_digit() -> None:
    outputs = np.full((3, 11), 1e-30)
    outputs[1, 1 + 4] = 1e-20
    of_digits = single_digit(outputs)
    assert of_digits.argmax() == 4
    assert of_digits.sum() == pytest.approx(1)
    assert np.isfinite(single_digit(np.zeros((3, 11)))).all()


def test_a_table_of_tesseract_gives_a_digit_for_each_page() -> None:
    columns = "level page_num block_num par_num line_num word_num left top width height conf text"
    lines = [
        columns.split(),
        ["1", "1", "0", "0", "0", "0", "0", "0", "9", "9", "-1", ""],
        ["5", "1", "1", "1", "1", "1", "0", "0", "9", "9", "40.5", "31"],
        ["5", "1", "1", "1", "1", "2", "0", "0", "9", "9", "20", "8"],
        ["1", "2", "0", "0", "0", "0", "0", "0", "9", "9", "-1", ""],
        ["5", "3", "1", "1", "1", "1", "0", "0", "9", "9", "12", "2"],
        ["5", "3", "1", "1", "1", "2", "0", "0", "9", "9", "95", "6"],
        ["5", "4", "1", "1", "1", "1", "0", "0", "9", "9", "95", " "],
    ]
    found = digits_in("\n".join("\t".join(line) for line in lines) + "\n")
    assert found == {1: (3, 0.405), 3: (6, 0.95)}


def test_pictures_are_decoded_on_white_paper_and_upright() -> None:
    ink = Image.new("RGBA", (4, 2), (0, 0, 0, 0))
    ink.putpixel((0, 0), (255, 0, 0, 255))
    turned = Image.Exif()
    turned[0x0112] = 6  # turn by 90 degrees clockwise to see it upright
    color = decoded(file_of(ink, exif=turned))
    assert color.shape == (4, 2, 3)
    assert color[0, 1].tolist() == [0, 0, 255]  # blue first
    assert color[3, 0].tolist() == [255, 255, 255]
    assert decoded(b"no picture") is None


def test_squares_have_the_color_of_the_edge() -> None:
    color = np.full((10, 20, 3), 90, np.uint8)
    color[5, 5] = 200
    squared = on_square(color, 0.25)
    assert squared.shape == (30, 30, 3)
    assert squared[10:20, 5:25].tolist() == color.tolist()
    assert (squared == 90).sum() == (30 * 30 - 1) * 3
    assert on_square(color[:, :10], 0.0).tolist() == color[:, :10].tolist()


def test_a_line_of_text_is_48_high_and_filled_with_gray() -> None:
    line = text_line(np.full((24, 24, 3), 255, np.uint8))
    assert (line.shape, line.dtype) == ((1, 3, 48, 96), np.float32)
    assert (line[..., :48] == 1).all()
    assert (line[..., 48:] == 0).all()
    assert text_line(np.zeros((24, 96, 3), np.uint8)).shape == (1, 3, 48, 192)


def test_ours_reads_strokes_pictures_and_images() -> None:
    recognizer = bundle.shipped().recognizer()
    strokes = synthesis.draw("seven", np.random.default_rng(1), writer=None)
    image = rasterize(strokes)
    assert image is not None
    stored = np.rint(image * 255).astype(np.uint8)
    ink = np.pad(stored[..., 0], 8)
    picture = png(255 - np.kron(ink, np.ones((8, 8), np.uint8)))
    blank = png(np.full((50, 50), 255, np.uint8))
    read = read_by_ours(recognizer, [strokes, stored, picture, blank, b"damaged", [], 0 * stored])
    assert read.said.tolist() == [7, 7, 7, 10, 10, 10, 10]
    assert read.confidence[0] == np.float32(recognizer.recognize(image).confidence)
    assert read.confidence[3:].tolist() == read.not_a_digit[3:].tolist() == [1, 1, 1, 1]
    assert read.ms >= 0
    assert answer_strokes(recognizer, strokes) == answer_image(recognizer, stored)
    assert answer_picture(recognizer, blank) is None
