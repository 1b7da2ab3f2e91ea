"""The studio: saving, labeling, and drawing after a save."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenPage
from tests.browser.gestures import ONE, SEVEN, Hand, draw
from tests.browser.studio_page import (
    DRAWINGS,
    LABEL,
    caught,
    expect_digit,
    expect_state,
    holding,
    label_of,
    let_through,
    saved_seven,
    strokes,
)
from tests.processes.site import Site

pytestmark = [pytest.mark.browser, pytest.mark.slow]

# Saving and labels --------------------------------------------------------------------------------


def test_a_drawing_is_saved_and_corrected_by_key(studio: Page, shared_site: Site) -> None:
    draw(studio, SEVEN)
    studio.keyboard.press("Enter")
    expect(studio.locator("[data-right-text]")).to_have_text("Right, it is 7")

    studio.keyboard.press("3")

    expect(studio.locator("[data-verdict-text]")).to_have_text("Labeled 3.")
    expect(studio.locator("[data-label='3']")).to_have_attribute("aria-pressed", "true")
    studio.keyboard.press("Escape")
    expect_state(studio, "blank")
    newest = shared_site.get("/api/v1/drawings/", by="trainer")["results"][0]
    assert (newest["label"], newest["answer"]["digit"]) == (3, 7)


def test_a_drawing_whose_reply_was_lost_is_stored_once(studio: Page, shared_site: Site) -> None:
    before = ids(shared_site)
    draw(studio, SEVEN)
    studio.route(DRAWINGS, lambda route: (route.fetch(), route.fulfill(body="cut")))
    studio.keyboard.press("Enter")
    expect(studio.get_by_text("Not saved.")).to_be_visible()
    studio.unroute(DRAWINGS)

    studio.keyboard.press("Enter")

    expect_state(studio, "saved")
    assert len(ids(shared_site) - before) == 1


def ids(site: Site) -> set[int]:
    return {each["id"] for each in site.get("/api/v1/drawings/", by="trainer")["results"]}


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


# Keys ---------------------------------------------------------------------------------------------


def test_the_question_mark_lists_the_keys_and_returns_the_focus(studio: Page) -> None:
    studio.locator("[data-upload]").focus()
    studio.keyboard.press("?")
    sheet = studio.get_by_role("dialog")
    expect(sheet).to_be_visible()
    for words in ("Undo", "Redo", "Clear", "Save", "brush"):
        expect(sheet).to_contain_text(words)

    studio.keyboard.press("Escape")

    expect(sheet).to_be_hidden()
    expect(studio.locator("[data-upload]")).to_be_focused()


def test_a_drawing_is_saved_and_labeled_by_keyboard_alone(studio: Page) -> None:
    draw(studio, SEVEN)
    for key in ("Enter", "7"):
        studio.keyboard.press(key)
    expect_state(studio, "saved")
    expect(studio.locator("[data-verdict-text]")).to_have_text("Labeled 7.")
    expect(studio.locator("[data-new]")).to_be_focused()
