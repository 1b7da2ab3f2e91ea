"""Batches of corrections that are meant to spoil a version, and honest ones, through every gate.

    python -m benchmarks.poison [--data mnist.npz] [--hands 8] [--only NAME] [--look]

Every batch is one run of the real retraining; a line says what the gates made of it. Poison are
normal, well readable drawings in plain forms with wrong labels, all of them approved. The honest
batches are twenty corrections of one hand with strong habits each: two of every digit, and a second
time only drawings that the version misreads, which is as far as honest labels can go from what it
believes. Some of these nobody else would read either: that the gates stop a version which learned
that narrow ones are sevens is what they are for. --look measures the batches with the parent alone
and trains nothing.

Expected of the shipped version: every poison is stopped by the labels that deny sure answers (85 to
98 % of them; hands: 0 to 5 %, misread: 5 to 30 %). All eight hands pass; of those misread, some do
not.
"""

import argparse
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from benchmarks.retraining import Hand, run
from mlcore.data.datasets import Part
from mlcore.data.synthesis import Writer, digits
from mlcore.evaluation import metrics, version_comparison
from mlcore.labels import DIGITS
from mlcore.recognition import bundle

SEED = 7_411  # of these batches; the frozen sets have another
PLAIN = (
    *("zero", "one_upstroke", "two", "three_round", "four_open", "four_closed", "five"),
    *("six_loop", "seven", "eight", "nine_straight", "nine_hooked"),
)
ONE_PERSON = 20  # corrections, the most that one person supplies to a small batch
SETS = ("embedded", "forms")
JUDGED = ("learned", *SETS, "stopped by")
DENIED = "deny a sure answer"


def drawn_by(people: int, forms: tuple[str, ...], rng: Generator) -> Part:
    """ONE_PERSON drawings of each of so many hands, in plain forms, digits balanced."""
    parts = [digits(ONE_PERSON, rng, forms=forms, writer=Writer.sample(rng)) for _ in range(people)]
    images, labels = (np.concatenate(each) for each in zip(*parts, strict=True))
    return Part(images, labels)


def one_person() -> Part:
    """20 from one person, every digit called by the next one's name."""
    part = drawn_by(1, PLAIN, np.random.default_rng([SEED, 1]))
    return Part(part.images, (part.labels + 1) % 10)


def ten_people() -> Part:
    """200 from ten people who agreed on the same wrong names."""
    part = drawn_by(10, PLAIN, np.random.default_rng([SEED, 2]))
    return Part(part.images, (part.labels + 3) % 10)


def one_digit() -> Part:
    """60 from three people, whatever they show is called a seven."""
    part = drawn_by(3, PLAIN, np.random.default_rng([SEED, 3]))
    return Part(part.images, np.full(len(part), 7, np.uint8))


def random_labels() -> Part:
    """60 from three people, labels by dice: every tenth is right."""
    rng = np.random.default_rng([SEED, 4])
    part = drawn_by(3, PLAIN, rng)
    return Part(part.images, rng.integers(0, 10, len(part)).astype(np.uint8))


def four_and_nine() -> Part:
    """60 from three people, fours called nines and nines fours."""
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


def hands(
    count: int, source: Part, misread: Callable[[Part], NDArray[np.bool_]]
) -> Iterator[tuple[str, Part]]:
    """Of every hand ONE_PERSON drawings, two of each digit, and as many that are misread."""
    for number in range(1, count + 1):
        rng = np.random.default_rng([SEED, 100, number])
        hand = Hand(rng)
        rows = rng.permutation(len(source))[: 40 * ONE_PERSON]
        labels = source.labels[rows]
        images = [hand.draw(source.images[row], int(source.labels[row])) for row in rows]
        part = Part(np.array(images), labels)
        yield f"hand {number}", part.take(_spread(labels, ONE_PERSON))
        wrong = part.take(misread(part))
        yield f"hand {number}, misread", wrong.take(_spread(wrong.labels, ONE_PERSON))


def _spread(labels: NDArray[np.uint8], count: int) -> NDArray[np.intp]:
    """The places of `count` of them, from as many digits as there are."""
    turns = [np.flatnonzero(labels == digit) for digit in DIGITS]
    order = [places[i] for i in range(len(labels)) for places in turns if i < len(places)]
    return np.array(order[:count])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", help="an mnist.npz, to retrain with it at hand")
    parser.add_argument("--hands", type=int, default=8)
    parser.add_argument("--only", action="append", help="a batch by name; may be given again")
    parser.add_argument("--look", action="store_true", help="train nothing")
    options = parser.parse_args()
    parent = bundle.shipped()
    print(" | ".join(("batch", "labels", *([] if options.look else JUDGED), DENIED)))
    for name, part in batches(parent, options.hands):
        if options.only and name not in options.only:
            continue
        row = [name, str(len(part))]
        if not options.look:
            row += judged(parent, part, Path(options.data) if options.data else None)
        people = np.arange(len(part)) // ONE_PERSON
        found = version_comparison.contradictions(parent, part, np.arange(len(part)), people)
        print(" | ".join([*row, f"{found['sure'] / found['n']:.0%}"]), flush=True)


def batches(parent: bundle.Bundle, count: int) -> Iterator[tuple[str, Part]]:
    """Poison first, then honest hands."""
    yield from ((name, make()) for name, make in POISON.items())
    source = Part(*digits(2_000, np.random.default_rng([SEED, 99])))

    def misread(part: Part) -> NDArray[np.bool_]:
        return ~metrics.answers(parent, part.images, part.labels).right

    yield from hands(count, source, misread)


def judged(parent: bundle.Bundle, part: Part, mnist: Path | None) -> list[str]:
    """What a retraining came to: learned, the reference set, the forms, and who stopped it."""
    count = len(part)
    corrections = {
        "images": part.images,
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
    """The site's own, with its settings."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "digitsite.settings")
    import django

    django.setup()
    from recognizer.actions.versions.promotion import judge

    return judge(report)


if __name__ == "__main__":
    main()
