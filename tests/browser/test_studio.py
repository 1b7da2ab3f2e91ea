"""The studio as hands meet it: drawing, answers, saving, labels, pictures."""

import re
from typing import Any

import cv2
import numpy as np
import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.conftest import OpenPage
from tests.browser.gestures import ONE, SEVEN, Hand, draw, on_pad
from tests.processes.site import Site, wait_for

pytestmark = [pytest.mark.browser, pytest.mark.slow]

PHONE: dict[str, Any] = {
    "viewport": {"width": 360, "height": 500},
    "has_touch": True,
    "is_mobile": True,
}
RECOGNISE = "**/api/v1/recognize/"
DRAWINGS = "**/api/v1/drawings/"
LABEL = "**/api/v1/drawings/*/label/"
UNREADABLE = {"status": 200, "body": "no JSON"}  # a failure that the browser does not log
BAR = [[0.3, 0.75], [0.7, 0.75]]


def answer(digit: int) -> dict[str, Any]:
    probabilities = [float(digit == each) for each in range(10)]
    return {
        "is_digit": True,
        "digit": digit,
        "confidence": 1.0,
        "top": [{"digit": digit, "probability": 1.0}],
        "probabilities": probabilities,
        "not_a_digit": 0.0,
        "blank": False,
        "version": 1,
    }


def strokes(page: Page) -> int:
    return int(page.locator("[data-studio]").get_attribute("data-strokes") or 0)


def until(page: Page, condition: str) -> None:
    """As wait_for_function, which the site's content security policy forbids."""
    wait_for(lambda: page.evaluate(condition), seconds=5, name=condition)


def expect_state(page: Page, state: str) -> None:
    expect(page.locator("[data-studio]")).to_have_attribute("data-state", state)


def expect_digit(page: Page, digit: int) -> None:
    expect(page.locator("[data-digit]")).to_have_text(str(digit))


def saved_seven(page: Page) -> int:
    """Draws and saves one; its number."""
    draw(page, SEVEN)
    page.locator("[data-save]").click()
    expect_state(page, "saved")
    return int((page.locator("[data-saved-link]").text_content() or "").split()[-1])


def holding(page: Page, address: str) -> list[Route]:
    """The requests to it as they come; each waits for the test."""
    held: list[Route] = []
    page.route(address, lambda route: held.append(route))
    return held


def caught(page: Page, held: list[Route]) -> Route:
    """The first that is held, once it is."""
    wait_for(lambda: page.wait_for_timeout(20) or held, seconds=5, name="a request")
    return held[0]


def let_through(page: Page, address: str) -> None:
    """From now on; what is held stays held."""
    page.route(address, lambda route: route.continue_())


def label_of(site: Site, drawing: int) -> int | None:
    return site.get(f"/api/v1/drawings/{drawing}/", by="trainer")["label"]


# Drawing ------------------------------------------------------------------------------------------


def test_a_seven_drawn_with_the_mouse_is_read_and_said(studio: Page) -> None:
    draw(studio, SEVEN)

    expect_digit(studio, 7)
    expect(studio.locator("[data-spoken]")).to_have_text(re.compile(r"^7, (over )?\d\d% sure$"))


def test_a_finger_draws_and_the_page_stays_where_it_is(open_page: OpenPage) -> None:
    page = open_page(**PHONE)
    hand = Hand(page)

    hand.swipe([[0.5, 0.85], [0.5, 0.15]])

    expect_digit(page, 1)
    assert page.evaluate("scrollY") == 0
    hand.swipe([[0.5, 1.2], [0.5, 0.7]])  # begun beneath the paper
    until(page, "scrollY > 20")


def test_a_second_finger_draws_nothing(open_page: OpenPage) -> None:
    page = open_page(**PHONE)
    hand = Hand(page)

    hand.touch("Start", [[0.5, 0.2]])
    hand.touch("Start", [[0.5, 0.2], [0.8, 0.2]])
    hand.touch("Move", [[0.5, 0.8], [0.8, 0.8]])
    hand.touch("End")

    expect_digit(page, 1)
    assert strokes(page) == 1


def test_the_right_button_draws_nothing(studio: Page) -> None:
    (start, end) = on_pad(studio, ONE)

    studio.mouse.move(*start)
    studio.mouse.down(button="right")
    studio.mouse.move(*end, steps=4)
    studio.mouse.up(button="right")

    expect_state(studio, "blank")
    assert strokes(studio) == 0


def test_a_tap_that_slips_is_a_dot_whatever_the_brush(studio: Page) -> None:
    sent: list[Any] = []
    studio.on("request", lambda request: sent.append(request.post_data_json))
    ((x, y),) = on_pad(studio, [[0.5, 0.5]])
    studio.locator("[data-brush]").fill("40")

    for slip, points in ((3, 1), (12, 2)):
        with studio.expect_response(RECOGNISE):
            studio.mouse.move(x, y)
            studio.mouse.down()
            studio.mouse.move(x + slip, y)
            studio.mouse.up()
            expect(studio.locator("[data-clear]")).to_be_enabled()
        assert [len(stroke) for stroke in sent[-1]["strokes"]] == [points]
        studio.keyboard.press("Escape")


def test_the_canvas_has_the_pixels_of_a_dense_screen(open_page: OpenPage) -> None:
    page = open_page(device_scale_factor=2)

    size = page.locator("[data-pad]").evaluate(
        "pad => [pad.width, pad.height, pad.clientWidth, pad.clientHeight]"
    )

    width, height, css_width, css_height = size
    assert (width, height) == (2 * css_width, 2 * css_height)


def test_strokes_are_undone_redone_and_cleared(studio: Page) -> None:
    draw(studio, SEVEN)
    draw(studio, BAR)
    counts = [strokes(studio)]

    for action in ("[data-undo]", "[data-redo]", "[data-clear]", "[data-undo]"):
        studio.locator(action).click()
        counts.append(strokes(studio))
    for keys in ("Control+z", "Control+z", "Control+Shift+z", "Escape"):
        studio.keyboard.press(keys)
        counts.append(strokes(studio))

    assert counts == [2, 1, 2, 0, 2, 1, 0, 1, 0]
    expect(studio.locator("[data-message]")).to_have_text("Nothing drawn yet")


def test_nothing_lies_beyond_the_edge_of_a_phone(open_page: OpenPage) -> None:
    page = open_page(**PHONE)
    overhang = "() => document.documentElement.scrollWidth - innerWidth"

    widths = [page.evaluate(overhang)]
    saved_seven(page)
    widths.append(page.evaluate(overhang))

    assert max(widths) <= 0


# Answers ------------------------------------------------------------------------------------------


# Counts the questions, which the page asks without waiting for anything once a stroke has ended.
COUNTING = """
const send = window.fetch;
window.asked = 0;
window.fetch = (...request) => {
  window.asked += 1;
  return send(...request);
};
"""


def all_held(page: Page, held: list[Route]) -> list[Route]:
    wait_for(lambda: len(held) == page.evaluate("asked"), seconds=5, name="every question")
    return list(held)


def test_a_late_reply_does_not_take_the_place_of_a_newer_one(open_page: OpenPage) -> None:
    # Without abort(), so that the older reply does arrive.
    page = open_page(script=COUNTING + "AbortController.prototype.abort = () => {};")
    held = holding(page, RECOGNISE)
    draw(page, SEVEN)
    older = all_held(page, held)
    draw(page, BAR)
    newer = all_held(page, held)

    newer[-1].fulfill(json=answer(3))
    expect_digit(page, 3)
    for route in older:
        with page.expect_event("requestfinished"):
            route.fulfill(json=answer(8))
    page.wait_for_timeout(100)

    expect_digit(page, 3)


def test_a_failed_save_asks_for_an_answer_again(open_page: OpenPage) -> None:
    page = open_page(script=COUNTING)
    held = holding(page, RECOGNISE)
    draw(page, SEVEN)
    all_held(page, held)
    let_through(page, RECOGNISE)
    page.route(DRAWINGS, lambda route: route.fulfill(**UNREADABLE))

    page.locator("[data-save]").click()

    expect(page.locator("[data-toast]")).to_be_visible()
    expect_state(page, "drawn")
    expect_digit(page, 7)


def test_a_save_that_arrives_ends_the_trouble(studio: Page) -> None:
    studio.route(RECOGNISE, lambda route: route.fulfill(**UNREADABLE))
    draw(studio, SEVEN)
    expect(studio.locator("[data-trouble]")).to_be_visible()
    expect(studio.locator("[data-answer]")).to_have_attribute("data-stale", "")

    studio.locator("[data-save]").click()

    expect_digit(studio, 7)
    expect(studio.locator("[data-trouble]")).to_be_hidden()
    expect(studio.locator("[data-answer]")).not_to_have_attribute("data-stale", "")


# Saving and labels --------------------------------------------------------------------------------


def test_a_drawing_is_saved_and_corrected_by_key(studio: Page, shared_site: Site) -> None:
    draw(studio, SEVEN)
    studio.keyboard.press("Enter")
    expect(studio.locator("[data-right-text]")).to_have_text("Right, it is 7")

    studio.keyboard.press("3")

    expect(studio.locator("[data-verdict-text]")).to_have_text("Labelled 3.")
    expect(studio.locator("[data-label='3']")).to_have_attribute("aria-pressed", "true")
    studio.keyboard.press("Escape")
    expect_state(studio, "blank")
    newest = shared_site.get("/api/v1/drawings/", by="trainer")["results"][0]
    assert (newest["label"], newest["answer"]["digit"]) == (3, 7)


@pytest.mark.parametrize("key", ["Enter", "r"])
def test_a_label_that_was_given_is_not_confirmed_away(
    open_page: OpenPage, shared_site: Site, key: str
) -> None:
    number = saved_seven(open_page())
    shared_site.post(f"/api/v1/drawings/{number}/label/", {"label": 3}, by="trainer")
    page = open_page(f"/?drawing={number}")
    expect_digit(page, 7)
    labels: list[str] = []
    page.on("request", lambda request: labels.append(request.url) if "label" in request.url else 0)

    page.keyboard.press(key)

    page.wait_for_timeout(100)
    assert labels == []
    expect(page.locator("[data-verdict-text]")).to_have_text("Labelled 3.")


def test_the_answer_is_not_confirmed_once_a_label_is_given_or_on_its_way(
    studio: Page, shared_site: Site
) -> None:
    number = saved_seven(studio)
    held = holding(studio, LABEL)
    studio.keyboard.press("3")
    first = caught(studio, held)
    studio.keyboard.press("r")
    let_through(studio, LABEL)

    first.continue_()

    expect(studio.locator("[data-verdict-text]")).to_have_text("Labelled 3.")
    studio.keyboard.press("r")
    studio.wait_for_timeout(200)
    assert label_of(shared_site, number) == 3


def test_the_last_of_quick_labels_counts(studio: Page, shared_site: Site) -> None:
    number = saved_seven(studio)
    held = holding(studio, LABEL)
    studio.keyboard.press("3")
    first = caught(studio, held)
    studio.keyboard.press("4")
    studio.keyboard.press("5")
    let_through(studio, LABEL)

    first.continue_()

    expect(studio.locator("[data-verdict-text]")).to_have_text("Labelled 5.")
    assert label_of(shared_site, number) == 5


def test_a_label_given_while_saving_is_sent_afterwards(studio: Page, shared_site: Site) -> None:
    held = holding(studio, DRAWINGS)
    draw(studio, SEVEN)
    studio.keyboard.press("Enter")
    save = caught(studio, held)
    studio.keyboard.press("-")
    expect_state(studio, "saving")

    save.continue_()

    expect(studio.locator("[data-verdict-text]")).to_have_text("Labelled not a digit.")


def test_a_palm_after_saving_leaves_the_drawing_saved(open_page: OpenPage) -> None:
    page = open_page(has_touch=True)
    hand = Hand(page)
    saved_seven(page)

    hand.touch("Start", [[0.8, 0.8]])
    expect_state(page, "drawn")
    hand.touch("Cancel")

    expect_state(page, "saved")
    assert strokes(page) == 1


def test_a_pen_after_saving_and_after_its_palm_begins_anew(open_page: OpenPage) -> None:
    page = open_page(has_touch=True)
    hand = Hand(page)
    saved_seven(page)

    hand.touch("Start", [[0.8, 0.8]])
    hand.pen(ONE)
    hand.touch("End")

    expect_digit(page, 1)
    expect_state(page, "drawn")
    assert strokes(page) == 1


def test_fingers_draw_again_once_the_pen_has_rested(open_page: OpenPage) -> None:
    page = open_page(has_touch=True)
    page.clock.install()
    page.reload()
    hand = Hand(page)
    hand.pen(ONE)
    hand.swipe(BAR)
    assert strokes(page) == 1

    page.clock.fast_forward(11_000)
    hand.swipe(BAR)

    assert strokes(page) == 2


def test_undo_after_saving_comes_back_to_the_saved_drawing(studio: Page) -> None:
    saved_seven(studio)
    draw(studio, ONE)
    expect_state(studio, "drawn")
    assert strokes(studio) == 1

    studio.keyboard.press("Control+z")

    expect_state(studio, "saved")
    expect_digit(studio, 7)


def test_an_opened_drawing_can_be_gone_on_with(open_page: OpenPage, shared_site: Site) -> None:
    drawn = [[[80, 80], [240, 80]]]  # the top of a seven
    saved = shared_site.post("/api/v1/drawings/", {"strokes": drawn}, by="trainer")
    page = open_page(f"/?drawing={saved['id']}")
    expect_state(page, "saved")
    expect(page.locator("[data-saved-link]")).to_have_text(f"Drawing {saved['id']}")

    draw(page, [[0.24, 0.08], [0.2, 0.19], [0.15, 0.3]])

    expect_digit(page, 7)
    expect_state(page, "drawn")
    page.locator("[data-save]").click()
    expect_state(page, "saved")
    newest = shared_site.get("/api/v1/drawings/", by="trainer")["results"][0]
    assert newest["id"] != saved["id"]
    assert newest["strokes"][0] == saved["strokes"][0]
    assert len(newest["strokes"]) == 2


# Pictures -----------------------------------------------------------------------------------------

# `pasted(name, colour)` puts a large picture on the page as the clipboard does; pictures whose
# name begins with "slow" are decoded when `release()` is called.
CLIPBOARD = """
const decode = createImageBitmap;
window.createImageBitmap = async (source, options) => {
  if (source.name?.startsWith("slow")) {
    await new Promise((resolve) => { window.release = resolve; });
  }
  return decode(source, options);
};
window.pasted = async (name, colour) => {
  const canvas = new OffscreenCanvas(3000, 2000);
  const context = canvas.getContext("2d");
  context.fillStyle = colour;
  context.fillRect(0, 0, 3000, 2000);
  const files = new DataTransfer();
  files.items.add(new File([await canvas.convertToBlob()], name, { type: "image/png" }));
  document.dispatchEvent(new ClipboardEvent("paste", { clipboardData: files }));
};
"""
RED, GREEN, NO_PAINT = [255, 0, 0, 255], [0, 128, 0, 255], [0, 0, 0, 0]


def colour(page: Page, x: float, y: float) -> list[int]:
    """Of the paper at shares of its width and height."""
    script = """(pad, [x, y]) => [...pad.getContext("2d")
      .getImageData(x * pad.width, y * pad.height, 1, 1).data]"""
    return page.locator("[data-pad]").evaluate(script, [x, y])


def picture_of_a_seven() -> bytes:
    paper = np.full((280, 280), 255, np.uint8)
    corners = np.array([[70, 60], [210, 60], [130, 230]], np.int32)
    cv2.polylines(paper, [corners], isClosed=False, color=0, thickness=18)
    return cv2.imencode(".png", paper)[1].tobytes()


def test_an_uploaded_picture_is_shown_read_and_saved(studio: Page, shared_site: Site) -> None:
    file = {"name": "seven.png", "mimeType": "image/png", "buffer": picture_of_a_seven()}
    studio.locator("[data-file]").set_input_files(file)

    expect_digit(studio, 7)
    assert colour(studio, 0.05, 0.05) == [255, 255, 255, 255]
    studio.locator("[data-save]").click()
    expect_state(studio, "saved")
    newest = shared_site.get("/api/v1/drawings/", by="trainer")["results"][0]
    assert (newest["source"], newest["answer"]["digit"]) == ("upload", 7)


def test_of_two_quick_pictures_the_later_is_shown(open_page: OpenPage) -> None:
    page = open_page(script=CLIPBOARD)
    page.evaluate("pasted('slow.png', 'red')")
    until(page, "window.release !== undefined")
    page.evaluate("pasted('quick.png', 'green')")
    expect(page.locator("[data-clear]")).to_be_enabled()

    page.evaluate("release()")
    page.wait_for_timeout(200)

    assert colour(page, 0.5, 0.5) == GREEN


def test_a_large_picture_keeps_its_shape_on_the_paper(open_page: OpenPage) -> None:
    page = open_page(script=CLIPBOARD)
    page.evaluate("pasted('wide.png', 'red')")
    expect(page.locator("[data-clear]")).to_be_enabled()

    # 3:2, in the middle: a sixth of the paper is empty above and beneath.
    seen = [colour(page, x, y) for x, y in ((0.02, 0.19), (0.98, 0.81), (0.5, 0.14), (0.5, 0.86))]

    assert seen == [RED, RED, NO_PAINT, NO_PAINT]


def test_a_picture_that_comes_during_a_stroke_does_not_destroy_it(open_page: OpenPage) -> None:
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
    assert colour(page, 0.5, 0.5) == RED
    page.keyboard.press("Control+z")

    assert strokes(page) == 1
    expect_digit(page, 1)
