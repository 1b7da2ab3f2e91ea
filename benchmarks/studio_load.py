"""Measure the load time of the studio on a slow device: bytes, requests, time to interactive.

    python -m benchmarks.studio_load

It starts a site on this machine and opens the studio in Chromium, with an empty cache and CPU
throttling by SLOWDOWN. The page is interactive when the script has attached its event handlers.
Expected on two idle cores: under 100 KB, under 1 s.
"""

import argparse
import os
import shutil
import statistics
import tempfile
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, sync_playwright

SLOWDOWN = 4
# The script sets data-strokes as its last step.
WATCH = """
new MutationObserver((_, observer) => {
  if (!document.querySelector("[data-studio][data-strokes]")) return;
  window.interactiveAt = performance.now();
  observer.disconnect();
}).observe(document, { subtree: true, childList: true, attributeFilter: ["data-strokes"] });
"""
# The time that the page's handler of a pointer event takes, including painting.
HANDLERS = """
const times = (window.handled = []);
let began = 0;
addEventListener("pointermove", () => { began = performance.now(); }, { capture: true });
addEventListener("pointermove", () => times.push(performance.now() - began));
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--times", type=int, default=10)
    times = parser.parse_args().times
    program = shutil.which("chromium") or shutil.which("google-chrome")
    with tempfile.TemporaryDirectory() as home, sync_playwright() as playwright:
        os.environ |= {"DIGITS_HOME": home, "DJANGO_SETTINGS_MODULE": "digitsite.settings"}
        import django

        django.setup()
        from tests.browser.conftest import ARGUMENTS
        from tests.processes.site import Site

        site = Site(Path(home)).set_up()
        try:
            site.start("web")
            browser = playwright.chromium.launch(executable_path=program, args=ARGUMENTS)
            report(browser, site, times)
            browser.close()
        finally:
            site.stop()


def report(browser: Browser, site: Any, times: int) -> None:
    from tests.browser.conftest import trainers_cookies

    state = trainers_cookies(browser, site)
    runs = [load(browser, site, state) for _ in range(times)]
    print(f"CPU throttled {SLOWDOWN} times, empty cache, {times} runs")
    print(f"{'':16}{'median':>10}{'max':>10}")
    for name in runs[0]:
        values = [run[name] for run in runs]
        print(f"{name:16}{statistics.median(values):>10.1f}{max(values):>10.1f}")


def load(browser: Browser, site: Any, state: Any) -> dict[str, float]:
    from tests.browser.conftest import opened
    from tests.browser.gestures import SEVEN, draw

    sizes: list[float] = []
    with opened(browser, site, storage_state=state) as page:
        devtools = page.context.new_cdp_session(page)
        devtools.send("Network.enable")
        devtools.send("Network.setCacheDisabled", {"cacheDisabled": True})
        devtools.send("Emulation.setCPUThrottlingRate", {"rate": SLOWDOWN})
        devtools.on(
            "Network.loadingFinished", lambda event: sizes.append(event["encodedDataLength"])
        )
        page.add_init_script(WATCH + HANDLERS)
        page.goto("/")
        page.wait_for_selector("[data-studio][data-strokes]")
        page.wait_for_load_state("networkidle")
        bytes_, requests = sum(sizes), len(sizes)
        interactive = page.evaluate("interactiveAt")
        draw(page, SEVEN)
        handled = page.evaluate("handled")
    return {
        "interactive, ms": interactive,
        "KB on the wire": bytes_ / 1000,
        "requests": requests,
        "pen event, ms": statistics.median(handled),
    }


if __name__ == "__main__":
    main()
