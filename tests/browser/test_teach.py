"""Teaching: ten digits are asked, and drawn without any key or button."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.actions import asked_digit, asked_whether
from tests.browser.conftest import DESK, OpenPage
from tests.browser.numbers import write_without_rest
from tests.browser.studio_page import DRAWINGS, UNREADABLE
from tests.processes.site import Site

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def teach(page: Page, count: int) -> list[str]:
    """Draw what is asked, each time until the page goes on by itself; return the digits."""
    asked = []
    for _ in range(count):
        before = page.locator("[data-slots] [data-read]").count()
        asked.append(asked_digit(page))
        write_without_rest(page, asked[-1])
        expect(page.locator("[data-slots] [data-read]")).to_have_count(before + 1)
    return asked


def labels(site: Site) -> list[str]:
    """Return the labels of the trainer's drawings, the newest first."""
    found = site.get("/api/v1/drawings/?page_size=100", by="trainer")["results"]
    return [each["label_text"] for each in found if each["label_text"] is not None]


def test_ten_digits_are_labeled_without_a_key_and_a_result_is_shown(
    open_page: OpenPage, shared_site: Site
) -> None:
    page, before = open_page("/teach/"), len(labels(shared_site))

    asked = teach(page, 10)

    assert sorted(asked) == list("0123456789")
    expect(page.locator("[data-result-title]")).to_have_text("10 of 10 drawings were read right")
    expect(page.locator(".teach-drawings a[href]")).to_have_count(10)
    expect(page.locator("[data-what-now]")).to_contain_text("10 labels are approved")
    expect(page.get_by_role("button", name="Retrain")).to_be_visible()
    assert labels(shared_site)[: len(labels(shared_site)) - before] == asked[::-1]


def test_another_digit_than_asked_is_questioned_and_the_last_can_be_taken_back(
    open_page: OpenPage, shared_site: Site
) -> None:
    page, before = open_page("/teach/"), labels(shared_site)
    asked_whether(page)
    page.keyboard.press("Enter")  # out of habit
    expect(page.locator("[data-question]")).to_be_visible()
    page.get_by_role("button", name="Draw again").click()
    expect(page.locator("[data-slots] [data-read]")).to_have_count(0)

    (first,) = teach(page, 1)
    page.locator("[data-undo]").click()

    assert asked_digit(page) == first
    expect(page.locator("[data-clear]")).to_be_enabled()  # the ink is there again
    page.keyboard.press("Enter")
    expect(page.locator("[data-slots] [data-read]")).to_have_count(1)
    assert labels(shared_site) == before  # the last one is held back until the next


def test_a_slip_before_stop_is_not_stored(open_page: OpenPage, shared_site: Site) -> None:
    before = labels(shared_site)
    page = open_page("/teach/", viewport=DESK)  # without what other tests have not sent yet
    asked = teach(page, 1)
    write_without_rest(page, "8" if asked_digit(page) != "8" else "3")

    page.locator("[data-stop]").click()

    expect(page.locator("[data-result-title]")).to_have_text("1 of 1 drawing was read right")
    expect(page.locator(".teach-drawings a[href]")).to_have_count(1)
    assert labels(shared_site) == [*asked, *before]


def test_what_cannot_be_sent_is_kept_over_a_reload_and_sent_later(
    open_page: OpenPage, shared_site: Site
) -> None:
    before = labels(shared_site)
    page = open_page("/teach/", viewport={"width": 390, "height": 844})
    page.route(DRAWINGS, lambda route: route.fulfill(**UNREADABLE))
    asked = teach(page, 2)
    expect(page.locator(".pad [data-trouble]")).to_contain_text("kept and sent later")

    page.reload()

    expect(page.locator("[data-slots] [data-read]")).to_have_count(2)
    assert labels(shared_site) == before
    page.unroute(DRAWINGS)
    page.locator("[data-stop]").click()
    expect(page.locator(".teach-drawings a[href]")).to_have_count(2)
    assert labels(shared_site) == [*asked[::-1], *before]
