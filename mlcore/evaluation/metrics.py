"""Figures of a version: accuracy, calibration and refusals.

This module does not import TensorFlow. Probabilities are float32 (n, 11); column 10 is "not a
digit". Labels are integers (n,) in 0..10.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mlcore.labels import CLASSES, NOT_A_DIGIT
from mlcore.recognition.bundle import Bundle
from mlcore.recognition.confidence import Calibration

Floats = NDArray[np.float32]
Labels = NDArray[np.integer]

ECE_BINS = 15
COVERAGE = 0.95  # share of the answers that remains without the least confident ones
DECIMALS = 5  # of the values in a card's tables


def softmax(logits: NDArray[np.floating]) -> Floats:
    """Return the softmax of each row, float32."""
    exponentials = np.exp(logits - logits.max(axis=1, keepdims=True))
    return (exponentials / exponentials.sum(axis=1, keepdims=True)).astype(np.float32)


def negative_log_likelihood(probabilities: Floats, labels: Labels) -> float:
    """Return the mean over the inputs, in nats."""
    right = probabilities[np.arange(len(labels)), labels]
    return float(-np.log(np.maximum(right, 1e-12)).mean())


def expected_calibration_error(confidence: Floats, right: NDArray[np.bool_]) -> float:
    """Return the ECE of (n,) answers over 15 bins of equal width (Guo et al. 2017, equation 3)."""
    table = reliability(confidence, right)
    return sum(row["n"] / len(right) * abs(row["accuracy"] - row["confidence"]) for row in table)


def reliability(confidence: Floats, right: NDArray[np.bool_]) -> list[dict[str, Any]]:
    """Return the reliability diagram: mean confidence, accuracy and n of each nonempty bin."""
    bins = np.minimum((confidence * ECE_BINS).astype(int), ECE_BINS - 1)
    return [
        {
            "confidence": float(confidence[bins == b].mean(dtype=np.float64)),
            "accuracy": float(right[bins == b].mean()),
            "n": int((bins == b).sum()),
        }
        for b in np.unique(bins)
    ]


def selective_accuracy(confidence: Floats, right: NDArray[np.bool_]) -> float:
    """Return the accuracy of the most confident share COVERAGE of (n,) answers, n >= 1.

    This is a point of the risk-coverage curve of El-Yaniv and Wiener (2010). Equally confident
    answers keep their order.
    """
    kept = np.argsort(-confidence, kind="stable")[: max(1, round(COVERAGE * len(right)))]
    return float(right[kept].mean())


def auroc(of_digits: Floats, of_others: Floats) -> float:
    """Return the area under the ROC curve of a score that should be lower for digits.

    It is computed by ranks (Mann and Whitney 1947): the probability that one of the others, (m,),
    scores higher than one of the digits, (n,). Ties count half. m, n >= 1.
    """
    ranked = np.sort(of_digits)
    below = np.searchsorted(ranked, of_others, side="left")
    up_to = np.searchsorted(ranked, of_others, side="right")
    return float((below + up_to).mean() / (2 * len(ranked)))


@dataclass(frozen=True)
class Answers:
    """A version's answers to a set, with the labels of the set."""

    probabilities: Floats
    labels: Labels
    thresholds: NDArray[np.float64]  # (n,): above it, the probability of "not a digit" refuses

    def take(self, where: NDArray[np.intp] | NDArray[np.bool_]) -> "Answers":
        return Answers(self.probabilities[where], self.labels[where], self.thresholds[where])

    @property
    def said(self) -> NDArray[np.intp]:
        """(n,) labels as a person would see them; 10 if refused."""
        return np.where(self.not_a_digit > self.thresholds, NOT_A_DIGIT, self.digits)

    @property
    def confidence(self) -> Floats:
        """(n,) probabilities of `said`, as a person would see them."""
        return self.probabilities[np.arange(len(self.labels)), self.said]

    @property
    def right(self) -> NDArray[np.bool_]:
        """(n,) whether `said` is the label; a refused digit is wrong."""
        return self.said == self.labels

    @property
    def digits(self) -> NDArray[np.intp]:
        """(n,) the most likely digit, even if it is refused; 10 if all have probability 0."""
        of_digits = self.probabilities[:, :NOT_A_DIGIT]
        return np.where(of_digits.any(axis=1), of_digits.argmax(axis=1), NOT_A_DIGIT)

    @property
    def not_a_digit(self) -> Floats:
        """(n,) probabilities of being no digit."""
        return self.probabilities[:, NOT_A_DIGIT]


def answers(
    bundle: Bundle, inputs: NDArray[np.uint8], labels: Labels, *, augmented: bool = False
) -> Answers:
    """Answer network inputs with the LiteRT network and calibration that the deployment uses.

    inputs: uint8 (n, 28, 28) or (n, 28, 28, PLANES). augmented: average over augmented views. An
    input without ink gets probability 1 of "not a digit", because the site answers it without a
    network.
    """
    asked = np.divide(inputs, 255, dtype=np.float32)
    probabilities = bundle.recognizer().probabilities(asked, augmented=augmented)
    blank = ~inputs.any(axis=tuple(range(1, inputs.ndim)))
    probabilities[blank] = np.eye(CLASSES, dtype=np.float32)[NOT_A_DIGIT]
    thresholds = Calibration.of(bundle.card).thresholds(inputs)
    return Answers(probabilities, labels.astype(np.intp), thresholds)


def brief(got: Answers) -> dict[str, Any]:
    """Return n, correct, accuracy and accuracy per digit; a refused digit counts as wrong."""
    right = got.right
    return {
        "n": len(right),
        "correct": int(right.sum()),
        "accuracy": float(right.mean()),
        "per_digit": [
            float(right[got.labels == digit].mean()) if (got.labels == digit).any() else None
            for digit in range(NOT_A_DIGIT)
        ],
    }


def calibration(got: Answers) -> dict[str, float]:
    """Return the calibration metrics of at least one answer."""
    return {
        "negative_log_likelihood": negative_log_likelihood(got.probabilities, got.labels),
        "expected_calibration_error": expected_calibration_error(got.confidence, got.right),
    }


def full(got: Answers) -> dict[str, Any]:
    """Return `brief` with ten-way accuracy, confusion matrix, calibration and refusals."""
    confusion = np.zeros((CLASSES, CLASSES), int)
    np.add.at(confusion, (got.labels, got.said), 1)
    real = got.labels != NOT_A_DIGIT
    return brief(got) | {
        "ten_way_accuracy": float((got.digits == got.labels)[real].mean()) if real.any() else None,
        "confusion": confusion.tolist(),
        **calibration(got),
        "reliability": [
            {name: round(value, DECIMALS) for name, value in row.items()}
            for row in reliability(got.confidence, got.right)
        ],
        "selective": {
            "coverage": COVERAGE,
            "accuracy": round(selective_accuracy(got.confidence, got.right), DECIMALS),
        },
        "digits_refused": float((got.said == NOT_A_DIGIT)[real].mean()) if real.any() else None,
        "negatives_refused": (
            float((got.said == NOT_A_DIGIT)[~real].mean()) if (~real).any() else None
        ),
    }


def reading(got: Answers) -> dict[str, Any]:
    """Return n, accuracy (a refused digit is wrong), ten-way accuracy, and share refused."""
    return {
        "n": len(got.labels),
        "accuracy": float(got.right.mean()),
        "ten_way_accuracy": float((got.digits == got.labels).mean()),
        "refused": float((got.said == NOT_A_DIGIT).mean()),
    }


def trusted(got: Answers) -> dict[str, Any]:
    """Return `reading` with calibration and the error of the most confident share COVERAGE."""
    sure = selective_accuracy(got.confidence, got.right)
    return reading(got) | {"selective_error": 1 - sure} | calibration(got)


def wrong_answer(got: Answers, i: np.intp) -> dict[str, Any]:
    """Describe the answer of index i for a list of wrong answers."""
    return {
        "label": int(got.labels[i]),
        "said": int(got.said[i]),
        "likeliest": int(got.digits[i]),
        "not_a_digit": round(float(got.not_a_digit[i]), 4),
    }


def apart(on_digits: Answers, got: Answers, which: NDArray[np.bool_]) -> dict[str, Any]:
    """Return n, AUROC against the digits, and share refused of the answers in the mask `which`."""
    if not which.any():
        return {"n": 0, "auroc": None, "refused": None}
    return {
        "n": int(which.sum()),
        "auroc": auroc(on_digits.not_a_digit, got.not_a_digit[which]),
        "refused": float((got.said == NOT_A_DIGIT)[which].mean()),
    }
