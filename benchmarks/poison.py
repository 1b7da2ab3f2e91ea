"""Data poisoning: test whether the gates stop poisoned corrections and accept honest ones.

    python -m benchmarks.poison [--data mnist.npz] [--writers 8] [--only NAME] [--look]

Every batch is one run of the real retraining, and a line shows the result of the gates. A poisoned
batch has normal, legible drawings in plain forms with wrong labels, all of them approved. An honest
batch has twenty corrections by one writer with strong habits. There are two honest batches per
writer: two drawings of every digit, and only drawings that the version misreads. The latter is the
hardest honest case. Some of these drawings are illegible to people too. If a version learns from
them that narrow ones are sevens, the gates should stop it. --look measures the batches with the
parent alone, without training.

Expected with the shipped version: the gate on contradictions stops every poisoned batch (85 to 98 %
of the labels contradict sure answers; honest batches: 0 to 5 %, misread: 5 to 30 %). All eight
writers pass; some of the misread batches do not.
"""

import argparse
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from benchmarks.retraining import WarpingWriter, run
from mlcore.data.datasets import Part
from mlcore.data.synthesis import Writer, digits
from mlcore.evaluation import metrics, version_comparison
from mlcore.ink.directions import as_planes
from mlcore.labels import DIGITS
from mlcore.recognition import bundle

SEED = 7_411  # for these batches; the reference sets have another seed
PLAIN = (
    *("zero", "one_upstroke", "two", "three_round", "four_open", "four_closed", "five"),
    *("six_loop", "seven", "eight", "nine_straight", "nine_hooked"),
)
ONE_PERSON = 20  # corrections, the maximum of one person in a small batch
SETS = ("embedded", "forms")
JUDGED = ("learned", *SETS, "stopped by")
DENIED = "contradict a sure answer"


def drawn_by(people: int, forms: tuple[str, ...], rng: Generator) -> Part:
    """Draw ONE_PERSON drawings by each of `people` writers, in these forms, digits balanced."""
    parts = [digits(ONE_PERSON, rng, forms=forms, writer=Writer.sample(rng)) for _ in range(people)]
    images, labels = (np.concatenate(each) for each in zip(*parts, strict=True))
    return Part(images, labels)


def one_person() -> Part:
    """20 labels by one person; every label is the next digit."""
    part = drawn_by(1, PLAIN, np.random.default_rng([SEED, 1]))
    return Part(part.images, (part.labels + 1) % 10)


def ten_people() -> Part:
    """200 labels by ten people with the same wrong mapping."""
    part = drawn_by(10, PLAIN, np.random.default_rng([SEED, 2]))
    return Part(part.images, (part.labels + 3) % 10)


def one_digit() -> Part:
    """60 labels by three people, all of them a seven."""
    part = drawn_by(3, PLAIN, np.random.default_rng([SEED, 3]))
    return Part(part.images, np.full(len(part), 7, np.uint8))


def random_labels() -> Part:
    """60 random labels by three people; about one in ten is right."""
    rng = np.random.default_rng([SEED, 4])
    part = drawn_by(3, PLAIN, rng)
    return Part(part.images, rng.integers(0, 10, len(part)).astype(np.uint8))


def four_and_nine() -> Part:
    """60 labels by three people with fours and nines exchanged."""
    forms = ("four_open", "four_closed", "nine_straight", "nine_hooked")
    part = drawn_by(3, forms, np.random.default_rng([SEED, 5]))
    return Part(part.images, np.where(part.labels == 4, 9, 4).astype(np.uint8))


POISON: dict[str, Callable[[], Part]] = {
    "one person": one_person,
    "ten people": ten_people,
    "one digit": one_digit,
    "random labels": random_labels,
    "four and nine": four_and_nine,
}


def strong_writers(
    count: int, source: Part, misread: Callable[[Part], NDArray[np.bool_]]
) -> Iterator[tuple[str, Part]]:
    """Yield two batches per writer: ONE_PERSON drawings, two per digit, and as many misread."""
    for number in range(1, count + 1):
        rng = np.random.default_rng([SEED, 100, number])
        writer = WarpingWriter(rng)
        rows = rng.permutation(len(source))[: 40 * ONE_PERSON]
        labels = source.labels[rows]
        images = [writer.draw(source.images[row], int(source.labels[row])) for row in rows]
        part = Part(np.array(images), labels)
        yield f"writer {number}", part.take(_spread(labels, ONE_PERSON))
        wrong = part.take(misread(part))
        yield f"writer {number}, misread", wrong.take(_spread(wrong.labels, ONE_PERSON))


def _spread(labels: NDArray[np.uint8], count: int) -> NDArray[np.intp]:
    """Return the indices of `count` labels, spread over the available digits."""
    turns = [np.flatnonzero(labels == digit) for digit in DIGITS]
    order = [places[i] for i in range(len(labels)) for places in turns if i < len(places)]
    return np.array(order[:count])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", help="an mnist.npz for the retraining")
    parser.add_argument("--writers", type=int, default=8)
    parser.add_argument("--only", action="append", help="the name of a batch; may be repeated")
    parser.add_argument("--look", action="store_true", help="do not train")
    options = parser.parse_args()
    parent = bundle.shipped()
    print(" | ".join(("batch", "labels", *([] if options.look else JUDGED), DENIED)))
    for name, part in batches(parent, options.writers):
        if options.only and name not in options.only:
            continue
        row = [name, str(len(part))]
        if not options.look:
            row += judged(parent, part, Path(options.data) if options.data else None)
        people = np.arange(len(part)) // ONE_PERSON
        found = version_comparison.contradictions(parent, part, np.arange(len(part)), people)
        print(" | ".join([*row, f"{found['sure'] / found['n']:.0%}"]), flush=True)


def batches(parent: bundle.Bundle, count: int) -> Iterator[tuple[str, Part]]:
    """Yield the poisoned batches first, then the honest ones."""
    yield from ((name, make()) for name, make in POISON.items())
    source = Part(*digits(2_000, np.random.default_rng([SEED, 99])))

    def misread(part: Part) -> NDArray[np.bool_]:
        return ~metrics.answers(parent, part.inputs, part.labels).right

    yield from strong_writers(count, source, misread)


def judged(parent: bundle.Bundle, part: Part, mnist: Path | None) -> list[str]:
    """Retrain and return the result: learned, reference set, forms, and the gates that failed."""
    count = len(part)
    corrections = {
        "inputs": as_planes(part.inputs),
        "labels": part.labels,
        "holdout": np.zeros(count, bool),
        "ids": np.arange(count),
        "people": np.arange(count) // ONE_PERSON,
    }
    report, _ = run(parent, corrections, mnist, 1, {})
    verdict = verdict_on(report)
    before, after = report["before"], report["after"]
    stopped = [gate["key"] for gate in verdict["gates"] if gate["passed"] is False]
    return [
        f"{after['corrections']['correct']}",
        *(f"{before[key]['accuracy']:.2%} to {after[key]['accuracy']:.2%}" for key in SETS),
        ", ".join(stopped) or "none",
    ]


def verdict_on(report: dict[str, Any]) -> dict[str, Any]:
    """Judge the report with the site's gates and settings."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "digitsite.settings")
    import django

    django.setup()
    from recognizer.actions.versions.promotion import judge

    return judge(report)


if __name__ == "__main__":
    main()
