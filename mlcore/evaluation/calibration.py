"""Fits what makes a version's confidence honest: the temperature and the refusal threshold.

Both are fitted when a version is made, on the hold-outs of strokes and of pictures apart
(`mlcore.training.packaging`), and kept in its card. `Recognizer` in
mlcore/recognition/inference.py applies them to every answer.
"""

import numpy as np

from mlcore.evaluation.metrics import Floats, Labels, negative_log_likelihood, softmax

TEMPERATURES = np.geomspace(0.25, 4, 81)
REFUSED = 0.0025  # of the hold-out's digits, at most
LOWEST_THRESHOLD = 0.5  # below it a refusal would be less likely right than wrong


def fit_temperature(logits: Floats, labels: Labels) -> float:
    """The temperature of least negative log likelihood (Guo et al. 2017), on a fine grid."""
    losses = [negative_log_likelihood(softmax(logits / t), labels) for t in TEMPERATURES]
    return float(TEMPERATURES[int(np.argmin(losses))])


def fit_threshold(
    not_a_digit: Floats, *, refused: float = REFUSED, lowest: float = LOWEST_THRESHOLD
) -> float:
    """The lowest threshold that refuses at most the share `refused` of digits.

    not_a_digit: (n,) probabilities of "not a digit" that digits got. Never below `lowest`: a
    flawless hold-out would make the site refuse every drawing that is a little unusual.
    """
    return max(float(np.quantile(not_a_digit, 1 - refused, method="higher")), lowest)
