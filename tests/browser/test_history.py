"""The history: selecting, deleting, exporting, scrolling; and the replay of a drawing."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.conftest import opened
from tests.browser.gestures import sign_in
from tests.browser.studio_page import UNREADABLE, caught, holding, kept
from tests.processes.site import Site

pytestmark = [pytest.mark.browser, pytest.mark.slow]

DELETE = "**/api/v1/drawings/delete/"
COUNT = 34  # a page has thirty
# A seven in two strokes: 0.5 s, a pause of 0.3 s, 0.2 s.
SEVEN = [
    [{"x": 0, "y": 0, "t": 0}, {"x": 500, "y": 0, "t": 500}],
    [{"x": 500, "y": 0, "t": 800}, {"x": 200, "y": 900, "t": 1000}],
]


@pytest.fixture(scope="module")
def drawn(shared_site: Site) -> Iterator[list[int]]:
    """The owner's drawings, newest first. All other drawings of the site are the trainer's."""
    saved = [
        shared_site.post("/api/v1/drawings/", {"strokes": SEVEN}, by="owner")["id"]
        for _ in range(COUNT)
    ]
    yield saved[::-1]
    left = [each for each in saved if each in kept(shared_site, by="owner")]
    shared_site.post("/api/v1/drawings/delete/", {"ids": left}, by="owner")


@pytest.fixture(scope="module")
def owners_state(chromium: Browser, shared_site: Site) -> Any:
    with opened(chromium, shared_site) as page:
        sign_in(page, "owner")
        page.wait_for_selector("[data-studio]")
        return page.context.storage_state()


@pytest.fixture
def page(
    chromium: Browser, shared_site: Site, drawn: list[int], owners_state: Any
) -> Iterator[Page]:
    with opened(chromium, shared_site, storage_state=owners_state) as page:
        page.goto("/drawings/")
        yield page


def ticked(page: Page) -> list[int]:
    boxes = page.locator(".tick:checked")
    return [int(each.get_attribute("value") or 0) for each in boxes.all()]


def test_drawings_are_selected_exported_and_deleted_by_mouse_and_keys(
    page: Page, shared_site: Site, drawn: list[int], tmp_path: Path
) -> None:
    count, bar = page.locator("[data-count]"), page.locator(".selection-bar")
    boxes = page.locator(".tick")
    expect(bar).to_be_hidden()

    boxes.nth(1).click()
    expect(count).to_have_text("1 selected")
    boxes.nth(4).click(modifiers=["Shift"])
    expect(count).to_have_text("4 selected")
    assert ticked(page) == drawn[1:5]
    boxes.nth(2).click()
    assert ticked(page) == [drawn[1], *drawn[3:5]]

    bar.get_by_label("Format of the export").select_option("csv")
    with page.expect_download() as started:
        bar.get_by_role("button", name="Export").click()
    started.value.save_as(tmp_path / "drawings.csv")
    lines = (tmp_path / "drawings.csv").read_text().splitlines()
    assert [int(line.split(",")[0]) for line in lines[1:]] == sorted(ticked(page))

    page.keyboard.press("Escape")
    expect(bar).to_be_hidden()
    page.locator("a[data-drawing]").first.focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("x")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("Shift+X")
    assert ticked(page) == drawn[1:7]  # the grid has six per row
    page.keyboard.press("Delete")
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("Delete 6 drawings with their answers")
    page.keyboard.press("Escape")
    assert len(ticked(page)) == 6

    page.route(DELETE, lambda route: route.fulfill(**UNREADABLE))
    page.keyboard.press("Delete")
    dialog.get_by_role("button", name="Delete").click()
    expect(page.locator("[data-toast]")).to_contain_text("response could not be read")
    assert len(ticked(page)) == 6

    page.unroute(DELETE)
    page.get_by_role("button", name="Dismiss").click()
    page.keyboard.press("Delete")
    dialog.get_by_role("button", name="Delete").click()

    expect(page.locator("[data-toast]")).to_contain_text("6 drawings are deleted.")
    assert not kept(shared_site, by="owner") & set(drawn[1:7])
    expect(page.locator(f"a[data-drawing='{drawn[7]}']")).to_be_focused()
    expect(page.locator(f"a[data-drawing='{drawn[1]}']")).to_have_count(0)
    expect(bar).to_be_hidden()

    page.get_by_role("button", name="Undo").click()
    expect(page.locator(f"a[data-drawing='{drawn[1]}']")).to_have_count(1)
    assert set(drawn) <= kept(shared_site, by="owner")


def test_a_drawing_that_is_ticked_while_others_are_deleted_stays(
    page: Page, shared_site: Site, drawn: list[int]
) -> None:
    held = holding(page, DELETE)
    boxes = [page.locator(f".tick[value='{each}']") for each in drawn[:2]]
    boxes[0].check()
    page.keyboard.press("Delete")
    page.get_by_role("dialog").get_by_role("button", name="Delete").click()
    deletion = caught(page, held)
    boxes[1].check()

    deletion.continue_()

    expect(boxes[0]).to_have_count(0)
    expect(boxes[1]).to_be_checked()
    expect(page.locator("[data-count]")).to_have_text("1 selected")
    page.get_by_role("button", name="Undo").click()
    expect(boxes[0]).to_have_count(1)
    assert set(drawn) <= kept(shared_site, by="owner")


def test_deleting_all_that_is_shown_can_be_undone(
    page: Page, shared_site: Site, drawn: list[int]
) -> None:
    first = drawn[0]
    shared_site.post(f"/api/v1/drawings/{first}/label/", {"label": 5}, by="owner")
    page.goto("/drawings/?label=5")
    page.get_by_label("Select all shown").click()
    page.keyboard.press("Delete")
    page.get_by_role("dialog").get_by_role("button", name="Delete").click()

    expect(page.locator("[data-drawing]")).to_have_count(0)
    expect(page.locator("[data-toast]")).to_contain_text("The drawing is deleted.")
    assert first not in kept(shared_site, by="owner")
    page.get_by_role("button", name="Undo").click()
    expect(page.locator(f"a[data-drawing='{first}']")).to_have_count(1)
    expect(page.locator("[data-toast]")).to_have_count(0)


def test_scrolling_loads_the_rest_and_all_shown_drawings_can_be_selected(
    page: Page, shared_site: Site
) -> None:
    everything = kept(shared_site, by="owner")
    link = page.locator("a[rel=next]")
    page.mouse.wheel(0, 9000)
    expect(link).to_have_count(0)

    page.get_by_label("Select all shown").click()

    assert set(ticked(page)) == everything
    page.locator(".tick").first.click()
    assert page.locator("[data-select-all]").evaluate("box => box.indeterminate")


def test_a_next_page_that_cannot_be_loaded_says_so_and_is_tried_again(
    page: Page, shared_site: Site
) -> None:
    elsewhere = {"status": 302, "headers": {"Location": "/accounts/login/"}}
    page.route("**/drawings/?before=*", lambda route: route.fulfill(**elsewhere))
    page.reload()
    page.mouse.wheel(0, 9000)
    failure = page.locator("[data-load-failure]")
    expect(failure).to_contain_text("The next ones could not be loaded.")
    failure.get_by_role("button", name="Try again").click()
    expect(failure.get_by_role("button")).to_be_enabled()  # it failed again
    expect(failure).to_have_count(1)

    page.unroute("**/drawings/?before=*")
    page.evaluate("dispatchEvent(new Event('online'))")

    expect(failure).to_have_count(0)
    expect(page.locator("a[rel=next]")).to_have_count(0)
    assert len(page.locator(".tick").all()) == len(kept(shared_site, by="owner"))


def test_a_page_restored_by_the_browser_is_up_to_date(
    page: Page, shared_site: Site, drawn: list[int]
) -> None:
    page.goto("/drawings/?label=none")
    tiles = [page.locator(f"a[data-drawing='{each}']") for each in drawn[-2:]]
    boxes = [page.locator(f".tick[value='{each}']") for each in drawn[-2:]]
    tiles[0].scroll_into_view_if_needed()
    boxes[1].check()

    def come_back(tile: Locator) -> None:
        """Simulate a return from the drawing's page: Playwright disables Chromium's page cache."""
        tile.evaluate("link => link.addEventListener('click', event => event.preventDefault())")
        tile.click()
        page.evaluate("dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))")

    page.locator("select[name=label]").evaluate("field => { field.value = '7' }")
    tiles[1].evaluate("link => link.dataset.mark = 'old'")
    come_back(tiles[1])
    expect(page.locator("[data-mark]")).to_have_count(0)
    expect(boxes[1]).to_be_checked()
    assert page.locator("select[name=label]").input_value() == "none"

    shared_site.post(f"/api/v1/drawings/{drawn[-2]}/label/", {"label": 7}, by="owner")
    come_back(tiles[0])
    expect(tiles[0]).to_have_count(0)
    expect(page.locator("[data-count]")).to_have_text("1 selected")


def test_filters_apply_at_once(page: Page) -> None:
    label = page.get_by_label("Label", exact=True)
    with page.expect_navigation():
        label.select_option("none")
    assert page.url.endswith("/drawings/?label=none")
    expect(label).to_be_focused()

    with page.expect_navigation():
        page.get_by_label("Order").select_option("oldest")
    assert page.url.endswith("/drawings/?label=none&sort=oldest")
    with page.expect_navigation():
        page.get_by_role("link", name="Clear the filters").click()
    assert page.url.endswith("/drawings/")

    page.set_viewport_size({"width": 390, "height": 844})
    expect(label).to_be_hidden()
    box = page.locator("a[data-drawing]").first.bounding_box()
    assert box is not None
    assert box["y"] + box["height"] <= 844  # the first drawing is in the first screen
    page.get_by_role("button", name="Filters").click()
    expect(label).to_be_visible()


def test_a_deletion_that_was_not_carried_out_is_asked_about_again(
    page: Page, drawn: list[int]
) -> None:
    page.goto(f"/drawings/{drawn[0]}/")
    page.route("**/delete/*", lambda route: route.fulfill(status=204))  # the page stays
    delete, dialog = page.get_by_role("button", name="Delete"), page.get_by_role("dialog")
    delete.click()
    with page.expect_request("**/delete/*"):
        dialog.get_by_role("button", name="Delete").click()
    expect(dialog).to_be_hidden()

    delete.click()

    expect(dialog).to_be_visible()


# In one script, as Playwright waits for a page that is on its way.
CHOOSE = """(filters) => Object.entries(filters).forEach(([name, value], index) => {
  const choose = () => {
    const field = document.querySelector(`select[name=${name}]`);
    field.value = value;
    field.dispatchEvent(new Event("change", { bubbles: true }));
  };
  setTimeout(choose, 50 * index);
})"""


def test_a_filter_that_is_set_soon_after_another_is_added_to_it(page: Page) -> None:
    holding(page, "**/drawings/?label=none")  # the page with the first filter does not arrive

    page.evaluate(CHOOSE, {"label": "none", "sort": "oldest"})

    expect(page).to_have_url(re.compile(r"/drawings/\?label=none&sort=oldest$"))


def test_a_drawing_is_replayed_as_it_was_drawn(page: Page, drawn: list[int]) -> None:
    page.goto(f"/drawings/{drawn[0]}/")
    ink, clock = page.locator("[data-replay-paper] svg"), page.locator("[data-clock]")
    whole, scrubber = "1.0 / 1.0 s", page.get_by_label("Position")
    tip = ink.locator(".replay-tip")
    expect(clock).to_have_text(whole)
    expect(tip).to_be_hidden()

    page.clock.install(time=0)
    page.reload()
    page.clock.pause_at(60_000)
    page.get_by_role("button", name="Play").click()
    page.clock.run_for(420)
    expect(clock).to_have_text("0.4 / 1.0 s")
    expect(page.get_by_role("button", name="Pause")).to_be_visible()
    expect(tip).to_have_attribute("cy", "14")  # top of the box, in the first stroke
    page.keyboard.press("p")
    page.clock.run_for(500)
    expect(clock).to_have_text("0.4 / 1.0 s")

    page.locator("[data-speed='4']").click()
    page.keyboard.press("p")
    page.clock.run_for(250)  # one second of the drawing
    expect(clock).to_have_text(whole)
    expect(page.get_by_role("button", name="Play")).to_be_visible()
    expect(tip).to_be_hidden()

    scrubber.focus()
    page.keyboard.press("Home")
    expect(clock).to_have_text("0.0 / 1.0 s")
    assert scrubber.get_attribute("aria-valuetext") == "0.0 / 1.0 s (1/2)"
    address = page.url
    page.keyboard.press("ArrowRight")  # moves the scrubber, does not open the next drawing
    assert page.url == address


def test_with_reduced_motion_the_scrubber_steps(page: Page, drawn: list[int]) -> None:
    page.emulate_media(reduced_motion="reduce")
    page.goto(f"/drawings/{drawn[0]}/")
    expect(page.get_by_label("Position")).to_be_visible()
    expect(page.locator("[data-play]")).to_be_hidden()
    expect(page.locator(".replay-speeds")).to_be_hidden()
    page.keyboard.press("p")
    assert page.locator("[data-replaying]").count() == 0

    page.get_by_label("Position").focus()
    page.keyboard.press("ArrowLeft")
    assert page.locator("[data-moment]").input_value() == "95"
    page.keyboard.press("ArrowLeft")

    expect(page.locator("[data-clock]")).to_have_text("0.9 / 1.0 s")
