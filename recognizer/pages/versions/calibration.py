"""The calibration of a version's confidence. Not every set was measured."""

from dataclasses import dataclass

from django.utils.translation import gettext, gettext_noop

from recognizer.models import ModelVersion
from recognizer.pages.versions.figures import SETS, figures_of, number
from recognizer.presentation.charts import Mark, reliability_marks

MEASURES = {
    "negative_log_likelihood": gettext_noop("Negative log-likelihood"),
    "expected_calibration_error": gettext_noop("Expected calibration error (ECE)"),
}


@dataclass(frozen=True)
class Bin:
    """Answers of similar confidence: their mean confidence, their accuracy, their number."""

    confidence: float
    accuracy: float
    n: int


@dataclass(frozen=True)
class Calibration:
    """Calibration figures of a version.

    bins: of the set called `name`; empty if not measured. marks: the same for the diagram.
    temperature: (measure, before, after) on the hold-out with non-digits. selective: coverage (the
    share of the MNIST test set with the highest confidence) and the accuracy on it.
    """

    name: str
    bins: list[Bin]
    marks: list[Mark]
    temperature: list[tuple[str, float, float]]
    selective: tuple[float, float] | None


def calibration(version: ModelVersion) -> Calibration | None:
    """Return the version's calibration; None if none of it was measured."""
    key, bins = reliability(version)
    marks = reliability_marks([(each.confidence, each.accuracy, each.n) for each in bins])
    found = Calibration(
        gettext(SETS[key]), bins, marks, before_and_after(version), selective(version)
    )
    return found if bins or found.temperature or found.selective else None


def reliability(version: ModelVersion) -> tuple[str, list[Bin]]:
    """Return the first set with bins. The set for calibrating confidences comes first."""
    keys = ("holdout", "mnist_holdout", "embedded", "mnist_test")
    measured = {key: bins_of(version, key) for key in keys}
    return next(((key, bins) for key, bins in measured.items() if bins), (keys[0], []))


def bins_of(version: ModelVersion, key: str) -> list[Bin]:
    """Return the bins of one set that are not empty."""
    measured = figures_of(version).get(key)
    rows = measured.get("reliability") if isinstance(measured, dict) else None
    bins = []
    for row in rows if isinstance(rows, list) else []:
        confidence, accuracy, n = (number(row, name) for name in ("confidence", "accuracy", "n"))
        if confidence is not None and accuracy is not None and n:
            bins.append(Bin(confidence, accuracy, int(n)))
    return bins


def before_and_after(version: ModelVersion) -> list[tuple[str, float, float]]:
    holdout = figures_of(version).get("holdout")
    pairs = [
        (name, number(holdout, "before_temperature", key), number(holdout, key))
        for key, name in MEASURES.items()
    ]
    return [(gettext(name), a, b) for name, a, b in pairs if a is not None and b is not None]


def selective(version: ModelVersion) -> tuple[float, float] | None:
    test = figures_of(version).get("mnist_test")
    coverage = number(test, "selective", "coverage")
    accuracy = number(test, "selective", "accuracy")
    return None if coverage is None or accuracy is None else (coverage, accuracy)
