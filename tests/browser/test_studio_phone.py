"""The studio in one hand: 360 CSS px wide."""

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenPage
from tests.browser.gestures import SEVEN, Hand
from tests.browser.studio_page import expect_digit

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


def test_paper_answer_and_tools_are_seen_without_scrolling(open_page: OpenPage) -> None:
    page = open_page(**PHONE)
    Hand(page).swipe(SEVEN)
    expect_digit(page, 7)

    pad = page.locator("[data-pad]").bounding_box()
    tools = page.locator("[data-toolbar]").bounding_box()

    assert pad is not None
    assert tools is not None
    assert min(pad["width"], pad["height"]) >= 240
    for part in ("[data-pad]", "[data-digit]", "[data-message]", "[data-save]", "[data-undo]"):
        expect(page.locator(part)).to_be_in_viewport(ratio=1)
    assert bottom(page, "[data-bars]") <= tools["y"]
    assert page.evaluate("scrollY") == 0


def test_an_opened_tab_is_brought_above_the_tools(open_page: OpenPage) -> None:
    page = open_page(**PHONE)
    Hand(page).swipe(SEVEN)
    page.locator("[data-tab='heat']").tap()
    expect(page.locator("[data-heat-map]")).to_be_visible()
    page.wait_for_timeout(600)

    dock = page.locator("[data-dock]").bounding_box()

    assert dock is not None
    assert bottom(page, "[data-heat-map]") <= dock["y"]


def test_what_is_tapped_is_as_large_as_a_fingertip(open_page: OpenPage) -> None:
    page = open_page(**PHONE)
    sizes = page.locator(".studio button:visible").evaluate_all(
        "all => all.map((each) => each.getBoundingClientRect().height)"
    )
    assert len(sizes) >= 8
    assert min(sizes) >= 36
