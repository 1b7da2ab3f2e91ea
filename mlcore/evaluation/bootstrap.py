"""Paired bootstrap: test whether a difference between two versions is significant.

Efron and Tibshirani 1993, "An Introduction to the Bootstrap", chapter 13; for two systems on one
test set, Koehn 2004, "Statistical Significance Tests for Machine Translation Evaluation".
"""

import numpy as np
from numpy.typing import NDArray

RESAMPLES = 10_000
SEED = 4_093


def least_fall(before: NDArray[np.bool_], after: NDArray[np.bool_], *, level: float) -> float:
    """Return the one-sided lower confidence bound, at `level`, of the fall in accuracy.

    before, after: (n,), n >= 1, whether each drawing was read right, in the same order. The
    drawings are resampled with replacement RESAMPLES times with a fixed seed. The bound is the
    (1 - level) quantile of the falls: the share `level` of the falls is as large or larger. A bound
    above 0 means that the accuracy fell significantly. With a bound of 0 or below, the fall may be
    chance, or the accuracy rose. With many drawings, one loss and no gain shows up as a fall in
    63 % of the resamples, two losses in 86 %.
    """
    count = len(before)
    lost, won = int((before & ~after).sum()), int((after & ~before).sum())
    rng = np.random.default_rng(SEED)
    # Only the number of each outcome in n draws with replacement matters: a multinomial sample.
    kinds = np.array([lost, won, count - lost - won]) / count
    drawn = rng.multinomial(count, kinds, RESAMPLES)
    falls = (drawn[:, 0] - drawn[:, 1]) / count
    return float(np.quantile(falls, 1 - level, method="lower"))
