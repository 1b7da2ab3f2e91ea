"""The studio: numbers are corrected digit by digit, or typed as a whole."""

import re
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import cv2
import numpy as np
import pytest
from playwright.sync_api import Page, Request, expect

from mlcore.pictures.encoding import png
from tests.browser.conftest import ARTIFACTS, OpenPage
from tests.browser.gestures import Hand
from tests.browser.numbers import (
    expect_number,
    middle,
    on_paper,
    open_mark,
    retype_mark,
    stroke,
    write,
)
from tests.browser.studio_page import (
    RECOGNIZE,
    caught,
    expect_offer,
    expect_state,
    holding,
    strokes,
)

pytestmark = [pytest.mark.browser, pytest.mark.slow]

EDITOR, INPUT, HINT = "[data-mark-editor]", "[data-mark-input]", "[data-mark-hint]"


def sent_labels(page: Page) -> list[Any]:
    """The growing list of labels that are sent."""
    given: list[Any] = []

    def take(request: Request) -> None:
        if urlsplit(request.url).path.endswith("/label/"):
            given.append(request.post_data_json["label"])

    page.on("request", take)
    return given


def asked(page: Page) -> list[Request]:
    """The growing list of requests to read strokes in a certain mode."""
    found: list[Request] = []
    page.on("request", lambda each: found.append(each) if "?mode=" in each.url else None)
    return found


def mode_and_strokes(request: Request) -> tuple[str, int]:
    (mode,) = parse_qs(urlsplit(request.url).query)["mode"]
    return mode, len(request.post_data_json["strokes"])


# Digit by digit -----------------------------------------------------------------------------------


def test_a_correction_that_is_no_number_says_so(studio: Page) -> None:
    write(studio, "20", top=0.35)
    expect_number(studio, "20")
    retype_mark(studio, 1, "-")
    expect(studio.locator("[data-sure]")).to_have_text(
        "“2-” is no number, so it cannot be the label."
    )
    retype_mark(studio, 1, "6")
    expect_number(studio, "26")
    expect(studio.locator("[data-sure]")).not_to_contain_text("no number")


def test_a_digit_is_corrected_at_its_frame_and_saved_as_the_label(studio: Page) -> None:
    labels = sent_labels(studio)
    write(studio, "2026", top=0.35)
    expect_number(studio, "2026")
    bars = studio.locator("[data-mark-bars] .bar")
    expect(bars).to_have_text([re.compile(rf"{digit}>?\d+(\.\d)?%") for digit in "2026"])
    expect(studio.locator("[data-bars]")).to_be_hidden()
    studio.screenshot(path=ARTIFACTS / "number.png")

    open_mark(studio, 1)
    expect(studio.get_by_role("dialog")).to_contain_text("Read as 0")
    expect(studio.locator(INPUT)).to_be_focused()
    studio.keyboard.type("8")
    studio.keyboard.press("Enter")

    expect(studio.locator(EDITOR)).to_be_hidden()
    expect_number(studio, "2826")
    assert strokes(studio) == 4
    expect(studio.locator("[data-message]")).to_have_text("Corrected by you")
    expect(studio.locator("[data-spoken]")).to_have_text("2826, corrected by you")
    expect(bars.nth(1)).to_have_text("8✓")
    studio.keyboard.press("Enter")  # saves: the focus is no longer in the dialog
    expect(studio.locator("[data-verdict-text]")).to_contain_text("Labeled 2826")
    expect_number(studio, "2826")
    expect(studio.locator("[data-number]")).to_have_value("2826")
    assert labels == ["2826"]


def test_two_digits_are_joined_and_split_again(studio: Page) -> None:
    requests = asked(studio)
    write(studio, "210")
    expect_number(studio, "210")

    open_mark(studio, 1)
    studio.get_by_role("button", name="Join with the next").click()
    expect(studio.locator(".pad-mark")).to_have_count(2)
    text = studio.locator("[data-digit]").text_content() or ""
    assert text[0] == "2"
    assert text[1:].isdigit()

    open_mark(studio, 1)
    expect(studio.get_by_role("button", name="Join with the next")).to_be_disabled()
    studio.get_by_role("button", name="Split").click()
    expect_number(studio, "210")
    assert [mode_and_strokes(each) for each in requests] == [("digit", 2), ("number", 2)]
    expect(studio.locator("[data-message]")).to_have_text("Corrected by you")


def test_what_cannot_be_split_is_typed(studio: Page) -> None:
    requests = asked(studio)
    write(studio, "207")
    expect_number(studio, "207")

    open_mark(studio, 0)
    studio.get_by_role("button", name="Split").click()
    expect(studio.locator(HINT)).to_have_text("Type both digits.")
    studio.keyboard.type("1x3")
    studio.keyboard.press("Enter")

    expect_number(studio, "1307")
    assert requests == []


def test_a_reading_that_fails_lets_one_type_the_digit(studio: Page) -> None:
    write(studio, "207")
    expect_number(studio, "207")
    studio.route(
        "**/api/v1/recognize/?mode=*", lambda route: route.fulfill(status=200, body="no JSON")
    )

    open_mark(studio, 0)
    studio.get_by_role("button", name="Join with the next").click()
    expect(studio.locator(HINT)).to_have_text("Type the digit that both are.")
    studio.keyboard.type("8")
    studio.keyboard.press("Enter")

    expect_number(studio, "87")


def test_frames_are_opened_and_closed_by_keyboard(studio: Page) -> None:
    write(studio, "71")
    expect_number(studio, "71")
    expect_offer(studio, 71)  # frames open when the whole drawing is read
    second = studio.get_by_role("button", name="2 of 2: 1, ")

    while not second.evaluate("frame => frame === document.activeElement"):
        studio.keyboard.press("Tab")
    studio.keyboard.press("Enter")
    expect(studio.locator(INPUT)).to_be_focused()
    studio.keyboard.press("Escape")
    expect(studio.locator(EDITOR)).to_be_hidden()
    expect(second).to_be_focused()
    assert strokes(studio) == 2

    studio.keyboard.press("Enter")
    studio.keyboard.type("4")
    studio.keyboard.press("Enter")
    expect_number(studio, "74")
    expect(studio.get_by_role("button", name="2 of 2: 4, corrected by you")).to_be_focused()

    studio.keyboard.press("Enter")
    for _ in range(4):
        studio.keyboard.press("Tab")
    expect(studio.locator(EDITOR)).to_be_hidden()
    expect(studio.get_by_role("button", name="2 of 2: 4, corrected by you")).to_be_focused()


def test_a_finger_opens_a_frame(open_page: OpenPage) -> None:
    page = open_page(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    write(page, "71")
    expect_number(page, "71")

    page.touchscreen.tap(*middle(page, 0))

    expect(page.locator(INPUT)).to_be_focused()
    expect(page.locator(EDITOR)).to_be_in_viewport(ratio=1)
    page.keyboard.type("2")
    page.keyboard.press("Enter")
    expect_number(page, "21")
    assert strokes(page) == 2


def test_a_pen_opens_a_frame(open_page: OpenPage) -> None:
    page = open_page(has_touch=True)
    write(page, "71")
    expect_number(page, "71")
    pad = page.locator("[data-pad]").bounding_box()
    assert pad is not None
    x, y = middle(page, 0)

    Hand(page).pen([[(x - pad["x"]) / pad["width"], (y - pad["y"]) / pad["height"]]])

    expect(page.locator(EDITOR)).to_be_visible()
    assert strokes(page) == 2


# Tapping and drawing ------------------------------------------------------------------------------


def test_beside_the_digits_a_tap_draws_a_point(studio: Page) -> None:
    write(studio, "25")
    expect_number(studio, "25")
    middle(studio, 0)

    # Between the feet of both, within the margin of the first frame.
    frame = studio.locator(".pad-mark").first.bounding_box()
    assert frame is not None
    studio.mouse.click(frame["x"] + frame["width"] - 3, frame["y"] + frame["height"] - 6)

    expect(studio.locator(EDITOR)).to_be_hidden()
    assert strokes(studio) == 4
    expect_number(studio, "2.5")


def test_strokes_and_long_presses_over_a_frame_are_drawn(studio: Page) -> None:
    write(studio, "71")
    expect_number(studio, "71")
    x, y = middle(studio, 0)

    studio.mouse.move(x, y)
    studio.mouse.down()
    studio.mouse.move(x + 3, y)
    assert strokes(studio) == 2  # it may still become a tap
    studio.mouse.move(x + 40, y, steps=4)
    studio.mouse.up()
    assert strokes(studio) == 3

    studio.keyboard.press("Control+z")
    expect_number(studio, "71")
    studio.mouse.move(*middle(studio, 0))
    studio.mouse.down()
    studio.wait_for_timeout(400)
    studio.mouse.up()
    assert strokes(studio) == 3
    expect(studio.locator(EDITOR)).to_be_hidden()


def test_before_its_answer_has_come_a_tap_draws(studio: Page) -> None:
    write(studio, "71")
    expect_number(studio, "71")
    held = holding(studio, RECOGNIZE)
    stroke(studio, [[0.5, 0.3], [0.5, 0.6]])
    caught(studio, held)  # the frames are those of the ink before

    studio.mouse.click(*middle(studio, 0))

    expect(studio.locator(EDITOR)).to_be_hidden()
    assert strokes(studio) == 4


def test_a_press_on_the_paper_closes_the_dialog_without_drawing(studio: Page) -> None:
    write(studio, "71")
    expect_number(studio, "71")
    open_mark(studio, 0)

    ((x, y),) = on_paper(studio, [[0.9, 0.1]])
    studio.mouse.click(x, y)
    expect(studio.locator(EDITOR)).to_be_hidden()
    assert strokes(studio) == 2

    studio.mouse.click(x, y)
    assert strokes(studio) == 3


def test_more_ink_drops_the_correction_and_undo_returns_it(studio: Page) -> None:
    write(studio, "71")
    expect_number(studio, "71")
    retype_mark(studio, 1, "4")
    expect_number(studio, "74")

    write(studio, "0", left=0.5)
    expect_number(studio, "710")
    studio.keyboard.press("Control+z")

    expect_number(studio, "74")
    expect(studio.locator("[data-message]")).to_have_text("Corrected by you")


def test_corrections_are_undone_before_ink_and_redone_after_it(studio: Page) -> None:
    write(studio, "71")
    expect_number(studio, "71")
    retype_mark(studio, 1, "4")
    expect_number(studio, "74")
    retype_mark(studio, 0, "2")
    expect_number(studio, "24")
    expect_offer(studio, 24)

    studio.keyboard.press("Control+z")
    expect_number(studio, "74")
    expect(studio.locator("[data-message]")).to_have_text("Corrected by you")
    expect_offer(studio, 74)
    studio.locator("[data-undo]").click()
    expect_number(studio, "71")
    expect(studio.locator("[data-message]")).not_to_have_text("Corrected by you")
    expect_offer(studio, 71)
    assert strokes(studio) == 2
    studio.keyboard.press("Control+z")
    assert strokes(studio) == 1

    studio.locator("[data-redo]").click()
    expect_number(studio, "71")
    studio.locator("[data-redo]").click()
    studio.locator("[data-redo]").click()
    expect_number(studio, "24")
    expect_offer(studio, 24)
    expect(studio.locator("[data-redo]")).to_be_disabled()


def test_a_new_correction_ends_what_can_be_redone(studio: Page) -> None:
    write(studio, "71")
    expect_number(studio, "71")
    retype_mark(studio, 1, "4")
    studio.locator("[data-undo]").click()
    expect_number(studio, "71")
    expect(studio.locator("[data-redo]")).to_be_enabled()

    retype_mark(studio, 1, "9")

    expect_number(studio, "79")
    expect(studio.locator("[data-redo]")).to_be_disabled()


def test_a_saved_correction_stays_and_undo_takes_ink_back(studio: Page) -> None:
    labels = sent_labels(studio)
    write(studio, "71")
    expect_number(studio, "71")
    retype_mark(studio, 1, "4")
    studio.keyboard.press("Enter")
    expect(studio.locator("[data-verdict-text]")).to_contain_text("Labeled 74")

    studio.locator("[data-undo]").click()
    assert strokes(studio) == 1
    studio.locator("[data-redo]").click()

    expect_number(studio, "74")
    assert labels == ["74"]


# The whole number ---------------------------------------------------------------------------------


def test_the_number_is_confirmed_or_typed_after_saving(studio: Page) -> None:
    labels = sent_labels(studio)
    write(studio, "2026")
    expect_number(studio, "2026")
    studio.locator("[data-save]").click()
    expect(studio.locator("[data-right-text]")).to_have_text("Right, it is 2026")

    studio.get_by_label("or type the number").fill("20,36, m")
    studio.keyboard.press("Enter")  # it is no number yet
    studio.keyboard.press("Backspace")
    studio.keyboard.press("Enter")

    expect(studio.locator("[data-verdict-text]")).to_contain_text("Labeled 20,36")
    expect(studio.locator("[data-digit]")).to_have_text("20,36")
    expect(studio.locator("[data-message]")).to_have_text("Corrected by you")
    studio.keyboard.press("Escape")
    write(studio, "71")
    expect_number(studio, "71")
    studio.keyboard.press("Enter")
    expect_state(studio, "saved")
    studio.keyboard.press("r")
    expect(studio.locator("[data-verdict-text]")).to_contain_text("Labeled 71")
    assert labels == ["20,36", "71"]


def test_the_stored_answer_is_corrected_if_no_other_has_come(studio: Page) -> None:
    labels = sent_labels(studio)
    write(studio, "71")
    expect_number(studio, "71")
    held = holding(studio, RECOGNIZE)
    write(studio, "0", left=0.5)
    caught(studio, held)
    studio.locator("[data-save]").click()
    expect_number(studio, "710")

    retype_mark(studio, 2, "6")

    expect_number(studio, "716")
    expect(studio.locator("[data-verdict-text]")).to_contain_text("Labeled 716")
    assert labels == ["716"]


def test_a_digit_with_a_sign_keeps_it(studio: Page) -> None:
    labels = sent_labels(studio)
    write(studio, "5")
    expect_offer(studio, 5)
    studio.get_by_label("or type the number").fill("-5")
    studio.keyboard.press("Enter")

    expect(studio.locator("[data-verdict-text]")).to_have_text("Labeled -5.")
    expect(studio.locator("[data-number]")).to_have_value("-5")
    expect(studio.locator("[data-label='5']")).to_have_attribute("aria-pressed", "false")
    expect(studio.locator("[data-sure]")).not_to_have_text("Tap to correct")
    assert labels == ["-5"]


def test_one_digit_that_is_typed_is_a_digit(studio: Page) -> None:
    labels = sent_labels(studio)
    write(studio, "7", width=0.3, height=0.5)
    expect_offer(studio, 7)
    studio.keyboard.press("Enter")
    expect(studio.locator("[data-verdict-text]")).to_have_text("Labeled 7.")
    expect(studio.locator("[data-number]")).to_have_value("")

    studio.get_by_label("or type the number").fill("1")
    studio.keyboard.press("Enter")

    expect(studio.locator("[data-label='1']")).to_have_attribute("aria-pressed", "true")
    for _ in range(100):  # the label goes through an outbox
        if len(labels) > 1:
            break
        studio.wait_for_timeout(50)
    assert labels == [7, 1]  # Enter said that the answer was right


def test_the_digits_of_a_picture_are_corrected_by_typing(studio: Page, tmp_path: Path) -> None:
    gray = np.full((300, 900), 245, np.uint8)
    cv2.line(gray, (300, 60), (296, 240), 20, 16)
    cv2.ellipse(gray, (600, 150), (65, 90), 0, 0, 360, 20, 16)
    (tmp_path / "ten.png").write_bytes(png(gray))
    studio.locator("[data-file]").set_input_files(tmp_path / "ten.png")
    expect_number(studio, "10")

    open_mark(studio, 0)
    studio.get_by_role("button", name="Join with the next").click()
    expect(studio.locator(HINT)).to_have_text("Type the digit that both are.")
    studio.keyboard.type("8")
    studio.keyboard.press("Enter")

    expect_number(studio, "8")
    assert strokes(studio) == 0
