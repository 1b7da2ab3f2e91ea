"""The API's page under the site's content security policy."""

import pytest
from playwright.sync_api import expect

from tests.browser.checks import violations
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
    page.locator("#operations-recognition-recognize").wait_for()

    assert violations(page) == []
