"""The API's page under the site's content security policy."""

import pytest
from playwright.sync_api import expect

from tests.browser.checks import (
    COLORS,
    NOTHING,
    SETTLED,
    THEMES,
    colors,
    in_both_themes,
    violations,
)
from tests.browser.conftest import OpenPage

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def test_an_operation_can_be_tried_out(open_page: OpenPage) -> None:
    """Violations of the policy are errors in the console, which fail the test."""
    page = open_page("/api/v1/docs/")
    operation = page.locator("#operations-recognition-recognize")
    operation.get_by_role("button").first.click()
    operation.get_by_role("button", name="Try it out").click()
    operation.get_by_role("button", name="Execute").click()
    status = operation.locator(".live-responses-table td.response-col_status:not(.col_header)")
    expect(status).to_have_text("200")


def test_it_has_no_accessibility_violations(open_page: OpenPage) -> None:
    page = open_page("/api/v1/docs/")
    operation = page.locator("#operations-recognition-recognize")
    operation.wait_for()
    assert in_both_themes(page, "api-docs") == NOTHING

    operation.get_by_role("button").first.click()
    operation.locator(".microlight").first.wait_for()
    for theme in THEMES:
        page.emulate_media(color_scheme=theme)  # type: ignore[arg-type]
        page.evaluate(SETTLED)
        assert violations(page, runOnly=COLORS) == []
    assert colors(page, "#swagger-ui .info")[0] == (15, 17, 21)  # dark, as the page around it


def test_it_leads_back_to_the_site(open_page: OpenPage) -> None:
    page = open_page("/api/v1/docs/")
    page.get_by_role("link", name="Digit Studio").click()
    page.locator("[data-studio]").wait_for()
