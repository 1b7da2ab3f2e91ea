"""Whether two samples of counts, lately and before, differ by more than chance, and how much."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

ENOUGH = 20  # in either sample; of fewer nothing is said
ROUNDS = 5_000  # samples drawn for a p-value
# One comparison in a thousand is beyond it by chance: many are looked at, and every day.
LEVEL = 0.001
SMALL = 0.1  # population stability index: below it a change is small (Siddiqi 2006)


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


def difference(now: Sequence[int], before: Sequence[int]) -> Difference:
    """Compare two samples, each the counts of the same categories."""
    if min(sum(now), sum(before)) < ENOUGH:
        return Difference(None, None)
    counts = np.array([now, before])
    counts = counts[:, counts.any(axis=0)]
    return Difference(chi_squared_p(*counts), stability_index(*counts))


def chi_squared_p(now: NDArray[np.int64], before: NDArray[np.int64]) -> float:
    """Return the p-value of Pearson's chi-squared test of homogeneity, by simulation.

    The statistic is compared with those of samples that are drawn without regard to when
    (Hope 1968), so it may be used with rare categories. Answers count as independent; but drawings
    of one person are alike, so a busy person can make a difference that is more than chance.
    """
    both, size = now + before, int(now.sum())
    expected = both * (size / both.sum())
    random = np.random.default_rng(0)
    samples = random.multivariate_hypergeometric(both, size, size=ROUNDS, method="marginals")
    # Of the second sample the terms are the same but for a factor.
    drawn = ((samples - expected) ** 2 / expected).sum(axis=1)
    found = ((now - expected) ** 2 / expected).sum()
    return float((1 + (drawn >= found - 1e-9).sum()) / (ROUNDS + 1))


def stability_index(now: NDArray[np.int64], before: NDArray[np.int64]) -> float:
    """Return the population stability index (Yurdakul and Naranjo 2020).

    It is the sum of (q - p) ln(q / p) over the categories' shares p before and q now. An empty
    category counts as half an answer.
    """
    q, p = (np.maximum(counts, 0.5) / counts.sum() for counts in (now, before))
    return float(((q - p) * np.log(q / p)).sum())
