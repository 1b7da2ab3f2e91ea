"""The studio: saving, labeling, and drawing after a save."""

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenPage
from tests.browser.gestures import ONE, SEVEN, Hand, draw
from tests.browser.studio_page import (
    BAR,
    DRAWINGS,
    LABEL,
    UNREADABLE,
    caught,
    expect_digit,
    expect_offer,
    expect_state,
    holding,
    kept,
    label_of,
    let_through,
    places,
    saved_seven,
    strokes,
)
from tests.processes.site import Site
from tests.processes.waiting import wait_for

pytestmark = [pytest.mark.browser, pytest.mark.slow]

# Saving and labels --------------------------------------------------------------------------------


def test_a_drawing_is_saved_and_corrected_by_key(studio: Page, shared_site: Site) -> None:
    draw(studio, SEVEN)
    expect_offer(studio, 7)

    studio.keyboard.press("3")  # saves as well

    expect(studio.locator("[data-verdict-text]")).to_have_text("Labeled 3.")
    expect(studio.locator("[data-label='3']")).to_have_attribute("aria-pressed", "true")
    studio.keyboard.press("Escape")
    expect_state(studio, "blank")
    newest = shared_site.get("/api/v1/drawings/", by="trainer")["results"][0]
    assert (newest["label"], newest["answer"]["digit"]) == (3, 7)


def test_a_drawing_whose_reply_was_lost_is_stored_once(studio: Page, shared_site: Site) -> None:
    before = kept(shared_site, by="trainer")
    # Before anything is drawn: under load Chromium sends a request past a route that is just made.
    studio.route(DRAWINGS, lambda route: (route.fetch(), route.fulfill(body="cut")))
    draw(studio, SEVEN)
    expect_offer(studio, 7)
    studio.keyboard.press("Enter")
    expect(studio.get_by_text("The drawing is not saved.")).to_be_visible()
    studio.unroute(DRAWINGS)

    studio.keyboard.press("Enter")

    expect_state(studio, "saved")
    expect(studio.get_by_text("The drawing is not saved.")).to_have_count(0)
    assert len(kept(shared_site, by="trainer") - before) == 1


def test_a_drawing_that_is_not_saved_is_told_until_it_is(studio: Page) -> None:
    draw(studio, SEVEN)
    expect_offer(studio, 7)
    studio.route(DRAWINGS, lambda route: route.fulfill(**UNREADABLE))
    studio.locator("[data-save]").click()
    message = studio.get_by_text("The drawing is not saved.")
    expect(message).to_be_visible()
    studio.unroute(DRAWINGS)
    studio.keyboard.press("Escape")
    draw(studio, ONE)
    expect_offer(studio, 1)
    studio.keyboard.press("Enter")  # another drawing
    expect(studio.locator("[data-verdict-text]")).to_have_text("Labeled 1.")
    expect(message).to_be_visible()

    for _ in range(2):
        studio.keyboard.press("Control+z")
    draw(studio, BAR)  # the first one, continued
    expect_state(studio, "drawn")
    studio.keyboard.press("7")

    expect(studio.locator("[data-verdict-text]")).to_have_text("Labeled 7.")
    expect(message).to_have_count(0)


@pytest.mark.parametrize("key", ["Enter", "r"])
def test_confirming_the_answer_does_not_replace_a_label(
    open_page: OpenPage, shared_site: Site, key: str
) -> None:
    number = saved_seven(open_page())
    shared_site.post(f"/api/v1/drawings/{number}/label/", {"label": 3}, by="trainer")
    page = open_page(f"/?drawing={number}")
    expect_digit(page, 7)
    labels: list[str] = []
    page.on("request", lambda request: labels.append(request.url) if "label" in request.url else 0)

    page.keyboard.press(key)

    page.wait_for_timeout(100)
    assert labels == []
    expect(page.locator("[data-verdict-text]")).to_have_text("Labeled 3.")


def test_the_answer_is_not_confirmed_once_a_label_is_given_or_on_its_way(
    studio: Page, shared_site: Site
) -> None:
    held = holding(studio, LABEL)
    number = saved_seven(studio)
    studio.keyboard.press("3")
    first = caught(studio, held)
    studio.keyboard.press("r")
    let_through(studio, LABEL)

    first.continue_()

    expect(studio.locator("[data-verdict-text]")).to_have_text("Labeled 3.")
    studio.keyboard.press("r")
    studio.wait_for_timeout(200)
    assert label_of(shared_site, number) == 3


def test_the_last_of_quick_labels_counts(studio: Page, shared_site: Site) -> None:
    held = holding(studio, LABEL)
    number = saved_seven(studio)
    studio.keyboard.press("3")
    first = caught(studio, held)
    studio.keyboard.press("4")
    studio.keyboard.press("5")
    let_through(studio, LABEL)

    first.continue_()

    expect(studio.locator("[data-verdict-text]")).to_have_text("Labeled 5.")
    assert label_of(shared_site, number) == 5


def test_a_label_given_while_saving_is_sent_afterwards(studio: Page, shared_site: Site) -> None:
    held = holding(studio, DRAWINGS)
    draw(studio, SEVEN)
    studio.keyboard.press("Enter")
    save = caught(studio, held)
    studio.keyboard.press("-")
    expect_state(studio, "saving")

    save.continue_()

    expect(studio.locator("[data-verdict-text]")).to_have_text("Labeled not a digit.")


def test_a_rejected_palm_after_saving_leaves_the_drawing_saved(open_page: OpenPage) -> None:
    page = open_page(has_touch=True)
    hand = Hand(page)
    saved_seven(page)

    hand.touch("Start", [[0.8, 0.8]])
    expect_state(page, "drawn")
    hand.touch("Cancel")

    expect_state(page, "saved")
    assert strokes(page) == 1


def test_a_pen_after_saving_starts_a_new_drawing_despite_a_palm(open_page: OpenPage) -> None:
    page = open_page(has_touch=True)
    hand = Hand(page)
    saved_seven(page)

    hand.touch("Start", [[0.8, 0.8]])
    hand.pen(ONE)
    hand.touch("End")

    expect_digit(page, 1)
    expect_state(page, "drawn")
    assert strokes(page) == 1


def test_undo_after_saving_returns_to_the_saved_drawing(studio: Page) -> None:
    saved_seven(studio)
    draw(studio, ONE)
    expect_state(studio, "drawn")
    assert strokes(studio) == 1

    studio.keyboard.press("Control+z")

    expect_state(studio, "saved")
    expect_digit(studio, 7)


def test_an_opened_drawing_can_be_continued(open_page: OpenPage, shared_site: Site) -> None:
    drawn = [[[80, 80], [240, 80]]]  # the top of a seven
    saved = shared_site.post("/api/v1/drawings/", {"strokes": drawn}, by="trainer")
    page = open_page(f"/?drawing={saved['id']}")
    expect_state(page, "saved")
    expect(page.locator("[data-saved-link]")).to_have_text(f"Drawing {saved['id']}")

    draw(page, [[0.24, 0.08], [0.2, 0.19], [0.15, 0.3]])

    expect_digit(page, 7)
    expect_state(page, "drawn")
    page.locator("[data-save]").click()
    expect_state(page, "saved")
    newest = shared_site.get("/api/v1/drawings/", by="trainer")["results"][0]
    assert newest["id"] != saved["id"]
    assert newest["strokes"][0] == saved["strokes"][0]
    assert len(newest["strokes"]) == 2


@pytest.mark.parametrize("label", ["3.5", "-5"])
def test_an_opened_drawing_has_its_label_as_it_was_written(
    open_page: OpenPage, shared_site: Site, label: str
) -> None:
    drawn = [[[80, 80], [240, 80], [150, 300]]]
    saved = shared_site.post("/api/v1/drawings/", {"strokes": drawn}, by="trainer")["id"]
    shared_site.post(f"/api/v1/drawings/{saved}/label/", {"label": label}, by="trainer")

    page = open_page(f"/?drawing={saved}")

    expect(page.locator("[data-verdict-text]")).to_have_text(f"Labeled {label}.")
    expect(page.locator("[data-number]")).to_have_value(label)


# Keys ---------------------------------------------------------------------------------------------


def test_the_question_mark_lists_the_keys_and_returns_the_focus(studio: Page) -> None:
    studio.locator("[data-upload]").focus()
    studio.keyboard.press("?")
    sheet = studio.get_by_role("dialog")
    expect(sheet).to_be_visible()
    for words in ("Undo", "Redo", "Clear", "Save", "number"):
        expect(sheet).to_contain_text(words)

    studio.keyboard.press("Escape")

    expect(sheet).to_be_hidden()
    expect(studio.locator("[data-upload]")).to_be_focused()


def test_a_button_that_is_done_passes_the_focus_on(studio: Page) -> None:
    draw(studio, SEVEN)
    expect_offer(studio, 7)
    studio.locator("[data-clear]").focus()
    studio.keyboard.press("Enter")
    expect(studio.locator("[data-undo]")).to_be_focused()
    studio.keyboard.press("Enter")
    expect_offer(studio, 7)

    studio.locator("[data-save]").focus()
    studio.keyboard.press("Enter")

    expect(studio.locator("[data-right]")).to_be_focused()
    expect_state(studio, "saved")
    expect(studio.locator("[data-right]")).to_be_focused()


def test_the_button_for_a_new_drawing_keeps_the_focus(studio: Page) -> None:
    draw(studio, SEVEN)
    studio.keyboard.press("7")
    expect(studio.locator("[data-right-text]")).to_have_text("New drawing")
    button = studio.locator("[data-right]")
    button.focus()

    studio.keyboard.press("Enter")

    expect_state(studio, "blank")
    expect(button).to_be_focused()
    expect(button).to_have_attribute("aria-disabled", "true")
    studio.keyboard.press("Enter")  # there is nothing to save
    draw(studio, SEVEN)
    expect_offer(studio, 7)
    studio.keyboard.press("Enter")
    expect(studio.locator("[data-verdict-text]")).to_have_text("Labeled 7.")


def test_enter_says_that_the_answer_is_right_and_saves(studio: Page, shared_site: Site) -> None:
    saved_seven(studio)
    assert label_of(shared_site, newest_of(shared_site)["id"]) is None
    draw(studio, SEVEN)
    expect_digit(studio, 7)
    expect_offer(studio, 7)

    studio.keyboard.press("Enter")

    expect(studio.locator("[data-verdict-text]")).to_have_text("Labeled 7.")
    assert newest_of(shared_site)["label"] == 7


def newest_of(site: Site) -> dict[str, Any]:
    return site.get("/api/v1/drawings/", by="trainer")["results"][0]


@pytest.mark.parametrize("press", ["[data-undo]", "[data-tab='heat']", "[data-redo]"])
def test_enter_saves_after_a_click_on_a_tool_or_a_tab(studio: Page, press: str) -> None:
    draw(studio, SEVEN)
    draw(studio, [[0.2, 0.9], [0.3, 0.9]])
    studio.keyboard.press("Control+z")
    if press == "[data-undo]":
        studio.keyboard.press("Control+Shift+z")
    studio.locator(press).click()
    expect_state(studio, "drawn")

    studio.keyboard.press("Enter")

    expect_state(studio, "saved")


def test_nothing_moves_when_it_is_saved_in_a_low_window(studio: Page) -> None:
    studio.set_viewport_size({"width": 1366, "height": 625})
    draw(studio, SEVEN)
    expect_offer(studio, 7)
    parts = [".tools button", "[data-pad]", "[data-number]", "[data-answer]"]
    before = [places(studio, part) for part in parts]
    for part in (".tools", "[data-verdict]", "[data-answer]"):
        expect(studio.locator(part)).to_be_in_viewport(ratio=1)

    studio.locator("[data-label='7']").click()

    expect(studio.locator("[data-verdict-text]")).to_have_text("Labeled 7.")
    assert [places(studio, part) for part in parts] == before


@pytest.mark.parametrize("size", [(1366, 625), (1180, 660), (1024, 700)])
def test_a_message_leaves_the_field_for_a_number_free(studio: Page, size: tuple[int, int]) -> None:
    studio.set_viewport_size({"width": size[0], "height": size[1]})
    draw(studio, SEVEN)
    studio.route(DRAWINGS, lambda route: route.fulfill(body="cut"))
    studio.locator("[data-save]").click()

    message = studio.locator(".toast").bounding_box()
    field = studio.locator("[data-verdict]").bounding_box()

    assert message
    assert field
    assert (
        message["y"] + message["height"] <= field["y"]
        or message["y"] >= field["y"] + field["height"]
    )


# key, code, with Shift: of a French row of digits, a number pad without NumLock, other scripts.
@pytest.mark.parametrize(
    ("key", "code", "label"),
    [
        ("-", "Digit6", "6"),
        ("\u00e0", "Digit0", "0"),
        ("ArrowUp", "Numpad8", "8"),
        ("\u0664", "Digit4", "4"),
        ("\u096d", "", "7"),
        ("-", "Slash", "10"),
        ("-", "NumpadSubtract", "10"),
    ],
)
def test_labels_are_typed_on_any_keyboard(studio: Page, key: str, code: str, label: str) -> None:
    draw(studio, SEVEN)
    press_key(studio, key=key, code=code)
    expect(studio.locator(f"[data-label='{label}']")).to_have_attribute("aria-pressed", "true")
    expect_state(studio, "saved")


def test_a_shifted_sign_is_no_digit_and_undo_works_in_cyrillic(studio: Page) -> None:
    draw(studio, SEVEN)
    press_key(studio, key="^", code="Digit6", shiftKey=True)
    expect_state(studio, "drawn")
    press_key(studio, key="\u044f", code="KeyZ", ctrlKey=True)
    expect_state(studio, "blank")


def press_key(page: Page, **event: Any) -> None:
    page.evaluate(
        """(event) => document.body.dispatchEvent(
          new KeyboardEvent("keydown", { bubbles: true, cancelable: true, ...event }))""",
        event,
    )


# Labels that do not arrive ------------------------------------------------------------------------


def test_a_label_that_was_lost_is_sent_by_the_next_page(studio: Page, shared_site: Site) -> None:
    studio.route(LABEL, lambda route: route.fulfill(**UNREADABLE))
    number = saved_seven(studio)
    studio.keyboard.press("7")
    expect(studio.locator("[data-verdict-text]")).to_contain_text("The label is not saved yet.")
    studio.unroute(LABEL)

    studio.goto("/")

    wait_for(lambda: label_of(shared_site, number) == 7, name="the label")


# A real 404 would be logged by Chromium as an error.
LABELS_ARE_GONE = """() => {
  const send = window.fetch;
  const error = { code: "not_found", message: "Not found." };
  const gone = () => Promise.resolve(new Response(JSON.stringify({ error }), { status: 404 }));
  window.fetch = (address, init) => address.endsWith("/label/") ? gone() : send(address, init);
}"""


def test_a_drawing_that_was_deleted_elsewhere_says_so(studio: Page) -> None:
    number = saved_seven(studio)
    studio.evaluate(LABELS_ARE_GONE)

    studio.keyboard.press("7")

    expect(studio.get_by_text(f"Drawing {number} was deleted elsewhere")).to_be_visible()
    expect_state(studio, "drawn")  # it can be saved anew
    studio.wait_for_timeout(800)  # otherwise it is the second click of a double click
    studio.locator("[data-save]").click()
    expect_state(studio, "saved")
    expect(studio.locator("[data-saved-link]")).not_to_have_text(f"Drawing {number}")
