"""Unsaved ink is kept while a tab changes pages."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from tests.browser.conftest import opened
from tests.browser.gestures import ONE, SEVEN, draw, sign_in
from tests.browser.numbers import expect_number, retype_mark, write
from tests.browser.studio_page import (
    BAR,
    expect_digit,
    expect_state,
    kept,
    label_of,
    let_through,
    saved_seven,
    strokes,
)
from tests.processes.site import Site
from tests.processes.waiting import wait_for

pytestmark = [pytest.mark.browser, pytest.mark.slow]

SAVE = "**/api/v1/drawings/"


@pytest.fixture
def tab(chromium: Browser, shared_site: Site) -> Iterator[Page]:
    with opened(chromium, shared_site) as page:
        page.goto("/")
        yield page


def test_ink_drawn_before_signing_in_is_in_the_studio(tab: Page) -> None:
    draw(tab, SEVEN)
    expect_digit(tab, 7)

    sign_in(tab)

    expect_digit(tab, 7)
    assert strokes(tab) == 1


def test_a_reload_keeps_the_draft_until_it_is_saved_or_cleared(tab: Page) -> None:
    sign_in(tab)
    draw(tab, ONE)
    tab.goto("/drawings/")
    tab.goto("/")
    expect_digit(tab, 1)
    expect_state(tab, "drawn")

    tab.keyboard.press("Escape")
    tab.reload()
    expect_state(tab, "blank")

    number = saved_seven(tab)
    tab.reload()
    expect_state(tab, "blank")

    draw(tab, ONE)
    tab.goto(f"/?drawing={number}")  # shows the saved drawing without the draft
    expect_digit(tab, 7)
    tab.goto("/")
    expect_digit(tab, 1)


def test_a_saved_drawing_that_is_continued_has_a_draft_of_its_own(
    tab: Page, shared_site: Site
) -> None:
    seven = {"strokes": [[[80, 80], [240, 80], [150, 300]]]}
    first, second = (
        shared_site.post("/api/v1/drawings/", seven, by="trainer")["id"] for _ in range(2)
    )
    sign_in(tab)
    expect_state(tab, "blank")
    tab.goto(f"/?drawing={first}")
    draw(tab, BAR)
    expect_state(tab, "drawn")

    tab.reload()
    expect_state(tab, "drawn")
    assert strokes(tab) == 2
    tab.goto("/")
    expect_state(tab, "blank")
    tab.goto(f"/?drawing={second}")
    expect_state(tab, "saved")
    assert strokes(tab) == 1

    tab.goto(f"/?drawing={first}")
    expect_state(tab, "drawn")
    tab.keyboard.press("Control+z")
    expect_state(tab, "saved")
    expect(tab.locator("[data-undo]")).to_be_disabled()
    tab.keyboard.press("Escape")
    draw(tab, ONE)  # a new drawing
    expect_digit(tab, 1)
    tab.reload()
    expect_digit(tab, 1)
    tab.goto(f"/?drawing={first}")
    expect_state(tab, "saved")


def test_restored_strokes_can_be_undone(tab: Page) -> None:
    sign_in(tab)
    write(tab, "71")
    tab.reload()
    expect_number(tab, "71")

    tab.keyboard.press("Control+z")
    expect_digit(tab, 7)
    tab.keyboard.press("Control+z")
    expect_state(tab, "blank")
    expect(tab.locator("[data-undo]")).to_be_disabled()


def test_a_corrected_number_is_still_corrected(tab: Page) -> None:
    sign_in(tab)
    write(tab, "71")
    expect_number(tab, "71")
    retype_mark(tab, 1, "4")
    expect_number(tab, "74")
    tab.goto("/drawings/")
    tab.goto("/")

    expect_number(tab, "74")
    expect(tab.locator("[data-message]")).to_have_text("Corrected by you")
    tab.keyboard.press("Enter")
    expect(tab.locator("[data-verdict-text]")).to_contain_text("Labeled 74")


def saved_but_unanswered(tab: Page, site: Site) -> set[int]:
    """Draw a seven and save it; the page waits for the reply. Return the drawings before."""
    draw(tab, SEVEN)
    expect_digit(tab, 7)
    before = kept(site, by="trainer")
    tab.route(SAVE, reached_but_unanswered)
    tab.locator("[data-save]").click()
    wait_for(
        lambda: tab.wait_for_timeout(20) or kept(site, by="trainer") > before,
        name="it",
    )
    return before


def test_ink_that_was_being_saved_is_saved_once(tab: Page, shared_site: Site) -> None:
    sign_in(tab)
    before = saved_but_unanswered(tab, shared_site)
    let_through(tab, SAVE)
    tab.reload()
    expect_state(tab, "drawn")

    tab.locator("[data-save]").click()
    expect_state(tab, "saved")
    assert len(kept(shared_site, by="trainer") - before) == 1


def test_a_label_that_was_given_while_saving_is_not_lost(tab: Page, shared_site: Site) -> None:
    sign_in(tab)
    before = saved_but_unanswered(tab, shared_site)
    tab.keyboard.press("3")
    let_through(tab, SAVE)
    tab.goto("/drawings/")

    tab.goto("/")

    expect(tab.locator("[data-verdict-text]")).to_have_text("Labeled 3.")
    (number,) = kept(shared_site, by="trainer") - before
    assert label_of(shared_site, number) == 3


def reached_but_unanswered(route: Route) -> None:
    """The server has done what was asked, but the page is gone before it hears of it."""
    route.fetch()


def test_another_user_does_not_see_it(tab: Page) -> None:
    sign_in(tab, "owner")
    draw(tab, SEVEN)
    expect_digit(tab, 7)
    tab.locator("summary.avatar").click()
    tab.get_by_role("button", name="Sign out").click()
    expect(tab.get_by_label("Username")).to_be_visible()

    sign_in(tab, "trainer")

    expect_state(tab, "blank")
