"""The calibration of a version's confidence, by source. Not every set was measured."""

from dataclasses import dataclass

from django.utils.translation import gettext, gettext_noop

from mlcore.evaluation.metrics import ECE_BINS
from mlcore.evaluation.significance import Interval, share_interval
from recognizer.pages.versions.figures import SETS, HasMetrics, figures_of, number
from recognizer.presentation.charts import Mark, reliability_marks
from recognizer.presentation.terms import OF_FIGURES

# The name of each source, and its sets. The set that confidences are calibrated on comes first.
SOURCES = {
    "strokes": (gettext_noop("Strokes"), ("pen_holdout", "pen")),
    "picture": (gettext_noop("Pictures"), ("holdout", "mnist_holdout", "embedded", "mnist_test")),
}
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

    @property
    def interval(self) -> Interval:
        """The interval of 95 % of the accuracy."""
        return share_interval(round(self.accuracy * self.n), self.n)


@dataclass(frozen=True)
class Calibration:
    """Calibration figures of a version on one set of a source.

    key: of the source; source, name: the names of the source and of the set. bins: empty if not
    measured. marks: the same for the diagram. measures: (term, measure, before temperature scaling
    or None, after). selective: coverage (the share of the answers with the highest confidence) and
    the accuracy of these.
    """

    key: str
    source: str
    name: str
    bins: list[Bin]
    marks: list[Mark]
    measures: list[tuple[str, str, float | None, float]]
    selective: tuple[float, float] | None

    @property
    def has_before(self) -> bool:
        """Whether any figure before temperature scaling is known; not for a retrained version."""
        return any(before is not None for _, _, before, _ in self.measures)


def calibrations(version: HasMetrics) -> list[Calibration]:
    """Return the version's calibration on the first measured set of each source, strokes first."""
    found = []
    for key, (source, sets) in SOURCES.items():
        each = (calibration(version, key, gettext(source), of) for of in sets)
        found += [one for one in each if one][:1]
    return found


def calibration(version: HasMetrics, key: str, source: str, of: str) -> Calibration | None:
    """Return the version's calibration on a set; None if none of it was measured."""
    bins = bins_of(version, of)
    marks = reliability_marks([(each.confidence, each.accuracy, each.n) for each in bins], ECE_BINS)
    name, measures, surest = gettext(SETS[of]), measures_of(version, of), selective(version, of)
    if not (bins or measures or surest):
        return None
    return Calibration(key, source, name, bins, marks, measures, surest)


def bins_of(version: HasMetrics, key: str) -> list[Bin]:
    """Return the bins of one set that are not empty."""
    measured = figures_of(version).get(key)
    rows = measured.get("reliability") if isinstance(measured, dict) else None
    bins = []
    for row in rows if isinstance(rows, list) else []:
        confidence, accuracy, n = (number(row, name) for name in ("confidence", "accuracy", "n"))
        if confidence is not None and accuracy is not None and n:
            bins.append(Bin(confidence, accuracy, int(n)))
    return bins


def measures_of(version: HasMetrics, key: str) -> list[tuple[str, str, float | None, float]]:
    measured = figures_of(version).get(key)
    found = []
    for measure, name in MEASURES.items():
        before, after = number(measured, "before_temperature", measure), number(measured, measure)
        if after is not None:
            found.append((OF_FIGURES[measure], gettext(name), before, after))
    return found


def selective(version: HasMetrics, key: str) -> tuple[float, float] | None:
    measured = figures_of(version).get(key)
    coverage = number(measured, "selective", "coverage")
    accuracy = number(measured, "selective", "accuracy")
    return None if coverage is None or accuracy is None else (coverage, accuracy)
