import numpy as np
import pytest

from mlcore.data import reference_sets
from mlcore.data.datasets import Part
from mlcore.evaluation import version_comparison
from mlcore.evaluation.metrics import Answers
from mlcore.labels import CLASSES, NOT_A_DIGIT
from mlcore.recognition import bundle


@pytest.fixture
def answered(monkeypatch):
    """Make the version answer the drawings with these (label, confidence) pairs in order."""

    def answer(part, *said):
        probabilities = np.full((len(said), CLASSES), 0.0, np.float32)
        for row, (label, confidence) in zip(probabilities, said, strict=True):
            row[:] = (1 - confidence) / (CLASSES - 1)
            row[label] = confidence
        got = Answers(probabilities, part.labels, np.full(len(part), 0.5))
        monkeypatch.setattr(version_comparison, "ask", lambda version, part: got)

    return answer


def part_of(*labels):
    return Part(np.zeros((len(labels), 28, 28), np.uint8), np.array(labels, np.intp))


def found(part, people, **sure):
    return version_comparison.contradictions(
        bundle.shipped(), part, np.arange(len(part)) + 50, np.array(people), **sure
    )


def test_labels_that_contradict_sure_answers_are_found(answered):
    part = part_of(4, 4, 4, NOT_A_DIGIT)
    answered(part, (9, 0.995), (9, 0.985), (4, 0.999), (3, 0.999))
    assert found(part, [1, 1, 1, 1]) == {
        "n": 4,
        "confidence": 0.99,
        "sure": 2,
        "ids": [50, 53],
        "people": [{"n": 4, "sure": 2}],
    }


def test_the_caller_sets_the_confidence_of_a_sure_answer(answered):
    part = part_of(4, 4, 4)
    answered(part, (9, 0.995), (9, 0.985), (4, 0.999))
    result = found(part, [1, 1, 1], sure=0.98)
    assert (result["confidence"], result["sure"], result["ids"]) == (0.98, 2, [50, 51])


def test_contradicting_not_a_digit_is_not_counted(answered):
    part = part_of(4, 7)
    answered(part, (NOT_A_DIGIT, 0.999), (NOT_A_DIGIT, 0.999))
    assert found(part, [1, 1])["sure"] == 0


def test_every_person_is_counted_separately(answered):
    part = part_of(4, 4, 4)
    answered(part, (9, 0.999), (4, 0.999), (9, 0.999))
    assert found(part, [7, 3, 7])["people"] == [{"n": 1, "sure": 0}, {"n": 2, "sure": 2}]


def test_wrong_labels_of_legible_drawings_are_contradictions():
    sample = reference_sets.forms().take(np.arange(0, 1_200, 40))
    wrong = Part(sample.images, (sample.labels + 1) % 10)
    assert found(wrong, np.zeros(30))["sure"] >= 25
    assert found(sample, np.zeros(30))["sure"] == 0


def test_the_result_of_every_held_out_drawing_is_listed():
    sample = reference_sets.forms().take(np.array([0, 200, 400]))
    result = version_comparison.paired(
        version_comparison.ask(bundle.shipped(), Part(sample.images, sample.labels))
    )
    assert (result["n"], result["correct"], result["right"]) == (3, 3, "111")
    assert result["negative_log_likelihood"] < 0.1


def test_an_empty_hold_out_has_no_calibration():
    empty = Part(np.zeros((0, 28, 28), np.uint8), np.zeros(0, np.uint8))
    result = version_comparison.paired(version_comparison.ask(bundle.shipped(), empty))
    assert result == {"n": 0, "correct": 0, "right": ""}
