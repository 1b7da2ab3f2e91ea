"""What in a drawing spoke for an answer: occlusion sensitivity.

Zeiler and Fergus, "Visualizing and Understanding Convolutional Networks" (2014), section 4.2: a
patch is moved over the picture, and where the answer's probability falls, the network needed what
the patch hides. Here the patch is empty paper, so that the map is about the ink alone, and log odds
are compared instead of probabilities, since a sure answer's probability hardly moves from 1.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mlcore.ink.geometry import IMAGE_SIDE
from mlcore.recognition.inference import Recognizer

PATCH = 6  # pixels a side: somewhat more than two lines of ink are wide
STRIDE = 2
# Changes of the log odds are shown relative to the largest, but no larger than life: where nothing
# changes them by 1 (a factor of 2.7 in the odds), nothing is shown at full strength.
LEAST_SCALE = 1.0
_TINY = 1e-9  # probabilities below it are as good as none


@dataclass(frozen=True, eq=False)
class HeatMap:
    """values: (28, 28) float32 in [-1, 1]; ink above 0 speaks for the label, below 0 against it.

    scale: the change of the label's log odds, in nats, that a value of 1 stands for.
    """

    label: int
    values: NDArray[np.float32]
    scale: float


def occlusion(recognizer: Recognizer, image: NDArray[np.float32], label: int) -> HeatMap:
    """What ink of an image, (28, 28) float32 in [0, 1], speaks for `label`, 0 to NOT_A_DIGIT.

    A pixel's value is the mean over all patches that cover it; blank paper has 0. The network is
    asked once for every patch with ink in it: at most 256 times.
    """
    ink = np.rint(image * 255) > 0  # as far as it can be seen
    masks = _masks()
    masks = masks[(masks & ink).any(axis=(1, 2))]
    asked = np.concatenate([image[None], np.where(masks, 0, image)]).astype(np.float32)
    odds = _log_odds(recognizer.probabilities(asked), label)
    lost = odds[0] - odds[1:]
    covered = (PATCH // STRIDE) ** 2
    mean = np.tensordot(lost, masks, axes=1) / covered * ink
    scale = max(LEAST_SCALE, float(np.abs(mean).max(initial=0)))
    return HeatMap(label, (mean / scale).astype(np.float32), scale)


def _masks() -> NDArray[np.bool_]:
    """(n, 28, 28): True under the patch, which covers every pixel equally often."""
    starts = np.arange(STRIDE - PATCH, IMAGE_SIDE, STRIDE)
    pixels = np.arange(IMAGE_SIDE)
    along = (pixels >= starts[:, None]) & (pixels < starts[:, None] + PATCH)
    return (along[:, None, :, None] & along[None, :, None, :]).reshape(-1, IMAGE_SIDE, IMAGE_SIDE)


def _log_odds(probabilities: NDArray[np.float32], label: int) -> NDArray[np.float64]:
    """(n,) of (n, 11); against the sum of the others, exact where the label's is near 1."""
    others = np.delete(probabilities, label, axis=1).sum(axis=1, dtype=np.float64)
    return np.log(np.maximum(probabilities[:, label], _TINY)) - np.log(np.maximum(others, _TINY))
