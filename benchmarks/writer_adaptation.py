"""Measure the effect of twenty corrections by one writer on a whole site, with the time it takes.

    python -m benchmarks.writer_adaptation [--data mnist.npz] [--writers 8] [--dev-sets FOLDER]

Every run starts a new site, with the same processes as `manage.py serve`. A writer saves and labels
two drawings of every digit, a reviewer confirms the labels, and a retraining is requested. The
time ends when the site answers with the new version. With --data, every writer has two runs,
with and without MNIST on the site. Errors are counted on other drawings by the same writer; a
refused digit is an error.

With --dev-sets the writers are people: those of pen_dev.json with at least MANY digits, the worst
first. People correct what is misread, so of each digit the misread drawings are corrected first.
All their other digits are only measured. If nothing among the corrections is misread, the job says
that there is nothing to learn.

Otherwise the writers are those of `benchmarks.synthetic_writers`, in the order of their seeds, if
the shipped version misreads a share in BADLY of their drawings. This is measured on separate
drawings; thirty others of every digit are measured in the end.

Settings are chosen on MNIST's hold-out; its test part is only reported. Run it on an idle machine,
because the seconds are wall time.
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

import numpy as np
from numpy.typing import NDArray

from benchmarks.synthetic_writers import Drawing, StrongWriter, as_part
from mlcore import codes
from mlcore.data import datasets
from mlcore.data.datasets import Part
from mlcore.data.development_sets import PenDevSet, pen_digits
from mlcore.evaluation import metrics
from mlcore.ink.strokes import network_inputs
from mlcore.labels import DIGITS
from mlcore.recognition import bundle
from mlcore.recognition.bundle import Bundle

CORRECTED, MEASURED, TRIED = 2, 30, 10  # drawings of each digit
CORRECTING, MEASURING, TRYING = 1, 2, 3  # purposes of drawings
MANY = 100  # digits of a person in pen_dev.json
BADLY = (0.1, 0.5)  # share of a writer's drawings that the shipped version misreads
SECONDS = 600  # timeout of a run
HEADER = (
    *("writer", "MNIST", "errors before", "after", "hold-out before", "after", "test before"),
    *("after", "seconds", "version"),
)

Pair = tuple[float, float]  # before and after


@dataclass(frozen=True)
class Hand:
    """A writer's drawings: those to correct, and others to measure."""

    name: str
    corrected: list[Drawing]
    others: list[Drawing]


@dataclass(frozen=True)
class Outcome:
    """The result of a run.

    errors: share of the writer's other drawings; n: their number. holdout, test: accuracy on MNIST.
    """

    n: int
    errors: Pair
    holdout: Pair | None
    test: Pair | None
    seconds: float
    promoted: bool


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", help="an mnist.npz")
    parser.add_argument("--writers", type=int, default=8)
    parser.add_argument("--dev-sets", type=Path, help="a folder with pen_dev.json")
    options = parser.parse_args()
    path = datasets.find(options.data).resolve() if options.data else None
    outcomes = []
    print(" | ".join(HEADER))
    shipped = bundle.shipped()
    hands = people(shipped, options.dev_sets) if options.dev_sets else badly_read(shipped)
    for writer in islice(hands, options.writers):
        for given in (path, None) if path else (None,):
            outcomes.append(adapt(writer, given, path))
            print(" | ".join(row(writer, given, outcomes[-1])), flush=True)
    print(summary(outcomes))


def badly_read(shipped: Bundle) -> Iterator[Hand]:
    for seed in count(1):
        writer = StrongWriter(seed)
        misread = 1 - right(shipped, as_part(writer.drawings(TRIED, TRYING)))
        if BADLY[0] <= misread <= BADLY[1]:
            corrected = writer.drawings(CORRECTED, CORRECTING)
            yield Hand(str(seed), corrected, writer.drawings(MEASURED, MEASURING))


def people(shipped: Bundle, folder: Path) -> list[Hand]:
    """Return the writers of pen_dev.json with many digits, the worst first."""
    digits = pen_digits(folder)
    if digits is None:
        raise SystemExit(f"There is no pen_dev.json in {folder}.")
    hits = metrics.answers(shipped, network_inputs(digits.strokes), digits.labels).right
    names, counts = np.unique(digits.writers, return_counts=True)
    many = names[counts >= MANY]
    rows = {str(name): np.flatnonzero(digits.writers == name) for name in many}
    worst = sorted(rows, key=lambda name: float(hits[rows[name]].mean()))
    return [hand(name, digits, rows[name], hits) for name in worst]


def hand(name: str, digits: PenDevSet, rows: NDArray[np.intp], hits: NDArray[np.bool_]) -> Hand:
    """Split a person's digits: two of each to correct, the misread ones first."""
    likely = rows[np.argsort(hits[rows], kind="stable")]
    chosen = [row for digit in DIGITS for row in likely[digits.labels[likely] == digit][:CORRECTED]]
    corrected, others = (
        [(digits.strokes[row], int(digits.labels[row])) for row in part]
        for part in (chosen, np.setdiff1d(rows, chosen))
    )
    return Hand(name, corrected, others)


def adapt(writer: Hand, given: Path | None, mnist: Path | None) -> Outcome:
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
    others = as_part(writer.others)
    parts = datasets.read(mnist) if mnist else None
    return Outcome(
        n=len(others),
        errors=(1 - right(before, others), 1 - right(after, others)),
        holdout=(right(before, parts.holdout), right(after, parts.holdout)) if parts else None,
        test=(right(before, parts.test), right(after, parts.test)) if parts else None,
        seconds=seconds,
        promoted=promoted,
    )


def correct(site: Any, writer: Hand) -> None:
    """Save and label drawings as the writer; the reviewer's same label approves them."""
    for lines, digit in writer.corrected:
        sent = [line[:, :2].round(2).tolist() for line in lines]
        saved = site.post("/api/v1/drawings/", {"strokes": sent}, by="owner")
        for person in ("owner", "trainer"):
            site.post(f"/api/v1/drawings/{saved['id']}/label/", {"label": digit}, by=person)


def click_to_serving(site: Any) -> tuple[float, int, bool]:
    """Return the seconds until deployment, the version's number, and whether it was promoted.

    If the gates stop the version, the seconds end with their decision. If there was nothing to
    learn, the version is the one that served before.
    """
    from tests.processes.waiting import wait_for

    started = time.monotonic()
    job = site.wait_for_job(site.retrain(), "succeeded", "failed", seconds=SECONDS)
    if job["status"] == "failed" and job["error_code"] == codes.ALL_ANSWERED_CORRECTLY.code:
        return time.monotonic() - started, site.serving(), False
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


def row(writer: Hand, given: Path | None, outcome: Outcome) -> list[str]:
    figures = [f"{outcome.n * share:.0f} of {outcome.n}" for share in outcome.errors]
    for pair in (outcome.holdout, outcome.test):
        figures += [f"{share:.2%}" for share in pair] if pair else ["-", "-"]
    ended = "serves" if outcome.promoted else "stopped"
    return [
        *(writer.name, "at hand" if given else "none"),
        *figures,
        *(f"{outcome.seconds:.0f}", ended),
    ]


def summary(outcomes: list[Outcome]) -> str:
    """Summarize all runs by median and worst case."""
    pairs = [each.errors for each in outcomes if each.errors[0]]
    left = [after / before for before, after in pairs]
    lines = [f"errors left: {statistics.median(left):.0%}, at most {max(left):.0%}"] if left else []
    total = [sum(round(each.n * each.errors[i]) for each in outcomes) for i in (0, 1)]
    lines.append(f"all runs together: {total[0]} errors before, {total[1]} after")
    for name in ("holdout", "test"):
        of_mnist = [pair for each in outcomes if (pair := getattr(each, name))]
        if falls := [100 * (before - after) for before, after in of_mnist]:
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
