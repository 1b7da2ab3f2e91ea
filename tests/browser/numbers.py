"""Numbers that are written on the studio's paper, and what it shows of them.

Points are shares of the paper's height, from its left edge: so they keep their places when the
paper becomes wider.
"""

import math
from collections.abc import Sequence

from playwright.sync_api import Page, expect

from tests.browser.gestures import Point

Strokes = list[list[list[float]]]

# Longer than the time after a stroke in which a tap belongs to the writing, and than the rest after
# which the view follows.
REST = 900


def arc(x: float, y: float, rx: float, ry: float, start: float, end: float) -> list[list[float]]:
    angles = [math.radians(start + (end - start) * i / 24) for i in range(25)]
    return [[x + rx * math.cos(angle), y + ry * math.sin(angle)] for angle in angles]


# Strokes in a box of 1 x 1.
SHAPES: dict[str, Strokes] = {
    "0": [arc(0.5, 0.5, 0.45, 0.5, -90, 270)],
    "1": [[[0.5, 0], [0.5, 1]]],
    "2": [[*arc(0.5, 0.28, 0.42, 0.28, -170, 40), [0.12, 1], [0.95, 1]]],
    "3": [arc(0.45, 0.25, 0.4, 0.25, -150, 90) + arc(0.45, 0.74, 0.45, 0.26, -90, 150)],
    "4": [[[0.6, 0], [0.1, 0.65], [0.95, 0.65]], [[0.7, 0.35], [0.7, 1]]],
    "5": [[[0.25, 0.02], [0.2, 0.45], *arc(0.45, 0.7, 0.4, 0.3, -120, 150)], [[0.25, 0], [0.9, 0]]],
    "6": [[[0.8, 0], [0.45, 0.25], [0.2, 0.55], *arc(0.5, 0.72, 0.36, 0.28, 180, -180)]],
    "7": [[[0.1, 0.02], [0.9, 0.02], [0.6, 0.5], [0.45, 1]]],
    "8": [arc(0.5, 0.25, 0.33, 0.25, 90, 450) + arc(0.5, 0.75, 0.42, 0.25, -90, 270)],
    "9": [[*arc(0.5, 0.28, 0.38, 0.28, 0, -360), [0.85, 0.6], [0.75, 1]]],
}

# For pages that take a rest for a digit's end: a slow machine rests between two strokes.
IN_ONE_STROKE = SHAPES | {
    "4": [[[0.7, 1], [0.7, 0], [0.1, 0.65], [0.95, 0.65]]],
    "5": [[[0.9, 0], *SHAPES["5"][0]]],
}


def strokes_of(
    text: str,
    *,
    left: float = 0.06,
    top: float = 0.3,
    width: float = 0.13,
    height: float = 0.3,
    shapes: dict[str, Strokes] = SHAPES,
) -> Strokes:
    pitch = width + 0.05
    return [
        [[left + i * pitch + x * width, top + y * height] for x, y in stroke]
        for i, digit in enumerate(text)
        for stroke in shapes[digit]
    ]


def on_paper(page: Page, points: Sequence[Point]) -> list[tuple[float, float]]:
    """Return the points in CSS pixels of the window, after the page's scripts have run."""
    page.wait_for_load_state()
    box = page.locator("[data-pad]").bounding_box()
    assert box is not None
    side = box["height"]
    return [(box["x"] + x * side, box["y"] + y * side) for x, y in points]


def stroke(page: Page, points: Sequence[Point]) -> None:
    """Draw with the mouse."""
    places = on_paper(page, points)
    page.mouse.move(*places[0])
    page.mouse.down()
    for place in places[1:]:
        page.mouse.move(*place, steps=2)
    page.mouse.up()


def write(page: Page, text: str, **where: float) -> None:
    for each in strokes_of(text, **where):
        stroke(page, each)


def write_without_rest(page: Page, digit: str) -> None:
    for each in strokes_of(digit, shapes=IN_ONE_STROKE):
        stroke(page, each)


def expect_number(page: Page, text: str) -> None:
    expect(page.locator("[data-digit]")).to_have_text(text)
    expect(page.locator(".pad-mark")).to_have_text(list(text))


def middle(page: Page, index: int) -> tuple[float, float]:
    """The middle of a digit's frame, in CSS pixels, once a tap there is no longer writing."""
    page.wait_for_timeout(REST)
    box = page.locator(".pad-mark").nth(index).bounding_box()
    assert box is not None
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def retype_mark(page: Page, index: int, text: str) -> None:
    open_mark(page, index)
    page.keyboard.type(text)
    page.keyboard.press("Enter")


def open_mark(page: Page, index: int) -> None:
    page.mouse.click(*middle(page, index))
    expect(page.locator("[data-mark-editor]")).to_be_visible()
