"""Measure how well the label-quality score separates wrong labels from right ones.

    python -m benchmarks.label_quality --data mnist.npz [--drawings 2000]

Labels of MNIST's hold-out digits are exchanged: 15 % of all labels, or all labels of three of
twenty people. (The hold-out is part of MNIST's training part, and the shipped network never saw
it.) "Strong habits" are the same digits warped as in `benchmarks.retraining`; the network often
misreads them. It cannot read "mirrored" digits at all, so only other people's labels help. AUROC:
the probability that a wrong label has a lower quality than a right one. Found: the share of the n
wrong labels among the n lowest scores.
"""

import argparse

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from benchmarks.retraining import WarpingWriter
from mlcore.data import datasets, reference_sets
from mlcore.data.datasets import Part
from mlcore.evaluation.metrics import auroc
from mlcore.recognition import bundle
from mlcore.recognition.label_quality import Described, Witnesses, described, label_quality_scores

PEOPLE, LIARS, FLIPPED = 20, 3, 0.15
REFERENCE_PERSON = -1  # of the reference sets' labels


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data")
    parser.add_argument("--drawings", type=int, default=2_000)
    options = parser.parse_args()
    holdout = datasets.load(options.data).holdout
    rng = np.random.default_rng(1)
    part = holdout.take(rng.choice(len(holdout), options.drawings, replace=False))
    people = rng.integers(0, PEOPLE, len(part))
    network = bundle.shipped().recognizer()
    frozen = Part(
        np.concatenate(
            [reference_sets.reference().images, reference_sets.reference_negatives().images]
        ),
        np.concatenate(
            [reference_sets.reference().labels, reference_sets.reference_negatives().labels]
        ),
    )
    reference = witnesses(described(frozen.images, network), frozen.labels, REFERENCE_PERSON)
    print("digits | wrong labels | network alone: AUROC, found | with neighbors: AUROC, found")
    for name, images in (
        ("hold-out", part.images),
        ("strong habits", by_strong_writers(part, people)),
        ("mirrored", np.ascontiguousarray(part.images[:, :, ::-1])),
    ):
        drawings = described(images, network)
        for kind, wrong in (
            ("15 % of everybody's", rng.random(len(part)) < FLIPPED),
            (f"all of {LIARS} people of {PEOPLE}", people < LIARS),
        ):
            labels = exchanged(part.labels, wrong, rng)
            asked = Witnesses(drawings, labels, people)
            alone = drawings.probabilities[np.arange(len(labels)), labels]
            together = label_quality_scores(asked, reference + asked)
            columns = [name, kind, figures(alone, wrong), figures(together, wrong)]
            print(" | ".join(columns), flush=True)


def witnesses(drawings: Described, labels: NDArray[np.integer], person: int) -> Witnesses:
    return Witnesses(drawings, labels, np.full(len(labels), person))


def by_strong_writers(part: Part, people: NDArray[np.integer]) -> NDArray[np.uint8]:
    writers = [WarpingWriter(np.random.default_rng(person + 1)) for person in range(PEOPLE)]
    rows = zip(part.images, part.labels, people, strict=True)
    return np.array([writers[person].draw(image, int(label)) for image, label, person in rows])


def exchanged(
    labels: NDArray[np.integer], wrong: NDArray[np.bool_], rng: Generator
) -> NDArray[np.intp]:
    """Replace the labels in the mask `wrong` by another digit."""
    others = (labels.astype(np.intp) + rng.integers(1, 10, len(labels))) % 10
    return np.where(wrong, others, labels)


def figures(scores: NDArray[np.floating], wrong: NDArray[np.bool_]) -> str:
    most = np.argsort(scores)[: wrong.sum()]
    return f"{auroc(-scores[~wrong], -scores[wrong]):.4f}, {wrong[most].mean():.1%}"


if __name__ == "__main__":
    main()
