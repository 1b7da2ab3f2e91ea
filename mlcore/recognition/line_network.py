"""The network that reads a line of ink as a whole, through its LiteRT file."""

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from mlcore.labels import DIGITS
from mlcore.litert import LiteRtNetwork

WEIGHTS, LITERT = "line.safetensors", "line.tflite"  # the network's files in a version's folder
HEIGHT, WIDTH = 40, 320  # of a line in pixels
DIGIT = 20  # height of the digits in a line, about
STRIDE = 2  # columns for one answer
BLANK = len(DIGITS)
MARGIN = 6  # columns of paper before the ink
# The network runs on a line's width with the paper that its last answer sees, and not on WIDTH. Its
# widths are multiples of ROUND, as an interpreter is kept for each.
SEEN, ROUND = 38, 64
_SOURCE = (1, HEIGHT, WIDTH, 1)
_SINK = (1, WIDTH // STRIDE, BLANK + 1)
RESCALED = 8  # columns after which sums are scaled, before they become too small for a float
_LEAST, _NEVER = 1e-300, -1e9

Logs = NDArray[np.float64]


class LineNetwork:
    """A network that answers every second column of a line. It is thread-safe.

    model: a LiteRT file, see `mlcore.training.line_network`. Raises UnusableBundle for another.
    """

    def __init__(self, model: bytes) -> None:
        self._network = LiteRtNetwork(model, source=_SOURCE, sink=_SINK)

    def log_probabilities(self, line: NDArray[np.float32]) -> Logs:
        """Return (w / STRIDE, 11) of a line, (HEIGHT, w) float32 in [0, 1], w up to WIDTH."""
        width = line.shape[1]
        padded = min(-(-(width + SEEN) // ROUND) * ROUND, WIDTH)
        ink = np.zeros((HEIGHT, padded), np.float32)
        ink[:, :width] = line
        answers = self._network.run(ink, source=(1, HEIGHT, padded, 1))[0]
        logits = answers[: -(-width // STRIDE)].astype(np.float64)
        logs: Logs = logits - np.logaddexp.reduce(logits, axis=1, keepdims=True)
        return logs


def line_of(ink: NDArray[np.float32], *, top: float, height: float) -> NDArray[np.float32] | None:
    """Return ink as a line, (HEIGHT, w) float32; None if it is too long for the network.

    ink: (h, w) float32 in [0, 1]. top, height: of the digits in it, in pixels.
    """
    scale = DIGIT / height
    width = MARGIN * 2 + round(ink.shape[1] * scale)
    if width > WIDTH:
        return None
    source = ink if scale >= 0.7 else cv2.GaussianBlur(ink, (0, 0), 0.35 / scale)
    down = HEIGHT / 2 - (top + height / 2) * scale
    matrix = np.array([[scale, 0, MARGIN], [0, scale, down]], np.float64)
    return np.clip(cv2.warpAffine(source, matrix, (width, HEIGHT)), 0, 1)


def best_text(logs: Logs) -> str:
    """Return the digits of the most probable answers, (t, 11), without blanks and repeats."""
    answers = logs.argmax(axis=1)
    fresh = np.diff(answers, prepend=BLANK) != 0
    return "".join(str(answer) for answer in answers[fresh & (answers != BLANK)])


def log_likelihoods(logs: Logs, texts: Sequence[str]) -> Logs:
    """Return (n,) log-probabilities of n texts of digits, given answers (t, 11).

    The forward algorithm of connectionist temporal classification (Graves et al. 2006, section
    4.1), for all texts at once. A text of less than exp(-600) or so counts as impossible.
    """
    states = 2 * max((len(text) for text in texts), default=0) + 1
    labels = np.full((len(texts), states), BLANK)
    for row, text in zip(labels, texts, strict=True):
        row[1 : 2 * len(text) : 2] = [int(digit) for digit in text]
    may_skip = np.zeros(labels.shape)  # from two states before
    may_skip[:, 2:] = (labels[:, 2:] != BLANK) & (labels[:, 2:] != labels[:, :-2])
    chances = np.exp(logs)[:, labels]
    scales = np.zeros(len(texts))  # logarithms of what the sums were divided by
    sums = np.zeros((len(texts), states + 2))  # after two states that nothing comes from
    sums[:, 2:4] = chances[0, :, :2]
    for step, now in enumerate(chances[1:]):
        sums[:, 2:] = (sums[:, 2:] + sums[:, 1:-1] + may_skip * sums[:, :-2]) * now
        if step % RESCALED == 0:
            highest = np.maximum(sums.max(axis=1), _LEAST)
            sums /= highest[:, None]
            scales += np.log(highest)
    ends = np.array([2 * len(text) for text in texts]) + 2
    rows = np.arange(len(texts))
    ending = sums[rows, ends] + sums[rows, ends - 1]  # on the last blank or the last digit
    return np.where(ending > 0, np.log(np.maximum(ending, _LEAST)) + scales, _NEVER)
