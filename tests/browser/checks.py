"""Checks of a page in any state: axe-core, focus by Tab, page width, and print.

axe-core comes with the package axe-playwright-python and runs in the page: nothing is fetched. The
pages' security policy forbids eval, which axe does not need, and inline scripts, which Playwright
does not use to run it.
"""

from collections import Counter
from io import BytesIO
from typing import Any

import numpy as np
from axe_playwright_python.base import AXE_SCRIPT
from PIL import Image
from playwright.sync_api import Page, ViewportSize

from tests.browser.conftest import ARTIFACTS

WHAT_COUNTS = {"serious", "critical"}
# Rules that Django's own search field and two-list selection fields break.
DJANGOS_OWN = {"label-title-only", "aria-prohibited-attr"}
SWAGGERS_OWN = {"nested-interactive"}  # the button of an operation contains a link
OTHERS: dict[str, set[str]] = {"/admin/": DJANGOS_OWN, "/api/v1/docs/": SWAGGERS_OWN}
# The only rules that another theme can break.
COLORS = {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}
THEMES: dict[str, dict[str, Any]] = {"light": {}, "dark": {"runOnly": COLORS}}
NOTHING = {"light": [], "dark": []}
RUN = "([part, asked]) => axe.run(part || document, asked).then((found) => found.violations)"
# Waits for the end of animations: colors in a transition would be measured wrongly. They begin when
# the page is next painted.
SETTLED = """async () => {
  await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
  const ends = (each) => each.effect.getComputedTiming().endTime < Infinity;
  const ending = document.getAnimations().filter(ends).map((each) => each.finished);
  await Promise.allSettled(ending);
}"""


def violations(page: Page, part: str = "", **options: Any) -> list[str]:
    """Return axe's serious findings, each with the first element.

    part: a selector that limits the check.
    """
    if page.evaluate("typeof axe") == "undefined":
        page.evaluate(AXE_SCRIPT)
    # With preload, axe would add style sheets to the page, which the policy forbids.
    asked = {"resultTypes": ["violations"], "preload": False, **options}
    found = page.evaluate(RUN, [part, asked])
    excused = next((rules for place, rules in OTHERS.items() if place in page.url), set())
    return [
        f"{each['id']}: {each['help']}: {each['nodes'][0]['html'][:200]} ({len(each['nodes'])})"
        for each in found
        if each["impact"] in WHAT_COUNTS and each["id"] not in excused
    ]


def in_both_themes(page: Page, name: str) -> dict[str, list[str]]:
    """Return axe's findings in both themes, and save a screenshot of each."""
    found = {}
    for theme, options in THEMES.items():
        page.emulate_media(color_scheme=theme)  # type: ignore[arg-type]
        page.evaluate(SETTLED)
        page.screenshot(path=ARTIFACTS / "pages" / f"{name}-{theme}.png", full_page=True)
        found[theme] = violations(page, **options)
    return found


# Keys ---------------------------------------------------------------------------------------------

# Before every Tab, and at the end: the focused element, its visibility, and its focus mark.
NOTE_FOCUS = """() => {
  const usable = "a[href], button, input, select, textarea, summary, [tabindex], audio, video";
  const scope = document.querySelector("dialog:modal") ?? document;
  const isThere = (each) => !each.matches(":disabled, [type=hidden]") && !each.closest("[inert]")
    && each.checkVisibility({ visibilityProperty: true });
  const isOne = (each) => { // of a group of radio buttons Tab reaches one
    if (each.type !== "radio") return true;
    const group = [...document.getElementsByName(each.name)];
    return each === (group.find((one) => one.checked) ?? group[0]);
  };
  const there = [...scope.querySelectorAll(usable)].filter(isThere);
  const outlined = (each) => {
    if (!each) return false;
    const { outlineStyle, outlineWidth } = getComputedStyle(each);
    return outlineStyle !== "none" && parseFloat(outlineWidth) >= 2;
  };
  const isSeen = (each) => {
    const box = [...each.getClientRects()].find(({ width, height }) => width && height);
    if (!box) return false;
    const middle = (from, to, most) => (Math.max(from, 0) + Math.min(to, most)) / 2;
    const x = middle(box.left, box.right, innerWidth);
    const y = middle(box.top, box.bottom, innerHeight);
    const { pointerEvents } = each.style;
    each.style.pointerEvents = "auto"; // of some, pointers reach what is below
    const hit = document.elementFromPoint(x, y);
    each.style.pointerEvents = pointerEvents;
    return Boolean(hit) && (each.contains(hit) || hit.contains(each) || hit.control === each
      || hit.closest("label")?.control === each);
  };
  const reached = new Map();
  const note = () => {
    const each = document.activeElement;
    if (!each || each === document.body || reached.has(each)) return;
    const shows = outlined(each) || outlined(each.closest("label")) || outlined(each.parentElement);
    reached.set(each, { shows, seen: isSeen(each) });
  };
  document.addEventListener("keydown", note, true);
  const words = (each) => each.outerHTML.replace(/\\s+/g, " ").slice(0, 160);
  const isReached = (each) => reached.has(each)
    || (each.getAttribute("role") === "tab" && [...reached.keys()].some(
      (other) => other.closest("[role=tablist]") === each.closest("[role=tablist]")));
  const isPressed = (each) => getComputedStyle(each).cursor === "pointer" && isThere(each)
    && !each.closest(usable) && !each.querySelector(usable) && !each.closest("label")?.control;
  window.walk = {
    isStale: () => there.some((each) => !each.isConnected),
    wanted: there.filter((each) => each.tabIndex >= 0 && isOne(each)).length,
    told: () => {
      note();
      const named = (which) => [...reached].filter(which).map(([each]) => words(each));
      return {
        unreached: there.filter((each) => isOne(each) && !isReached(each)
          && (each.tabIndex >= 0 || each.matches("a, button, input, select, textarea")))
          .map(words),
        mouse_only: [...scope.querySelectorAll("*")].filter(isPressed).map(words),
        without_a_mark: named(([, { shows }]) => !shows),
        covered: named(([, { seen }]) => !seen),
      };
    },
  };
  return window.walk.wanted;
}"""
ROUNDS = 3  # scrollable elements and the browser itself take a Tab as well


def walked(page: Page) -> dict[str, list[str]]:
    """Return the elements that cannot be used by Tab, by fault; empty without faults."""
    wanted = page.evaluate(NOTE_FOCUS)
    told: dict[str, list[str]] = {}
    for _ in range(ROUNDS):
        for _ in range(wanted + 2):
            page.keyboard.press("Tab")
        told = page.evaluate("window.walk.told()")
        if page.evaluate("window.walk.isStale()"):  # the page of a job replaced its own part
            wanted = page.evaluate(NOTE_FOCUS)
        elif not told["unreached"]:
            break
    return {name: found for name, found in told.items() if found}


# Colors ------------------------------------------------------------------------------------------


def colors(page: Page, selector: str) -> list[tuple[int, ...]]:
    """Return the colors of an element's screenshot, the most frequent first."""
    picture = Image.open(BytesIO(page.locator(selector).first.screenshot())).convert("RGB")
    pixels = np.asarray(picture).reshape(-1, 3).tolist()
    return [color for color, _ in Counter(map(tuple, pixels)).most_common()]


# Width --------------------------------------------------------------------------------------------

PHONE: ViewportSize = {"width": 360, "height": 740}
BEYOND = """() => {
  const { scrollWidth, clientWidth } = document.documentElement;
  if (scrollWidth <= clientWidth) return [];
  const guilty = [...document.querySelectorAll("body *")].filter((each) =>
    each.checkVisibility() && each.getBoundingClientRect().right > clientWidth + 0.5);
  return [`${scrollWidth} > ${clientWidth}`, ...guilty.map((each) => each.outerHTML.slice(0, 120))];
}"""


def beyond_the_edge(page: Page, size: ViewportSize) -> list[str]:
    """Return how far the page overflows a window of this size, and the elements that do."""
    page.set_viewport_size(size)
    return page.evaluate(BEYOND)


# Paper --------------------------------------------------------------------------------------------

PAPER: ViewportSize = {"width": 718, "height": 1047}  # A4 at 96 dpi, without margins of 1 cm
LOST_ON_PAPER = """() => {
  const all = [...document.querySelectorAll("main *")].filter((each) => each.checkVisibility());
  const words = (each) => each.outerHTML.replace(/\\s+/g, " ").slice(0, 160);
  const clips = (each) => getComputedStyle(each).overflow !== "visible" && each.clientWidth > 1
    && (each.scrollWidth > each.clientWidth + 1 || each.scrollHeight > each.clientHeight + 1);
  const folds = (each) => each.matches("details")
    && [...each.children].some((part) => !part.matches("summary") && !part.offsetHeight);
  return {
    clipped: all.filter(clips).map(words),
    folded: all.filter(folds).map(words),
    pressed: all.filter((each) => each.matches("button, input, select, .btn")).map(words),
    around: [...document.querySelectorAll(".site-header, .toasts, .site-footer")]
      .filter((each) => each.checkVisibility()).map(words),
  };
}"""


def lost_on_paper(page: Page) -> dict[str, list[str]]:
    """Return elements that print wrongly: cut off, collapsed, or useless on paper."""
    page.emulate_media(media="print", color_scheme="light")
    try:
        beyond = beyond_the_edge(page, PAPER)
        told = page.evaluate(LOST_ON_PAPER) | {"beyond": beyond}
    finally:
        page.emulate_media(media="null", color_scheme="null")
    return {name: found for name, found in told.items() if found}
