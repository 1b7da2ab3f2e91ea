"""Reviewing with one key per drawing."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from recognizer.models.labels import stored
from tests.browser.conftest import ARTIFACTS, new_context, opened, trainers_cookies
from tests.browser.studio_page import caught, holding
from tests.conftest import SEVEN
from tests.processes.site import Site

pytestmark = [pytest.mark.browser, pytest.mark.slow]

LABELS = [i % 11 for i in range(30)]
TABLES = ["reviewdecision", "review", "correction", "answer", "drawing"]  # parents last
LABELED = """
SELECT c.drawing_id, u.username, c.to_label, c.state, c.source FROM recognizer_correction c
JOIN recognizer_user u ON u.id = c.by_id ORDER BY c.id
"""
REVIEWED = """
SELECT c.drawing_id, r.verdict FROM recognizer_review r
JOIN recognizer_correction c ON c.id = r.correction_id ORDER BY r.id
"""
DECIDED = "SELECT drawing_id, label FROM recognizer_reviewdecision ORDER BY id"


@pytest.fixture(scope="module")
def own_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    site = Site(tmp_path_factory.mktemp("review")).set_up()
    try:
        yield site.start("web")
    finally:
        site.stop()


@pytest.fixture
def site(own_site: Site) -> Iterator[Site]:
    """A site without drawings and without a worker: the queue is ordered by uncertainty alone."""
    yield own_site
    with own_site.database() as rows:
        for table in TABLES:
            rows.execute(f"DELETE FROM recognizer_{table}")  # noqa: S608


@pytest.fixture(scope="module")
def signed_in(chromium: Browser, own_site: Site) -> Any:
    return trainers_cookies(chromium, own_site)


@pytest.fixture
def reviewing(chromium: Browser, site: Site, signed_in: Any) -> Iterator[Page]:
    with opened(chromium, site, storage_state=signed_in) as page:
        yield page


def give(site: Site, labels: list[int]) -> list[int]:
    """Let the owner save and label one drawing for each label. Return the ids."""
    drawings = []
    for label in labels:
        saved = site.post("/api/v1/drawings/", {"strokes": SEVEN}, by="owner")
        site.post(f"/api/v1/drawings/{saved['id']}/label/", {"label": label}, by="owner")
        drawings.append(saved["id"])
    return drawings


def rows(site: Site) -> dict[str, Any]:
    with site.database() as rows:
        labels, reviews, decisions = (
            [list(row) for row in rows.execute(question)]
            for question in (LABELED, REVIEWED, DECIDED)
        )
    labels = [[*row[:2], stored(row[2]), *row[3:]] for row in labels]
    decisions = [[drawing, stored(label)] for drawing, label in decisions]
    return {"labels": labels, "reviews": reviews, "decisions": decisions}


def in_front(page: Page) -> int:
    """Return the id of the drawing that is shown."""
    address = page.locator("[data-link]").get_attribute("href") or ""
    return int(address.strip("/").split("/")[-1])


def press(page: Page, key: str) -> int:
    """Answer the shown drawing and wait for the next one, or for the end."""
    drawing = in_front(page)
    page.keyboard.press(key)
    page.wait_for_function(
        """drawing => {
          const state = document.querySelector("[data-review]").dataset.state;
          const link = document.querySelector("[data-link]").getAttribute("href");
          return state === "empty" || (state === "item" && link !== `/drawings/${drawing}/`);
        }""",
        arg=drawing,
    )
    return drawing


def start(page: Page) -> None:
    page.goto("/review/")
    page.wait_for_selector("[data-state=item]")


def all_sent(page: Page) -> None:
    page.wait_for_function(
        "() => !Object.keys(localStorage).some((name) => name.startsWith('review:'))"
    )


def test_thirty_keys_are_thirty_decisions(site: Site, reviewing: Page) -> None:
    given = dict(zip(give(site, LABELS), LABELS, strict=True))
    start(reviewing)
    reviewing.screenshot(path=ARTIFACTS / "review.png")

    said = {}
    for number in range(30):
        label = number % 11
        said[press(reviewing, "-" if label == 10 else str(label))] = label
    all_sent(reviewing)

    expect(reviewing.get_by_role("heading", name="Nothing waits for review")).to_be_visible()
    assert set(said) == set(given)
    found = rows(site)
    assert sorted(found["decisions"]) == sorted([d, label] for d, label in said.items())
    expected = {d: "approved" if said[d] == given[d] else "rejected" for d in given}
    assert dict(found["reviews"]) == expected
    newest = {drawing: row for drawing, *row in found["labels"]}
    for drawing, label in said.items():
        if label == given[drawing]:
            assert newest[drawing] == ["owner", label, "approved", "api"]
        else:
            assert newest[drawing] == ["trainer", label, "approved", "review"]


@pytest.mark.parametrize("key", ["[data-label='7']", "button[data-skip]"])
def test_a_double_click_does_not_answer_the_next_drawing(
    site: Site, reviewing: Page, key: str
) -> None:
    give(site, [7, 7])
    start(reviewing)
    first = in_front(reviewing)

    reviewing.locator(key).dblclick()

    expect(reviewing.locator("[data-link]")).not_to_have_attribute("href", f"/drawings/{first}/")
    expect(reviewing.locator("[data-recent] > a")).to_have_count(1)
    expect(reviewing.locator("[data-review]")).to_have_attribute("data-state", "item")


def test_the_label_is_shown_only_after_the_answer(site: Site, reviewing: Page) -> None:
    give(site, [7, 7])
    start(reviewing)
    expect(reviewing.locator("[data-known]")).to_have_text("")

    press(reviewing, "7")

    line = reviewing.locator("[data-recent] > a").first
    expect(line).to_contain_text("You: 7 · label: 7")
    expect(line.locator("[data-badge]")).to_have_text("agrees")


def test_undo_brings_the_drawing_back_and_the_history_keeps_both(
    site: Site, reviewing: Page
) -> None:
    [only] = give(site, [7])
    start(reviewing)
    press(reviewing, "1")

    reviewing.keyboard.press("u")

    reviewing.wait_for_selector("[data-state=item]")
    assert in_front(reviewing) == only
    press(reviewing, "7")
    all_sent(reviewing)
    found = rows(site)
    assert found["labels"] == [
        [only, "owner", 7, "approved", "api"],
        [only, "trainer", 1, "withdrawn", "review"],
    ]
    assert [verdict for _, verdict in found["reviews"]] == [
        "rejected",
        "withdrawn",
        "pending",
        "approved",
    ]


def test_an_answer_that_was_undone_stays_undone_when_its_reply_arrives(
    site: Site, reviewing: Page
) -> None:
    give(site, [7])
    held = holding(reviewing, "**/review/decisions/")
    start(reviewing)
    press(reviewing, "1")
    answer = caught(reviewing, held)
    reviewing.keyboard.press("u")
    line = reviewing.locator("[data-recent] > a").first
    expect(line).to_contain_text("Undone")

    answer.continue_()
    all_sent(reviewing)

    expect(line).to_contain_text("Undone")
    expect(line.locator("[data-badge]")).to_be_hidden()


def test_a_skipped_drawing_is_left_for_later_and_comes_back_with_undo(
    site: Site, reviewing: Page
) -> None:
    give(site, [7, 7])
    start(reviewing)
    skipped = press(reviewing, "s")
    assert in_front(reviewing) != skipped

    reviewing.keyboard.press("u")

    expect(reviewing.locator("[data-link]")).to_have_attribute("href", f"/drawings/{skipped}/")
    assert rows(site)["decisions"] == []
    reviewing.keyboard.press("u")
    expect(reviewing.locator("[data-toast]")).to_contain_text("Nothing to undo")


def test_several_contradictions_of_sure_answers_in_a_row_are_warned_of(
    site: Site, reviewing: Page
) -> None:
    """The site is sure of each 7. Undo, and an answer that agrees, end the row."""
    give(site, [7] * 6)
    warning = reviewing.locator("[data-contradictions]")
    start(reviewing)

    for key in "1171":  # two in a row, and one
        press(reviewing, key)
    all_sent(reviewing)
    expect(warning).to_be_hidden()
    for key in "11":
        press(reviewing, key)
    expect(warning).to_contain_text("Your last 3 answers contradict")

    reviewing.keyboard.press("u")
    expect(warning).to_be_hidden()


def test_answers_given_without_a_connection_arrive_later_once_and_in_order(
    chromium: Browser, site: Site, signed_in: Any
) -> None:
    """One connection breaks after the server stored an answer and before it responded."""
    give(site, [7] * 4)
    context = new_context(chromium, site, storage_state=signed_in)
    page = context.new_page()  # not watched: the failed requests are errors in the console
    start(page)
    expect(page.locator("[data-labels]")).to_have_text("4")
    answered: list[str] = []
    connected: list[bool] = []

    def break_off(route: Route) -> None:
        answered.append(route.request.post_data_json["key"])
        if len(answered) == 1:
            route.fetch()  # the server stores it
        route.continue_() if connected else route.abort()

    page.route("**/review/decisions/", break_off)
    said = [press(page, key) for key in "727"]
    expect(page.locator("[data-trouble]")).to_contain_text("kept until then")
    connected.append(True)
    page.reload()
    page.wait_for_selector("[data-state=item]")
    all_sent(page)

    assert rows(site)["decisions"] == [[said[0], 7], [said[1], 2], [said[2], 7]]
    context.close()


def test_an_answer_that_comes_too_late_is_marked(
    chromium: Browser, site: Site, signed_in: Any
) -> None:
    first, second = give(site, [7, 7])
    context = new_context(chromium, site, storage_state=signed_in)
    page = context.new_page()
    start(page)
    shown = in_front(page)
    site.post(f"/api/v1/drawings/{shown}/label/", {"label": 1}, by="trainer")

    press(page, "7")

    expect(page.locator("[data-recent] > a").first).to_contain_text("too late")
    assert in_front(page) == ({first, second} - {shown}).pop()
    context.close()


def test_a_drawing_just_answered_is_not_requested_again(site: Site, reviewing: Page) -> None:
    (drawing,) = give(site, [7])
    start(reviewing)
    with reviewing.expect_request("**/review/next/") as asked:
        press(reviewing, "7")
    assert drawing in asked.value.post_data_json["holding"]
    all_sent(reviewing)


def test_a_small_phone_has_all_keys_in_reach(chromium: Browser, site: Site, signed_in: Any) -> None:
    drawings = give(site, [7, 7])
    small = {"viewport": {"width": 360, "height": 640}, "has_touch": True, "is_mobile": True}
    with opened(chromium, site, storage_state=signed_in, **small) as page:
        start(page)
        page.screenshot(path=ARTIFACTS / "review-phone.png")
        width = page.evaluate("document.documentElement.scrollWidth")
        for key in page.locator(".keypad .btn").all():
            box = key.bounding_box()
            assert box is not None
            assert min(box["width"], box["height"]) >= 44
            assert box["y"] + box["height"] <= 640

        page.get_by_role("button", name="7", exact=True).tap()
        page.get_by_role("button", name="Not a digit").tap()

        expect(page.locator("[data-empty]")).to_be_visible()
        all_sent(page)
    assert width == 360
    said = dict(rows(site)["decisions"])
    assert (set(said), sorted(said.values())) == (set(drawings), [7, 10])


def test_a_number_is_typed(site: Site, reviewing: Page) -> None:
    first, second = give(site, [7, 3])
    start(reviewing)

    reviewing.keyboard.press("n")
    reviewing.keyboard.type("3.5")
    reviewing.keyboard.press("Enter")
    expect(reviewing.locator("[data-recent]")).to_contain_text("You: 3.5")
    reviewing.keyboard.press("4")  # one key again

    expect(reviewing.locator("[data-empty]")).to_be_visible()
    all_sent(reviewing)
    assert sorted(map(str, dict(rows(site)["decisions"]).values())) == ["35", "4"]
    assert {first, second} == set(dict(rows(site)["decisions"]))


def test_letters_are_keys_in_the_field_for_a_number_too(site: Site, reviewing: Page) -> None:
    give(site, [7, 3])
    start(reviewing)
    field = reviewing.locator("[data-number]")

    reviewing.keyboard.press("n")
    expect(field).to_be_focused()
    reviewing.keyboard.press("?")
    expect(reviewing.get_by_role("dialog", name="Keyboard shortcuts")).to_be_visible()
    reviewing.keyboard.press("Escape")
    expect(field).to_be_focused()
    reviewing.keyboard.press("v")
    expect(reviewing.locator("[data-paper]")).to_have_attribute("data-shown", "network-input")
    skipped = press(reviewing, "s")
    assert in_front(reviewing) != skipped

    reviewing.keyboard.press("n")
    reviewing.keyboard.type("42")
    reviewing.keyboard.press("Escape")

    expect(field).not_to_be_focused()
    expect(field).to_have_value("42")


def test_skipped_labels_are_said_to_come_again(site: Site, reviewing: Page) -> None:
    give(site, [7])
    start(reviewing)
    reviewing.keyboard.press("s")
    expect(reviewing.locator("[data-empty]")).to_be_visible()
    all_sent(reviewing)

    reviewing.reload()

    expect(reviewing.locator("[data-away]")).to_contain_text("skipped by you")
    expect(reviewing.locator("[data-none]")).to_be_hidden()


def test_an_empty_queue_offers_random_drawings(site: Site, reviewing: Page) -> None:
    reviewing.goto("/review/")
    expect(reviewing.get_by_role("heading", name="Nothing waits for review")).to_be_visible()
    strokes = {"strokes": [[[160, 60], [158, 140], [155, 220], [152, 300]]]}
    saved = site.post("/api/v1/drawings/", strokes, by="owner")

    reviewing.get_by_role("button", name="Check random drawings").click()

    reviewing.wait_for_selector("[data-state=item]")
    assert in_front(reviewing) == saved["id"]


def test_the_keyboard_shortcuts_are_listed(site: Site, reviewing: Page) -> None:
    give(site, [7])
    start(reviewing)

    reviewing.keyboard.press("?")
    sheet = reviewing.get_by_role("dialog", name="Keyboard shortcuts")
    expect(sheet).to_contain_text("Not a digit")
    reviewing.keyboard.press("Escape")
    reviewing.keyboard.press("v")

    expect(reviewing.locator("[data-paper]")).to_have_attribute("data-shown", "network-input")
    expect(reviewing.locator("[data-paper] canvas")).to_be_visible()
