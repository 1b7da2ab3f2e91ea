"""The whole loop in the browser: draw, save, correct, retrain, and use the new version.

The worker is killed during training, and another one finishes the job.
"""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import ARTIFACTS
from tests.browser.gestures import SEVEN, draw, sign_in
from tests.processes.forms import MIRRORED
from tests.processes.site import Site
from tests.processes.waiting import PATIENCE

pytestmark = [pytest.mark.browser, pytest.mark.slow]

MIRRORED_SEVEN = [[0.2 + x / 250, 0.1 + y / 250] for x, y in MIRRORED[7][0]]


def test_draw_save_correct_retrain_and_use_the_new_version(page: Page, embedded: Site):
    sign_in(page)

    draw(page, SEVEN)
    expect(page.locator("[data-digit]")).to_have_text("7")
    expect(page.locator("[data-meta]")).to_contain_text("ersion 1")
    page.screenshot(path=ARTIFACTS / "studio.png")
    page.locator("[data-save]").click()
    page.locator("[data-right]").click()
    page.keyboard.press("Escape")

    for number in range(6):
        draw(page, MIRRORED_SEVEN, shift=number / 50)
        expect(page.locator("[data-save]")).to_be_enabled()
        page.keyboard.press("Enter")
        expect(page.locator("[data-verdict]")).to_be_visible()
        page.keyboard.press("7")
        expect(page.locator("[data-verdict-text]")).to_contain_text("7")
        page.keyboard.press("Escape")

    page.goto("/drawings/")
    expect(page.locator("[data-drawing]")).to_have_count(7)
    page.screenshot(path=ARTIFACTS / "history.png")

    page.goto("/jobs/")
    page.get_by_role("button", name=re.compile("retrain", re.IGNORECASE)).click()
    page.goto("/jobs/1/")  # the page follows the job without a reload
    embedded.replace_worker()
    bar, log = page.locator("[data-fraction]"), page.locator("[data-lines] li")
    expect(bar).to_be_visible()
    share = float(bar.get_attribute("value") or 0)
    expect(log.filter(has_text="of 10: loss").nth(1)).to_be_visible(timeout=PATIENCE * 1000)
    assert bar.evaluate("bar => bar.value") > share
    job = embedded.wait_for_job(1, "succeeded", "failed")
    assert (job["attempt"], job["version"]) == (2, 2)
    newest = embedded.get("/api/v1/versions/", by="trainer")["results"][0]
    assert newest["verdict"]["passed"], newest
    embedded.is_swept()
    expect(log.last).to_contain_text("Succeeded.")
    expect(page.get_by_text("succeeded").first).to_be_visible()
    page.screenshot(path=ARTIFACTS / "job.png", full_page=True)

    embedded.follows(2)
    page.goto("/")
    draw(page, MIRRORED_SEVEN, shift=0.05)
    expect(page.locator("[data-meta]")).to_contain_text("ersion 2")
    expect(page.locator("[data-digit]")).to_have_text("7")
