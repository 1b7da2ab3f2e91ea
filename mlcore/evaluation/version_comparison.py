"""Measure versions on the same sets, for the gates to compare them."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mlcore.data import reference_sets
from mlcore.data.datasets import Mnist, Part
from mlcore.data.lines import Lines
from mlcore.data.pen import PenDigits
from mlcore.data.training_pool import stroke_holdout, with_negatives
from mlcore.evaluation import metrics
from mlcore.evaluation.metrics import Answers
from mlcore.evaluation.numbers import NumberFigures
from mlcore.recognition.bundle import Bundle

# The reference sets and the sets made from MNIST and pen data, by their names in cards and reports.
FROZEN: dict[str, Callable[[], Part]] = {
    "embedded": reference_sets.reference,
    "forms": reference_sets.forms,
    "pen": reference_sets.pen,
    "non_digits": reference_sets.reference_negatives,
}
OF_MNIST = ("mnist_test", "mnist_holdout", "holdout")
OF_PEN = "pen_holdout"

# An answer with at least this confidence counts as sure. A site can set another value with
# PROMOTION_SURE.
SURE = 0.99


@dataclass(frozen=True)
class Sets:
    """The sets to measure on.

    own_gold: the site's gold set, or None if there is none. numbers: corrected ones. mnist, pen:
    None if not at hand.
    """

    corrections: Part
    holdout: Part
    own_gold: Part | None = None
    numbers: Lines = field(default_factory=Lines)
    held_numbers: Lines = field(default_factory=Lines)
    gold_numbers: Lines = field(default_factory=Lines)
    mnist: Mnist | None = None
    pen: PenDigits | None = None


def measure(versions: Sequence[Bundle], sets: Sets) -> list[dict[str, Any]]:
    """Measure each version on each set with its LiteRT network, in one thread per version."""
    pictures = with_negatives(sets.mnist.holdout) if sets.mnist else None
    strokes = stroke_holdout(sets.pen) if sets.pen else None
    with ThreadPoolExecutor(len(versions)) as executor:
        return list(
            executor.map(lambda version: _figures(version, sets, pictures, strokes), versions)
        )


def _figures(
    version: Bundle, sets: Sets, pictures: Part | None, strokes: Part | None
) -> dict[str, Any]:
    with_mnist = on_mnist(version, sets.mnist, pictures) if sets.mnist and pictures else {}
    return {
        **on_frozen(version),
        "gold": full(version, sets.own_gold) if sets.own_gold is not None else None,
        **dict.fromkeys(OF_MNIST),
        **with_mnist,
        OF_PEN: full(version, strokes) if strokes is not None else None,
        "corrections": counted(ask(version, sets.corrections)),
        "corrections_holdout": paired(ask(version, sets.holdout)),
        "number_corrections": on_lines(version, sets.numbers),
        "number_holdout": on_lines(version, sets.held_numbers),
        "gold_numbers": on_lines(version, sets.gold_numbers),
    }


def on_frozen(version: Bundle) -> dict[str, Any]:
    """Measure a version on the reference sets; the result is by name."""
    of_digits = {name: full(version, part()) for name, part in FROZEN.items()}
    return of_digits | {"numbers": on_lines(version, reference_sets.numbers())}


def on_lines(version: Bundle, lines: Lines) -> dict[str, Any]:
    """Measure how a version reads numbers.

    A number is right if all its digits are. digit_error_rate: wrong, missing and added digits per
    digit. right: a "1" per number that was read right, otherwise a "0".
    """
    reader = version.number_reader()
    said = [reader.read_ink(np.divide(ink, 255, dtype=np.float32)).digits for ink in lines.inks]
    found = NumberFigures.of((text, got, 1) for text, got in zip(lines.texts, said, strict=True))
    hits = "".join("01"[text == got] for text, got in zip(lines.texts, said, strict=True))
    return {
        "n": found.n,
        "correct": found.exact,
        "accuracy": found.accuracy,
        "digit_error_rate": found.error_rate,
        "right": hits,
    }


def on_mnist(version: Bundle, mnist: Mnist, held: Part) -> dict[str, Any]:
    """Measure a version on MNIST's test part and hold-out.

    held: the hold-out with negatives, as `with_negatives` returns it.
    """
    of_held = ask(version, held)
    return {
        "mnist_holdout": metrics.full(of_held.take(np.arange(len(mnist.holdout)))),
        "mnist_test": full(version, mnist.test),
        "holdout": metrics.full(of_held),
    }


def full(version: Bundle, part: Part) -> dict[str, Any]:
    return metrics.full(ask(version, part))


def ask(version: Bundle, part: Part) -> Answers:
    return metrics.answers(version, part.inputs, part.labels)


def counted(got: Answers) -> dict[str, int]:
    return {"n": len(got.labels), "correct": int(got.right.sum())}


def paired(got: Answers) -> dict[str, Any]:
    """Return `counted` with calibration and "right", a "1" per right answer, otherwise a "0"."""
    hits = "".join("1" if hit else "0" for hit in got.right)
    calibration = metrics.calibration(got) if len(got.labels) else {}
    return {**counted(got), "right": hits, **calibration}


def contradictions(
    parent: Bundle,
    part: Part,
    ids: NDArray[np.integer],
    people: NDArray[np.integer],
    *,
    sure: float = SURE,
) -> dict[str, Any]:
    """Find corrections that contradict a sure answer of the parent.

    An answer is sure if its confidence is at least `sure`. Most corrections concern misread
    drawings, and a version is seldom sure of those. If many labels contradict sure answers, the
    labels are probably wrong (`python -m benchmarks.poison`). Answers of "not a digit" are ignored,
    because children's mirrored digits get them.

    ids, people: (n,), of each label and of the person who gave it. Returns {"n", "confidence":
    `sure`, "sure": number of contradictions, "ids" of these, "people": [{"n", "sure"}, ...]}.
    """
    got = ask(parent, part)
    denied = ~got.right & (got.said == got.digits) & (got.confidence >= sure)
    return {
        "n": len(part),
        "confidence": sure,
        "sure": int(denied.sum()),
        "ids": ids[denied].tolist(),
        "people": [
            {"n": int((people == each).sum()), "sure": int(denied[people == each].sum())}
            for each in np.unique(people)
        ],
    }
