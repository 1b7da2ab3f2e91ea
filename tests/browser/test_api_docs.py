"""The API's page under the site's content security policy."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.test_whole_loop import sign_in

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def test_an_operation_can_be_tried_out(page: Page) -> None:
    """What the policy refuses is a complaint in the console, and those fail the test."""
    sign_in(page)
    page.goto("/api/v1/docs/")
    operation = page.locator("#operations-recognition-recognize")
    operation.get_by_role("button").first.click()
    operation.get_by_role("button", name="Try it out").click()
    operation.get_by_role("button", name="Execute").click()
    expect(operation.locator(".live-responses-table .response-col_status")).to_contain_text("200")
