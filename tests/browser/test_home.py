"""The home page without an account."""

import re
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import opened
from tests.browser.gestures import SEVEN, Hand, draw
from tests.browser.icons import FOLDER, ICONS, rendered
from tests.browser.studio_page import PHONE, expect_digit, picture_of_a_seven
from tests.processes.site import Site

pytestmark = [pytest.mark.browser, pytest.mark.slow]

MOST_BYTES = 100_000
THROTTLED_ONCE = """
const send = window.fetch;
let refused = false;
window.fetch = (...request) => {
  if (refused) return send(...request);
  refused = true;
  const body = JSON.stringify({ error: { code: "throttled", message: "Request was throttled." } });
  return Promise.resolve(new Response(body, { status: 429, headers: { "Retry-After": "2" } }));
};
"""


@pytest.fixture
def page(chromium: Browser, shared_site: Site) -> Iterator[Page]:
    with opened(chromium, shared_site) as page:
        yield page


def loaded(page: Page, address: str) -> dict[str, float]:
    """Return the transferred bytes of all that the page loads, by address."""
    addresses: dict[str, str] = {}
    sizes: dict[str, float] = {}

    def note(event: dict[str, Any]) -> None:
        sizes[addresses[event["requestId"]]] = event["encodedDataLength"]

    network = page.context.new_cdp_session(page)
    network.on(
        "Network.requestWillBeSent",
        lambda event: addresses.update({event["requestId"]: event["request"]["url"]}),
    )
    network.on("Network.loadingFinished", note)
    network.send("Network.enable")
    page.goto(address, wait_until="networkidle")
    return sizes


def test_a_seven_is_recognized_without_an_account(page: Page) -> None:
    page.goto("/")

    draw(page, SEVEN)

    expect_digit(page, 7)
    expect(page.locator("[data-top] li")).to_have_count(3)
    expect(page.locator("[data-bar] [data-value]")).to_have_text([re.compile(r"%$")] * 11)
    page.keyboard.press("Escape")
    expect(page.locator("[data-message]")).to_have_text("Nothing drawn yet")
    page.keyboard.press("Control+z")
    expect_digit(page, 7)
    assert page.context.cookies() == []


def test_it_is_small_and_uses_no_other_server(page: Page, shared_site: Site) -> None:
    sizes = loaded(page, "/")

    assert sizes
    assert {url.split("/")[2] for url in sizes} == {f"127.0.0.1:{shared_site.port}"}
    assert 10_000 < sum(sizes.values()) < MOST_BYTES


def test_a_phone_shows_canvas_and_answer_together(chromium: Browser, shared_site: Site) -> None:
    tall = {**PHONE, "viewport": {"width": 360, "height": 640}}
    with opened(chromium, shared_site, **tall) as page:
        page.goto("/")
        Hand(page).swipe([[0.5, 0.15], [0.5, 0.85]])

        expect_digit(page, 1)
        for part in ("[data-pad]", "[data-sure]", "[data-bars]"):
            expect(page.locator(part)).to_be_in_viewport(ratio=1)


def test_a_picture_is_recognized_by_keyboard_alone(page: Page) -> None:
    page.goto("/")
    with page.expect_file_chooser() as choice:
        page.locator("[data-upload]").focus()
        page.keyboard.press("Enter")
    choice.value.set_files(picture_of_a_seven(2400))  # larger than allowed without an account

    expect_digit(page, 7)
    page.keyboard.press("Escape")
    expect(page.locator("[data-message]")).to_have_text("Nothing drawn yet")


def test_of_several_pictures_a_visitor_gets_the_first_and_a_message(page: Page) -> None:
    page.goto("/")
    page.locator("[data-file]").evaluate("input => { input.multiple = true; }")  # as if dropped
    page.locator("[data-file]").set_input_files([picture_of_a_seven()] * 2)

    expect_digit(page, 7)
    expect(page.locator("[data-toast]")).to_contain_text("With an account, several are read")


def test_throttling_is_shown_and_the_answer_follows(page: Page) -> None:
    page.add_init_script(THROTTLED_ONCE)
    page.goto("/")

    draw(page, SEVEN)

    expect(page.locator("[data-trouble]")).to_contain_text("Too many requests.")
    expect_digit(page, 7)
    expect(page.locator("[data-trouble]")).to_be_hidden()


def test_signing_up_leads_to_the_studio(page: Page) -> None:
    page.goto("/")
    page.get_by_role("main").get_by_role("link", name="Create an account").click()
    page.get_by_label("Username").fill("newcomer")
    page.get_by_label("Password", exact=True).fill("staple battery 9")
    page.get_by_label("Password confirmation").fill("staple battery 9")
    page.get_by_role("button", name="Create account").click()

    draw(page, SEVEN)
    page.locator("[data-save]").click()

    expect(page.locator("[data-studio]")).to_have_attribute("data-state", "saved")


def test_the_icons_of_home_screens_are_the_logo(chromium: Browser) -> None:
    for name, (side, filled) in ICONS.items():
        made = np.asarray(rendered(chromium, side, filled)).astype(float)
        with Image.open(FOLDER / name) as icon:
            kept = np.asarray(icon.convert("RGBA"))
        assert np.abs(made - kept).mean() < 1, f"{name}: run python -m tests.browser.icons"


def test_a_visitor_chooses_the_theme_against_the_system(page: Page) -> None:
    """The first paint already has it: the server writes it into the page."""
    page.emulate_media(color_scheme="light")
    page.goto("/")
    ground = "getComputedStyle(document.body).backgroundColor"
    assert page.evaluate(ground) == "rgb(247, 248, 249)"

    page.get_by_role("button", name="Dark").click()
    expect(page.locator('[data-dark][media="screen"]')).to_have_count(1)
    assert page.evaluate(ground) == "rgb(15, 17, 21)"

    page.emulate_media(color_scheme="dark")
    page.get_by_role("button", name="Light").click()
    expect(page.locator("[data-dark]")).to_have_count(0)
    assert page.evaluate(ground) == "rgb(247, 248, 249)"
    assert page.evaluate("matchMedia('(prefers-color-scheme: dark)').matches")
    page.goto("/admin/")
    assert page.evaluate("getComputedStyle(document.documentElement).colorScheme") == "light"
