import numpy as np
import pytest

from mlcore.data import development_sets
from mlcore.evaluation import pen_report, report
from mlcore.evaluation.metrics import Answers, trusted
from mlcore.recognition import bundle


def sets(labels, writers, sources=None, names=None):
    count = len(labels)
    return development_sets.PenDevSet(
        [[np.zeros((1, 2))]] * count,
        np.array(labels, np.uint8),
        np.array(writers),
        np.array(sources or ["pendigits"] * count),
        np.array(names or [str(i) for i in range(count)]),
    )


def said(answers, labels, confidence=0.9):
    """Answers that give each answer this probability, and the rest to the next class."""
    probabilities = np.zeros((len(answers), 11), np.float32)
    rows = np.arange(len(answers))
    probabilities[rows, (np.array(answers) + 1) % 11] = 1 - np.asarray(confidence)
    probabilities[rows, answers] = confidence
    return Answers(probabilities, np.array(labels), 0.5)


def test_wrong_answers_name_index_and_writer():
    digits = sets([1, 7, 4], ["a", "a", "b"], ["x", "y", "y"])
    found = pen_report.by_source(said([1, 1, 10], digits.labels), digits)
    assert list(found) == ["x", "y"]
    assert (found["x"]["n"], found["x"]["accuracy"], found["x"]["wrong"]) == (1, 1.0, [])
    assert (found["y"]["n"], found["y"]["accuracy"], found["y"]["refused"]) == (2, 0.0, 0.5)
    assert [(each["index"], each["writer"]) for each in found["y"]["wrong"]] == [(1, "a"), (2, "b")]
    assert [(each["label"], each["said"]) for each in found["y"]["wrong"]] == [(7, 1), (4, 10)]


def test_writers_of_at_least_30_digits_are_listed_the_worst_first():
    writers = ["good"] * 30 + ["bad"] * 40 + ["few"] * 29
    answers = [1] * 30 + [7] * 10 + [1] * 30 + [7] * 29
    digits = sets([1] * 99, writers)
    found = pen_report.by_source(said(answers, digits.labels), digits)
    assert found["pendigits"]["worst_writers"] == [
        {"writer": "bad", "n": 40, "accuracy": 0.75},
        {"writer": "good", "n": 30, "accuracy": 1.0},
    ]


def test_errors_among_the_surest_and_calibration():
    # 20 digits of confidence 0.9 of which two are wrong; the less sure of these is not counted.
    confidence = np.full(20, 0.9)
    confidence[7] = 0.6
    answers = [1] * 20
    answers[3] = answers[7] = 2
    found = trusted(said(answers, [1] * 20, confidence))
    assert found["selective_error"] == pytest.approx(1 / 19)
    # In bins of 1/15: |18/19 - 0.9| of 19 answers, and |0 - 0.6| of one.
    error = (19 * abs(18 / 19 - 0.9) + 0.6) / 20
    assert found["expected_calibration_error"] == pytest.approx(error, abs=1e-6)
    likelihood = -(18 * np.log(0.9) + 2 * np.log(1e-12)) / 20
    assert found["negative_log_likelihood"] == pytest.approx(likelihood, rel=1e-5)


def test_symbols_are_refused_by_name_and_compared_with_digits():
    digits = sets([1, 7], ["a", "a"])
    symbols = sets([10] * 4, ["a"] * 4, names=["+", "+", "l", r"\theta"])
    on_digits = said([1, 7], digits.labels)
    found = pen_report.on_symbols(on_digits, said([10, 4, 1, 0], symbols.labels), symbols)
    assert (found["n"], found["refused"]) == (2, 0.5)  # the two +
    assert found["auroc"] == 0.75  # one + scores higher than both digits, the other ties
    assert found["left_out"] == [r"\theta", "l"]
    assert found["by_symbol"] == {
        "+": {"n": 2, "refused": 0.5},
        r"\theta": {"n": 1, "refused": 0.0},
        "l": {"n": 1, "refused": 0.0},
    }


def test_a_drawn_7_is_read_as_on_the_site():
    seven = [np.array([[0, 0], [600, 0], [250, 1000]], np.float64)]
    digits = sets([7], ["a"])
    got = pen_report.answered(
        bundle.shipped(),
        development_sets.PenDevSet(
            [seven], digits.labels, digits.writers, digits.sources, digits.names
        ),
    )
    assert got.said.tolist() == [7]


def test_the_real_pen_sets_are_measured():
    folder = development_sets.folder(None)
    if folder is None or not (folder / "pen_dev.json").is_file():
        pytest.skip("needs pen_dev.json: set DEV_SETS_PATH to its folder")
    found = report.on_dev_sets(bundle.shipped(), folder, 200)
    assert sum(figures["n"] for figures in found["pen"].values()) == 200
    assert set(found["pen"]) == {"pendigits", "formulas"}
    assert min(figures["accuracy"] for figures in found["pen"].values()) > 0.9
    assert found["pen_symbols"]["auroc"] > 0.9
