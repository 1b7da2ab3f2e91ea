"""Actions on a page before it is checked.

They use the page's data attributes instead of its texts, and so work in every language.
"""

from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.browser.gestures import SEVEN, Hand
from tests.browser.numbers import expect_number, open_mark, write, write_without_rest
from tests.browser.studio_page import expect_digit, expect_state, picture_of_a_seven, saved_seven

Act = Callable[[Page], None]
DIALOG, MENU = "dialog:modal", "details[open]"


def clicking(selector: str) -> Act:
    return lambda page: page.locator(selector).first.click()


def keys_asked(page: Page) -> None:
    page.keyboard.press("?")
    expect(page.locator(DIALOG)).to_be_visible()


def opening_dialog(selector: str) -> Act:
    """Clicks an element that opens a confirmation dialog."""

    def ask(page: Page) -> None:
        page.locator(selector).first.click()
        expect(page.locator("[data-confirm-dialog]")).to_be_visible()

    return ask


def sending(action: str, /, **values: str) -> Act:
    """Sends a form with this action, as the page would."""

    def send(page: Page) -> None:
        with page.expect_navigation():
            page.evaluate(SEND, [action, values])

    return send


SEND = """([action, values]) => {
  const form = document.createElement("form");
  Object.assign(form, { action, method: "post" });
  const token = document.querySelector('meta[name="csrf-token"]')?.content
    ?? document.querySelector("[name=csrfmiddlewaretoken]")?.value;
  for (const [name, value] of Object.entries({ csrfmiddlewaretoken: token, ...values })) {
    const input = document.createElement("input");
    Object.assign(input, { type: "hidden", name, value });
    form.append(input);
  }
  document.body.append(form);
  form.submit();
}"""


def submitting(selector: str) -> Act:
    """Submits the form unchanged, without the browser's own validation."""

    def submit(page: Page) -> None:
        with page.expect_navigation():
            page.locator(selector).evaluate("form => { form.noValidate = true; form.submit(); }")

    return submit


# The studio and the home page ---------------------------------------------------------------------


def drawn(page: Page) -> None:
    Hand(page).pen(SEVEN)
    expect_digit(page, 7)
    expect(page.locator("[data-pen-only]")).to_be_visible()


def uploaded(page: Page) -> None:
    page.locator("[data-file]").set_input_files(picture_of_a_seven())
    expect_digit(page, 7)


def number_written(page: Page) -> None:
    write(page, "2026")
    expect_number(page, "2026")


def digit_opened(page: Page) -> None:
    number_written(page)
    open_mark(page, 1)


def number_saved(page: Page) -> None:
    """On wider paper, a part of which is out of view."""
    page.locator("[data-wider]").click()
    page.locator("[data-wider]").click()
    number_written(page)
    page.locator("[data-save]").click()
    expect_state(page, "saved")


def saved_with(tab: str) -> Act:
    def save(page: Page) -> None:
        saved_seven(page)
        page.locator(f"[data-tab='{tab}']").click()
        expect(page.locator(f"#panel-{tab}")).to_be_visible()
        expect(page.locator("[data-explanation]")).not_to_have_attribute("data-stale", "")

    return save


# Teaching -----------------------------------------------------------------------------------------


def asked_whether(page: Page) -> None:
    """Another digit is drawn than the page asks for."""
    write(page, "8" if asked_digit(page) != "8" else "3")
    expect(page.locator("[data-question]")).to_be_visible()


def taught_one(page: Page) -> None:
    write_without_rest(page, asked_digit(page))
    expect(page.locator("[data-slots] [data-read]")).to_have_count(1)
    page.locator("[data-stop]").click()
    expect(page.locator(".teach-drawings a[href]")).to_have_count(1)


def asked_digit(page: Page) -> str:
    return page.locator("[data-teach] [data-digit]").inner_text()


# Reviewing ----------------------------------------------------------------------------------------


def review_item(page: Page) -> None:
    expect(page.locator("[data-review]")).to_have_attribute("data-state", "item")


def keys_of_review(page: Page) -> None:
    review_item(page)
    keys_asked(page)


MOST_ITEMS = 20


def answered_all(page: Page) -> None:
    review = page.locator("[data-review]")
    expect(review).not_to_have_attribute("data-state", "loading")
    for _ in range(MOST_ITEMS):
        page.keyboard.press("7")
    expect(review).to_have_attribute("data-state", "empty")


# The history --------------------------------------------------------------------------------------


def selected(page: Page) -> None:
    page.locator(".tick").first.check()
    expect(page.locator(".selection-bar")).to_be_visible()


def asked_without_scripts(page: Page) -> None:
    page.locator(".tick").first.check()
    with page.expect_navigation():
        page.locator("[data-delete-selected]").evaluate("""button => {
          button.form.action = button.formAction;
          button.form.submit();
        }""")
