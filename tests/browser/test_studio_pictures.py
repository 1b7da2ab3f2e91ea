"""The studio: pictures that are uploaded, dropped and pasted."""

import io

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenPage
from tests.browser.gestures import ONE, on_pad
from tests.browser.studio_page import (
    color,
    expect_digit,
    expect_state,
    picture_of_a_seven,
    strokes,
    until,
)
from tests.processes.site import Site

pytestmark = [pytest.mark.browser, pytest.mark.slow]

# Pictures -----------------------------------------------------------------------------------------

# `pasted(name, color)` pastes a large picture. Pictures whose names begin with "slow" are decoded
# when `release()` is called.
CLIPBOARD = """
const decode = createImageBitmap;
window.createImageBitmap = async (source, options) => {
  if (source.name?.startsWith("slow")) {
    await new Promise((resolve) => { window.release = resolve; });
  }
  return decode(source, options);
};
window.pasted = async (name, color) => {
  const canvas = new OffscreenCanvas(3000, 2000);
  const context = canvas.getContext("2d");
  context.fillStyle = color;
  context.fillRect(0, 0, 3000, 2000);
  const files = new DataTransfer();
  files.items.add(new File([await canvas.convertToBlob()], name, { type: "image/png" }));
  document.dispatchEvent(new ClipboardEvent("paste", { clipboardData: files }));
};
"""
RED, GREEN, NO_PAINT = [255, 0, 0, 255], [0, 128, 0, 255], [0, 0, 0, 0]


def test_an_uploaded_picture_is_shown_recognized_and_saved(studio: Page, shared_site: Site) -> None:
    studio.locator("[data-file]").set_input_files(picture_of_a_seven())

    expect_digit(studio, 7)
    assert color(studio, 0.05, 0.05) == [255, 255, 255, 255]
    studio.locator("[data-save]").click()
    expect_state(studio, "saved")
    newest = shared_site.get("/api/v1/drawings/", by="trainer")["results"][0]
    assert (newest["source"], newest["answer"]["digit"]) == ("upload", 7)


def test_the_name_of_a_file_needs_no_ending(studio: Page) -> None:
    studio.locator("[data-file]").set_input_files(
        picture_of_a_seven() | {"name": "scan", "mimeType": ""}
    )

    expect_digit(studio, 7)


def test_a_picture_is_chosen_saved_and_labeled_by_keyboard_alone(studio: Page) -> None:
    with studio.expect_file_chooser() as choice:
        studio.locator("[data-upload]").press("Enter")
    choice.value.set_files(picture_of_a_seven())

    expect_digit(studio, 7)
    expect(studio.locator("[data-save]")).to_be_focused()
    studio.keyboard.press("Enter")
    expect_state(studio, "saved")
    studio.keyboard.press("7")
    expect(studio.locator("[data-verdict-text]")).to_contain_text("7")


def test_an_avif_picture_is_read(studio: Page) -> None:
    seven = picture_of_a_seven()
    file = io.BytesIO()
    Image.open(io.BytesIO(seven["buffer"])).save(file, "AVIF")
    avif = {"name": "seven.avif", "mimeType": "image/avif", "buffer": file.getvalue()}
    studio.locator("[data-file]").set_input_files(avif)

    expect_digit(studio, 7)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"%PDF-1.7", "This is a PDF; only pages take PDFs."),
        (b"GIF89a", "This is a GIF file."),
        (b"MM\0*", "This is a TIFF file."),
        (b"\0\0\0\x18ftypmif1\0\0\0\0mif1heic", "This is a HEIC file."),
        (b"words", "Only PNG, JPEG, BMP, WebP and AVIF pictures can be read."),
    ],
)
def test_other_files_are_refused_by_their_own_name(
    studio: Page, content: bytes, words: str
) -> None:
    file = {"name": "seven.png", "mimeType": "image/png", "buffer": content}
    studio.locator("[data-file]").set_input_files(file)

    expect(studio.get_by_text(words)).to_be_visible()


def test_of_two_quick_pictures_the_later_is_shown(open_page: OpenPage) -> None:
    page = open_page(script=CLIPBOARD)
    page.evaluate("pasted('slow.png', 'red')")
    until(page, "window.release !== undefined")
    page.evaluate("pasted('quick.png', 'green')")
    expect(page.locator("[data-clear]")).to_be_enabled()

    page.evaluate("release()")
    page.wait_for_timeout(200)

    assert color(page, 0.5, 0.5) == GREEN


def test_a_large_picture_keeps_its_aspect_ratio(open_page: OpenPage) -> None:
    page = open_page(script=CLIPBOARD)
    page.evaluate("pasted('wide.png', 'red')")
    expect(page.locator("[data-clear]")).to_be_enabled()

    # 3:2, centered: a sixth of the canvas is empty above and below.
    seen = [color(page, x, y) for x, y in ((0.02, 0.19), (0.98, 0.81), (0.5, 0.14), (0.5, 0.86))]

    assert seen == [RED, RED, NO_PAINT, NO_PAINT]


def test_a_picture_pasted_during_a_stroke_does_not_destroy_it(open_page: OpenPage) -> None:
    page = open_page(script=CLIPBOARD)
    page.evaluate("pasted('slow.png', 'red')")
    until(page, "window.release !== undefined")
    start, end = on_pad(page, ONE)
    page.mouse.move(*start)
    page.mouse.down()
    page.mouse.move(*end, steps=6)

    page.evaluate("release()")
    expect(page.locator("[data-studio]")).to_have_attribute("data-strokes", "0")
    page.mouse.up()
    assert color(page, 0.5, 0.5) == RED
    page.keyboard.press("Control+z")

    assert strokes(page) == 1
    expect_digit(page, 1)
