"""Label quality: find labels that are probably wrong.

The score is based on the self-confidence of confident learning (Northcutt, Jiang and Chuang 2021,
"Confident Learning: Estimating Uncertainty in Dataset Labels"): the probability of the given label
according to a model that never saw it. The geometric mean of two such probabilities is used:

- the answer of the shipped network, which learned from no correction. A deployed network has
  learned from corrections and would confirm a wrong label that it has memorized;
- the labels of the most similar drawings (k nearest neighbors). Only labels by other people count:
  a person who labels wrongly, or has twenty copies of one drawing, must not confirm the own labels.
  The drawings of the reference sets count too.

Neither is trained, so a score costs one answer of the network and a few comparisons.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mlcore.labels import CLASSES
from mlcore.recognition.duplicates import describe
from mlcore.recognition.inference import Recognizer

# Chosen with `python -m benchmarks.label_quality`. If the network reads well, the neighbors cost
# little accuracy. They help if it does not, for example with a form of digit that only the people
# of this site write.
NEIGHBORS = 15
SHARPNESS = 30  # a neighbor's vote weighs its similarity to this power
PRIOR = 0.3  # votes that every label starts with
LEAST = 1e-3  # lower limit of the network's probabilities, which are sometimes overconfident
BLOCK = 1_024  # drawings compared at once

Where = NDArray[np.intp] | NDArray[np.bool_]


@dataclass(frozen=True)
class Described:
    """The features of n drawings that are compared.

    features: float32 (n, 207) of length at most 1; the similarity of two is their dot product.
    probabilities: the network's, float32 (n, 11).
    """

    features: NDArray[np.float32]
    probabilities: NDArray[np.float32]

    def __len__(self) -> int:
        return len(self.features)

    def take(self, where: Where) -> "Described":
        return Described(self.features[where], self.probabilities[where])


def described(inputs: NDArray[np.uint8], network: Recognizer) -> Described:
    """Compute the features of network inputs, uint8 (n, 28, 28) or (n, 28, 28, PLANES)."""
    probabilities = network.probabilities(np.divide(inputs, 255, dtype=np.float32))
    looks = describe(inputs if inputs.ndim == 3 else inputs[..., 0])
    # Half of the similarity is that of the ink, half that of the answers (Bhattacharyya
    # coefficient).
    features = np.concatenate([looks, np.sqrt(probabilities)], axis=1) / np.sqrt(2)
    return Described(features.astype(np.float32), probabilities)


@dataclass(frozen=True)
class Witnesses:
    """Labeled drawings to compare with; people: who gave each label."""

    drawings: Described
    labels: NDArray[np.integer]
    people: NDArray[np.integer]

    def take(self, where: Where) -> "Witnesses":
        return Witnesses(self.drawings.take(where), self.labels[where], self.people[where])

    def __add__(self, other: "Witnesses") -> "Witnesses":
        mine, theirs = self.drawings, other.drawings
        both = Described(
            np.concatenate([mine.features, theirs.features]),
            np.concatenate([mine.probabilities, theirs.probabilities]),
        )
        labels = np.concatenate([self.labels, other.labels])
        return Witnesses(both, labels, np.concatenate([self.people, other.people]))


def label_quality_scores(asked: Witnesses, witnesses: Witnesses) -> NDArray[np.float64]:
    """Return float64 (n,) in [0, 1]; 0 means that nothing supports the given label.

    asked: n drawings with the labels to judge and the people who gave them. witnesses: the drawings
    to compare with; they may contain the same rows. Labels by the same person are ignored.
    """
    scores = np.empty(len(asked.drawings))
    for start in range(0, len(scores), BLOCK):
        rows = slice(start, start + BLOCK)
        likeness = asked.drawings.features[rows] @ witnesses.drawings.features.T
        likeness[asked.people[rows, None] == witnesses.people] = 0
        votes = tally(likeness, witnesses.labels)
        answers = np.maximum(asked.drawings.probabilities[rows], LEAST)
        agreed = np.sqrt(votes * answers)
        given = np.take_along_axis(agreed, asked.labels[rows, None].astype(np.intp), axis=1)
        scores[rows] = given[:, 0] / agreed.sum(axis=1)
    return scores


def tally(likeness: NDArray[np.floating], labels: NDArray[np.integer]) -> NDArray[np.float64]:
    """Return the weighted votes (n, 11) of the nearest neighbors; rows sum to 1.

    likeness: (n, witnesses), the similarities. labels: (witnesses,).
    """
    votes = np.full((len(likeness), CLASSES), PRIOR)
    count = min(NEIGHBORS, likeness.shape[1])
    if count:
        nearest = np.argpartition(-likeness, count - 1, axis=1)[:, :count]
        weights = np.take_along_axis(likeness, nearest, axis=1).clip(0) ** SHARPNESS
        np.add.at(votes, (np.arange(len(votes))[:, None], labels[nearest]), weights)
    return votes / votes.sum(axis=1, keepdims=True)
