"""Whether a difference between two versions may be chance, and how exactly a share is known.

Only standard tests; the numbers are counts of drawings.
"""

import math
from dataclasses import dataclass

LEVEL = 0.05  # a difference with a smaller p-value is more than chance
Z = 1.959964  # of the standard normal distribution: intervals of 95 %
TERMS = 1_000  # of the binomial sum at most; with more discordant drawings it is approximated


@dataclass(frozen=True)
class Interval:
    """An interval of 95 % for a share, 0 to 1, or for a difference of shares, -1 to 1."""

    low: float
    high: float

    @property
    def has_zero(self) -> bool:
        return self.low <= 0 <= self.high


def share_interval(right: int, n: int) -> Interval:
    """Return the interval of a share (Wilson 1927). right: of n >= 1 drawings."""
    share, square = right / n, Z * Z
    middle = (share + square / (2 * n)) / (1 + square / n)
    half = Z * math.sqrt(share * (1 - share) / n + square / (4 * n * n)) / (1 + square / n)
    return Interval(max(0.0, middle - half), min(1.0, middle + half))


def difference_interval(before: tuple[int, int], after: tuple[int, int]) -> Interval:
    """Return the interval of the difference `after` - `before` of two shares (Newcombe 1998).

    Each is (right, n), n >= 1. The method is for independent samples. Two versions err on many of
    the same drawings, so the true interval is narrower: what is outside it is no chance, what is
    inside it may be none.
    """
    was, now = before[0] / before[1], after[0] / after[1]
    first, second = share_interval(*before), share_interval(*after)
    change = now - was
    return Interval(
        change - math.hypot(now - second.low, first.high - was),
        change + math.hypot(second.high - now, was - first.low),
    )


def mcnemar(won: int, lost: int) -> float:
    """Return the two-sided p-value of McNemar's test of two versions on the same drawings.

    won: drawings that only the second version read right; lost: only the first. It is the exact
    binomial test; with more than TERMS of the rarer kind, its normal approximation.
    """
    n, fewer = won + lost, min(won, lost)
    if not n:
        return 1.0
    if fewer > TERMS:
        return math.erfc(max(0, abs(won - lost) - 1) / math.sqrt(2 * n))
    log_all = n * math.log(2)
    tail = sum(math.exp(log_combinations(n, k) - log_all) for k in range(fewer + 1))
    return min(1.0, 2 * tail)


def log_combinations(n: int, k: int) -> float:
    return math.lgamma(n + 1) - math.lgamma(k + 1) - math.lgamma(n - k + 1)
