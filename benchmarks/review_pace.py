"""Measure the maximum throughput of the review page in drawings per minute.

    python -m benchmarks.review_pace [--drawings 20000] [--answers 120]

It needs Chromium and the packages of the tests. It starts a site with this many drawings; a tenth
of them has a label in the review queue. A script presses the key as soon as the next drawing is
shown. The durations of the two requests are measured in the browser.
"""

import argparse
import os
import shutil
import statistics
import tempfile
from pathlib import Path
from typing import Any

FILL = """
import numpy as np
from recognizer.models import User
from recognizer.models import Correction, Drawing, ModelVersion, Answer
from recognizer.models.drawings import packed
rng = np.random.default_rng(1)
owner, version = User.objects.get(username="owner"), ModelVersion.objects.get(number=1)
points = [[{{"x": float(x), "y": float(y)}} for x, y in stroke] for stroke in {strokes}]
count = {count}
labeled = rng.random(count) < 0.1
directions = packed(np.zeros((28, 28, 8), np.uint8))
drawings = Drawing.objects.bulk_create(
    (Drawing(owner=owner, source="canvas", strokes=points, directions=directions,
     network_input=bytes(rng.integers(0, 256, 784, np.uint8)), label=7 if each else None,
     label_state="pending" if each else "") for each in labeled), batch_size=500)
Answer.objects.bulk_create(
    (Answer(drawing=each, owner=owner, version=version, label=7, confidence=float(sure),
     probabilities=[0.1] * 10, not_a_digit=0.0, latency_ms=0.4)
     for each, sure in zip(drawings, rng.beta(20, 1, count))), batch_size=500)
Correction.objects.bulk_create(
    (Correction(drawing=each, by=owner, to_label=7, source="studio", state="pending",
     label_quality=float(rng.random())) for each in drawings if each.label), batch_size=500)
"""
SEVEN = [[[80, 80], [140, 76], [240, 80]], [[240, 80], [190, 190], [150, 300]]]
PRESS = """
async (answers) => {
  const link = document.querySelector("[data-link]");
  const drawn = () => new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
  const began = performance.now();
  for (let number = 0; number < answers; number += 1) {
    const before = link.getAttribute("href");
    document.body.dispatchEvent(new KeyboardEvent("keydown", { key: "7", bubbles: true }));
    do await drawn(); while (link.getAttribute("href") === before);
  }
  return performance.now() - began;
}
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--drawings", type=int, default=20_000)
    parser.add_argument("--answers", type=int, default=120)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as home:
        os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
        import django

        django.setup()
        from tests.processes.site import Site

        site = Site(Path(home), {"API_RATE": "100000/min"}).set_up()
        fill = FILL.format(strokes=SEVEN, count=options.drawings)
        try:
            site.manage("shell", "--verbosity", "0", "-c", fill)
            site.start("web")
            report(*answer_all(site, options.answers), options.answers)
        finally:
            site.stop()


def answer_all(site: Any, answers: int) -> tuple[float, dict[str, list[float]]]:
    """Return the total time in ms, and the times of all requests in ms by kind."""
    from playwright.sync_api import sync_playwright

    from tests.browser.conftest import opened
    from tests.browser.gestures import sign_in

    program = shutil.which("chromium") or shutil.which("google-chrome")
    times: dict[str, list[float]] = {"next": [], "decisions": []}
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        with opened(browser, site) as page:
            sign_in(page)
            page.goto("/review/")
            page.wait_for_selector("[data-state=item]")
            took = page.evaluate(PRESS, answers)
            page.wait_for_function("() => !Object.keys(localStorage).some(n => /^review/.test(n))")
            for name, found in times.items():
                found += page.evaluate(
                    "name => performance.getEntriesByType('resource')"
                    ".filter(e => e.name.endsWith(`/review/${name}/`)).map(e => e.duration)",
                    name,
                )
        browser.close()
    return took, times


def report(took: float, times: dict[str, list[float]], answers: int) -> None:
    print(f"{answers} answers in {took / 1000:.1f} s: {answers * 60_000 / took:.0f} a minute")
    print("request | times | p50 ms | p95 ms")
    for name, found in times.items():
        p95 = statistics.quantiles(found, n=20)[-1]
        print(f"{name} | {len(found)} | {statistics.median(found):.0f} | {p95:.0f}")


if __name__ == "__main__":
    main()
