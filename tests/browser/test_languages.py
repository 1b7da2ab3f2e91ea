"""The studio in German, including the scripts' texts, and back to English."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import OpenPage
from tests.browser.gestures import SEVEN, draw
from tests.browser.studio_page import expect_digit

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def test_a_german_browser_gets_german_until_somebody_chooses_english(open_page: OpenPage) -> None:
    page = open_page("/", locale="de-AT")
    expect(page.locator("[data-message]")).to_have_text("Noch nichts gezeichnet")
    draw(page, SEVEN)
    expect_digit(page, 7)
    expect(page.locator("[data-message]")).to_contain_text("sicher")
    expect(page.locator("[data-bar='7'] [data-value]")).to_contain_text(",")
    page.get_by_role("button", name="Nur speichern").click()
    expect(page.locator("[data-verdict-text]")).to_have_text("Gespeichert. Stimmt die Antwort?")

    page.locator("[data-saved-link]").click()
    expect(page.locator("[data-clock]")).to_have_text(re.compile(r"^(\d+,\d) / \1 s$"))
    expect(page.get_by_role("button", name="Abspielen", exact=True)).to_be_visible()
    page.goto("/drawings/")
    page.locator(".tick").first.click()
    expect(page.locator("[data-count]")).to_have_text("1 ausgewählt")
    page.locator("[data-delete-selected]").click()
    expect(page.get_by_role("dialog")).to_contain_text("Diese Zeichnung mit ihren Antworten")
    page.get_by_role("dialog").get_by_role("button", name="Abbrechen").click()

    page.goto("/")
    page.locator("summary.avatar").click()
    page.get_by_role("button", name="English").click()

    expect(page.locator("html")).to_have_attribute("lang", "en-gb")
    expect(page.locator("[data-message]")).to_have_text("Nothing drawn yet")
    page.reload()
    expect(page.get_by_role("link", name="Drawings", exact=True)).to_be_visible()
