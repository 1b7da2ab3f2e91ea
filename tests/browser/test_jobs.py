"""Job pages that stay open while jobs change."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import DESK, OpenPage
from tests.browser.gestures import SEVEN
from tests.processes.site import Site

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def teach(site: Site) -> None:
    """Add one approved label."""
    strokes = [[[x * 100, y * 100] for x, y in SEVEN]]
    saved = site.post("/api/v1/drawings/", {"strokes": strokes}, by="trainer")
    site.post(f"/api/v1/drawings/{saved['id']}/label/", {"label": 7}, by="trainer")


@pytest.fixture
def waiting_job(shared_site: Site) -> Iterator[int]:
    """A job that stays queued: the shared site has no worker."""
    teach(shared_site)
    number = shared_site.retrain()
    yield number
    if shared_site.job(number)["status"] == "queued":
        shared_site.post(f"/api/v1/jobs/{number}/cancel/", by="trainer")


def told(page: Page) -> str:
    return page.locator(".page-head-text p").first.text_content() or ""


def test_the_list_shows_changes_made_elsewhere_while_no_job_runs(
    open_page: OpenPage, shared_site: Site
) -> None:
    page = open_page("/jobs/", viewport=DESK)  # a new context: the clock is the context's
    page.clock.install()
    page.reload()
    before = told(page)
    first = page.locator("[data-jobs] summary").first
    first.focus()
    teach(shared_site)

    page.clock.fast_forward(11_000)

    expect(page.locator(".page-head-text p").first).not_to_have_text(before)
    expect(first).to_be_focused()


def test_the_focused_element_is_kept_if_nothing_changed(open_page: OpenPage) -> None:
    page = open_page("/jobs/", viewport=DESK)  # a new context: the clock is the context's
    page.clock.install()
    page.reload()
    page.locator("[data-jobs]").evaluate("list => list.dataset.mark = 'the same'")

    with page.expect_response("**/jobs/"):
        page.clock.fast_forward(11_000)
    page.wait_for_timeout(100)

    expect(page.locator("[data-jobs]")).to_have_attribute("data-mark", "the same")


def test_a_double_click_starts_one_retraining(open_page: OpenPage, shared_site: Site) -> None:
    teach(shared_site)
    before = shared_site.get("/api/v1/jobs/", by="trainer")["results"]
    page = open_page("/jobs/", viewport=DESK)

    page.get_by_role("button", name="Retrain", exact=True).dblclick()

    expect(page.get_by_text("is queued.")).to_be_visible()
    jobs = shared_site.get("/api/v1/jobs/", by="trainer")["results"]
    assert len(jobs) == len(before) + 1
    shared_site.post(f"/api/v1/jobs/{jobs[0]['id']}/cancel/", by="trainer")


def test_polling_continues_after_a_lost_connection(
    open_page: OpenPage, shared_site: Site, waiting_job: int
) -> None:
    # Reading the body fails, as when the connection is lost.
    script = """
    const read = Response.prototype.text;
    Response.prototype.text = function () {
      Response.prototype.text = read;
      window.broke = true;
      return Promise.reject(new TypeError("network error"));
    };"""
    page = open_page(f"/jobs/{waiting_job}/", script=script)

    shared_site.post(f"/api/v1/jobs/{waiting_job}/cancel/", by="trainer")

    expect(page.locator("h1")).to_contain_text("canceled")
    assert page.evaluate("window.broke")


def test_a_job_is_canceled_although_its_page_was_updated_behind_the_dialog(
    open_page: OpenPage, shared_site: Site, waiting_job: int
) -> None:
    page = open_page(f"/jobs/{waiting_job}/")
    page.get_by_role("button", name="Cancel", exact=True).click()
    page.locator("[data-jobs]").evaluate("list => list.replaceWith(list.cloneNode(true))")

    expect(page.locator("button[data-confirm-no]")).to_have_text("Keep it queued")
    page.get_by_role("button", name="Cancel the job").click()

    expect(page.locator("h1")).to_contain_text("canceled")
    assert shared_site.job(waiting_job)["status"] == "canceled"
