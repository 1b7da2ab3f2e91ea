"""The studio: drawing and answers."""

import re
from typing import Any

import pytest
from playwright.sync_api import Page, Request, Route, expect

from tests.browser.conftest import OpenPage
from tests.browser.gestures import ONE, SEVEN, Hand, draw, on_pad
from tests.browser.studio_page import (
    BAR,
    DRAWINGS,
    PHONE,
    RECOGNIZE,
    UNREADABLE,
    answer,
    color,
    expect_digit,
    expect_state,
    holding,
    let_through,
    strokes,
    until,
)
from tests.processes.waiting import wait_for

pytestmark = [pytest.mark.browser, pytest.mark.slow]

# Drawing ------------------------------------------------------------------------------------------


def test_a_seven_drawn_with_the_mouse_is_recognized_and_announced(studio: Page) -> None:
    draw(studio, SEVEN)

    expect_digit(studio, 7)
    expect(studio.locator("[data-spoken]")).to_have_text(re.compile(r"^7, (over )?\d\d% sure$"))


def test_a_finger_draws_without_scrolling_the_page(open_page: OpenPage) -> None:
    page = open_page(**PHONE)
    hand = Hand(page)

    hand.swipe([[0.5, 0.85], [0.5, 0.15]])

    expect_digit(page, 1)
    assert page.evaluate("scrollY") == 0
    hand.swipe([[0.5, 1.2], [0.5, 0.7]])  # starts below the canvas
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


def test_a_tap_that_slips_is_a_dot(studio: Page) -> None:
    sent: list[Any] = []

    def take(request: Request) -> None:
        if request.url.endswith("/recognize/"):
            sent.append(request.post_data_json)

    studio.on("request", take)
    ((x, y),) = on_pad(studio, [[0.5, 0.5]])

    for slip, points in ((3, 1), (12, 2)):
        with studio.expect_response(RECOGNIZE):
            studio.mouse.move(x, y)
            studio.mouse.down()
            studio.mouse.move(x + slip, y)
            studio.mouse.up()
            expect(studio.locator("[data-clear]")).to_be_enabled()
        assert [len(stroke) for stroke in sent[-1]["strokes"]] == [points]
        assert color(studio, 0.5, 0.5)[3] == 255, "the dot can be seen"
        studio.keyboard.press("Escape")
    studio.remove_listener("request", take)


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


def test_undo_restores_a_stroke_cleared_while_it_was_drawn(studio: Page) -> None:
    start, end = on_pad(studio, ONE)
    studio.mouse.move(*start)
    studio.mouse.down()
    studio.mouse.move(*end, steps=6)

    studio.keyboard.press("Escape")
    assert strokes(studio) == 0
    studio.mouse.up()
    studio.keyboard.press("Control+z")

    assert strokes(studio) == 1
    expect_digit(studio, 1)


def test_the_page_does_not_overflow_on_a_phone(open_page: OpenPage) -> None:
    page = open_page(**PHONE)
    overhang = "() => document.documentElement.scrollWidth - innerWidth"

    widths = [page.evaluate(overhang)]
    draw(page, SEVEN)
    page.keyboard.press("Enter")
    expect_state(page, "saved")
    widths.append(page.evaluate(overhang))

    assert max(widths) <= 0


# Answers ------------------------------------------------------------------------------------------


# Counts the requests. The page sends them at once when a stroke has ended.
COUNTING = """
const send = window.fetch;
window.asked = 0;
window.fetch = (...request) => {
  window.asked += 1;
  return send(...request);
};
"""


def all_held(page: Page, held: list[Route]) -> list[Route]:
    wait_for(lambda: len(held) == page.evaluate("asked"), name="every question")
    return list(held)


def test_a_late_reply_does_not_replace_a_newer_one(open_page: OpenPage) -> None:
    # Without abort(), the older reply arrives.
    page = open_page(script=COUNTING + "AbortController.prototype.abort = () => {};")
    held = holding(page, RECOGNIZE)
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


def test_a_failed_save_requests_an_answer_again(open_page: OpenPage) -> None:
    page = open_page(script=COUNTING)
    held = holding(page, RECOGNIZE)
    draw(page, SEVEN)
    all_held(page, held)
    let_through(page, RECOGNIZE)
    page.route(DRAWINGS, lambda route: route.fulfill(**UNREADABLE))

    page.locator("[data-save]").click()

    toast = page.locator("[data-toast]")
    expect(toast).to_contain_text(
        "The drawing is not saved. The server's response could not be read."
    )
    expect_state(page, "drawn")
    page.keyboard.press("Enter")  # the same error is shown once
    expect_state(page, "drawn")
    expect(toast).to_have_count(1)
    expect_digit(page, 7)


def test_a_successful_save_ends_the_error_message(studio: Page) -> None:
    studio.route(RECOGNIZE, lambda route: route.fulfill(**UNREADABLE))
    draw(studio, SEVEN)
    expect(studio.locator("[data-trouble]")).to_be_visible()
    expect(studio.locator("[data-answer]")).to_have_attribute("data-stale", "")

    studio.locator("[data-save]").click()

    expect_digit(studio, 7)
    expect(studio.locator("[data-trouble]")).to_be_hidden()
    expect(studio.locator("[data-answer]")).not_to_have_attribute("data-stale", "")
