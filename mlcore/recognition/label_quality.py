"""Label quality: how well a label fits what others say of such drawings.

Confident learning's self-confidence (Northcutt, Jiang and Chuang 2021, "Confident Learning:
Estimating Uncertainty in Dataset Labels"): the probability that the given label has according to
something that never saw it. Two such voices are heard, and their geometric mean counts:

- a network that learned from no correction, the shipped one. A serving network has learned from
  corrections and would vouch for a wrong one that it has memorised;
- the labels of the most similar drawings, of other people's only: whoever labels wrongly, or has
  twenty copies of one drawing, is no witness in the own cause. Frozen drawings are witnesses too.

Neither is trained, so a score costs one answer of the network and a few comparisons.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mlcore.labels import CLASSES
from mlcore.recognition.duplicates import describe
from mlcore.recognition.inference import Recognizer

# Chosen by `python -m benchmarks.label_quality`: where the network reads well the witnesses cost
# little, and where it does not they tell, as with a form of digit that only this site's people
# write.
NEIGHBORS = 15
SHARPNESS = 30  # the power of the likeness that a neighbor's vote weighs
PRIOR = 0.3  # votes that every label has in any case
LEAST = 1e-3  # probability of the network, which is sometimes surer than it should be
BLOCK = 1_024  # drawings compared at once

Where = NDArray[np.intp] | NDArray[np.bool_]


@dataclass(frozen=True)
class Described:
    """What is compared of n drawings: features float32 (n, 207) of length at most 1, two being as
    alike as their product says, and the network's probabilities float32 (n, 11)."""

    features: NDArray[np.float32]
    probabilities: NDArray[np.float32]

    def __len__(self) -> int:
        return len(self.features)

    def take(self, where: Where) -> "Described":
        return Described(self.features[where], self.probabilities[where])


def described(images: NDArray[np.uint8], network: Recognizer) -> Described:
    """images: uint8 (n, 28, 28)."""
    inputs: NDArray[np.float32] = images.astype(np.float32) / np.float32(255)
    probabilities = network.probabilities(inputs)
    looks = describe(images)
    # Half the likeness is that of the ink, half that of the answers (Bhattacharyya's coefficient).
    features = np.concatenate([looks, np.sqrt(probabilities)], axis=1) / np.sqrt(2)
    return Described(features.astype(np.float32), probabilities)


@dataclass(frozen=True)
class Witnesses:
    """Drawings with labels that are believed; people: whose word each label is."""

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
    """float64 (n,) in [0, 1], 0 where nothing speaks for the label that is asked about.

    asked: n drawings with the labels in question and the people who gave them. Of `witnesses`,
    which may hold the same rows, those of the same person are not heard.
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
    """(n, 11), rows summing to 1: what the most similar witnesses say. likeness: (n, witnesses)."""
    votes = np.full((len(likeness), CLASSES), PRIOR)
    count = min(NEIGHBORS, likeness.shape[1])
    if count:
        nearest = np.argpartition(-likeness, count - 1, axis=1)[:, :count]
        weights = np.take_along_axis(likeness, nearest, axis=1).clip(0) ** SHARPNESS
        np.add.at(votes, (np.arange(len(votes))[:, None], labels[nearest]), weights)
    return votes / votes.sum(axis=1, keepdims=True)
