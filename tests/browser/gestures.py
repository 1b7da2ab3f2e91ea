"""Gestures with mouse, fingers and pen.

Points are shares of the pad's width and height. Playwright supports the mouse. Fingers and pens use
Chromium's input events: the browser then scrolls, captures and cancels as with real ones.
"""

from collections.abc import Sequence
from itertools import pairwise
from typing import Literal

from playwright.sync_api import Page

Point = Sequence[float]

SEVEN = [[0.2, 0.2], [0.75, 0.2], [0.6, 0.5], [0.45, 0.85]]
ONE = [[0.5, 0.15], [0.5, 0.85]]


def sign_in(page: Page, name: str = "trainer") -> None:
    page.goto("/accounts/login/")
    page.get_by_label("Username").fill(name)
    page.get_by_label("Password").fill("correct horse")
    page.get_by_role("button", name="Sign in").click()


def on_pad(page: Page, points: Sequence[Point]) -> list[tuple[float, float]]:
    """Return the points in CSS pixels of the window, after the page's scripts have run."""
    pad = page.locator("[data-pad]")
    pad.wait_for()
    page.wait_for_load_state()
    box = pad.bounding_box()
    assert box is not None
    return [(box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in points]


def draw(page: Page, points: Sequence[Point], shift: float = 0.0) -> None:
    """Draw with the mouse. shift: moves all points to the right."""
    places = on_pad(page, [(x + shift, y) for x, y in points])
    page.mouse.move(*places[0])
    page.mouse.down()
    for place in places[1:]:
        page.mouse.move(*place, steps=6)
    page.mouse.up()


class Hand:
    """Fingers and a pen on the page's pad."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self._browser = page.context.new_cdp_session(page)

    def touch(
        self, kind: Literal["Start", "Move", "End", "Cancel"], points: Sequence[Point] = ()
    ) -> None:
        """Send a touch event. points: all fingers that are down after it; none for End, Cancel."""
        fingers = [
            {"x": x, "y": y, "id": number}
            for number, (x, y) in enumerate(on_pad(self._page, points))
        ]
        event = {"type": f"touch{kind}", "touchPoints": fingers}
        self._browser.send("Input.dispatchTouchEvent", event)

    def swipe(self, points: Sequence[Point]) -> None:
        self.touch("Start", points[:1])
        for start, end in pairwise(points):
            for share in (0.25, 0.5, 0.75, 1):
                between = [a + (b - a) * share for a, b in zip(start, end, strict=True)]
                self.touch("Move", [between])
        self.touch("End")

    def pen(self, points: Sequence[Point]) -> None:
        places = on_pad(self._page, points)
        self._pen("mousePressed", places[0])
        for place in places[1:]:
            self._pen("mouseMoved", place)
        self._pen("mouseReleased", places[-1])

    def _pen(self, kind: str, place: tuple[float, float]) -> None:
        x, y = place
        pressed = 0 if kind == "mouseReleased" else 1
        event = {"type": kind, "x": x, "y": y, "button": "left", "buttons": pressed}
        event |= {"pointerType": "pen", "clickCount": 1, "force": 0.5}
        self._browser.send("Input.dispatchMouseEvent", event)
