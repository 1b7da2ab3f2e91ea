"""The size of the studio page; it loads nothing from other servers."""

from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, Response

from tests.browser.conftest import OpenPage
from tests.browser.gestures import SEVEN, draw
from tests.browser.studio_page import expect_digit

pytestmark = [pytest.mark.browser, pytest.mark.slow]

MOST_BYTES = 70_000
FOR_THE_FIRST_TIME = {"locale": "en-GB"}  # options make a new context, with an empty cache


def responses(page: Page, address: str) -> list[Response]:
    """Return all responses of opening an address, including scripts and icons."""
    found: list[Response] = []
    page.on("response", lambda response: found.append(response))
    page.goto(address)
    page.wait_for_load_state("networkidle")
    return found


def transferred(page: Page, address: str) -> dict[str, int]:
    """Return the transferred bytes, including headers, by address."""
    devtools = page.context.new_cdp_session(page)
    devtools.send("Network.enable")
    devtools.send("Network.setCacheDisabled", {"cacheDisabled": True})
    names: dict[str, str] = {}
    sizes: dict[str, int] = {}

    def asked(event: dict[str, Any]) -> None:
        names[event["requestId"]] = event["request"]["url"]

    def loaded(event: dict[str, Any]) -> None:
        name = names.get(event["requestId"], event["requestId"])
        sizes[name] = sizes.get(name, 0) + int(event["encodedDataLength"])

    devtools.on("Network.requestWillBeSent", asked)
    devtools.on("Network.loadingFinished", loaded)
    page.goto(address)
    page.wait_for_load_state("networkidle")
    page.wait_for_timeout(200)
    return sizes


@pytest.mark.parametrize("locale", ["en-GB", "de-DE"])
def test_the_studio_transfers_at_most_70_kilobytes(open_page: OpenPage, locale: str) -> None:
    sizes = transferred(open_page("about:blank", locale=locale), "/")

    assert len(sizes) >= 6
    assert any("studio" in name and ".js" in name for name in sizes)
    assert sum(sizes.values()) <= MOST_BYTES, sorted(sizes.items(), key=lambda item: -item[1])


def test_scripts_and_styles_are_compressed_and_immutable(open_page: OpenPage) -> None:
    page = open_page("about:blank", **FOR_THE_FIRST_TIME)
    static = [each for each in responses(page, "/") if "/static/" in each.url]
    text = [each for each in static if each.url.endswith((".js", ".css"))]

    assert len(text) >= 4
    large = [each for each in text if len(each.body()) > 1000]
    assert {each.headers.get("content-encoding") for each in large} <= {"gzip", "br"}
    assert all("immutable" in each.headers["cache-control"] for each in static)


def test_no_request_leaves_the_site(open_page: OpenPage) -> None:
    page = open_page("about:blank", **FOR_THE_FIRST_TIME)
    asked: list[str] = []
    page.context.on("request", lambda request: asked.append(request.url))
    responses(page, "/")
    draw(page, SEVEN)
    expect_digit(page, 7)
    page.locator("[data-tab='heat']").click()
    page.locator("[data-heat-map]").wait_for()
    page.locator("[data-save]").click()
    page.locator("[data-saved-link]").wait_for()

    fetched = [urlsplit(each) for each in asked if not each.startswith(("data:", "blob:"))]
    assert len(fetched) >= 12
    assert {each.hostname for each in fetched} == {"127.0.0.1"}


def test_the_policy_forbids_inline_scripts_and_styles(open_page: OpenPage) -> None:
    page = open_page("about:blank", **FOR_THE_FIRST_TIME)
    (document,) = [each for each in responses(page, "/") if each.request.is_navigation_request()]
    policy, html = document.headers["content-security-policy"], document.text()

    assert "unsafe" not in policy
    assert "default-src 'self'" in policy
    assert page.locator("script:not([src]):not([type='application/json'])").count() == 0
    assert "<style" not in html
    assert " style=" not in html
