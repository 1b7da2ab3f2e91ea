"""Explain an answer by occlusion sensitivity.

Zeiler and Fergus, "Visualizing and Understanding Convolutional Networks" (2014), section 4.2: a
patch is moved over the picture. If the answer's probability falls, the network needed the part that
the patch hides. Here the patch is empty paper, so the map is about the ink alone. Log odds are
compared instead of probabilities, because the probability of a sure answer hardly moves from 1.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mlcore.ink.directions import as_planes
from mlcore.ink.geometry import IMAGE_SIDE
from mlcore.recognition.inference import Recognizer

PATCH = 6  # pixels a side: somewhat more than the width of two lines
STRIDE = 2
# Changes of the log odds are shown relative to the largest change. If even the largest is below 1
# (a factor of 2.7 in the odds), they are shown relative to 1, so nothing has full strength.
LEAST_SCALE = 1.0
_TINY = 1e-9  # lower probabilities are treated as this one, to keep the logarithm finite


@dataclass(frozen=True, eq=False)
class HeatMap:
    """How much each pixel supports a label.

    values: (28, 28) float32 in [-1, 1]; above 0 the ink supports the label, below 0 it does not.
    scale: the change of the label's log odds, in nats, that corresponds to a value of 1.
    """

    label: int
    values: NDArray[np.float32]
    scale: float


def occlusion(recognizer: Recognizer, network_input: NDArray[np.float32], label: int) -> HeatMap:
    """Show which ink of a network input supports `label`, 0 to NOT_A_DIGIT.

    network_input: (28, 28) or (28, 28, PLANES) float32 in [0, 1]. A patch hides the ink and the
    pen's movement. A pixel's value is the mean over all patches that cover it; blank paper has 0.
    The network runs once for every patch with ink in it: at most 256 times.
    """
    whole = as_planes(network_input[np.newaxis])
    ink = np.rint(whole[0, ..., 0] * 255) > 0  # only ink that is visible in 8 bits
    masks = _masks()
    masks = masks[(masks & ink).any(axis=(1, 2))]
    asked = np.concatenate([whole, np.where(masks[..., np.newaxis], 0, whole)]).astype(np.float32)
    odds = _log_odds(recognizer.probabilities(asked), label)
    lost = odds[0] - odds[1:]
    covered = (PATCH // STRIDE) ** 2
    mean = np.tensordot(lost, masks, axes=1) / covered * ink
    scale = max(LEAST_SCALE, float(np.abs(mean).max(initial=0)))
    return HeatMap(label, (mean / scale).astype(np.float32), scale)


def _masks() -> NDArray[np.bool_]:
    """Return the patch positions (n, 28, 28), True under the patch.

    Every pixel is covered equally often.
    """
    starts = np.arange(STRIDE - PATCH, IMAGE_SIDE, STRIDE)
    pixels = np.arange(IMAGE_SIDE)
    along = (pixels >= starts[:, None]) & (pixels < starts[:, None] + PATCH)
    return (along[:, None, :, None] & along[None, :, None, :]).reshape(-1, IMAGE_SIDE, IMAGE_SIDE)


def _log_odds(probabilities: NDArray[np.float32], label: int) -> NDArray[np.float64]:
    """Return the log odds (n,) of a label from probabilities (n, 11).

    They use the sum of the other probabilities, which stays exact if the label's is near 1.
    """
    others = np.delete(probabilities, label, axis=1).sum(axis=1, dtype=np.float64)
    return np.log(np.maximum(probabilities[:, label], _TINY)) - np.log(np.maximum(others, _TINY))
