"""Whether two samples of counts, lately and before, differ by more than chance, and how much."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import NormalDist

ENOUGH = 50  # in either sample; of fewer nothing is said
EXPECTED = 5  # of a category in either sample; rarer ones are taken together (Cochran 1954)
# One comparison in a thousand is beyond it by chance: many are looked at, and every day.
LEVEL = 0.001
SMALL = 0.1  # population stability index: below it a change is small (Siddiqi 2006)

Counts = Sequence[int]


@dataclass(frozen=True)
class Difference:
    """p: the probability of such a difference by chance. psi: its size. None: too few to tell."""

    p: float | None
    psi: float | None

    @property
    def is_chance(self) -> bool:
        return self.p is None or self.p >= LEVEL

    @property
    def is_small(self) -> bool:
        return self.psi is None or self.psi < SMALL


def difference(now: Counts, before: Counts) -> Difference:
    """Compare two samples, each the counts of the same categories.

    p: Pearson's chi-squared test of homogeneity. It takes answers as independent; drawings of one
    person are alike, so a busy person can make a difference that is more than chance.
    psi: the population stability index, the sum of (q - p) ln(q / p) over the categories' shares
    p and q (Yurdakul and Naranjo 2020). An empty category counts as half an answer.
    """
    now, before = without_rare(now, before)
    if min(sum(now), sum(before)) < ENOUGH or len(now) < 2:
        return Difference(None, None)
    return Difference(chi_squared_p(now, before), stability_index(now, before))


def without_rare(now: Counts, before: Counts) -> tuple[list[int], list[int]]:
    """Take categories together that are rare in the smaller sample; drop those that are empty."""
    pairs = sorted(zip(now, before, strict=True), key=sum)
    whole = sum(map(sum, pairs)) or 1
    smaller = min(sum(now), sum(before)) / whole
    together: list[tuple[int, int]] = []
    left = (0, 0)
    for pair in pairs:  # the rarest first
        left = (left[0] + pair[0], left[1] + pair[1])
        if sum(left) * smaller >= EXPECTED:
            together.append(left)
            left = (0, 0)
    if sum(left) and together:
        last = together.pop()
        together.append((last[0] + left[0], last[1] + left[1]))
    return [a for a, _ in together], [b for _, b in together]


def chi_squared_p(now: Counts, before: Counts) -> float:
    """Return the p-value of Pearson's test, of two or more categories without empty ones."""
    of_now, of_before = sum(now), sum(before)
    statistic = 0.0
    for pair in zip(now, before, strict=True):
        for count, of in zip(pair, (of_now, of_before), strict=True):
            expected = sum(pair) * of / (of_now + of_before)
            statistic += (count - expected) ** 2 / expected
    return chi_squared_tail(statistic, len(now) - 1)


def chi_squared_tail(statistic: float, freedom: int) -> float:
    """Return the probability of a larger chi-squared value.

    By the approximation of Wilson and Hilferty (1931), right to 0.005; exact with one degree of
    freedom, where it is the tail of a normal deviate.
    """
    if freedom == 1:
        return math.erfc(math.sqrt(statistic / 2))
    spread = 2 / (9 * freedom)
    deviate = ((statistic / freedom) ** (1 / 3) - (1 - spread)) / math.sqrt(spread)
    return NormalDist().cdf(-deviate)


def stability_index(now: Counts, before: Counts) -> float:
    shares = [[max(count, 0.5) / sum(counts) for count in counts] for counts in (now, before)]
    return sum((q - p) * math.log(q / p) for q, p in zip(*shares, strict=True))
