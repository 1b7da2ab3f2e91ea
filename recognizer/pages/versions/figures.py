"""A version's figures, ready to be laid out. Not every version was measured on every set."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext, gettext_noop

from recognizer.models import ModelVersion

# What decides comes first; the test part is reported only.
SETS = {
    "mnist_holdout": gettext_noop("MNIST hold-out"),
    "holdout": gettext_noop("MNIST hold-out with non-digits"),
    "embedded": gettext_noop("Drawn reference set"),
    "forms": gettext_noop("Regional digit forms"),
    "gold": gettext_noop("Gold set"),
    "non_digits": gettext_noop("Non-digits refused"),
    "corrections": gettext_noop("Corrections trained on"),
    "corrections_holdout": gettext_noop("Corrections held out"),
    "mnist_test": gettext_noop("MNIST test"),
}


@dataclass(frozen=True)
class Measured:
    """One test set. `per_digit` and `confusion` are empty where they were not measured."""

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
        """Whether there is an accuracy for any of the ten."""
        return len(self.per_digit) == 10 and any(share is not None for share in self.per_digit)


def figures_of(version: ModelVersion) -> dict[str, Any]:
    """By test set, as measured at its birth."""
    return version.metrics


def number(of: Any, *path: str) -> float | None:
    """What lies at the end of a path of keys, if it is a number."""
    for key in path:
        of = of.get(key) if isinstance(of, dict) else None
    return of if isinstance(of, int | float) and not isinstance(of, bool) else None


def history(version: ModelVersion) -> list[dict[str, Any]]:
    """How its training went, row by row."""
    rows: list[dict[str, Any]] = version.card["history"]
    return rows


def measured(version: ModelVersion) -> list[Measured]:
    """Every known test set that the version was measured on."""
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
    """Ten rows of (digit, one accuracy a set)."""
    return [(digit, [each.per_digit[digit] for each in sets]) for digit in range(10)]


def confusion_rows(confusion: list[list[int]]) -> list[tuple[int, list[dict[str, Any]]]]:
    """(true label, cells); a cell has `said`, `count`, `heat` and `right`. No empty rows."""
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
    """0 to 4: how much of a row goes here, in steps that let single errors be seen."""
    share = count / total
    return sum(share > limit for limit in (0, 0.003, 0.01, 0.03))
