"""The studio in tests: what it shows, its requests to the server, and how to delay them."""

from typing import Any

import cv2
import numpy as np
from playwright.sync_api import FilePayload, Page, Route, expect

from tests.browser.gestures import SEVEN, draw
from tests.processes.site import Site
from tests.processes.waiting import wait_for

PHONE: dict[str, Any] = {
    "viewport": {"width": 360, "height": 500},
    "has_touch": True,
    "is_mobile": True,
}
RECOGNIZE = "**/api/v1/recognize/"
DRAWINGS = "**/api/v1/drawings/"
LABEL = "**/api/v1/drawings/*/label/"
UNREADABLE = {"status": 200, "body": "no JSON"}  # a failure that the browser does not log
BAR = [[0.3, 0.75], [0.7, 0.75]]


def answer(digit: int) -> dict[str, Any]:
    probabilities = [float(digit == each) for each in range(10)]
    return {
        "is_digit": True,
        "digit": digit,
        "confidence": 1.0,
        "top": [{"digit": digit, "probability": 1.0}],
        "probabilities": probabilities,
        "not_a_digit": 0.0,
        "class_probabilities": [*probabilities, 0.0],
        "blank": False,
        "version": 1,
    }


def picture_of_a_seven(size: int = 280) -> FilePayload:
    paper = np.full((size, size), 255, np.uint8)
    corners = np.array([[0.25, 0.21], [0.75, 0.21], [0.46, 0.82]]) * size
    cv2.polylines(paper, [corners.astype(np.int32)], False, (0,), size // 15)
    content = cv2.imencode(".png", paper)[1].tobytes()
    return {"name": "seven.png", "mimeType": "image/png", "buffer": content}


def strokes(page: Page) -> int:
    return int(page.locator("[data-studio]").get_attribute("data-strokes") or 0)


def color(page: Page, x: float, y: float) -> list[int]:
    """Return the canvas's RGBA at shares of its width and height."""
    script = """(pad, [x, y]) => [...pad.getContext("2d")
      .getImageData(x * pad.width, y * pad.height, 1, 1).data]"""
    return page.locator("[data-pad]").evaluate(script, [x, y])


def until(page: Page, condition: str) -> None:
    """Wait for a condition. The site's content security policy forbids wait_for_function."""
    wait_for(lambda: page.evaluate(condition), name=condition)


def expect_state(page: Page, state: str) -> None:
    expect(page.locator("[data-studio]")).to_have_attribute("data-state", state)


def expect_digit(page: Page, digit: int) -> None:
    expect(page.locator("[data-digit]")).to_have_text(str(digit))


def expect_offer(page: Page, digit: int) -> None:
    """Wait until the button and Enter save with this digit: the whole drawing is read.

    `expect_digit` is true earlier, when a part of it has been read.
    """
    expect(page.locator("[data-right-text]")).to_have_text(f"Save as {digit}")


def saved_seven(page: Page) -> int:
    """Draw and save a seven without a label. Return the drawing's id."""
    draw(page, SEVEN)
    page.locator("[data-save]").click()
    expect_state(page, "saved")
    return int((page.locator("[data-saved-link]").text_content() or "").split()[-1])


def holding(page: Page, address: str) -> list[Route]:
    """Hold all requests to an address, and return the growing list of them.

    Call this some time before the requests: a page's first route may miss the next request.
    """
    held: list[Route] = []
    page.route(address, lambda route: held.append(route))
    return held


def caught(page: Page, held: list[Route]) -> Route:
    """Wait for the first held request, and return it."""
    wait_for(lambda: page.wait_for_timeout(20) or held, name="a request")
    return held[0]


def let_through(page: Page, address: str) -> None:
    """Let further requests pass. Held ones stay held."""
    page.route(address, lambda route: route.continue_())


def kept(site: Site, *, by: str) -> set[int]:
    """The ids of a person's drawings; no more than 200."""
    rows = site.get("/api/v1/drawings/?page_size=200", by=by)["results"]
    return {row["id"] for row in rows}


def label_of(site: Site, drawing: int) -> int | None:
    return site.get(f"/api/v1/drawings/{drawing}/", by="trainer")["label"]


def places(page: Page, part: str) -> list[str]:
    """Return the boxes of all elements of a selector."""
    boxes = "all => all.map((each) => JSON.stringify(each.getBoundingClientRect()))"
    return page.locator(part).evaluate_all(boxes)
