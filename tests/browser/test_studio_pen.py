"""The pen: ink is painted at once and exactly, and the sent strokes equal the painted ones."""

from base64 import b64decode
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenPage
from tests.browser.gestures import ONE, SEVEN, Hand, draw, on_pad
from tests.browser.studio_page import PHONE, RECOGNIZE, color, expect_digit, strokes
from tests.processes.waiting import wait_for

pytestmark = [pytest.mark.browser, pytest.mark.slow]

BRUSH = 20
FIELD = 1000  # units across the pad, at any size
ALPHA = """async pad => {
  const { data } = pad.getContext("2d").getImageData(0, 0, pad.width, pad.height);
  const alphas = new Blob([data.filter((_, i) => i % 4 === 3)]);
  const url = await new Promise((resolve) => {
    const reader = new FileReader();
    reader.onload = () => resolve(reader.result);
    reader.readAsDataURL(alphas);
  });
  return [pad.width, url.split(",")[1]];
}"""


def ink(page: Page) -> np.ndarray:
    """Return the pad's alpha values, (side, side) uint8."""
    side, alphas = page.locator("[data-pad]").evaluate(ALPHA)
    return np.frombuffer(b64decode(alphas), np.uint8).reshape(side, side)


def ink_at(page: Page, points: Sequence[Sequence[float]]) -> list[bool]:
    """Return whether there is ink at these shares of the pad's width and height."""
    seen = ink(page)
    return [bool(seen[int(y * len(seen)), int(x * len(seen))] > 200) for x, y in points]


def lines_sent(page: Page) -> list[Any]:
    """Undo and redo, and return the strokes of the request that this sends."""
    with page.expect_request(RECOGNIZE) as request:
        page.keyboard.press("Control+z")
        page.keyboard.press("Control+Shift+z")
    return request.value.post_data_json["strokes"]


def test_ink_is_painted_during_its_event(studio: Page) -> None:
    # A listener after the pad's own checks whether there is ink under the pointer.
    studio.evaluate("""() => {
      const pad = document.querySelector("[data-pad]");
      window.painted = [];
      window.addEventListener("pointermove", (event) => {
        const { left, top } = pad.getBoundingClientRect();
        const at = [event.clientX - left, event.clientY - top].map((v) => v * devicePixelRatio);
        const [, , , alpha] = pad.getContext("2d").getImageData(...at, 1, 1).data;
        if (event.buttons === 1) window.painted.push(alpha > 200);
      });
    }""")

    draw(studio, SEVEN)

    painted = studio.evaluate("painted")
    assert len(painted) >= 3
    assert all(painted)


def test_every_coalesced_event_is_a_point(studio: Page) -> None:
    """A pen sends more events than the page is painted; the events in between are not lost."""
    (start,) = on_pad(studio, [[0.2, 0.2]])
    studio.mouse.move(*start)
    studio.mouse.down()
    studio.evaluate("""() => {
      const pad = document.querySelector("[data-pad]");
      const { left, top, width } = pad.getBoundingClientRect();
      const at = (x, y) => ({ pointerId: 1, buttons: 1, bubbles: true, pressure: 0.25,
        clientX: left + x * width, clientY: top + y * width });
      const places = [[0.3, 0.25], [0.4, 0.4], [0.5, 0.25], [0.6, 0.4]];
      const coalescedEvents = places.map(([x, y]) => new PointerEvent("pointermove", at(x, y)));
      pad.dispatchEvent(new PointerEvent("pointermove", { ...at(0.6, 0.4), coalescedEvents }));
    }""")
    studio.mouse.up()

    (line,) = lines_sent(studio)
    # The curve does not touch the corners, but bends at each of them.
    heights = [point["y"] for point in line]
    ways = np.sign(np.diff(heights))
    turns = np.flatnonzero(np.diff(ways[ways != 0]))
    assert len(turns) == 2
    assert 0.25 in [point["p"] for point in line]


def test_the_sent_line_equals_the_painted_line(studio: Page) -> None:
    """Few points and sharp turns: here a curve differs from straight lines."""
    turns = [[0.1, 0.2], [0.8, 0.2], [0.2, 0.5], [0.9, 0.9], [0.1, 0.9]]
    places = on_pad(studio, turns)
    studio.mouse.move(*places[0])
    studio.mouse.down()
    for place in places[1:]:
        studio.mouse.move(*place)
    studio.mouse.up()

    (line,) = lines_sent(studio)
    seen = ink(studio) > 127
    side = len(seen)
    sent = np.array([[point["x"], point["y"]] for point in line]) * side / FIELD
    assert alike(seen, sent, width=BRUSH) > 0.95
    assert alike(seen, np.array(turns) * side, width=BRUSH) < 0.8


def alike(seen: np.ndarray, corners: np.ndarray, *, width: float) -> float:
    """Return the intersection over union of the seen ink and a line through corners (n, 2)."""
    drawn = distance_to(corners, len(seen)) <= width / 2
    return float((seen & drawn).sum() / (seen | drawn).sum())


def distance_to(corners: np.ndarray, side: int) -> np.ndarray:
    """Return the distance of each pixel center to the line through the corners, (side, side)."""
    pixels = np.stack(np.meshgrid(*[np.arange(side) + 0.5] * 2), axis=-1)
    nearest = np.full((side, side), np.inf)
    for start, end in pairwise(corners):
        along = end - start
        share = np.clip((pixels - start) @ along / max(along @ along, 1e-9), 0, 1)
        off = pixels - (start + share[..., None] * along)
        nearest = np.minimum(nearest, np.hypot(off[..., 0], off[..., 1]))
    return nearest


def test_a_straight_line_stays_straight(studio: Page) -> None:
    draw(studio, ONE)

    (line,) = lines_sent(studio)

    heights = [point["y"] for point in line]
    assert {point["x"] for point in line} == {line[0]["x"]}
    assert heights == sorted(heights)


def test_pressure_and_times_are_recorded(open_page: OpenPage) -> None:
    page = open_page(has_touch=True)
    Hand(page).pen(SEVEN)

    (line,) = lines_sent(page)

    assert {point["p"] for point in line} == {0.5}
    times = [point["t"] for point in line]
    assert times == sorted(times)
    assert times[0] == 0


@pytest.mark.parametrize("density", [1, 2, 3])
def test_lines_are_crisp_on_every_screen(open_page: OpenPage, density: int) -> None:
    page = open_page(device_scale_factor=density)
    draw(page, ONE)

    seen = ink(page)

    css = page.locator("[data-pad]").evaluate("pad => pad.clientWidth")
    assert len(seen) == css * density
    across = seen[len(seen) // 2]
    # A line 20 CSS px wide, with at most one half-covered pixel at either edge.
    assert (across > 250).sum() == pytest.approx(20 * density, abs=2)
    assert ((across > 5) & (across < 250)).sum() <= 2


def test_ink_takes_the_colors_of_either_theme(open_page: OpenPage) -> None:
    page = open_page(color_scheme="light")
    draw(page, ONE)
    in_light = color(page, 0.5, 0.5)

    assert in_light[3] == 255
    assert max(in_light[:3]) < 80
    page.emulate_media(color_scheme="dark")  # the pad repaints when the browser says so, not before
    wait_for(lambda: is_light_ink(color(page, 0.5, 0.5)), name="light ink")


def is_light_ink(rgba: Sequence[int]) -> bool:
    return rgba[3] == 255 and min(rgba[:3]) > 175


def test_resizing_the_window_during_a_stroke_loses_and_shifts_nothing(studio: Page) -> None:
    places = on_pad(studio, [[0.2, 0.2], [0.7, 0.2]])
    studio.mouse.move(*places[0])
    studio.mouse.down()
    studio.mouse.move(*places[1], steps=8)
    before = studio.locator("[data-pad]").bounding_box()

    studio.set_viewport_size({"width": 900, "height": 560})
    end = on_pad(studio, [[0.4, 0.8]])[0]
    studio.mouse.move(*end, steps=8)
    studio.mouse.up()

    assert before != studio.locator("[data-pad]").bounding_box()
    assert strokes(studio) == 1
    assert ink_at(studio, [[0.2, 0.2], [0.45, 0.2], [0.4, 0.795]]) == [True] * 3
    (line,) = lines_sent(studio)
    assert line[0]["x"] == pytest.approx(200, abs=2)
    assert line[0]["y"] == pytest.approx(200, abs=2)
    assert line[-1]["x"] == pytest.approx(400, abs=3)


def test_rotating_a_phone_keeps_the_drawing_in_place(open_page: OpenPage) -> None:
    page = open_page(**PHONE | {"viewport": {"width": 360, "height": 640}})
    Hand(page).swipe(SEVEN)
    expect_digit(page, 7)
    before = ink_at(page, [*SEVEN, [0.2, 0.8]])

    page.set_viewport_size({"width": 640, "height": 360})
    expect(page.locator("[data-pad]")).to_be_in_viewport(ratio=1)

    assert ink_at(page, [*SEVEN, [0.2, 0.8]]) == before
    assert before[0]
    assert before[-1] is False


def test_only_the_canvas_disables_scrolling_by_touch(studio: Page) -> None:
    actions = studio.evaluate("""() => [...document.querySelectorAll("body, body *")]
      .filter((element) => !element.closest("dialog:not([open])"))
      .filter((element) => getComputedStyle(element).touchAction === "none")
      .map((element) => element.tagName + ("pad" in element.dataset ? " pad" : ""))""")
    assert actions == ["CANVAS pad"]


def test_a_stroke_ends_with_its_button_while_another_is_down(studio: Page) -> None:
    start, end, beyond = on_pad(studio, [[0.5, 0.1], [0.5, 0.5], [0.9, 0.5]])
    studio.mouse.move(*start)
    studio.mouse.down()
    studio.mouse.move(*end, steps=4)
    studio.mouse.down(button="right")
    studio.mouse.up()
    studio.mouse.move(*beyond, steps=4)
    studio.mouse.up(button="right")

    assert ink_at(studio, [[0.5, 0.3], [0.7, 0.5]]) == [True, False]


def test_a_stroke_that_leaves_the_paper_goes_on_outside(studio: Page) -> None:
    """The pad captures the pointer: moves outside still belong to the stroke."""
    start, outside, back = on_pad(studio, [[0.5, 0.5], [0.6, -0.2], [0.5, 0.9]])
    studio.mouse.move(*start)
    studio.mouse.down()
    studio.mouse.move(*outside, steps=6)
    studio.mouse.move(*back, steps=6)
    studio.mouse.up()

    assert strokes(studio) == 1
    (line,) = lines_sent(studio)
    highest = min(line, key=lambda point: point["y"])
    assert highest["y"] < -0.1 * FIELD
    assert highest["x"] == pytest.approx(0.6 * FIELD, abs=30)


def test_undo_reaches_back_to_the_first_stroke(studio: Page) -> None:
    """More often than a usual limit, and across a cleared canvas."""
    for i in range(12):
        draw(studio, [[0.1 + 0.06 * i, 0.2], [0.1 + 0.06 * i, 0.4]])
    studio.keyboard.press("Escape")
    counts = [strokes(studio)]
    for _ in range(13):
        studio.keyboard.press("Control+z")
        counts.append(strokes(studio))

    assert counts == [0, *range(12, -1, -1)]
    for _ in range(12):
        studio.keyboard.press("Control+y")
    assert strokes(studio) == 12
