"""Measure the effect of twenty corrections by one writer on a whole site, with the time it takes.

    python -m benchmarks.writer_adaptation [--data mnist.npz] [--writers 8]

Every run starts a new site, with the same processes as `manage.py serve`. A writer saves and labels
two drawings of every digit, a reviewer confirms the labels, and a retraining is requested. The
time ends when the site answers with the new version. With --data, every writer has two runs,
with and without MNIST on the site. Errors are counted on thirty other drawings of every digit by
the same writer; a refused digit is an error.

The writers are those of `benchmarks.synthetic_writers`, in the order of their seeds, if the shipped
version misreads a share in BADLY of their drawings. This is measured on separate drawings. Settings
are chosen on MNIST's hold-out; its test part is only reported. Run it on an idle machine, because
the seconds are wall time.
"""

import argparse
import json
import os
import statistics
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count, islice
from pathlib import Path
from typing import Any

from benchmarks.synthetic_writers import StrongWriter, as_part
from mlcore.data import datasets
from mlcore.data.datasets import Part
from mlcore.evaluation import metrics
from mlcore.recognition import bundle
from mlcore.recognition.bundle import Bundle

CORRECTED, MEASURED, TRIED = 2, 30, 10  # drawings of each digit
CORRECTING, MEASURING, TRYING = 1, 2, 3  # purposes of drawings
BADLY = (0.1, 0.5)  # share of a writer's drawings that the shipped version misreads
SECONDS = 600  # timeout of a run
HEADER = (
    *("writer", "MNIST", "errors before", "after", "hold-out before", "after", "test before"),
    *("after", "seconds", "version"),
)

Pair = tuple[float, float]  # before and after


@dataclass(frozen=True)
class Outcome:
    """The result of a run.

    errors: share of the writer's other drawings. holdout, test: accuracy on MNIST.
    """

    errors: Pair
    holdout: Pair | None
    test: Pair | None
    seconds: float
    promoted: bool


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", help="an mnist.npz")
    parser.add_argument("--writers", type=int, default=8)
    options = parser.parse_args()
    path = datasets.find(options.data).resolve() if options.data else None
    outcomes = []
    print(" | ".join(HEADER))
    for writer in islice(badly_read(bundle.shipped()), options.writers):
        for given in (path, None) if path else (None,):
            outcomes.append(adapt(writer, given, path))
            print(" | ".join(row(writer, given, outcomes[-1])), flush=True)
    print(summary(outcomes))


def badly_read(shipped: Bundle) -> Iterator[StrongWriter]:
    for seed in count(1):
        writer = StrongWriter(seed)
        misread = 1 - right(shipped, as_part(writer.drawings(TRIED, TRYING)))
        if BADLY[0] <= misread <= BADLY[1]:
            yield writer


def adapt(writer: StrongWriter, given: Path | None, mnist: Path | None) -> Outcome:
    """Do one run. given: the MNIST of the site; mnist: the one to measure with."""
    from tests.processes.site import Site

    with tempfile.TemporaryDirectory() as home:
        site = Site(Path(home), {"MNIST_PATH": str(given or ""), "MIN_ACCOUNT_AGE_DAYS": "0"})
        try:
            site.set_up().start()
            correct(site, writer)
            seconds, made, promoted = click_to_serving(site)
            before, after = version(site, 1), version(site, made)
        finally:
            site.stop()
    others = as_part(writer.drawings(MEASURED, MEASURING))
    parts = datasets.read(mnist) if mnist else None
    return Outcome(
        errors=(1 - right(before, others), 1 - right(after, others)),
        holdout=(right(before, parts.holdout), right(after, parts.holdout)) if parts else None,
        test=(right(before, parts.test), right(after, parts.test)) if parts else None,
        seconds=seconds,
        promoted=promoted,
    )


def correct(site: Any, writer: StrongWriter) -> None:
    """Save and label drawings as the writer; the reviewer's same label approves them."""
    for lines, digit in writer.drawings(CORRECTED, CORRECTING):
        sent = [
            [{"x": x, "y": y, "t": t, "p": p} for x, y, t, p in line.round(2).tolist()]
            for line in lines
        ]
        saved = site.post("/api/v1/drawings/", {"strokes": sent}, by="owner")
        for person in ("owner", "trainer"):
            site.post(f"/api/v1/drawings/{saved['id']}/label/", {"label": digit}, by=person)


def click_to_serving(site: Any) -> tuple[float, int, bool]:
    """Return the seconds until deployment, the version's number, and whether it was promoted.

    If the gates stop the version, the seconds end with their decision.
    """
    from tests.processes.site import wait_for

    started = time.monotonic()
    job = site.wait_for_job(site.retrain(), "succeeded", "failed", seconds=SECONDS)
    assert job["status"] == "succeeded", job["error"]
    listed = site.get("/api/v1/versions/", by="trainer")
    made = next(each for each in listed["results"] if each["number"] == job["version"])
    promoted = made["verdict"]["promoted"]
    if promoted:
        wait_for(lambda: site.serving() == job["version"], seconds=SECONDS, name="it serves")
    return time.monotonic() - started, job["version"], promoted


def version(site: Any, number: int) -> Bundle:
    """Read the version from the site's database."""
    question = """SELECT f.name, f.content FROM recognizer_versionfile f
        JOIN recognizer_modelversion v ON v.id = f.version_id WHERE v.number = ?"""
    with site.database() as rows:
        files = dict(rows.execute(question, [number]))
        about = "SELECT card FROM recognizer_modelversion WHERE number = ?"
        (card,) = rows.execute(about, [number]).fetchone()
    return bundle.from_binaries(json.loads(card), files)


def right(version: Bundle, part: Part) -> float:
    return metrics.brief(metrics.answers(version, part.inputs, part.labels))["accuracy"]


def row(writer: StrongWriter, given: Path | None, outcome: Outcome) -> list[str]:
    figures = [f"{share:.1%}" for share in outcome.errors]
    for pair in (outcome.holdout, outcome.test):
        figures += [f"{share:.2%}" for share in pair] if pair else ["-", "-"]
    ended = "serves" if outcome.promoted else "stopped"
    return [
        *(str(writer.seed), "at hand" if given else "none"),
        *figures,
        *(f"{outcome.seconds:.0f}", ended),
    ]


def summary(outcomes: list[Outcome]) -> str:
    """Summarize all runs by median and worst case."""
    left = [after / before for before, after in (each.errors for each in outcomes)]
    lines = [f"errors left: {statistics.median(left):.0%}, at most {max(left):.0%}"]
    for name in ("holdout", "test"):
        pairs = [pair for each in outcomes if (pair := getattr(each, name))]
        if falls := [100 * (before - after) for before, after in pairs]:
            lines.append(
                f"MNIST's {name} falls by {statistics.median(falls):.2f} points, "
                f"at most {max(falls):.2f}"
            )
    seconds = [each.seconds for each in outcomes]
    lines.append(f"seconds: {statistics.median(seconds):.0f}, at most {max(seconds):.0f}")
    lines.append(f"{sum(each.promoted for each in outcomes)} of {len(outcomes)} serve")
    return "\n".join(lines)


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "digitsite.settings")
    import django

    django.setup()
    main()
