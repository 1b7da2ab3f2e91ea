"""Explanations in the studio: requested only when shown, and usable by keyboard."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenPage
from tests.browser.gestures import ONE, SEVEN, draw
from tests.browser.studio_page import UNREADABLE, expect_digit
from tests.browser.test_studio_pictures import picture_of_a_seven

pytestmark = [pytest.mark.browser, pytest.mark.slow]

EXPLAIN = "**/api/v1/explain/"
COLORED = """(map) => {
  const { data } = map.getContext("2d").getImageData(0, 0, 28, 28);
  const at = (i) => [data[4 * i], data[4 * i + 1], data[4 * i + 2]];
  return [...Array(784).keys()].filter((i) => Math.max(...at(i)) - Math.min(...at(i)) > 40).length;
}"""


def captions(page: Page) -> list[str]:
    return page.locator("[data-steps] li").all_inner_texts()


def test_the_steps_are_shown_from_the_canvas_to_the_network_input(studio: Page) -> None:
    draw(studio, SEVEN)
    studio.locator("[data-tab='steps']").click()

    expect(studio.locator("[data-steps] li")).to_have_count(5)
    sizes = ["20 \u00d7 20", "28 \u00d7 28"]
    assert captions(studio) == ["Drawing area", "Ink found", *sizes, "Pen directions"]
    assert (
        studio.locator("[data-steps] img").evaluate_all(
            "images => images.map((image) => image.naturalWidth > 0)"
        )
        == [True] * 4
    )
    sides = "images => images.slice(-2).map((image) => [image.naturalWidth, image.naturalHeight])"
    seen = studio.locator("[data-steps] img").evaluate_all(sides)
    assert seen == [[28, 28], [84, 84]]


def test_the_steps_of_a_picture_are_shown(studio: Page) -> None:
    studio.locator("[data-file]").set_input_files(picture_of_a_seven())
    expect_digit(studio, 7)

    studio.locator("[data-tab='steps']").click()

    expect(studio.locator("[data-steps] li").nth(1)).to_have_text("Grayscale")
    expect(studio.locator("[data-steps] li").nth(2)).to_have_text("Ink found")


def test_the_heat_map_is_colored_and_described(studio: Page) -> None:
    draw(studio, SEVEN)
    studio.locator("[data-tab='heat']").click()

    expect(studio.locator("[data-heat-words]")).to_contain_text("What speaks most for 7: the")
    assert studio.locator("[data-heat-map]").evaluate(COLORED) > 5


def test_arrow_keys_change_the_tab(studio: Page) -> None:
    draw(studio, SEVEN)
    studio.locator("[data-tab='digits']").focus()
    opened = []
    for key in (*["ArrowRight"] * 4, "ArrowLeft", "Home", "End", "ArrowLeft"):
        studio.keyboard.press(key)
        focused = studio.evaluate("document.activeElement.dataset.tab")
        expect(studio.locator("[role='tabpanel']:visible")).to_have_count(1)
        panel = studio.locator("[role='tabpanel']:visible").get_attribute("id")
        opened.append((focused, panel))

    names = ["steps", "heat", *["reliability", "digits"] * 2, "reliability", "heat"]
    assert opened == [(name, f"panel-{name}") for name in names]
    studio.keyboard.press("Tab")  # to the button beside the tabs
    studio.keyboard.press("Tab")
    assert studio.evaluate("document.activeElement.id") == "panel-heat"


def test_it_is_requested_once_and_only_while_shown(studio: Page) -> None:
    asked: list[str] = []
    studio.on(
        "request", lambda request: asked.append(request.url) if "explain" in request.url else None
    )
    draw(studio, SEVEN)
    expect_digit(studio, 7)
    studio.wait_for_timeout(500)
    counts = [len(asked)]

    studio.locator("[data-tab='steps']").click()
    expect(studio.locator("[data-steps] li")).to_have_count(5)
    studio.locator("[data-tab='heat']").click()
    studio.locator("[data-tab='steps']").click()
    studio.wait_for_timeout(500)
    counts.append(len(asked))
    draw(studio, ONE, shift=0.3)
    expect(studio.locator("[data-explanation]")).to_have_attribute("data-stale", "")
    expect(studio.locator("[data-explanation]")).not_to_have_attribute("data-stale", "")
    counts.append(len(asked))

    assert counts == [0, 1, 2]


def test_a_cleared_canvas_has_no_explanation(studio: Page) -> None:
    draw(studio, SEVEN)
    studio.locator("[data-tab='heat']").click()
    expect(studio.locator("[data-heat-map]")).to_be_visible()

    studio.keyboard.press("Escape")

    expect(studio.locator("[data-heat-map]")).to_be_hidden()
    expect(studio.locator("[data-heat-words]")).to_have_text("Draw something to see it here.")


def test_a_failed_explanation_is_reported_and_requested_again(studio: Page) -> None:
    studio.route(EXPLAIN, lambda route: route.fulfill(**UNREADABLE))
    draw(studio, SEVEN)
    studio.locator("[data-tab='steps']").click()

    expect(studio.locator("[data-steps-words]")).to_have_text(
        "The server's response could not be read."
    )
    expect_digit(studio, 7)
    studio.route(EXPLAIN, lambda route: route.continue_())
    expect(studio.locator("[data-steps] canvas").first).to_be_visible()


def test_a_late_explanation_is_not_shown_for_newer_ink(open_page: OpenPage) -> None:
    page = open_page(script="AbortController.prototype.abort = () => {};")
    held = []
    page.route(EXPLAIN, lambda route: held.append(route))
    draw(page, SEVEN)
    page.locator("[data-tab='steps']").click()
    with page.expect_request(EXPLAIN):
        pass
    page.keyboard.press("Escape")
    page.wait_for_timeout(100)

    held[0].fulfill(json={"answer": {}, "steps": [], "heat": None})
    page.wait_for_timeout(200)

    expect(page.locator("[data-steps-words]")).to_have_text("Draw something to see it here.")
