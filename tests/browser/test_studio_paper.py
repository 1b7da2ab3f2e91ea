"""The studio: the paper becomes wider for long numbers."""

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.checks import beyond_the_edge
from tests.browser.conftest import OpenPage
from tests.browser.gestures import draw
from tests.browser.numbers import REST, expect_number, on_paper, stroke, write
from tests.browser.studio_page import (
    RECOGNIZE,
    color,
    expect_digit,
    expect_state,
    strokes,
)
from tests.processes.site import Site

pytestmark = [pytest.mark.browser, pytest.mark.slow]

PHONE: dict[str, Any] = {
    "viewport": {"width": 390, "height": 844},
    "has_touch": True,
    "is_mobile": True,
}
WIDE = {"width": 1920, "height": 800}
LARGE_ZERO = [
    [0.5, 0.02],
    [0.03, 0.3],
    [0.03, 0.7],
    [0.5, 0.98],
    [0.98, 0.7],
    [0.98, 0.3],
    [0.5, 0.02],
]


def box(page: Page, part: str) -> dict[str, float]:
    found = page.locator(part).bounding_box()
    assert found is not None
    return {name: round(value, 1) for name, value in found.items()}


def papers(page: Page) -> float:
    """How many times as wide as high the paper is."""
    paper = box(page, "[data-pad]")
    return round(paper["width"] / paper["height"], 2)


def scrolled(page: Page) -> float:
    return page.locator("[data-view]").evaluate("view => view.scrollLeft")


def test_the_paper_grows_to_the_right_while_the_ink_stays(studio: Page) -> None:
    studio.set_viewport_size(WIDE)
    write(studio, "2026")
    expect_number(studio, "2026")
    before, tools = box(studio, "[data-pad]"), box(studio, "[data-toolbar]")
    assert papers(studio) == 1

    with studio.expect_request(RECOGNIZE):
        write(studio, "3", left=0.8)
    after = box(studio, "[data-pad]")

    assert papers(studio) == 2
    assert (after["x"], after["y"], after["height"]) == (before["x"], before["y"], before["height"])
    assert box(studio, "[data-toolbar]") == tools
    assert box(studio, "[data-view]")["width"] > 1.5 * before["width"]
    expect_number(studio, "20263")
    with studio.expect_request(lambda each: each.url.endswith("recognize/")) as sent:
        write(studio, "1", left=1.1)
    expect_number(studio, "202631")
    xs = [point["x"] for each in sent.value.post_data_json["strokes"] for point in each]
    assert (min(xs), max(xs)) == (pytest.approx(71, abs=2), pytest.approx(1165, abs=2))
    assert color(studio, 0.58, 0.45)[3] > 0  # the last stroke, at 1.165 of the height

    for _ in range(2):
        studio.keyboard.press("Control+z")
    assert box(studio, "[data-pad]") == before
    studio.keyboard.press("Control+y")
    assert papers(studio) == 2
    studio.keyboard.press("Escape")
    assert box(studio, "[data-pad]") == before


def test_one_large_digit_has_the_paper_that_it_always_had(studio: Page) -> None:
    draw(studio, LARGE_ZERO)
    expect_digit(studio, 0)
    assert papers(studio) == 1
    expect(studio.locator("[data-view]")).not_to_have_attribute("tabindex", "0")


def test_nothing_moves_under_the_pen(studio: Page) -> None:
    write(studio, "20")
    before = box(studio, "[data-pad]")
    (start, end) = on_paper(studio, [[0.7, 0.5], [0.97, 0.5]])

    studio.mouse.move(*start)
    studio.mouse.down()
    studio.mouse.move(*end, steps=10)
    assert box(studio, "[data-pad]") == before
    studio.mouse.up()

    assert papers(studio) == 2
    assert box(studio, "[data-pad]")["x"] == before["x"]


def test_on_a_phone_the_view_follows_once_the_pen_rests(open_page: OpenPage) -> None:
    page = open_page(**PHONE, reduced_motion="reduce")
    view = box(page, "[data-view]")
    write(page, "20263", top=0.4, width=0.12)
    expect_number(page, "20263")
    assert (papers(page), box(page, "[data-view]")) == (2, view)

    page.wait_for_timeout(REST)
    assert 60 < scrolled(page) < view["width"] / 2
    write(page, "15", left=0.93, top=0.4, width=0.12)
    page.wait_for_timeout(REST)
    write(page, "7", left=1.28, top=0.4, width=0.12)

    expect_number(page, "20263157")
    assert box(page, "[data-view]") == view
    assert strokes(page) == 9
    left = page.get_by_role("button", name="Show the paper further left")
    while scrolled(page):
        left.click()
    expect(left).to_be_hidden()
    expect(page.get_by_role("button", name="Show the paper further right")).to_be_visible()
    assert beyond_the_edge(page, {"width": 390, "height": 844}) == []


def test_the_view_waits_for_a_pen_that_goes_on(open_page: OpenPage) -> None:
    page = open_page(**PHONE, reduced_motion="reduce")
    write(page, "2026", top=0.4, width=0.16)
    assert papers(page) == 2
    page.mouse.move(*on_paper(page, [[0.9, 0.2]])[0])
    page.mouse.down()
    page.wait_for_timeout(REST)

    assert scrolled(page) == 0
    page.mouse.up()


@pytest.mark.parametrize("size", [(1280, 800), (1366, 625), (700, 450), (390, 844)], ids=str)
def test_wider_paper_can_be_asked_for_up_to_four_times(studio: Page, size: tuple[int, int]) -> None:
    width, height = size
    studio.set_viewport_size({"width": width, "height": height})
    before = box(studio, "[data-pad]")
    wider = studio.get_by_role("button", name="Wider paper")

    for times in (2, 3, 4):
        wider.click()
        assert papers(studio) == times
        now = box(studio, "[data-pad]")
        assert {**now, "width": before["width"]} == before
    expect(wider).to_be_disabled()
    assert beyond_the_edge(studio, {"width": width, "height": height}) == []

    stroke(studio, [[0.5, 0.2], [0.5, 0.8]])
    expect_digit(studio, 1)
    assert papers(studio) == 4
    studio.keyboard.press("Control+z")
    assert box(studio, "[data-pad]") == before


def test_a_long_number_is_kept_saved_and_opened_as_it_was_written(
    open_page: OpenPage, shared_site: Site
) -> None:
    page = open_page(viewport=WIDE)
    write(page, "20263")
    write(page, "157", left=0.96)
    expect_number(page, "20263157")
    page.reload()
    expect_number(page, "20263157")
    assert papers(page) == 2
    page.locator("[data-save]").click()
    expect_state(page, "saved")
    newest = shared_site.get("/api/v1/drawings/", by="trainer")["results"][0]
    assert newest["answer"]["text"] == "20263157"

    page.goto(newest["url"])
    svg = page.locator(".drawing .ink")
    expect(svg).to_have_attribute("viewBox", "0 0 226 226")
    path = svg.locator("path").first.evaluate(
        "path => path.getBBox().width / path.getBBox().height"
    )
    xs, ys = ([point[axis] for each in newest["strokes"] for point in each] for axis in "xy")
    assert path == pytest.approx((max(xs) - min(xs)) / (max(ys) - min(ys)), rel=0.05)

    page.goto(f"/?drawing={newest['id']}")
    expect_number(page, "20263157")
    assert papers(page) == 2
