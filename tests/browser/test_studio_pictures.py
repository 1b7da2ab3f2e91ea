"""The studio: pictures that are uploaded, dropped and pasted."""

import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import FilePayload, Page, Route, expect

from mlcore.pictures.encoding import png
from tests.browser.conftest import OpenPage
from tests.browser.gestures import ONE, draw, on_pad
from tests.browser.studio_page import (
    caught,
    color,
    expect_digit,
    expect_state,
    holding,
    picture_of_a_seven,
    strokes,
    until,
)
from tests.mlcore.pages import pdfs
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


def test_several_pictures_become_a_batch_if_one_says_so(studio: Page, shared_site: Site) -> None:
    two = [{**picture_of_a_seven(), "name": name} for name in ("one.png", "two.png")]
    studio.locator("[data-file]").set_input_files(two)
    dialog = studio.get_by_role("dialog")
    expect(dialog).to_contain_text("Read 2 files in the background")
    studio.keyboard.press("Escape")
    expect_state(studio, "blank")

    studio.locator("[data-file]").set_input_files(two)
    dialog.get_by_role("button", name="Read them").click()
    studio.wait_for_url("**/batches/*/")
    number = int(studio.url.rstrip("/").rsplit("/", 1)[1])
    results = shared_site.get(f"/api/v1/batches/{number}/results/", by="trainer")["results"]
    assert [each["name"] for each in results] == ["one.png", "two.png"]


# Each file is decoded when `decoding.at(-1)()` is called.
SLOW_DECODING = """
const decode = createImageBitmap;
window.decoding = [];
window.createImageBitmap = async (file) => {
  await new Promise((resolve) => window.decoding.push(resolve));
  return decode(file);
};
"""


def test_large_photographs_are_made_smaller_one_after_the_other(open_page: OpenPage) -> None:
    page = open_page(script=SLOW_DECODING)
    seven = picture_of_a_seven()
    large = seven["buffer"] + bytes(6_000_000)  # what follows a picture's end is not read
    two = [{**seven, "name": name, "buffer": large} for name in ("one.png", "two.png")]
    page.locator("[data-file]").set_input_files(two)
    page.get_by_role("button", name="Read them").click()

    expect(page.get_by_text("Sending 2 files")).to_be_visible()
    until(page, "window.decoding.length > 0")
    assert page.evaluate("window.decoding.length") == 1
    page.evaluate("window.decoding.at(-1)()")
    until(page, "window.decoding.length > 1")
    page.evaluate("window.decoding.at(-1)()")

    page.wait_for_url("**/batches/*/")


def test_files_whose_reply_was_lost_are_sent_again_as_the_same_batch(
    studio: Page, shared_site: Site
) -> None:
    two = [{**picture_of_a_seven(), "name": name} for name in ("one.png", "two.png")]
    lost: list[int] = []

    def lose(route: Route) -> None:
        lost.append(route.fetch().json()["id"])
        route.fulfill(body="cut")

    studio.route("**/api/v1/batches/", lose)
    studio.locator("[data-file]").set_input_files(two)
    studio.get_by_role("button", name="Read them").click()
    expect(studio.get_by_text("The server's response could not be read.")).to_be_visible()
    expect(studio.get_by_text("Sending 2 files")).to_have_count(0)
    studio.unroute("**/api/v1/batches/")

    studio.get_by_role("button", name="Try again").click()

    studio.wait_for_url("**/batches/*/")
    assert [int(studio.url.rstrip("/").rsplit("/", 1)[1])] == lost


def test_a_part_of_the_page_that_cannot_be_loaded_says_so(studio: Page) -> None:
    cut = {"body": "export const cut = (", "content_type": "text/javascript"}
    studio.route("**/several-files*.js", lambda route: route.fulfill(**cut))
    studio.locator("[data-file]").set_input_files([picture_of_a_seven(), picture_of_a_seven()])

    expect(studio.get_by_text("A part of this page cannot be loaded.")).to_be_visible()
    expect_state(studio, "blank")


def test_a_picture_is_sent_once_and_read_meanwhile(studio: Page, shared_site: Site) -> None:
    sent: list[str] = []
    studio.on("request", lambda request: sent.append(request.headers.get("content-type", "")))
    held = holding(studio, "**/api/v1/recognize/?keep=true")
    studio.locator("[data-file]").set_input_files(picture_of_a_seven())
    upload = caught(studio, held)
    expect(studio.locator("[data-message]")).to_have_text("Reading …")
    upload.continue_()
    expect_digit(studio, 7)

    studio.keyboard.press("Enter")

    expect(studio.locator("[data-verdict-text]")).to_have_text("Labeled 7.")
    newest = shared_site.get("/api/v1/drawings/", by="trainer")["results"][0]
    assert (newest["source"], newest["label"]) == ("upload", 7)
    assert sum(kind.startswith("multipart/") for kind in sent) == 1


def test_saving_before_the_answer_sends_the_picture_once(studio: Page, shared_site: Site) -> None:
    sent: list[str] = []
    studio.on("request", lambda request: sent.append(request.headers.get("content-type", "")))
    held = holding(studio, "**/api/v1/recognize/?keep=true")
    studio.locator("[data-file]").set_input_files(picture_of_a_seven())
    upload = caught(studio, held)

    studio.keyboard.press("4")  # what it shows, whatever the answer will be
    expect_state(studio, "saving")
    upload.continue_()

    expect(studio.locator("[data-verdict-text]")).to_have_text("Labeled 4.")
    newest = shared_site.get("/api/v1/drawings/", by="trainer")["results"][0]
    assert (newest["source"], newest["label"]) == ("upload", 4)
    assert sum(kind.startswith("multipart/") for kind in sent) == 1


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
    expect(studio.locator("[data-right]")).to_be_focused()
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
        (b"", "The file is empty."),
        (b"GIF89a", "The picture is damaged and cannot be decoded."),
        (b"8BPS" + bytes(20), "Photoshop files are not read."),
        (b"words", "Not a supported picture."),
    ],
)
def test_other_files_are_refused_by_their_own_name(
    studio: Page, content: bytes, words: str
) -> None:
    file = {"name": "seven.png", "mimeType": "image/png", "buffer": content}
    studio.locator("[data-file]").set_input_files(file)

    expect(studio.get_by_text(words)).to_be_visible()


def photograph_of_a_seven() -> FilePayload:
    """24 megapixels, as a phone takes them."""
    seven = Image.open(io.BytesIO(picture_of_a_seven(600)["buffer"])).resize((4_000, 4_000))
    photograph = Image.new("L", (6_000, 4_000), 255)
    photograph.paste(seven, (1_000, 0))
    file = io.BytesIO()
    photograph.save(file, "JPEG")
    return {"name": "IMG_1.jpg", "mimeType": "image/jpeg", "buffer": file.getvalue()}


SENT = """
const { send } = XMLHttpRequest.prototype;
XMLHttpRequest.prototype.send = function (body) {
  window.sent = body.get("image");
  send.call(this, body);
};
"""
GARBLED = "CanvasRenderingContext2D.prototype.getImageData = (x, y, w, h) => new ImageData(w, h);"
SENT_FILE = "({ size: window.sent.size, type: window.sent.type })"


def test_a_photograph_is_made_smaller_before_it_is_sent(open_page: OpenPage) -> None:
    page = open_page(script=SENT)
    page.locator("[data-file]").set_input_files(photograph_of_a_seven())
    expect_digit(page, 7)
    sent = page.evaluate(SENT_FILE)
    assert sent["type"] == "image/webp"
    assert sent["size"] < 50_000


def test_where_canvases_are_garbled_the_file_is_sent_as_it_is(open_page: OpenPage) -> None:
    page = open_page(script=SENT + GARBLED)
    photograph = photograph_of_a_seven()
    page.locator("[data-file]").set_input_files(photograph)
    expect_digit(page, 7)
    sent = page.evaluate(SENT_FILE)
    assert sent == {"size": len(photograph["buffer"]), "type": "image/jpeg"}


PROXY = """
XMLHttpRequest.prototype.send = function () {
  const answer = { status: { value: 413 }, responseText: { value: "<h1>413</h1>" } };
  Object.defineProperties(this, answer);
  this.dispatchEvent(new Event("load"));
};
"""


def test_a_refusal_of_a_proxy_is_put_into_words(open_page: OpenPage) -> None:
    page = open_page(script=PROXY)
    page.locator("[data-file]").set_input_files(picture_of_a_seven())
    expect(page.get_by_text("The file is too large for a server in front")).to_be_visible()


@pytest.mark.parametrize("name", ["seven.heic", "seven.pdf"])
def test_a_file_that_the_browser_cannot_open_is_opened_by_the_server(
    studio: Page, name: str
) -> None:
    heic = Path(__file__).parent.parent / "mlcore" / "pictures" / "seven.heic"
    seven = np.asarray(Image.open(io.BytesIO(picture_of_a_seven()["buffer"])).convert("L"))
    content = heic.read_bytes() if name == "seven.heic" else pdfs.of_pictures([png(seven)])
    file = {"name": name, "mimeType": "image/jpeg", "buffer": content}
    studio.locator("[data-file]").set_input_files(file)  # type: ignore[arg-type]  # a FilePayload

    expect_digit(studio, 7)
    assert color(studio, 0.05, 0.05) == [255, 255, 255, 255]


def test_a_picture_is_turned_and_cropped_by_keyboard(studio: Page) -> None:
    seven = Image.open(io.BytesIO(picture_of_a_seven()["buffer"]))
    paper = Image.new("L", (840, 280), 255)
    paper.paste(seven.transpose(Image.Transpose.ROTATE_90), (0, 0))
    paper.paste(0, (600, 100, 620, 180))
    file = io.BytesIO()
    paper.save(file, "PNG")
    sideways = {"name": "sideways.png", "mimeType": "image/png", "buffer": file.getvalue()}
    studio.locator("[data-file]").set_input_files(sideways)  # type: ignore[arg-type]  # likewise
    studio.locator("[data-crop]").press("Enter")
    frame = studio.locator("[data-crop-frame]")
    expect(frame).to_be_focused()

    studio.get_by_role("button", name="Turn right").press("Enter")
    for _ in range(30):  # steps of a fiftieth, from the lower edge
        frame.press("Shift+ArrowUp")
    studio.get_by_role("button", name="Read this part").press("Enter")

    expect_digit(studio, 7)
    studio.keyboard.press("Control+z")
    expect(studio.locator("[data-crop]")).to_be_visible()  # the whole picture again


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


# Cells of a spreadsheet are copied as text and as a picture.
PASTE_CELL = """(field) => {
  const cell = new DataTransfer();
  cell.items.add("42", "text/plain");
  cell.items.add(new File(["picture"], "cell.png", { type: "image/png" }));
  window.read = [];
  window.createImageBitmap = async ({ name }) => window.read.push(name);
  field.dispatchEvent(new ClipboardEvent("paste", { clipboardData: cell, bubbles: true }));
  return window.read;
}"""


def test_a_text_that_is_pasted_into_a_field_is_no_picture(open_page: OpenPage) -> None:
    page = open_page()
    draw(page, ONE)
    expect_digit(page, 1)

    assert page.locator("[data-number]").evaluate(PASTE_CELL) == []

    assert strokes(page) == 1


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
