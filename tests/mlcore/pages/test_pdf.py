import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from mlcore.errors import InvalidInk
from mlcore.pages import pdf
from mlcore.pages.pdf import render_pages
from mlcore.pages.reading import PAGE_SIDE
from mlcore.pictures.encoding import png
from tests.mlcore.pages import pdfs


def page(shade: int, shape: tuple[int, int] = (400, 200)) -> bytes:
    return png(np.full(shape, shade, np.uint8))


def image(file: Path) -> Image.Image:
    return Image.open(io.BytesIO(file.read_bytes()))


def refusal(data: bytes, folder: Path, **limits: float) -> InvalidInk:
    with pytest.raises(InvalidInk) as caught:
        render_pages(data, folder, **{"most": 5, **limits})
    return caught.value


def test_each_page_becomes_a_picture_in_order(tmp_path):
    shades = [0, 80, 160, 255]
    files = render_pages(pdfs.of_pictures(list(map(page, shades))), tmp_path, most=4)
    pictures = [image(file) for file in files]
    assert [each.mode for each in pictures] == ["L"] * 4
    assert [each.size for each in pictures] == [(PAGE_SIDE // 2, PAGE_SIDE)] * 4
    found = [each.getpixel((500, 500)) for each in pictures]
    np.testing.assert_allclose(found, shades, atol=2)


@pytest.mark.parametrize(
    ("size", "pixels"),
    [
        (("100", "50"), (2000, 1000)),
        (("14400000", "14400000"), (2000, 2000)),
        (("1", "14400"), (1, 2000)),
        (("45", "45"), (2000, 2000)),
        (("60", "60"), (2000, 2000)),
    ],
)
def test_a_page_of_any_size_has_as_many_pixels_as_are_read(size, pixels, tmp_path):
    (file,) = render_pages(pdfs.with_size(*size), tmp_path, most=1)
    assert image(file).size == pixels


def test_a_small_file_with_a_huge_picture_needs_few_pixels(tmp_path):
    data = pdfs.bomb(8000)
    assert len(data) < 300_000
    (file,) = render_pages(data, tmp_path, most=1)
    assert image(file).size == (2000, 2000)


def test_a_small_file_with_endless_contents_is_refused(tmp_path):
    data = pdfs.nested_forms(9)
    assert len(data) < 3_000
    assert refusal(data, tmp_path, seconds=3).code in ("pdf_damaged", "pdf_too_slow")
    (file,) = render_pages(pdfs.nested_forms(2), tmp_path, most=1)
    assert image(file).getextrema()[0] == 0  # drawn


@pytest.mark.parametrize("drawn", [True, False])
def test_what_is_filled_into_a_form_is_drawn(drawn, tmp_path):
    (file,) = render_pages(pdfs.filled_form("4711", drawn=drawn), tmp_path, most=1)
    gray = np.asarray(image(file))
    ink = np.flatnonzero((gray < 128).any(axis=0))
    assert ink[-1] - ink[0] > 200  # four digits


def test_forms_are_closed():
    """In this process, which goes on without them."""
    for _ in range(3):
        (page,) = pdf.pages_of(pdfs.filled_form("4711", drawn=True), most=1)
        assert page.min() == 0
    next(pdf.pages_of(pdfs.filled_form("4711", drawn=True), most=1))  # not to the end


@pytest.mark.parametrize(
    "data",
    [
        b"%PDF-",
        b"%PDF-1.7 nothing",
        pdfs.of_objects(pdfs.CATALOG, "<< /Type /Pages /Kids [] /Count 0 >>"),
        pdfs.of_objects(pdfs.CATALOG, "<< /Type /Pages /Kids [9 0 R] /Count 2 >>"),
        pdfs.of_pictures([page(0)])[:400],
    ],
    ids=["a beginning", "no document", "no pages", "a page that is missing", "truncated"],
)
def test_damaged_files_are_invalid(data, tmp_path):
    error = refusal(data, tmp_path)
    assert (error.code, error.kind) == ("pdf_damaged", "invalid")


def test_an_encrypted_file_is_invalid(tmp_path):
    error = refusal(pdfs.encrypted(), tmp_path)
    assert (error.code, error.kind) == ("pdf_encrypted", "invalid")


def test_a_file_with_more_pages_is_too_large_before_any_is_rendered(tmp_path):
    error = refusal(pdfs.of_pictures([page(0)] * 3), tmp_path, most=2)
    assert (error.message, error.kind) == (
        {"code": "pdf_too_long", "pages": 3, "most": 2},
        "too_large",
    )
    assert not list(tmp_path.iterdir())


def test_a_file_that_takes_too_long_is_too_large(tmp_path):
    error = refusal(pdfs.of_pictures([page(0)]), tmp_path, seconds=0.001)
    assert (error.code, error.kind) == ("pdf_too_slow", "too_large")


def test_a_crash_of_the_renderer_is_a_refusal(tmp_path, monkeypatch):
    crashing = tmp_path / "python"
    crashing.write_text("#!/bin/sh\nkill -SEGV $$\n")
    crashing.chmod(0o700)
    monkeypatch.setattr(pdf.sys, "executable", str(crashing))
    folder = tmp_path / "pages"
    folder.mkdir()
    assert refusal(pdfs.of_pictures([page(0)]), folder).code == "pdf_damaged"


def test_damaged_bytes_never_raise_anything_else():
    """In this process, so that an error that is not foreseen is seen."""
    rng = np.random.default_rng(0)
    whole = pdfs.of_pictures([page(80, (30, 20)), page(0, (30, 20))])
    for _ in range(40):
        data = bytearray(whole)
        for place in rng.integers(8, len(data), 6):
            data[place] = rng.integers(256)
        try:
            pages = list(pdf.pages_of(bytes(data), most=5))
        except InvalidInk:
            continue
        assert all(each.ndim == 2 for each in pages)
