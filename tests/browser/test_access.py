"""Every page for people who do not use a mouse, or do not see it: axe-core, keys, focus.

axe-core comes with the package axe-playwright-python and runs in the page: nothing is fetched. The
pages' policy forbids eval, which axe does not need, and inline scripts, which Playwright's way of
running it does not use.
"""

from collections.abc import Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.browser.conftest import ARTEFACTS, OpenPage
from tests.browser.gestures import SEVEN, draw
from tests.browser.studio_page import PHONE, expect_digit, expect_state, saved_seven
from tests.processes.site import Site

pytestmark = [pytest.mark.browser, pytest.mark.slow]

WHAT_COUNTS = {"serious", "critical"}
DJANGOS_OWN = {"label-title-only"}  # how Django's admin writes its box to search in
SIGNED_OUT = {"storage_state": None}


@pytest.fixture(scope="module")
def places(shared_site: Site) -> dict[str, int]:
    """A drawing and a job to look at."""
    strokes = [[[x * 100, y * 100] for x, y in SEVEN]]
    drawing = shared_site.post("/api/v1/drawings/", {"strokes": strokes}, by="trainer")["id"]
    shared_site.post(f"/api/v1/drawings/{drawing}/label/", {"label": 7}, by="trainer")
    return {"drawing": drawing, "job": shared_site.retrain(), "version": 1}


@pytest.fixture(scope="module", autouse=True)
def _nothing_left_to_do(shared_site: Site, places: dict[str, int]) -> Iterator[None]:
    yield
    shared_site.post(f"/api/v1/jobs/{places['job']}/cancel/", by="trainer")


def violations(page: Page) -> list[str]:
    """What axe finds that is serious, each with the first element that has it."""
    found: list[dict[str, Any]] = Axe().run(page).response["violations"]
    excused = DJANGOS_OWN if "/admin/" in page.url else set()
    return [
        f"{each['id']}: {each['help']}: {each['nodes'][0]['html'][:200]} ({len(each['nodes'])})"
        for each in found
        if each["impact"] in WHAT_COUNTS and each["id"] not in excused
    ]


PAGES = [
    "/",
    "/drawings/",
    "/drawings/{drawing}/",
    "/versions/",
    "/versions/{version}/",
    "/versions/{version}/drawings/",
    "/versions/compare/",
    "/jobs/",
    "/jobs/{job}/",
    "/account/",
    "/account/tokens/",
    "/account/delete/",
    "/accounts/password_change/",
    "/review/",
    "/admin/",
    "/admin/recognizer/correction/",
]


def in_both_themes(page: Page, name: str) -> dict[str, list[str]]:
    """What axe finds in either, of which a picture is kept."""
    found = {}
    for theme in ("light", "dark"):
        page.emulate_media(color_scheme=theme)
        page.screenshot(path=ARTEFACTS / "pages" / f"{name}-{theme}.png", full_page=True)
        found[theme] = violations(page)
    return found


NOTHING = {"light": [], "dark": []}


@pytest.mark.parametrize("address", PAGES)
def test_a_page_shuts_nobody_out(open_page: OpenPage, places: dict[str, int], address: str) -> None:
    page = open_page(address.format(**places), reduced_motion="reduce")
    page.wait_for_load_state("networkidle")  # some fill themselves in
    expect(page.locator("main")).to_be_visible()

    name = address.strip("/").replace("/", "-").format(**dict.fromkeys(places, "one")) or "studio"
    assert in_both_themes(page, name) == NOTHING


SEEN_WITHOUT_AN_ACCOUNT = [
    "/",
    "/accounts/login/",
    "/accounts/sign-up/",
    "/accounts/password_reset/",
    "/accounts/password_reset/done/",
]


@pytest.mark.parametrize("address", SEEN_WITHOUT_AN_ACCOUNT)
def test_nor_does_one_that_is_seen_without_an_account(open_page: OpenPage, address: str) -> None:
    page = open_page(address, reduced_motion="reduce", **SIGNED_OUT)
    expect(page.locator("main")).to_be_visible()

    name = address.strip("/").replace("/", "-") or "home"
    assert in_both_themes(page, name) == NOTHING


def test_nor_does_the_question_before_drawings_are_deleted(
    open_page: OpenPage, places: dict[str, int]
) -> None:
    page = open_page("/drawings/", reduced_motion="reduce")
    page.locator("[data-thumbs] [type=checkbox]").first.check()
    page.locator("[data-delete-selected]").evaluate("""button => {
      button.form.action = button.formAction; // as without scripts
      button.form.submit();
    }""")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Delete")

    assert in_both_themes(page, "drawings-delete") == NOTHING


@pytest.mark.parametrize("tab", ["digits", "steps", "heat"])
def test_nor_does_the_studio_with_an_answer(open_page: OpenPage, tab: str) -> None:
    page = open_page(reduced_motion="reduce")
    saved_seven(page)
    page.locator(f"[data-tab='{tab}']").click()
    expect(page.locator(f"#panel-{tab}")).to_be_visible()
    expect(page.locator("[data-seen]")).not_to_have_attribute("data-old", "")

    assert in_both_themes(page, f"studio-{tab}") == NOTHING


def test_nor_does_the_studio_on_a_phone(open_page: OpenPage) -> None:
    page = open_page(**PHONE)
    draw(page, SEVEN)
    expect_digit(page, 7)

    assert violations(page) == []


# Keys ---------------------------------------------------------------------------------------------

# Whether what has the focus shows it: by an outline of its own, or by one around it.
FOCUS_SHOWS = """() => {
  const { activeElement } = document;
  const { outlineStyle, outlineWidth } = getComputedStyle(activeElement);
  return [activeElement.getAttribute("aria-label") ?? activeElement.textContent.trim(),
    outlineStyle !== "none" && parseFloat(outlineWidth) >= 2];
}"""


def test_everything_in_the_studio_is_reached_by_tab_and_shows_it(studio: Page) -> None:
    draw(studio, SEVEN)
    expect_digit(studio, 7)
    studio.locator("body").click(position={"x": 2, "y": 2})
    wanted = studio.locator(
        "button:visible:enabled:not([tabindex='-1']), input:visible:enabled, a[href]:visible, "
        "summary:visible"
    )
    expected = wanted.count()
    reached = {}
    for _ in range(expected + 5):
        studio.keyboard.press("Tab")
        name, shows = studio.evaluate(FOCUS_SHOWS)
        reached[name] = shows

    assert expected >= 12
    assert len(reached) >= expected - 1  # the body, between the last and the first
    for name in ("Undo", "Clear", "Upload a picture", "Brush size in pixels", "Save", "Digits"):
        assert reached[name], name
    hidden = [name for name, shows in reached.items() if not shows and len(name) < 60]
    assert hidden == []


def test_the_question_mark_lists_the_keys_and_gives_the_focus_back(studio: Page) -> None:
    studio.locator("[data-upload]").focus()
    studio.keyboard.press("?")
    sheet = studio.get_by_role("dialog")
    expect(sheet).to_be_visible()
    for words in ("Undo", "Redo", "Clear", "Save", "brush"):
        expect(sheet).to_contain_text(words)

    studio.keyboard.press("Escape")

    expect(sheet).to_be_hidden()
    expect(studio.locator("[data-upload]")).to_be_focused()


@pytest.mark.parametrize(
    ("address", "words"),
    [("/drawings/", "Select all that are shown"), ("/drawings/{drawing}/", "Play or pause")],
)
def test_so_it_does_on_other_pages_with_keys(
    open_page: OpenPage, places: dict[str, int], address: str, words: str
) -> None:
    page = open_page(address.format(**places), reduced_motion="reduce")
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_contain_text(words)
    assert violations(page) == []


def test_a_drawing_is_saved_and_labelled_by_keys_alone(studio: Page) -> None:
    draw(studio, SEVEN)
    for key in ("Enter", "7"):
        studio.keyboard.press(key)
    expect_state(studio, "saved")
    expect(studio.locator("[data-verdict-text]")).to_have_text("Labelled 7.")
    expect(studio.locator("[data-new]")).to_be_focused()
