"""A version's figures for the pages. Not every version was measured on every set."""

from dataclasses import dataclass
from typing import Any, Protocol

from django.utils.translation import gettext, gettext_noop

from recognizer.models import ModelVersion

# The sets that gates use come first; the test set is only reported.
SETS = {
    "mnist_holdout": gettext_noop("MNIST hold-out"),
    "holdout": gettext_noop("MNIST hold-out with non-digits"),
    "pen_holdout": gettext_noop("Pen hold-out"),
    "embedded": gettext_noop("Drawn reference set"),
    "pen": gettext_noop("Drawn pen digits"),
    "forms": gettext_noop("Regional digit forms"),
    "numbers": gettext_noop("Drawn numbers, read as a whole"),
    "gold": gettext_noop("Gold set"),
    "gold_numbers": gettext_noop("Gold set, numbers"),
    "non_digits": gettext_noop("Non-digits refused"),
    "corrections": gettext_noop("Corrections trained on"),
    "corrections_holdout": gettext_noop("Corrections held out"),
    "number_corrections": gettext_noop("Numbers trained on"),
    "number_holdout": gettext_noop("Numbers held out"),
    "mnist_test": gettext_noop("MNIST test"),
}


@dataclass(frozen=True)
class Measured:
    """The figures of one test set. `per_digit` and `confusion` are empty if not measured."""

    key: str
    name: str
    accuracy: float | None
    correct: int | None
    n: int | None
    per_digit: list[float | None]
    confusion: list[list[int]]
    calibration_error: float | None

    @property
    def has_digits(self) -> bool:
        """Whether any of the ten digits has an accuracy."""
        return len(self.per_digit) == 10 and any(share is not None for share in self.per_digit)


class HasMetrics(Protocol):
    """A version, or the one that is loaded to answer."""

    @property
    def metrics(self) -> dict[str, Any]: ...


def figures_of(version: HasMetrics) -> dict[str, Any]:
    """Return the figures by test set, measured when the version was made."""
    return version.metrics


def number(of: Any, *path: str) -> float | None:
    """Return the value at a path of keys if it is a number, else None."""
    for key in path:
        of = of.get(key) if isinstance(of, dict) else None
    return of if isinstance(of, int | float) and not isinstance(of, bool) else None


def history(version: ModelVersion) -> list[dict[str, Any]]:
    """Return the rows of the training history, one per epoch."""
    rows: list[dict[str, Any]] = version.card["history"]
    return rows


def measured(version: ModelVersion) -> list[Measured]:
    """Return every known test set that the version was measured on."""
    figures = figures_of(version)
    return [
        read(key, gettext(name), figures[key])
        for key, name in SETS.items()
        if isinstance(figures.get(key), dict) and figures[key].get("n", 1)
    ]


def read(key: str, name: str, of: dict[str, Any]) -> Measured:
    n, correct, accuracy = of.get("n"), of.get("correct"), of.get("accuracy")
    if accuracy is None and n and correct is not None:
        accuracy = correct / n
    return Measured(
        key,
        name,
        accuracy,
        correct,
        n,
        of.get("per_digit") or [],
        of.get("confusion") or [],
        of.get("expected_calibration_error"),
    )


def per_digit_table(sets: list[Measured]) -> list[tuple[int, list[float | None]]]:
    """Return ten rows of (digit, accuracies by set)."""
    return [(digit, [each.per_digit[digit] for each in sets]) for digit in range(10)]


def confusion_rows(confusion: list[list[int]]) -> list[tuple[int, list[dict[str, Any]]]]:
    """Return (true label, cells). A cell has `said`, `count`, `heat` and `right`. No empty rows."""
    rows = []
    for truth, counts in enumerate(confusion):
        total = sum(counts)
        if not total:
            continue
        cells = [
            {"said": said, "count": count, "heat": heat(count, total), "right": truth == said}
            for said, count in enumerate(counts)
        ]
        rows.append((truth, cells))
    return rows


def heat(count: int, total: int) -> int:
    """Return the cell's share of its row as 0 to 4, in steps that make single errors visible."""
    share = count / total
    return sum(share > limit for limit in (0, 0.003, 0.01, 0.03))
