"""The score of labels that are probably wrong."""

import numpy as np
import pytest

from mlcore.data import synthesis
from mlcore.evaluation.metrics import auroc
from mlcore.ink.strokes import network_inputs
from mlcore.recognition import bundle
from mlcore.recognition.label_quality import (
    NEIGHBORS,
    PRIOR,
    Described,
    Witnesses,
    described,
    label_quality_scores,
    tally,
)

SURE = 0.99


def looks(*kinds: int) -> np.ndarray:
    """Features of drawings: equal for the same kind, orthogonal for different kinds."""
    return np.eye(8, dtype=np.float32)[list(kinds)]


def said(*labels: int | None) -> np.ndarray:
    """Probabilities of a network that is sure of these labels; None: uniform."""
    rows = np.full((len(labels), 11), (1 - SURE) / 10, np.float32)
    for row, label in zip(rows, labels, strict=True):
        if label is None:
            row[:] = 1 / 11
        else:
            row[label] = SURE
    return rows


def witnesses(kinds: list[int], answers: list, labels: list[int], people: list[int]) -> Witnesses:
    drawings = Described(looks(*kinds), said(*answers))
    return Witnesses(drawings, np.array(labels), np.array(people))


NO_NEIGHBORS = Witnesses(
    Described(np.empty((0, 8), np.float32), np.empty((0, 11), np.float32)),
    np.empty(0, np.intp),
    np.empty(0, np.intp),
)


def test_without_neighbors_only_the_network_counts() -> None:
    asked = witnesses([0, 0], [7, 7], [7, 1], [1, 1])

    scores = label_quality_scores(asked, NO_NEIGHBORS)

    assert scores[1] < 0.1 < 0.7 < scores[0]


def test_without_any_evidence_all_labels_are_equally_likely() -> None:
    asked = witnesses([0], [None], [4], [1])

    assert label_quality_scores(asked, NO_NEIGHBORS) == pytest.approx(1 / 11)


def test_labels_of_similar_drawings_by_others_contradict_a_label() -> None:
    asked = witnesses([0, 0], [None, None], [7, 1], [1, 1])
    others = witnesses([0] * 5, [None] * 5, [7] * 5, [2, 3, 4, 5, 6])

    # The network is neutral. A 7 has five votes and the prior, every other label only the prior.
    for_seven, for_another = np.sqrt(5 + PRIOR), np.sqrt(PRIOR)
    all_of_it = for_seven + 10 * for_another
    expected = [for_seven / all_of_it, for_another / all_of_it]
    assert label_quality_scores(asked, others) == pytest.approx(expected)


def test_other_labels_by_the_same_person_do_not_count() -> None:
    asked = witnesses([0], [None], [1], [1])
    own = witnesses([0] * 20, [None] * 20, [1] * 20, [1] * 20)

    assert label_quality_scores(asked, own) == pytest.approx(
        label_quality_scores(asked, NO_NEIGHBORS)
    )


def test_drawings_that_look_different_do_not_count() -> None:
    asked = witnesses([0], [None], [7], [1])
    others = witnesses([3] * 20, [None] * 20, [1] * 20, [2] * 20)

    assert label_quality_scores(asked, others) == pytest.approx(
        label_quality_scores(asked, NO_NEIGHBORS)
    )


def test_many_drawings_get_the_same_scores_as_single_ones() -> None:
    asked = witnesses([0, 1] * 1_000, [7, None] * 1_000, [7, 3] * 1_000, [1] * 2_000)
    others = witnesses([0, 1], [7, 3], [7, 3], [2, 2])

    scores = label_quality_scores(asked, others)

    assert scores == pytest.approx(
        np.tile(label_quality_scores(asked.take(np.arange(2)), others), 1_000)
    )


def test_the_votes_of_the_nearest_neighbors_are_normalized() -> None:
    likeness = np.ones((1, NEIGHBORS))
    labels = np.array([3] * 10 + [5] * 5)

    [votes] = tally(likeness, labels)

    total = NEIGHBORS + 11 * PRIOR
    assert votes[[3, 5, 0]] == pytest.approx(
        [(10 + PRIOR) / total, (5 + PRIOR) / total, PRIOR / total]
    )
    assert votes.sum() == pytest.approx(1)


def test_features_compare_drawings_by_ink_and_by_answer() -> None:
    images, _ = synthesis.digits(20, np.random.default_rng(3))
    network = bundle.shipped().recognizer()

    found = described(images, network)

    likeness = found.features @ found.features.T
    assert np.diag(likeness) == pytest.approx(1, abs=1e-5)
    assert likeness.min() >= 0
    assert found.probabilities == pytest.approx(network.probabilities(images / np.float32(255)))


def test_the_ink_of_strokes_is_compared_and_their_network_input_is_answered() -> None:
    planes = network_inputs(synthesis.digit_strokes(10, np.random.default_rng(3)).strokes)
    network = bundle.shipped().recognizer()

    strokes, pictures = described(planes, network), described(planes[..., 0], network)

    of_ink = strokes.features.shape[1] - 11
    assert np.array_equal(strokes.features[:, :of_ink], pictures.features[:, :of_ink])
    assert strokes.probabilities == pytest.approx(network.probabilities(planes / np.float32(255)))


def test_wrong_labels_of_drawn_digits_are_found() -> None:
    rng = np.random.default_rng(11)
    images, labels = synthesis.digits(240, rng)
    wrong = rng.random(len(labels)) < 0.15
    given = np.where(wrong, (labels + rng.integers(1, 10, len(labels))) % 10, labels)
    drawings = described(images, bundle.shipped().recognizer())
    asked = Witnesses(drawings, given.astype(np.intp), rng.integers(0, 12, len(labels)))

    scores = label_quality_scores(asked, asked)

    assert auroc(-scores[~wrong], -scores[wrong]) > 0.97
