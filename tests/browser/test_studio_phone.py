"""The studio with fingers and a pen on phones and tablets, and on zoomed pages."""

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import ARTIFACTS, OpenPage
from tests.browser.gestures import ONE, SEVEN, Hand
from tests.browser.studio_page import BAR, expect_digit, expect_offer, expect_state, places, strokes

pytestmark = [pytest.mark.browser, pytest.mark.slow]

PHONE: dict[str, Any] = {
    "viewport": {"width": 360, "height": 640},
    "has_touch": True,
    "is_mobile": True,
    "device_scale_factor": 3,
}


def bottom(page: Page, part: str) -> float:
    box = page.locator(part).bounding_box()
    assert box is not None
    return box["y"] + box["height"]


def test_canvas_answer_and_tools_are_visible_without_scrolling(open_page: OpenPage) -> None:
    page = open_page(**PHONE)
    Hand(page).swipe(SEVEN)
    expect_digit(page, 7)

    pad = page.locator("[data-pad]").bounding_box()
    tools = page.locator("[data-toolbar]").bounding_box()

    assert pad is not None
    assert tools is not None
    assert min(pad["width"], pad["height"]) >= 240
    for part in ("[data-pad]", "[data-digit]", "[data-message]", "[data-right]", "[data-undo]"):
        expect(page.locator(part)).to_be_in_viewport(ratio=1)
    assert bottom(page, "[data-bars]") <= tools["y"]
    assert page.evaluate("scrollY") == 0


@pytest.mark.parametrize("width", [320, 360, 390])
def test_what_was_undone_can_be_redone(open_page: OpenPage, width: int) -> None:
    page = open_page(**PHONE | {"viewport": {"width": width, "height": 640}})
    Hand(page).swipe(SEVEN)
    expect_digit(page, 7)
    page.locator("[data-undo]").tap()
    expect(page.locator("[data-redo]")).to_be_in_viewport(ratio=1)
    page.screenshot(path=ARTIFACTS / f"redo-{width}.png")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.locator("[data-redo]").tap()
    expect_digit(page, 7)


def test_an_opened_tab_scrolls_above_the_tools(open_page: OpenPage) -> None:
    page = open_page(**PHONE)
    Hand(page).swipe(SEVEN)
    page.locator("[data-tab='heat']").tap()
    expect(page.locator("[data-heat-map]")).to_be_visible()
    page.wait_for_timeout(600)

    dock = page.locator("[data-dock]").bounding_box()

    assert dock is not None
    assert bottom(page, "[data-heat-map]") <= dock["y"]


def test_buttons_are_as_large_as_a_fingertip(open_page: OpenPage) -> None:
    page = open_page(**PHONE)
    sizes = page.locator(".studio button:visible").evaluate_all(
        "all => all.map((each) => each.getBoundingClientRect().height)"
    )
    assert len(sizes) >= 8
    assert min(sizes) >= 36


def test_a_second_tap_on_save_starts_no_new_drawing(open_page: OpenPage) -> None:
    """After saving, the same button starts a new drawing."""
    page = open_page(**PHONE)
    Hand(page).swipe(SEVEN)
    expect_offer(page, 7)
    save = page.locator("[data-right]").bounding_box()
    assert save is not None
    middle = (save["x"] + save["width"] / 2, save["y"] + save["height"] / 2)

    page.touchscreen.tap(*middle)
    expect_state(page, "saved")
    page.touchscreen.tap(*middle)
    page.wait_for_timeout(900)

    expect(page.locator("[data-verdict-text]")).to_have_text("Labeled 7.")
    page.locator("[data-label='10']").tap()
    expect(page.locator("[data-verdict-text]")).to_contain_text("not a digit")
    page.locator("[data-right]").tap()
    expect_state(page, "blank")


def test_nothing_moves_when_it_is_saved_or_drawn_anew(open_page: OpenPage) -> None:
    page = open_page(**PHONE)
    hand = Hand(page)
    hand.swipe(SEVEN)
    expect_digit(page, 7)
    parts = [".tools button", "[data-pad]", "[data-answer]"]
    before = [places(page, part) for part in parts]

    page.locator("[data-label='7']").tap()
    expect(page.locator("[data-verdict-text]")).to_have_text("Labeled 7.")
    assert [places(page, part) for part in parts] == before
    hand.swipe(BAR)

    expect_state(page, "drawn")
    assert [places(page, part) for part in parts[:2]] == before[:2]


def test_a_number_is_typed_on_a_short_phone(open_page: OpenPage) -> None:
    page = open_page(**PHONE)
    Hand(page).swipe(SEVEN)
    expect_digit(page, 7)
    page.locator("[data-more]").tap()
    page.locator("[data-number]").fill("77")
    page.locator("[data-number-form] button").tap()

    expect(page.locator("[data-verdict-text]")).to_have_text("Labeled 77.")


def test_a_finger_draws_beside_a_resting_thumb(open_page: OpenPage) -> None:
    page = open_page(**PHONE)
    hand, thumb = Hand(page), [0.5, 1.2]

    hand.touch("Start", [thumb])
    hand.touch("Start", [thumb, [0.5, 0.2]])
    hand.touch("Move", [thumb, [0.5, 0.8]])
    hand.touch("End")

    assert strokes(page) == 1


def test_an_upright_tablet_has_the_largest_canvas(open_page: OpenPage) -> None:
    page = open_page(viewport={"width": 820, "height": 1180}, has_touch=True)

    pad = page.locator("[data-pad]").bounding_box()

    assert pad is not None
    assert pad["width"] == pad["height"] >= 740
    expect(page.locator("[data-right]")).to_be_in_viewport(ratio=1)
    expect(page.locator("[data-bars]")).to_be_in_viewport(ratio=1)


@pytest.mark.parametrize("window", [(640, 400), (715, 450)], ids=lambda window: str(window[0]))
def test_a_zoomed_page_does_not_overflow(studio: Page, window: tuple[int, int]) -> None:
    """A desktop window at 180% and 200% zoom."""
    width, height = window
    studio.set_viewport_size({"width": width, "height": height})

    assert studio.evaluate("document.documentElement.scrollWidth") <= width
    save = studio.locator("[data-right]").bounding_box()
    assert save is not None
    assert save["x"] + save["width"] <= width


def test_after_a_pen_stroke_only_the_pen_draws_unless_turned_off(open_page: OpenPage) -> None:
    page = open_page(has_touch=True)
    hand = Hand(page)
    pen_only = page.get_by_role("button", name="Pen only")
    hand.swipe(ONE)
    expect(pen_only).to_be_hidden()
    assert strokes(page) == 1

    hand.pen(ONE)
    hand.swipe(BAR)
    expect(pen_only).to_have_attribute("aria-pressed", "true")
    assert strokes(page) == 2

    pen_only.click()
    hand.swipe(BAR)
    assert strokes(page) == 3
    hand.pen(ONE)
    hand.swipe(BAR)  # another pen stroke does not override the user's choice
    assert strokes(page) == 5

    pen_only.click()
    hand.swipe(BAR)
    assert strokes(page) == 5
