"""How well numbers are read: whole ones, and their digits."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Self


@dataclass(frozen=True)
class NumberFigures:
    """n numbers with `digits` digits in all; `exact` were read right, `errors` digits were not."""

    n: int = 0
    exact: int = 0
    digits: int = 0
    errors: int = 0

    @classmethod
    def of(cls, rows: Iterable[tuple[str, str, int]]) -> Self:
        """Count rows of the digits of a number, those that were read, and how often."""
        n = exact = digits = errors = 0
        for wanted, said, count in rows:
            n += count
            exact += count * (wanted == said)
            digits += count * len(wanted)
            errors += count * edit_distance(wanted, said)
        return cls(n, exact, digits, errors)

    @property
    def accuracy(self) -> float:
        """The share of numbers that were read right, 0 to 1; 0 without numbers."""
        return self.exact / self.n if self.n else 0.0

    @property
    def error_rate(self) -> float:
        """Wrong, missing and added digits per digit; 0 without numbers."""
        return self.errors / self.digits if self.digits else 0.0


def edit_distance(wanted: str, said: str) -> int:
    """Return how many characters must be replaced, added or removed (Levenshtein 1966)."""
    row = list(range(len(said) + 1))
    for i, one in enumerate(wanted, start=1):
        diagonal, row[0] = row[0], i
        for j, other in enumerate(said, start=1):
            replaced = diagonal + (one != other)
            diagonal, row[j] = row[j], min(replaced, row[j] + 1, row[j - 1] + 1)
    return row[-1]
