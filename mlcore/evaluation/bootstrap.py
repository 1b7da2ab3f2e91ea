"""Whether a difference between two versions could be chance: the paired bootstrap.

Efron and Tibshirani 1993, "An Introduction to the Bootstrap", chapter 13; for two systems on one
test set, Koehn 2004, "Statistical Significance Tests for Machine Translation Evaluation".
"""

import numpy as np
from numpy.typing import NDArray

RESAMPLES = 10_000
SEED = 4_093


def least_fall(before: NDArray[np.bool_], after: NDArray[np.bool_], *, level: float) -> float:
    """The one-sided lower bound, at `level`, of how much the accuracy fell from before to after.

    before, after: (n,), n >= 1, whether each drawing was read right, in the same order. The
    drawings are drawn anew with replacement RESAMPLES times, always the same way; the bound is the
    (1 - level) quantile of the falls, so that the share `level` of them is as great or greater. A
    bound above 0 says that it did fall; 0 or below, that the fall may be chance, or is a rise. Of
    many drawings, one lost and none won is in 63 % of the resamples, two lost in 86 %.
    """
    count = len(before)
    lost, won = int((before & ~after).sum()), int((after & ~before).sum())
    rng = np.random.default_rng(SEED)
    # How often each kind is drawn in n draws with replacement; the single drawings do not matter.
    kinds = np.array([lost, won, count - lost - won]) / count
    drawn = rng.multinomial(count, kinds, RESAMPLES)
    falls = (drawn[:, 0] - drawn[:, 1]) / count
    return float(np.quantile(falls, 1 - level, method="lower"))
