"""Accessibility of every page in every state: screen readers, keyboard, phones, print."""

import json
from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.checks import (
    NOTHING,
    PHONE,
    beyond_the_edge,
    colors,
    in_both_themes,
    lost_on_paper,
    violations,
    walked,
)
from tests.browser.conftest import DESK, WITHOUT_DRAFT, opened
from tests.browser.gestures import SEVEN, draw
from tests.browser.states import ADMIN, STATES, State
from tests.browser.studio_page import PHONE as TOUCHED
from tests.browser.studio_page import expect_digit
from tests.processes.site import Site

pytestmark = [pytest.mark.browser, pytest.mark.slow]

FILL = "import json; from tests.browser import site_rows; print(json.dumps(site_rows.fill()))"


ADDRESSES = [state for state in STATES if state.act is None]
REPORTS = {"versions", "version-1", "version-2", "compare", "job-succeeded", "job-failed"}
PRINTED = [state for state in STATES if state.name in REPORTS]


@dataclass
class Visitors:
    """One page for each person and language, which goes from state to state."""

    chromium: Browser
    site: Site
    places: dict[str, Any]
    closing: ExitStack
    pages: dict[tuple[str, str], Page]

    def at(self, state: State, locale: str = "en-GB") -> Page:
        page = self.pages.get((state.by, locale)) or self.page_of(state.by, locale)
        self.pages[state.by, locale] = page
        page.set_viewport_size(DESK)
        state.show(page, self.places)
        return page

    def page_of(self, name: str, locale: str) -> Page:
        context = self.new_page(name, locale=locale, reduced_motion="reduce")
        page = self.closing.enter_context(context)
        page.add_init_script(WITHOUT_DRAFT)
        return page

    def new_page(self, name: str, **options: Any) -> AbstractContextManager[Page]:
        session = self.places["sessions"].get(name)
        cookie = {"name": "sessionid", "value": session, "domain": "127.0.0.1", "path": "/"}
        state = {"cookies": [cookie] if session else []}
        return opened(self.chromium, self.site, storage_state=state, **options)


@pytest.fixture(scope="module")
def visitors(chromium: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Visitors]:
    """A site with rows of every kind, without a worker."""
    site = Site(tmp_path_factory.mktemp("rows")).set_up()
    places = json.loads(site.manage("shell", "--verbosity", "0", "-c", FILL))
    with ExitStack() as closing:
        closing.callback(site.stop)
        yield Visitors(chromium, site.start("web"), places, closing, {})


@pytest.fixture(scope="module", params=STATES, ids=lambda state: state.name)
def state(request: pytest.FixtureRequest) -> State:
    return request.param


@pytest.fixture(scope="module")
def shown(visitors: Visitors, state: State) -> Page:
    """The page in this state; opened once for all its tests."""
    return visitors.at(state)


def test_a_page_has_no_accessibility_violations(shown: Page, state: State) -> None:
    if state.act:  # other states of the page check its colors
        assert violations(shown, state.part) == []
    else:
        assert in_both_themes(shown, state.name) == NOTHING


def test_every_control_is_reached_by_tab_and_shows_the_focus(shown: Page) -> None:
    assert walked(shown) == {}


def test_it_does_not_overflow_on_a_phone(shown: Page) -> None:
    assert beyond_the_edge(shown, PHONE) == []


@pytest.mark.parametrize("address", ADDRESSES, ids=lambda state: state.name)
def test_it_does_not_overflow_in_german(visitors: Visitors, address: State) -> None:
    page = visitors.at(address, "de-DE")
    assert (page.locator("html").get_attribute("lang") or "de")[:2] == "de"
    assert (beyond_the_edge(page, DESK), beyond_the_edge(page, PHONE)) == ([], [])


@pytest.mark.parametrize("state", ADMIN, ids=lambda state: state.name)
def test_the_admin_is_accessible_and_every_control_is_reached_by_tab(
    visitors: Visitors, state: State
) -> None:
    page = visitors.at(state)
    assert violations(page) == []
    assert walked(page) == {}


@pytest.mark.parametrize("state", PRINTED, ids=lambda state: state.name)
def test_it_prints_completely_and_without_controls(visitors: Visitors, state: State) -> None:
    assert lost_on_paper(visitors.at(state)) == {}


def test_forced_colors_still_show_selection_and_progress(
    visitors: Visitors,
) -> None:
    page = visitors.at(next(state for state in STATES if state.name == "job-running"))
    page.emulate_media(forced_colors="active")
    try:
        chosen, other = ".site-nav [aria-current]", ".site-nav a:not([aria-current])"
        assert colors(page, chosen)[0] != colors(page, other)[0]
        assert len(colors(page, "progress")) >= 2
    finally:
        page.emulate_media(forced_colors="null")


def test_the_studio_on_a_phone_has_no_accessibility_violations(visitors: Visitors) -> None:
    with visitors.new_page("trainer", **TOUCHED) as page:
        page.goto("/")
        draw(page, SEVEN)
        expect_digit(page, 7)

        assert violations(page) == []


@pytest.mark.parametrize("language", ["en", "de"])
def test_the_page_for_status_500_is_accessible(visitors: Visitors, language: str) -> None:
    with visitors.new_page("") as page:
        page.goto("/")
        page.set_content(visitors.places["failed"][language])

        assert page.locator("html").get_attribute("lang") == language
        assert violations(page) == []
        assert beyond_the_edge(page, PHONE) == []
