"""A page is read while one waits, and its table is corrected by keys."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.actions.reading.sheets import ROWS, sheet
from tests.browser.conftest import OpenPage, opened
from tests.browser.gestures import sign_in
from tests.browser.studio_page import UNREADABLE, caught, holding, let_through
from tests.processes.site import Site
from tests.processes.waiting import wait_for

pytestmark = [pytest.mark.browser, pytest.mark.slow]

SAVE = "**/api/v1/pages/*/"
DOUBT = 'UPDATE recognizer_pagecell SET confidence = 0.5 WHERE (row, "column") IN ((0, 2), (1, 1))'


@pytest.fixture
def page(chromium: Browser, embedded: Site) -> Iterator[Page]:
    """The owner's page of a sheet that was read, with two doubtful cells."""
    embedded.start("web", "reader")
    with opened(chromium, embedded) as page:
        sign_in(page, "owner")
        page.wait_for_selector("[data-studio]")
        page.goto("/pages/")
        file = {"name": "marks.png", "mimeType": "image/png", "buffer": sheet()}
        page.set_input_files("input[name=image]", file)
        page.get_by_role("button", name="Read the page").click()
        expect(page.locator("[data-sheet]")).to_be_visible()
        with embedded.database() as rows:
            rows.execute(DOUBT)
        page.reload()
        yield page


def focused(page: Page) -> str:
    place: str = page.evaluate("document.activeElement.dataset.place")
    return place


def stored(page: Page) -> list[list[str]]:
    body = page.request.get(page.url.replace("/pages/", "/api/v1/pages/")).json()
    return [[cell["text"] for cell in row] for row in body["rows"]]


def test_a_table_is_corrected_by_keys(page: Page) -> None:
    count = page.locator("[data-sheet-count]")
    expect(count).to_have_text("2")
    page.get_by_role("button", name="Next doubtful").click()
    assert focused(page) == "0,2"
    page.keyboard.type("95")
    page.keyboard.press("Control+Enter")
    assert focused(page) == "1,1"
    expect(count).to_have_text("1")
    page.keyboard.press("Control+Enter")  # right as it was read
    expect(page.get_by_text("No doubtful cells")).to_be_visible()
    assert stored(page) == [["17", "", "95"], ["4", "71", "58"]]


def test_keys_move_between_cells(page: Page) -> None:
    page.get_by_label("Row 1, column 1").focus()
    walk = {"ArrowRight": "0,1", "ArrowDown": "1,1", "ArrowLeft": "1,0", "ArrowUp": "0,0"}
    walk |= {"Enter": "1,0", "Shift+Enter": "0,0", "Tab": "0,1", "Shift+Tab": "0,0"}
    for key, place in walk.items():
        page.keyboard.press(key)
        assert (key, focused(page)) == (key, place)
    page.keyboard.type("99")
    page.keyboard.press("ArrowLeft")  # the caret moves within what is typed
    assert focused(page) == "0,0"
    page.keyboard.press("Escape")
    page.keyboard.press("Enter")
    assert page.get_by_label("Row 1, column 1").input_value() == "17"
    assert stored(page) == ROWS


def test_a_click_in_the_picture_goes_to_the_cell(page: Page) -> None:
    page.locator("path[data-place='1,2']").click()
    assert focused(page) == "1,2"


def test_the_files_and_the_copy_have_what_was_typed_last(page: Page) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.get_by_label("Row 2, column 3").fill("=1")
    with page.expect_download() as download:
        page.get_by_role("link", name="CSV").click()
    assert download.value.path().read_bytes() == b"17,,94\r\n4,71,'=1\r\n"
    page.get_by_role("button", name="Copy").click()
    expect(page.get_by_text("The table is copied.")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == "17\t\t94\n4\t71\t'=1"


def test_a_correction_that_is_not_stored_says_so(page: Page) -> None:
    page.route(SAVE, lambda route: route.fulfill(**UNREADABLE))
    cell = page.get_by_label("Row 2, column 3")
    cell.fill("59")
    cell.press("Enter")
    expect(page.get_by_text("Not saved. The server's response could not be read.")).to_be_visible()
    expect(cell).to_have_attribute("aria-invalid", "true")
    assert cell.input_value() == "59"
    page.unroute(SAVE)
    page.evaluate("dispatchEvent(new Event('online'))")
    expect(cell).to_have_attribute("data-corrected", "")
    assert stored(page)[1][2] == "59"


def test_a_cell_that_is_not_stored_is_not_left_by_mistake(page: Page) -> None:
    asked: list[str] = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss()))
    page.get_by_label("Row 2, column 3").click()
    page.keyboard.type("59")  # not stored while one types
    page.evaluate("location.reload()")
    wait_for(lambda: page.wait_for_timeout(20) or asked, name="the question")
    assert asked == ["beforeunload"]
    assert page.get_by_label("Row 2, column 3").input_value() == "59"
    page.keyboard.press("Escape")


def test_a_correction_that_is_being_sent_is_not_left_by_mistake(page: Page) -> None:
    asked: list[str] = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss()))
    held = holding(page, SAVE)
    cell = page.get_by_label("Row 2, column 3")
    cell.click()
    page.keyboard.type("59")
    page.keyboard.press("Enter")
    save = caught(page, held)
    page.evaluate("location.reload()")
    wait_for(lambda: page.wait_for_timeout(20) or asked, name="the question")
    save.continue_()
    expect(cell).to_have_attribute("data-corrected", "")
    assert stored(page)[1][2] == "59"


def test_a_cell_that_is_stored_at_last_is_no_longer_marked(page: Page) -> None:
    held = holding(page, SAVE)
    cell = page.get_by_label("Row 2, column 3")
    cell.fill("59")
    cell.press("Enter")
    first = caught(page, held)
    cell.fill("60")
    cell.press("Enter")  # waits for the first
    let_through(page, SAVE)
    first.fulfill(**UNREADABLE)

    expect(cell).to_have_attribute("data-corrected", "")
    expect(cell).not_to_have_attribute("aria-invalid", "true")
    expect(page.get_by_text("The cell is not saved.")).to_have_count(0)
    assert stored(page)[1][2] == "60"


def test_escape_takes_back_what_could_not_be_stored(page: Page) -> None:
    page.route(SAVE, lambda route: route.fulfill(**UNREADABLE))
    cell = page.get_by_label("Row 2, column 2")
    cell.fill("72")
    cell.press("Enter")
    expect(cell).to_have_attribute("aria-invalid", "true")

    cell.press("Escape")

    expect(cell).not_to_have_attribute("aria-invalid", "true")
    page.unroute(SAVE)
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.method))
    page.evaluate("dispatchEvent(new Event('online'))")
    page.get_by_label("Row 2, column 3").fill("59")
    page.keyboard.press("Enter")
    expect(page.get_by_label("Row 2, column 3")).to_have_attribute("data-corrected", "")
    assert sent == ["PATCH"]  # not the machine's reading as well
    expect(cell).to_have_attribute("data-doubtful", "")


DROP = """(names) => {
  const files = new DataTransfer();
  for (const name of names) files.items.add(new File([name], name, { type: "image/png" }));
  document.dispatchEvent(new DragEvent("drop", { dataTransfer: files, cancelable: true }));
}"""


def test_of_several_dropped_files_the_first_is_taken_and_the_page_says_so(
    open_page: OpenPage,
) -> None:
    page = open_page("/pages/")

    page.evaluate(DROP, ["one.png", "two.png"])

    expect(page.locator("[data-chosen]")).to_have_text(
        "Only one.png, the first of 2 files: a page is one file."
    )
    names = "input => [...input.files].map(({ name }) => name)"
    assert page.locator("input[name=image]").evaluate(names) == ["one.png"]
    page.evaluate(DROP, ["two.png"])
    expect(page.locator("[data-chosen]")).to_have_text("two.png")
