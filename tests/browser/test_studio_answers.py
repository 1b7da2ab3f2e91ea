"""Answers while drawing: they do not flicker, are current, and do not disturb drawing."""

import re
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from playwright.sync_api import Page, Request, Route, expect

from mlcore.pictures.encoding import png
from tests.browser.conftest import DESK, OpenPage
from tests.browser.gestures import ONE, SEVEN, draw, on_pad
from tests.browser.studio_page import RECOGNIZE, answer, expect_digit, strokes
from tests.processes.site import Site
from tests.processes.waiting import wait_for

pytestmark = [pytest.mark.browser, pytest.mark.slow]

# Records every large digit that was shown.
WATCHING = """() => {
  const place = document.querySelector("[data-digit]");
  window.shown = [];
  new MutationObserver(() => window.shown.push(place.textContent))
    .observe(place, { childList: true, characterData: true, subtree: true });
}"""


def between(four: float, nine: float) -> dict[str, Any]:
    """An answer that wavers between a 4 and a 9."""
    likelier = 4 if four > nine else 9
    probabilities = [0.0] * 10
    probabilities[4], probabilities[9] = four, nine
    top = sorted([(four, 4), (nine, 9)], reverse=True)
    return answer(likelier) | {
        "confidence": max(four, nine),
        "probabilities": probabilities,
        "class_probabilities": [*probabilities, 0.0],
        "top": [{"digit": digit, "probability": p} for p, digit in top],
    }


class Script:
    """Gives one answer per request, in order, and repeats the last one."""

    def __init__(self, page: Page, *answers: dict[str, Any]) -> None:
        self.left = list(answers)
        page.route(RECOGNIZE, self.reply)

    def reply(self, route: Route) -> None:
        route.fulfill(json=self.left.pop(0) if len(self.left) > 1 else self.left[0])


def pen_down(page: Page) -> None:
    """Draw slowly without lifting the pen; about ten answers arrive."""
    page.evaluate(WATCHING)
    start, *_ = on_pad(page, [[0.1, 0.1]])
    page.mouse.move(*start)
    page.mouse.down()
    for i in range(1, 12):
        page.mouse.move(*on_pad(page, [[0.1 + 0.05 * i, 0.1 + 0.02 * i]])[0])
        page.wait_for_timeout(130)


def digits_shown(page: Page) -> list[str]:
    """Return the shown digits in order, without repetitions."""
    shown = [text for text in page.evaluate("shown") if text]
    return [text for i, text in enumerate(shown) if i == 0 or text != shown[i - 1]]


def test_the_digit_does_not_flicker_between_two_near_answers(studio: Page) -> None:
    four, nine = between(0.52, 0.48), between(0.48, 0.52)
    Script(studio, *[four, nine] * 8)

    pen_down(studio)

    assert digits_shown(studio) == ["4"]


def test_the_probabilities_are_current_while_the_digit_waits(studio: Page) -> None:
    Script(studio, between(0.52, 0.48), between(0.46, 0.54), between(0.47, 0.53), between(0.6, 0.4))
    studio.evaluate(WATCHING)
    held = [studio.locator("[data-bar='4'] [data-value]"), studio.locator("[data-message]")]
    start, end = on_pad(studio, [[0.1, 0.1], [0.2, 0.2]])
    studio.mouse.move(*start)
    studio.mouse.down()

    expect(studio.locator("[data-bar='4'] [data-value]")).to_have_text("52.0%")
    studio.mouse.move(*end)
    expect(held[0]).to_have_text("46.0%")
    expect(held[1]).to_have_text("46% sure")
    expect(studio.locator("[data-sure]")).to_have_text("Could be 9.")
    expect_digit(studio, 4)


def test_an_answer_that_stays_ahead_is_shown(studio: Page) -> None:
    Script(studio, between(0.52, 0.48), *[between(0.48, 0.52)] * 12)

    pen_down(studio)

    expect_digit(studio, 9)
    assert digits_shown(studio) == ["4", "9"]


def test_a_clear_lead_is_shown_at_once(studio: Page) -> None:
    Script(studio, between(0.52, 0.48), between(0.2, 0.8), between(0.48, 0.52))
    start, end = on_pad(studio, [[0.1, 0.1], [0.2, 0.2]])
    studio.mouse.move(*start)
    studio.mouse.down()
    expect_digit(studio, 4)

    studio.mouse.move(*end)

    expect_digit(studio, 9)


def test_with_the_pen_up_the_newest_answer_is_shown(studio: Page) -> None:
    Script(studio, between(0.52, 0.48), between(0.49, 0.51))
    start, end = on_pad(studio, [[0.1, 0.1], [0.2, 0.2]])
    studio.mouse.move(*start)
    studio.mouse.down()
    expect_digit(studio, 4)

    studio.mouse.move(*end)
    studio.mouse.up()

    expect_digit(studio, 9)
    expect(studio.locator("[data-spoken]")).to_have_text("9, 51% sure")


def test_nothing_is_spoken_while_the_pen_is_down(studio: Page) -> None:
    Script(studio, between(0.9, 0.1))
    pen_down(studio)
    studio.wait_for_timeout(900)

    spoken = studio.locator("[data-spoken]").text_content()
    studio.mouse.up()

    assert spoken in ("", "Nothing drawn yet")
    expect(studio.locator("[data-spoken]")).to_have_text("4, 90% sure")


def test_it_sends_ten_requests_a_second_during_a_stroke(open_page: OpenPage) -> None:
    """Fifty moves of the pen in one second of the page's clock."""
    page = open_page(viewport=DESK)  # a new context: the clock is the context's
    page.clock.install(time=0)
    page.reload()
    Script(page, between(0.9, 0.1))
    asked: list[Request] = []
    answered: list[Request] = []
    page.on("request", lambda request: asked.append(request))
    for end in ("requestfinished", "requestfailed"):  # a newer request may abort an older one
        page.on(end, lambda request: answered.append(request))  # type: ignore[call-overload]
    page.mouse.move(*on_pad(page, [[0.1, 0.5]])[0])
    page.clock.pause_at(60_000)
    page.mouse.down()

    for i in range(50):
        page.mouse.move(*on_pad(page, [[0.1 + i / 80, 0.5]])[0])
        page.clock.run_for(20)
        wait_for(
            # A request from before these were counted may finish among them.
            lambda: page.wait_for_timeout(10) or all(each in answered for each in asked),
            name="an answer",
        )

    questions = [each for each in asked if each.method == "POST"]
    assert 8 <= len(questions) <= 11


def test_nothing_is_stored_before_it_is_saved(studio: Page, shared_site: Site) -> None:
    newest = shared_site.get("/api/v1/drawings/", by="trainer")["results"][:1]
    draw(studio, SEVEN)
    expect_digit(studio, 7)
    studio.locator("[data-tab='heat']").click()
    expect(studio.locator("[data-heat-map]")).to_be_visible()

    assert shared_site.get("/api/v1/drawings/", by="trainer")["results"][:1] == newest


# Simulates a lost network. Chromium would log an error for a request that really fails.
GOING_OFFLINE = """
const send = window.fetch;
window.offline = false;
window.fetch = (...request) =>
  window.offline ? Promise.reject(new TypeError("Failed to fetch")) : send(...request);
"""


def test_drawing_works_offline_and_answers_resume(open_page: OpenPage) -> None:
    page = open_page(script=GOING_OFFLINE)
    page.evaluate("window.offline = true")
    draw(page, SEVEN)
    expect(page.locator("[data-trouble]")).to_contain_text("Offline")
    draw(page, ONE, shift=0.3)
    assert strokes(page) == 2
    expect(page.locator("[data-toast]")).to_have_count(0)
    page.keyboard.press("Control+z")

    page.evaluate("window.offline = false; window.dispatchEvent(new Event('online'))")

    expect_digit(page, 7)
    expect(page.locator("[data-trouble]")).to_be_hidden()


def test_bars_are_animated_unless_motion_is_reduced(open_page: OpenPage) -> None:
    durations = [
        open_page(reduced_motion=motion)
        .locator("[data-bar='0'] .bar-fill")
        .evaluate("bar => getComputedStyle(bar).transitionDuration")
        for motion in ("no-preference", "reduce")
    ]
    assert durations == ["0.16s", "0s"]


# Refusals -----------------------------------------------------------------------------------------


def test_a_number_is_shown_and_its_digits_are_framed(studio: Page) -> None:
    draw(studio, [[x * 0.6, y] for x, y in SEVEN])
    draw(studio, [[0.8, 0.2], [0.8, 0.85]])

    answer, frames = studio.locator("[data-answer]"), studio.locator(".pad-mark")
    expect(answer).to_have_attribute("data-state", "number")
    expect(studio.locator("[data-digit]")).to_have_text("71")
    expect(studio.locator("[data-spoken]")).to_contain_text("71, ")
    expect(frames).to_have_text(["7", "1"])
    pad, one = (
        studio.locator(each).bounding_box() for each in ("[data-pad]", ".pad-mark >> nth=1")
    )
    assert pad is not None
    assert one is not None
    assert (one["x"] + one["width"] / 2 - pad["x"]) / pad["width"] == pytest.approx(0.8, abs=0.02)
    assert (one["y"] - pad["y"]) / pad["height"] == pytest.approx(0.2, abs=0.05)

    studio.locator("[data-save]").click()
    expect(studio.locator("[data-saved-link]")).to_be_visible()
    expect(studio.locator("[data-digit]")).to_have_text("71")
    studio.keyboard.press("Escape")
    expect(frames).to_have_count(0)


def test_the_frames_of_a_picture_lie_on_its_digits(studio: Page, tmp_path: Path) -> None:
    gray = np.full((300, 900), 245, np.uint8)
    cv2.line(gray, (300, 60), (296, 240), 20, 16)
    cv2.ellipse(gray, (600, 150), (65, 90), 0, 0, 360, 20, 16)
    (tmp_path / "ten.png").write_bytes(png(gray))
    studio.locator("[data-file]").set_input_files(tmp_path / "ten.png")

    expect(studio.locator("[data-digit]")).to_have_text("10")
    pad, zero = (
        studio.locator(each).bounding_box() for each in ("[data-pad]", ".pad-mark >> nth=1")
    )
    assert pad is not None
    assert zero is not None
    assert (zero["x"] + zero["width"] / 2 - pad["x"]) / pad["width"] == pytest.approx(
        2 / 3, abs=0.03
    )
    assert (zero["y"] + zero["height"] / 2 - pad["y"]) / pad["height"] == pytest.approx(
        0.5, abs=0.03
    )


@pytest.mark.parametrize(
    ("reason", "message", "headline"),
    [
        ("unknown", "Probably not a digit (97%). Write just one number.", "No digit recognized"),
        ("unsure", "Looks like a 7, but it may be none (97%). Write it clearly.", "Uncertain"),
    ],
)
def test_a_refusal_says_why_and_what_to_do(
    studio: Page, reason: str, message: str, headline: str
) -> None:
    refused = {"is_digit": False, "digit": None, "confidence": 0.97, "not_a_digit": 0.97}
    refused["class_probabilities"] = [0.0] * 7 + [0.03, 0.0, 0.0, 0.97]
    Script(studio, answer(7) | refused | {"reason": reason, "message": message})

    draw(studio, SEVEN)

    expect(studio.locator("[data-message]")).to_have_text(headline)
    expect(studio.locator("[data-sure]")).to_have_text(message)
    expect(studio.locator("[data-digit]")).to_have_text("\u2013")
    expect(studio.locator("[data-best]")).to_have_text(re.compile(r"Not a digit\s+97.0%"))


def test_an_uncertain_digit_is_shown_with_the_alternative(studio: Page) -> None:
    Script(studio, between(0.6, 0.4) | {"message": "Looks like a 4, could be a 9."})

    draw(studio, ONE)

    expect(studio.locator("[data-sure]")).to_have_text("Looks like a 4, could be a 9.")


def test_an_answer_is_shared_as_a_picture_of_ink_answer_and_site(
    open_page: OpenPage, tmp_path: Path
) -> None:
    page = open_page("/", color_scheme="dark")  # the ink is light on the screen
    draw(page, SEVEN)
    expect_digit(page, 7)
    page.locator("[data-save]").click()
    page.locator("[data-saved-link]").wait_for()
    for number in range(2):
        with page.expect_download() as download:
            page.locator("[data-share]").click()
        assert download.value.suggested_filename == "digit-studio.png"
        file = tmp_path / f"{number}.png"
        download.value.save_as(file)
        picture = cv2.imread(str(file), cv2.IMREAD_GRAYSCALE)
        assert picture.shape == (630, 1200)
        paper, words = picture[80:550, 80:550], picture[:, 620:]
        assert paper[0, 0] == 255
        assert 0.02 < (paper < 100).mean() < 0.3
        assert 0.02 < (words < 100).mean() < 0.3
        if number == 0:
            page.locator("[data-saved-link]").click()  # the drawing's page shares it, too
            page.wait_for_url("**/drawings/*/")
